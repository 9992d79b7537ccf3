//! What must be so when everything is up again: what was acknowledged is there, once, as it was sent, and readers never got anything else.

use std::collections::{BTreeMap, HashMap};

use tokio_postgres::Client;

use super::desk::{Deed, Desk, Fate, fingerprint, lines};
use crate::app::App;
use crate::history::{empty, expect_equal, rebuilt, snapshot};
use crate::watch::{expect_gapless, head};

/// A row of the audit.
struct Audited {
    request: String,
    action: String,
    kind: String,
    subject: String,
    from: Option<String>,
    to: String,
}

/// A version of a text.
struct Kept {
    number: i32,
    source: String,
}

/// The versions of each article or update, in order.
type Versions = BTreeMap<String, Vec<Kept>>;

/// What was there to be counted.
#[derive(Debug)]
pub struct Counts {
    pub article_versions: usize,
    pub update_versions: usize,
    pub audit: usize,
    /// Retries that got the answer of the request that was done.
    pub first_answers: usize,
    /// Writes that were done and not acknowledged.
    pub unheard: usize,
}

/// Looks at everything.
pub async fn prove(app: &App, desk: &Desk) -> Counts {
    let sql = app.sql().await;
    let audit = audit(&sql).await;
    let ledger = desk.ledger.lock().unwrap().clone();
    let (first_answers, unheard) = each_once(&ledger, &audit);
    let histories = chains(&audit);
    let articles = versions(&sql, "article").await;
    let updates = versions(&sql, "update").await;
    for (kind, versions) in [("article", &articles), ("update", &updates)] {
        no_line_is_lost(versions);
        as_sent(&ledger, kind, versions, &histories);
    }
    descriptions(&sql, &histories).await;
    updates_are_numbered(&sql).await;
    readers_saw(desk, &sql, [&articles, &updates], &audit).await;
    now_public(&sql, &articles, &audit).await;
    expect_gapless(app).await;
    rebuild_changes_nothing(app).await;
    let count = |versions: &Versions| versions.values().map(Vec::len).sum();
    Counts {
        article_versions: count(&articles),
        update_versions: count(&updates),
        audit: audit.len(),
        first_answers,
        unheard,
    }
}

async fn audit(sql: &Client) -> Vec<Audited> {
    let query = "SELECT request_id, action, subject_kind, subject_id::text, version_from, version_to FROM newsroom.audit
                 WHERE subject_kind IN ('article', 'update', 'entity')";
    let row = |row: &tokio_postgres::Row| Audited {
        request: row.get(0),
        action: row.get(1),
        kind: row.get(2),
        subject: row.get(3),
        from: row.get(4),
        to: row.get(5),
    };
    let rows = sql.query(query, &[]).await.unwrap();
    let mut rows: Vec<Audited> = rows.iter().map(row).collect();
    // Not by their times: two that wait for each other may have begun the other way round.
    // An act that changed nothing, such as a second publication, comes after the one that made its version.
    rows.sort_by_cached_key(|row| {
        let idle = row.from.as_ref() == Some(&row.to);
        (row.subject.clone(), order(&row.to), idle)
    });
    rows
}

/// Every write that was answered stands in the audit once, as it was answered; none stands there twice, and nothing that nobody wrote.
fn each_once(ledger: &[Deed], audit: &[Audited]) -> (usize, usize) {
    let mut done: HashMap<&str, Vec<&Audited>> = HashMap::new();
    for row in audit.iter().filter(|row| row.request != "begin") {
        let name = row.request.rsplit_once('.').unwrap().0;
        done.entry(name).or_default().push(row);
    }
    let (mut first_answers, mut unheard) = (0, 0);
    for deed in ledger {
        let rows = done.remove(deed.name.as_str()).unwrap_or_default();
        let told: Vec<String> = rows
            .iter()
            .map(|row| format!("{} {} {}", row.action, row.subject, row.to))
            .collect();
        match &deed.fate {
            Fate::Acknowledged { thing, version } => {
                let wanted = [format!("{} {thing} {version}", deed.act)];
                assert_eq!(told, wanted, "{deed:?}");
                let last = format!("{}.{}", deed.name, deed.attempts);
                first_answers += usize::from(rows.iter().any(|row| row.request != last));
            }
            Fate::Found => {
                assert_eq!(told.len(), 1, "{deed:?}: {told:?}");
                unheard += 1;
            }
            Fate::Refused => assert_eq!(told, [""; 0], "{deed:?}"),
            Fate::OutOfPlace | Fate::Unknown => {
                assert!(told.len() <= 1, "{deed:?}: {told:?}");
                unheard += told.len();
            }
        }
    }
    assert!(done.is_empty(), "nobody wrote {:?}", done.keys());
    (first_answers, unheard)
}

