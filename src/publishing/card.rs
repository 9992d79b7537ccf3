//! Cards: what lists and pages show of an article, ready in one row. This is what they are made of; whoever reads an article without its card
//! puts it together of the same pieces.
//!
//! All of a card follows from other rows of delivery. The door writes it anew in the change that touches them (`project/cards.rs`).

use std::sync::LazyLock;

/// The version of the cards that this program writes, as `delivery.head` has it when all are there. Another form of the card is another version.
pub const VERSION: i32 = 1;

/// The same, as SQL.
pub const VERSION_SQL: &str = "1";

/// What an article `a` has of its own, but for its texts.
pub const OWN: &str = "a.id, a.slug, a.type, a.language, a.headline, a.image, a.seo, a.canonical_url, a.word_count, a.reading_minutes,
    a.published_at, a.last_update_at, a.fresh_at, a.modified_at, a.update_count, a.correction_count";

/// The section of `a`, for `PublicSectionLink`; index: the primary key.
pub const SECTION: &str = "(SELECT json_build_object('id', c.id, 'slug', c.slug,
        'name', coalesce(c.names ->> a.language, c.names ->> split_part(a.language, '-', 1), c.name))
    FROM delivery.sections c WHERE c.id = a.section_id)";

/// The authors of `a`, in order; index: the primary key of the links.
pub const AUTHORS: &str = "(SELECT coalesce(json_agg(json_build_object('id', p.id, 'slug', p.slug, 'name', p.name) ORDER BY l.position), '[]')
    FROM delivery.article_authors l JOIN delivery.authors p ON p.id = l.author_id WHERE l.article_id = a.id)";

/// The authors of the updates of `a`.
pub const UPDATE_AUTHORS: &str = "CASE WHEN a.update_count = 0 THEN '[]' ELSE
    (SELECT coalesce(json_agg(json_build_object('id', p.id, 'slug', p.slug, 'name', p.name) ORDER BY p.id), '[]')
     FROM delivery.authors p
     WHERE p.id IN (SELECT w::uuid FROM json_array_elements(a.updates) u, json_array_elements_text(u -> 'author_ids') w)) END";

/// The same, told by the newsroom to who writes cards: hundreds of updates need not be taken apart for it.
const AUTHORS_OF_UPDATES: &str = "CASE WHEN a.update_count = 0 THEN '[]' ELSE
    (SELECT coalesce(json_agg(json_build_object('id', p.id, 'slug', p.slug, 'name', p.name) ORDER BY p.id), '[]')
     FROM delivery.authors p
     WHERE p.id IN (
         SELECT w.author_id
         FROM newsroom.updates n
         JOIN newsroom.update_versions t ON t.update_id = n.id AND t.number = n.version
         JOIN newsroom.update_version_authors w ON w.version_id = t.id
         WHERE n.article_id = a.id AND n.state <> 'draft')) END";

/// The entities of `a`, in order, for `PublicEntityLink`: up to where more of each may be told.
pub const ENTITIES_BEGIN: &str = "(SELECT coalesce(json_agg(json_build_object('id', e.id, 'slug', e.slug, 'kind', e.kind, 'relation', l.relation,
        'name', coalesce(e.names ->> a.language, e.names ->> split_part(a.language, '-', 1), e.name)";

/// Goes on after [`ENTITIES_BEGIN`]; index: the primary key of the links.
pub const ENTITIES_END: &str = ") ORDER BY l.position), '[]')
    FROM delivery.article_entities l JOIN delivery.entities e ON e.id = l.entity_id WHERE l.article_id = a.id)";

/// The picks of `a` as a JSON array for `PublicRelated`, in order: up to where more may be asked of the article `t` of each. Headlines are those of now: an article that is withdrawn while this is read
/// is in delivery or it is not, and then it is not here either.
pub const RELATED_BEGIN: &str = "(SELECT coalesce(json_agg(json_build_object(
        'id', t.id, 'slug', t.slug, 'section', c.slug, 'language', t.language, 'url', p.url, 'headline', coalesce(t.headline, p.title),
        'published_at', t.published_at) ORDER BY p.position), '[]')
    FROM delivery.article_related p
    LEFT JOIN delivery.articles t ON t.id = p.target_id
    LEFT JOIN delivery.sections c ON c.id = t.section_id
    WHERE p.article_id = a.id AND (t.id IS NOT NULL OR p.url IS NOT NULL)";

