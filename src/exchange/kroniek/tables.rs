//! Which tables of the newsroom are content. New columns of theirs come along by themselves; a new table must be named here, in one list or the other.

/// A table whose rows are exported.
#[derive(Debug)]
pub struct Table {
    /// Its name, which is also the kind of its lines.
    pub name: &'static str,
    /// Its columns with rich text, and how their anchors begin.
    pub rich: &'static [(&'static str, Anchors)],
}

/// How the anchors of a rich text begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchors {
    /// With nothing.
    Bare,
    /// With the short id of the update that the row is a version of.
    OfUpdate,
}

/// Every table of content, those that others refer to first. Rows come by their primary key.
pub const TABLES: &[Table] = &[
    // First: whatever comes after is looked through for pictures.
    plain("media"),
    rich("site", &[("about", Anchors::Bare)]),
    plain("old_addresses"),
    plain("sections"),
    rich("authors", &[("biography", Anchors::Bare)]),
    plain("entities"),
    plain("entity_names"),
    plain("entity_merges"),
    plain("donation_links"),
    plain("donation_attachments"),
    plain("articles"),
    rich(
        "article_versions",
        &[("standfirst", Anchors::Bare), ("body", Anchors::Bare)],
    ),
    plain("article_version_authors"),
    plain("article_version_entities"),
    plain("article_version_related"),
    plain("article_version_donation_links"),
    plain("updates"),
    rich("update_versions", &[("body", Anchors::OfUpdate)]),
    plain("update_version_authors"),
    plain("slugs"),
    plain("old_paths"),
    plain("imported"),
    plain("removed"),
    plain("kept_versions"),
    plain("audit"),
];

/// Every other table of the newsroom, and why it stays out.
pub const LEFT_OUT: &[(&str, &str)] = &[
    (
        "api_keys",
        "credentials belong to a deployment; a new one makes its own",
    ),
    (
        "api_key_uses",
        "when keys were last used goes with the keys",
    ),
    (
        "idempotency",
        "answers kept for a day for retries of this deployment's clients",
    ),
    ("lineage", "which past the database of this deployment has"),
    (
        "previews",
        "links are signed with this deployment's secret, and end by themselves",
    ),
    (
        "webhooks",
        "their secrets are encrypted under this deployment's, and a copy must not tell others twice",
    ),
    (
        "partners",
        "who may read is told by this deployment's keys, which a copy does not have",
    ),
    ("partner_days", "how much was read goes with the partners"),
    ("embargoes", "what was released goes with the partners"),
    ("notices", "what partners were told goes with the partners"),
    (
        "acknowledgements",
        "what they have acknowledged goes with them",
    ),
    ("partner_reads", "what they have read goes with them"),
    ("notice_partners", "whom they concern goes with them"),
    (
        "texts_since",
        "it is told by the numbers of this deployment's changes, and a copy numbers its own",
    ),
    ("webhook_deliveries", "what is told goes with the webhooks"),
    ("webhook_attempts", "how it went goes with the webhooks"),
    (
        "websub_subscriptions",
        "who follows this deployment's feeds asked this deployment, and a copy must not tell them twice",
    ),
    (
        "websub_messages",
        "what is on its way to subscribers goes with them",
    ),
    ("rebuild", "how far a rebuild of this deployment has come"),
    (
        "media_uses",
        "what uses a picture is told by the rows that do; it is kept anew as they are read",
    ),
    (
        "media_removals",
        "files that this deployment has yet to delete",
    ),
];

/// Kinds of things whose audit is content: who wrote what. That of keys is not, nor is how a newsroom was filled from a file.
pub const AUDITED: &[&str] = &[
    "site",
    "section",
    "author",
    "entity",
    "donation_link",
    "article",
    "update",
    "media",
];

/// How many columns with rich text a table has at most.
pub const TEXTS: usize = 2;

/// What an import writes into the audit as its action.
pub const ACTION: &str = "import kroniek";

const fn plain(name: &'static str) -> Table {
    Table { name, rich: &[] }
}

const fn rich(name: &'static str, rich: &'static [(&'static str, Anchors)]) -> Table {
    assert!(rich.len() <= TEXTS, "the statement has room for fewer");
    Table { name, rich }
}