/// The two numbers of a version, the second 0 where there is one.
fn numbers(version: &str) -> (i32, i32) {
    let (one, other) = version.split_once('.').unwrap_or((version, "0"));
    (one.parse().unwrap(), other.parse().unwrap())
}

/// The place of a write among those of its thing.
fn order(version: &str) -> i32 {
    let (version, revision) = numbers(version);
    version.max(revision)
}

/// Each write of a thing stands on the one before. Gives who made each version.
fn chains(audit: &[Audited]) -> HashMap<(String, i32), String> {
    let mut latest: HashMap<&str, &str> = HashMap::new();
    let mut makers = HashMap::new();
    for row in audit {
        let before = latest.insert(&row.subject, &row.to);
        assert_eq!(before, row.from.as_deref(), "{} {}", row.kind, row.subject);
        let (version, _) = numbers(&row.to);
        let made = before.is_none_or(|before| numbers(before).0 < version);
        if made {
            let key = (row.subject.clone(), version);
            let name = row.request.split('.').next().unwrap();
            assert_eq!(makers.insert(key, name.to_owned()), None);
        }
    }
    makers
}

/// Every version of every article or update, without gaps.
async fn versions(sql: &Client, kind: &str) -> Versions {
    let query = format!(
        "SELECT v.{kind}_id::text, v.number, v.body ->> 'source', t.version FROM newsroom.{kind}_versions v
         JOIN newsroom.{kind}s t ON t.id = v.{kind}_id ORDER BY v.{kind}_id, v.number"
    );
    let mut all = Versions::new();
    let mut last = HashMap::new();
    for row in sql.query(&query, &[]).await.unwrap() {
        let (id, number): (String, i32) = (row.get(0), row.get(1));
        last.insert(id.clone(), row.get::<_, i32>(3));
        let kept = all.entry(id).or_default();
        kept.push(Kept {
            number,
            source: row.get(2),
        });
        assert_eq!(usize::try_from(number), Ok(kept.len()), "a gap");
    }
    for (id, kept) in &all {
        assert_eq!(kept.last().unwrap().number, last[id], "{id}");
    }
    all
}

/// Each version is the one before and one line more, and no line stands twice.
fn no_line_is_lost(versions: &Versions) {
    for kept in versions.values() {
        for pair in kept.windows(2) {
            let more = pair[1].source.strip_prefix(&pair[0].source);
            let more = more.unwrap_or_else(|| panic!("{} is lost", pair[0].source));
            assert_eq!(lines(more).len(), 1, "{more}");
        }
        let mut all = lines(&kept.last().unwrap().source);
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count, "a line stands twice");
    }
}

/// What was acknowledged is that version, with exactly that text; and each version's new line is its maker's.
fn as_sent(
    ledger: &[Deed],
    kind: &str,
    versions: &Versions,
    makers: &HashMap<(String, i32), String>,
) {
    let acts = match kind {
        "article" => ["change_article"].as_slice(),
        _ => &["append_update", "revise_update"],
    };
    for deed in ledger.iter().filter(|deed| acts.contains(&deed.act)) {
        if let Fate::Acknowledged { thing, version } = &deed.fate {
            let (number, _) = numbers(version);
            let kept = versions[thing].iter().find(|kept| kept.number == number);
            let text = kept.map(|kept| fingerprint(&kept.source));
            assert_eq!(text, deed.text, "{deed:?}");
        }
    }
    for (id, kept) in versions {
        for one in kept {
            let last = lines(&one.source).last().copied();
            let maker = &makers[&(id.clone(), one.number)];
            assert!(last.is_none_or(|last| last == maker), "{id}: {maker}");
        }
    }
}