/// The others of the group of `a` as a JSON array for `PublicTranslation`: up to where more may be asked of each, `t`; index:
/// `articles_translations`.
pub const TRANSLATIONS_BEGIN: &str = "(SELECT coalesce(json_agg(json_build_object(
        'id', t.id, 'slug', t.slug, 'language', t.language, 'headline', t.headline, 'section', c.slug,
        'published_at', t.published_at,
        'kinship', CASE WHEN t.id = a.translation_of THEN 'original' WHEN t.translation_of = a.id THEN 'translation' ELSE 'sibling' END)
        ORDER BY t.language, t.published_at, t.id), '[]')
    FROM delivery.articles t
    LEFT JOIN delivery.sections c ON c.id = t.section_id
    WHERE coalesce(t.translation_of, t.id) = coalesce(a.translation_of, a.id) AND t.id <> a.id";

/// The slugs that `a` had before; index: `delivery_slugs_id`.
pub const ALIASES: &str =
    "(SELECT coalesce(json_agg(s.slug ORDER BY s.slug), '[]') FROM delivery.slugs s
    WHERE s.kind = 'article' AND s.id = a.id AND NOT s.current)";

/// A donation link `l` attached by `d`, for `PublicDonationLink`.
pub const DONATION_LINK: &str = "json_build_object(
    'id', l.id, 'provider', l.provider, 'url', l.url, 'bank', l.bank, 'call_to_action', l.call_to_action, 'thank_you', l.thank_you,
    'currency', l.currency, 'suggested_amounts', l.suggested_amounts, 'placement', l.placement,
    'origin', CASE d.scope WHEN 1 THEN 'article' WHEN 2 THEN 'section' ELSE 'site' END)";

/// Writes what hangs on the site, ready, where it is not so already.
pub(super) static READY_ON_SITE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "UPDATE delivery.site s SET donation_links = n.links
         FROM (SELECT coalesce(json_agg({DONATION_LINK} ORDER BY d.position), '[]') AS links
               FROM delivery.donation_attachments d JOIN delivery.donation_links l ON l.id = d.link_id WHERE d.scope = 3) n
         WHERE s.donation_links::text <> n.links::text AND $1 IS NOT NULL AND $2 > 0"
    )
});

/// The same for each section.
pub(super) static READY_ON_SECTIONS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "UPDATE delivery.sections s SET donation_links = n.links
         FROM (SELECT c.id, (SELECT coalesce(json_agg({DONATION_LINK} ORDER BY d.position), '[]')
                             FROM delivery.donation_attachments d JOIN delivery.donation_links l ON l.id = d.link_id
                             WHERE d.scope = 2 AND d.owner_id = c.id) AS links FROM delivery.sections c) n
         WHERE n.id = s.id AND s.donation_links::text <> n.links::text AND $1 IS NOT NULL AND $2 > 0"
    )
});

/// Writes the cards of those among the ids (`$1`) that are published, in the change `$2`.
pub(super) static WRITE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "INSERT INTO delivery.article_cards (id, card)
         SELECT a.id, (SELECT row_to_json(r) FROM (
             SELECT {OWN}, a.standfirst_html, {SECTION} AS section, {AUTHORS} AS authors, {AUTHORS_OF_UPDATES} AS update_authors,
                    {ENTITIES_BEGIN}{ENTITIES_END} AS entities, {RELATED_BEGIN}) AS related, {TRANSLATIONS_BEGIN}) AS translations, {ALIASES} AS aliases) r)
         FROM delivery.articles a WHERE a.id = ANY($1) AND $2 > 0
         ON CONFLICT (id) DO UPDATE SET card = EXCLUDED.card"
    )
});

/// Writes into the cards of those among the ids (`$1`) that are published what one more update makes of them. What they say of others stays as it is,
/// where all cards are of this form and none is to be written anew.
pub(super) static ONE_MORE: LazyLock<String> = LazyLock::new(|| {
    one_more(
        AUTHORS_OF_UPDATES,
        &format!("EXISTS (SELECT FROM delivery.head h WHERE h.cards = {VERSION_SQL})"),
    )
});

/// The same of an update that nobody signed, whatever is to be written anew: that will be, also after this. Each has a card already.
pub(super) static ONE_MORE_UNSIGNED: LazyLock<String> =
    LazyLock::new(|| one_more("x.update_authors", "true"));

fn one_more(update_authors: &str, condition: &str) -> String {
    format!(
        "UPDATE delivery.article_cards c SET card = (SELECT row_to_json(r) FROM (
             SELECT {OWN}, a.standfirst_html, x.section, x.authors, {update_authors} AS update_authors,
                    x.entities, x.related, x.translations, x.aliases
             FROM json_to_record(c.card) AS x (
                 section json, authors json, update_authors json, entities json, related json, translations json, aliases json)) r)
         FROM delivery.articles a
         WHERE a.id = ANY($1) AND c.id = a.id AND {condition}"
    )
}
