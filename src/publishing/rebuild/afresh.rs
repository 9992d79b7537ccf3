//! Projecting a batch afresh: its rows as the newsroom has them, and no others. It is done on trial first, and what comes out as it stood is
//! left as it stood.

use diesel::QueryableByName;
use diesel::sql_types::{Array, Bytea, Text, Uuid as SqlUuid};
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, RunQueryDsl, TransactionManager};
use std::collections::HashMap;
use uuid::Uuid;

use super::Batch;
use crate::changes::Seq;
use crate::error::Result;
use crate::publishing::analysis::{Analysed, analyse};
use crate::publishing::change::{Change, Kind, Touched};
use crate::publishing::door::{self, Passed};
use crate::publishing::project::Projection;
use crate::publishing::tx::Tx;

/// What is in delivery of each of the ids (`$1`), without `seq`, as a hash. Slugs, old paths and tombstones are of the kind `$2`. When a donation
/// link went by the end of its campaign, only delivery knows.
macro_rules! hashes {
    ($($part:literal),+) => {
        concat!(
            "SELECT i.id, sha256(convert_to(jsonb_build_array(",
            $($part, ", ",)+
            "(SELECT jsonb_agg(to_jsonb(s) ORDER BY s.slug) FROM delivery.slugs s WHERE s.kind = $2 AND s.id = i.id), ",
            "(SELECT jsonb_agg(to_jsonb(p) ORDER BY p.path) FROM delivery.old_paths p WHERE p.kind = $2 AND p.id = i.id), ",
            "(SELECT to_jsonb(t) - 'seq' - CASE WHEN t.kind = 'donation_link' THEN 'deleted_at' ELSE '' END ",
            "FROM delivery.tombstones t WHERE t.kind = $2 AND t.id = i.id)",
            ")::text, 'UTF8')) AS hash FROM unnest($1) AS i (id)"
        )
    };
}

fn hashes(kind: Kind) -> &'static str {
    match kind {
        Kind::Site => hashes!(
            "(SELECT to_jsonb(d) - 'seq' FROM delivery.site d)",
            "(SELECT jsonb_agg(to_jsonb(l) ORDER BY l.owner_id, l.position) FROM delivery.donation_attachments l WHERE l.scope = 3)",
            "(SELECT jsonb_agg(to_jsonb(e) ORDER BY e.seconds) FROM delivery.embargoes e)",
            "(SELECT jsonb_agg(to_jsonb(u) ORDER BY u.media_id) FROM delivery.media_uses u WHERE u.kind = 'site')"
        ),
        Kind::Section => hashes!(
            "(SELECT to_jsonb(d) - 'seq' FROM delivery.sections d WHERE d.id = i.id)",
            "(SELECT jsonb_agg(to_jsonb(l) ORDER BY l.position) FROM delivery.donation_attachments l WHERE l.scope = 2 AND l.owner_id = i.id)"
        ),
        Kind::Author => hashes!(
            "(SELECT to_jsonb(d) - 'seq' FROM delivery.authors d WHERE d.id = i.id)",
            "(SELECT jsonb_agg(to_jsonb(u) ORDER BY u.media_id) FROM delivery.media_uses u WHERE u.kind = 'author' AND u.owner_id = i.id)"
        ),
        Kind::Entity => hashes!(
            "(SELECT to_jsonb(d) - 'seq' FROM delivery.entities d WHERE d.id = i.id)",
            "(SELECT jsonb_agg(to_jsonb(n) ORDER BY n.name_key) FROM delivery.entity_names n WHERE n.entity_id = i.id)",
            "(SELECT to_jsonb(m) FROM delivery.merged_entities m WHERE m.id = i.id)",
            "(SELECT jsonb_agg(to_jsonb(u) ORDER BY u.media_id) FROM delivery.media_uses u WHERE u.kind = 'entity' AND u.owner_id = i.id)"
        ),
        Kind::DonationLink => {
            hashes!("(SELECT to_jsonb(d) - 'seq' FROM delivery.donation_links d WHERE d.id = i.id)")
        }
        Kind::Article => hashes!(
            "(SELECT to_jsonb(d) - 'seq' FROM delivery.articles d WHERE d.id = i.id)",
            "(SELECT to_jsonb(t) FROM delivery.article_texts t WHERE t.id = i.id)",
            "(SELECT jsonb_agg(to_jsonb(l) ORDER BY l.position) FROM delivery.article_authors l WHERE l.article_id = i.id)",
            "(SELECT jsonb_agg(to_jsonb(l) ORDER BY l.position) FROM delivery.article_entities l WHERE l.article_id = i.id)",
            "(SELECT jsonb_agg(to_jsonb(l) ORDER BY l.position) FROM delivery.article_related l WHERE l.article_id = i.id)",
            "(SELECT jsonb_agg(to_jsonb(l) ORDER BY l.position) FROM delivery.donation_attachments l WHERE l.scope = 1 AND l.owner_id = i.id)",
            "(SELECT to_jsonb(s) FROM delivery.article_words s WHERE s.id = i.id)",
            "(SELECT c.card::jsonb FROM delivery.article_cards c WHERE c.id = i.id)",
            "(SELECT jsonb_agg(to_jsonb(w) ORDER BY w.stemming, w.word) FROM delivery.words w WHERE w.article_id = i.id)",
            "(SELECT jsonb_agg(to_jsonb(u) ORDER BY u.media_id) FROM delivery.media_uses u WHERE u.kind = 'article' AND u.owner_id = i.id)"
        ),
        Kind::Media => {
            hashes!("(SELECT to_jsonb(d) - 'seq' FROM delivery.media d WHERE d.id = i.id)")
        }
    }
}