/// An entity's description counts its changes, and ends with its last change's line.
async fn descriptions(sql: &Client, makers: &HashMap<(String, i32), String>) {
    let query = "SELECT id::text, version, description FROM newsroom.entities";
    for row in sql.query(query, &[]).await.unwrap() {
        let (id, version): (String, i32) = (row.get(0), row.get(1));
        let text: String = row.get(2);
        let count: i32 = text.split(' ').next().unwrap().parse().unwrap();
        assert_eq!(count + 1, version, "a change of {id} is lost");
        if let Some(last) = lines(&text).last() {
            assert_eq!(*last, makers[&(id, version)]);
        }
    }
}

/// The updates of an article that readers see have the numbers from 1 on.
async fn updates_are_numbered(sql: &Client) {
    let query = "SELECT article_id::text FROM newsroom.updates GROUP BY article_id
                 HAVING count(number) <> coalesce(max(number), 0) OR count(number) <> count(DISTINCT number)";
    let rows = sql.query(query, &[]).await.unwrap();
    assert!(rows.is_empty(), "the updates of {} have gaps", rows.len());
}

/// The versions of each article that somebody published, in order.
fn published(audit: &[Audited]) -> HashMap<&str, Vec<i32>> {
    let mut all: HashMap<&str, Vec<i32>> = HashMap::new();
    for row in audit.iter().filter(|row| row.action == "publish_article") {
        all.entry(&row.subject)
            .or_default()
            .push(numbers(&row.to).0);
    }
    all
}

/// Every text that a reader ever got was published, and was not older than what had been acknowledged when they asked.
async fn readers_saw(desk: &Desk, sql: &Client, versions: [&Versions; 2], audit: &[Audited]) {
    let published = published(audit);
    let drafts = "SELECT id::text FROM newsroom.updates WHERE state = 'draft'";
    let drafts = sql.query(drafts, &[]).await.unwrap();
    let drafts: Vec<String> = drafts.iter().map(|row| row.get(0)).collect();
    let mut known: HashMap<(&str, u64), i32> = HashMap::new();
    for (id, kept) in versions.into_iter().flatten() {
        for one in kept {
            let told = fingerprint(&lines(&one.source).join(" "));
            known.insert((id, told), one.number);
        }
    }
    let seen = desk.seen.lock().unwrap();
    assert!(seen.len() > 10, "readers got {} texts", seen.len());
    for ((id, told), floor) in seen.iter() {
        let version = known.get(&(id.as_str(), *told));
        let version =
            *version.unwrap_or_else(|| panic!("readers got a text of {id} that it never had"));
        assert!(!drafts.contains(id), "the draft {id} was read");
        assert!(
            published
                .get(id.as_str())
                .is_none_or(|published| published.contains(&version)),
            "version {version} of {id} was read, and never published"
        );
        assert!(
            version >= *floor,
            "version {version} of {id} was read after {floor} had been published"
        );
    }
}

/// What readers see of each article is what somebody published last, unless it was withdrawn after.
async fn now_public(sql: &Client, articles: &Versions, audit: &[Audited]) {
    let query =
        "SELECT n.id::text, n.status, n.published_version, d.body_text FROM newsroom.articles n
                 LEFT JOIN delivery.article_texts d ON d.id = n.id";
    for row in sql.query(query, &[]).await.unwrap() {
        let (id, status): (String, String) = (row.get(0), row.get(1));
        let (version, text): (Option<i32>, Option<String>) = (row.get(2), row.get(3));
        let acts = audit.iter().rev().filter(|row| row.subject == id);
        let mut acts = acts
            .filter(|row| row.action.ends_with("h_article") || row.action.starts_with("withdraw"));
        let last = acts
            .next()
            .map_or("draft", |row| match row.action.as_str() {
                "publish_article" => "published",
                _ => "withdrawn",
            });
        assert_eq!(status, last, "{id}");
        assert_eq!(text.is_some(), status == "published", "{id}");
        if let Some(text) = text {
            let number = usize::try_from(version.unwrap()).unwrap();
            let source = &articles[&id][number - 1].source;
            assert_eq!(lines(&text), lines(source), "{id}");
        }
    }
}

async fn rebuild_changes_nothing(app: &App) {
    let (before, seq) = (snapshot(app).await, head(app).await);
    assert_eq!(rebuilt(app).await.changed, 0);
    assert_eq!(head(app).await, seq);
    expect_equal(&before, &snapshot(app).await, "rebuilt");
    empty(app).await;
    rebuilt(app).await;
    expect_equal(&before, &snapshot(app).await, "rebuilt from nothing");
}