/// Others that have the slug of one of the ids (`$1`) in delivery, where only one can: they are projected along.
fn squatters(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Site | Kind::DonationLink | Kind::Media => None,
        Kind::Section => Some(
            "SELECT d.id FROM newsroom.sections n JOIN delivery.sections d ON d.slug = n.slug WHERE n.id = ANY($1) AND d.id <> ALL($1)",
        ),
        Kind::Author => Some(
            "SELECT d.id FROM newsroom.authors n JOIN delivery.authors d ON d.slug = n.slug WHERE n.id = ANY($1) AND d.id <> ALL($1)",
        ),
        Kind::Entity => Some(
            "SELECT d.id FROM newsroom.entities n JOIN delivery.entities d ON d.slug = n.slug WHERE n.id = ANY($1) AND d.id <> ALL($1)",
        ),
        Kind::Article => Some(
            "SELECT d.id FROM newsroom.articles a
             JOIN newsroom.article_versions v ON v.article_id = a.id AND v.number = a.published_version
             JOIN delivery.articles d ON d.slug = v.slug
             WHERE a.id = ANY($1) AND a.status = 'published' AND d.id <> ALL($1)",
        ),
    }
}

/// Takes away what projecting writes over or beside, but never takes away: names of the ids (`$1`) of the kind `$2`.
const CLEAR: [&str; 4] = [
    "DELETE FROM delivery.slugs WHERE kind = $2 AND id = ANY($1)",
    "DELETE FROM delivery.old_paths WHERE kind = $2 AND id = ANY($1)",
    "DELETE FROM delivery.tombstones WHERE kind = $2 AND id = ANY($1)",
    "DELETE FROM delivery.merged_entities WHERE $2 = 'entity' AND id = ANY($1)",
];

/// Takes away what stands under a slug that is another's; it is written again below its own.
fn clear_squatters(kind: Kind) -> Option<&'static str> {
    match kind {
        // An article's row is deleted and written anew in any case.
        Kind::Site | Kind::DonationLink | Kind::Article | Kind::Media => None,
        Kind::Section => Some(
            "DELETE FROM delivery.sections d USING newsroom.sections n
             WHERE n.id = ANY($1) AND d.slug = n.slug AND d.id <> n.id AND $2 <> ''",
        ),
        Kind::Author => Some(
            "DELETE FROM delivery.authors d USING newsroom.authors n
             WHERE n.id = ANY($1) AND d.slug = n.slug AND d.id <> n.id AND $2 <> ''",
        ),
        Kind::Entity => Some(
            "DELETE FROM delivery.entities d USING newsroom.entities n
             WHERE n.id = ANY($1) AND d.slug = n.slug AND d.id <> n.id AND $2 <> ''",
        ),
    }
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

#[derive(QueryableByName)]
struct HashRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Bytea)]
    hash: Vec<u8>,
}

/// Projects these, with those that stand in their way. Nothing may follow but the commit.
pub(super) async fn batch(tx: &mut Tx, kind: Kind, ids: Vec<Uuid>) -> Result<Batch> {
    let mut done = Batch {
        last: ids.last().copied(),
        seen: ids.len() as u64,
        changed: 0,
    };
    if ids.is_empty() {
        return Ok(done);
    }
    let conn = &mut ***tx;
    let analysed = analysed(conn, kind, &ids).await?;
    let seq = door::lock(conn).await?;
    let ids = with_squatters(conn, kind, ids).await?;
    let before = look(conn, kind, &ids).await?;
    AnsiTransactionManager::begin_transaction(conn).await?;
    let keys = project(conn, (seq, &analysed), kind, &ids).await?;
    let after = look(conn, kind, &ids).await?;
    let differing: Vec<Uuid> = ids
        .iter()
        .copied()
        .filter(|id| before.get(id) != after.get(id))
        .collect();
    let keys = if differing.len() == ids.len() {
        AnsiTransactionManager::commit_transaction(conn).await?;
        keys
    } else {
        AnsiTransactionManager::rollback_transaction(conn).await?;
        if differing.is_empty() {
            return Ok(done);
        }
        project(conn, (seq, &analysed), kind, &differing).await?
    };
    done.changed = differing.len() as u64;
    let change = &Change::bulk(Touched::of(kind, &differing));
    door::record(conn, &Passed { seq, change, keys }).await?;
    Ok(done)
}

/// Projects these where nothing of them is yet, but for their cards.
pub(super) async fn first(tx: &mut Tx, kind: Kind, ids: &[Uuid]) -> Result<()> {
    let conn = &mut ***tx;
    let analysed = analysed(conn, kind, ids).await?;
    let seq = door::lock(conn).await?;
    clear(conn, kind, ids).await?;
    let mut projection = Projection::new(conn, seq.number, &analysed).without_cards();
    projection.all(kind, ids).await?;
    let keys = projection.into_keys();
    let change = &Change::rebuilt(Touched::of(kind, ids));
    door::record(conn, &Passed { seq, change, keys }).await?;
    Ok(())
}

async fn with_squatters(
    conn: &mut AsyncPgConnection,
    kind: Kind,
    mut ids: Vec<Uuid>,
) -> Result<Vec<Uuid>> {
    let Some(sql) = squatters(kind) else {
        return Ok(ids);
    };
    loop {
        let more: Vec<IdRow> = diesel::sql_query(sql)
            .bind::<Array<SqlUuid>, _>(&ids)
            .load(conn)
            .await?;
        if more.is_empty() {
            return Ok(ids);
        }
        ids.extend(more.into_iter().map(|row| row.id));
        ids.sort_unstable();
        ids.dedup();
    }
}

async fn look(
    conn: &mut AsyncPgConnection,
    kind: Kind,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<u8>>> {
    let rows: Vec<HashRow> = diesel::sql_query(hashes(kind))
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Text, _>(kind.as_str())
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.hash)).collect())
}

/// The words of articles, found before the counter is locked.
async fn analysed(conn: &mut AsyncPgConnection, kind: Kind, ids: &[Uuid]) -> Result<Analysed> {
    match kind {
        Kind::Article => analyse(conn, ids).await,
        _ => Ok(Analysed::default()),
    }
}

/// Writes the rows of these, and gives the keys of what it touched.
async fn project(
    conn: &mut AsyncPgConnection,
    (seq, analysed): (Seq, &Analysed),
    kind: Kind,
    ids: &[Uuid],
) -> Result<Vec<String>> {
    clear(conn, kind, ids).await?;
    let mut projection = Projection::new(conn, seq.number, analysed);
    projection.all(kind, ids).await?;
    Ok(projection.into_keys())
}

async fn clear(conn: &mut AsyncPgConnection, kind: Kind, ids: &[Uuid]) -> Result<()> {
    for sql in clear_squatters(kind).into_iter().chain(CLEAR) {
        diesel::sql_query(sql)
            .bind::<Array<SqlUuid>, _>(ids)
            .bind::<Text, _>(kind.as_str())
            .execute(conn)
            .await?;
    }
    Ok(())
}
