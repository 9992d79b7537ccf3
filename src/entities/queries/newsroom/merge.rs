//! Merging: everything that an entity was passes to another.
//!
//! Locks are taken in one order, which is that of other writers: the articles by id, the names, then the two rows. The one that stays is
//! locked so that versions may go on naming it, the one that goes so that none may. Only one merge runs at a time.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::names::{keep, take_names};
use super::read::{find, get, missing, now_called};
use crate::db::schema::newsroom::{entities, entity_merges};
use crate::entities::model::{Entity, EntityKind, Gathered};
use crate::error::{Error, Fault, FaultCode, Faults, Result};
use crate::http::conditional::Version;
use crate::publishing::{Kind, Tx, removed, slugs};
use crate::values::Reference;

/// How often the articles are locked anew because another came to name the entity meanwhile.
const TRIES: u8 = 5;

/// Two entities and the articles that name the first in any of their versions, all locked to the end of the transaction.
#[derive(Debug)]
pub struct Pair {
    /// The one that goes.
    pub from: Entity,
    /// The one that stays.
    pub into: Entity,
    articles: Vec<Uuid>,
}

/// What a merge did.
#[derive(Debug)]
pub struct Merged {
    /// What stays, as it now is.
    pub into: Entity,
    /// Every article with a version that named the one that went.
    pub articles: Vec<Uuid>,
    /// The articles whose working copy did, each with its version before and after.
    pub moved: Vec<(Uuid, Version, Version)>,
    /// The partners whose contracts named the one that went, each with its version after.
    pub partners: Vec<(Uuid, i32)>,
}

#[derive(QueryableByName)]
struct ArticleRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Contracts that cover articles by the one that goes cover them by the one that stays: more than before, so that their cursors no longer hold.
const CONTRACTS: &str = "
    UPDATE newsroom.partners SET version = version + 1, terms = terms + 1, terms_since = $3,
        entities = ARRAY(SELECT DISTINCT CASE e WHEN $1 THEN $2 ELSE e END FROM unnest(entities) AS e)
    WHERE $1 = ANY(entities) RETURNING id, version";

#[derive(QueryableByName)]
struct PartnerRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Integer)]
    version: i32,
}

#[derive(QueryableByName)]
struct MovedRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Integer)]
    revision: i32,
}

/// Waits until no other merge runs; then none begins until the end of the transaction.
///
/// # Errors
/// 503 when another does not end in time.
pub async fn one_merge_at_a_time(tx: &mut Tx) -> Result<()> {
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended('merge of entities', 0))")
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

/// Keeps merges off to the end of the transaction, for one that writes many articles and so takes locks in no order. Others may do so too.
///
/// # Errors
/// 503 when a running merge does not end in time.
pub async fn hold_off_merges(tx: &mut Tx) -> Result<()> {
    diesel::sql_query(
        "SELECT pg_advisory_xact_lock_shared(hashtextextended('merge of entities', 0))",
    )
    .execute(&mut ***tx)
    .await?;
    Ok(())
}

/// The entity that another is to be merged into, if it can be; else a fault at `/into`.
///
/// # Errors
/// The database.
pub async fn target(
    tx: &mut Tx,
    from: &Entity,
    into: Option<Reference>,
    faults: &mut Faults,
) -> Result<Option<Uuid>> {
    let Some(reference) = into else {
        return Ok(None);
    };
    let Some(id) = find(tx, &reference).await? else {
        let detail = match now_called(tx, &reference).await? {
            Some(slug) => format!("is \"{slug}\" now: it was merged or renamed; send that"),
            None => format!("no entity has the slug or id \"{reference}\""),
        };
        faults.push(Fault::at("/into", FaultCode::UnknownReference, detail));
        return Ok(None);
    };
    if let Some(fault) = unfit(from, &get(tx, &Reference::Id(id)).await?) {
        faults.push(fault);
    }
    Ok(Some(id))
}

/// Why one can't be merged into the other.
fn unfit(from: &Entity, into: &Entity) -> Option<Fault> {
    let detail = if from.id == into.id {
        "is the entity itself; choose another".to_owned()
    } else if from.kind != into.kind {
        format!(
            "is a {}, and this is a {}; if both are the same thing, change the kind of one first",
            into.kind, from.kind
        )
    } else {
        return None;
    };
    Some(Fault::at("/into", FaultCode::InvalidValue, detail))
}

/// Locks both and all that refers to the first. An article that comes to name it while the others are locked makes this begin again.
///
/// # Errors
/// 404 or 422 when one of them is no longer what it was; 503 when a lock is not to be had in time, or articles keep coming.
pub async fn lock_pair(tx: &mut Tx, from: Uuid, into: Uuid) -> Result<Pair> {
    for _ in 0..TRIES {
        tx.begin_part().await?;
        let tried = try_lock(tx, from, into).await;
        tx.end_part(matches!(tried, Ok(Some(_)))).await?;
        if let Some(pair) = tried? {
            tx.take_time().await?;
            return match unfit(&pair.from, &pair.into) {
                Some(fault) => Err(Error::body(fault.into())),
                None => Ok(pair),
            };
        }
    }
    Err(Error::unavailable(
        "Articles that name this entity are being written all the time. Nothing was merged. Try again shortly.",
    ))
}

async fn try_lock(tx: &mut Tx, from: Uuid, into: Uuid) -> Result<Option<Pair>> {
    let articles = naming(tx, from, LOCK_ARTICLES).await?;
    let seen = get(tx, &Reference::Id(from)).await?;
    let kind = seen.kind.parse::<EntityKind>().ok();
    let names = seen.all_names().filter_map(|name| Some((kind?, name)));
    let names: Vec<(EntityKind, &str)> = names.collect();
    take_names(tx, &names).await?;
    let row = |id| entities::table.find(id).select(Entity::as_select());
    let locked = row(into).for_no_key_update().first(&mut ***tx).await;
    let into: Entity = locked.optional()?.ok_or_else(|| missing(None))?;
    let locked = row(from).for_update().first(&mut ***tx).await;
    let from: Entity = locked.optional()?.ok_or_else(|| missing(None))?;
    let now = naming(tx, from.id, ARTICLES).await?;
    let settled = seen.version == from.version && now.iter().all(|id| articles.contains(id));
    Ok(settled.then_some(Pair {
        from,
        into,
        articles,
    }))
}

const LOCK_ARTICLES: &str = "
    SELECT a.id FROM newsroom.articles a
    WHERE a.id IN (SELECT v.article_id FROM newsroom.article_version_entities l
                   JOIN newsroom.article_versions v ON v.id = l.version_id WHERE l.entity_id = $1)
    ORDER BY a.id FOR NO KEY UPDATE OF a";

const ARTICLES: &str = "
    SELECT DISTINCT v.article_id AS id FROM newsroom.article_version_entities l
    JOIN newsroom.article_versions v ON v.id = l.version_id WHERE l.entity_id = $1 ORDER BY id";

async fn naming(tx: &mut Tx, entity: Uuid, sql: &'static str) -> Result<Vec<Uuid>> {
    let query = diesel::sql_query(sql).bind::<SqlUuid, _>(entity);
    let rows: Vec<ArticleRow> = query.load(&mut ***tx).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The working copy of these articles changes, so that an editor who read it before is told; what an import left as it was still counts as such.
const REVISE: &str = "
    WITH moved AS (
        UPDATE newsroom.articles a SET revision = a.revision + 1
        FROM newsroom.article_versions v JOIN newsroom.article_version_entities l ON l.version_id = v.id
        WHERE v.article_id = a.id AND v.number = a.version AND l.entity_id = $1
        RETURNING a.id, a.version, a.revision
    ),
    imported AS (
        UPDATE newsroom.imported i SET revision = moved.revision
        FROM moved WHERE i.owner_id = moved.id AND i.revision = moved.revision - 1
    )
    SELECT id, version, revision FROM moved ORDER BY id";

/// Where a version names both, the one that stands first is kept, and it is `about` when either is; then the links that are left move.
const MOVE_LINKS: [&str; 4] = [
    "UPDATE newsroom.article_version_entities k SET relation = 'about'
     FROM newsroom.article_version_entities o
     WHERE o.version_id = k.version_id AND k.position < o.position AND o.relation = 'about' AND k.relation <> 'about'
       AND (k.entity_id, o.entity_id) IN (($1, $2), ($2, $1))",
    "DELETE FROM newsroom.article_version_entities o USING newsroom.article_version_entities k
     WHERE o.version_id = k.version_id AND k.position < o.position AND (k.entity_id, o.entity_id) IN (($1, $2), ($2, $1))",
    "UPDATE newsroom.article_version_entities SET entity_id = $2 WHERE entity_id = $1",
    "UPDATE newsroom.imported SET owner_id = $2 WHERE owner_id = $1",
];

/// Merges a locked pair: links of every version, names, addresses, slugs and old paths pass to the one that stays, which keeps its own
/// name, description and picture, and takes those of the other that it lacks.
///
/// # Errors
/// 422 when together they have more aliases or addresses than an entity may have; the database.
pub async fn merge(tx: &mut Tx, pair: Pair) -> Result<Merged> {
    let Pair {
        from,
        into,
        articles,
    } = pair;
    let gathered = Gathered::of(&from, &into)?;
    record(tx, &from, into.id).await?;
    let moved: Vec<MovedRow> = diesel::sql_query(REVISE)
        .bind::<SqlUuid, _>(from.id)
        .load(&mut ***tx)
        .await?;
    for sql in MOVE_LINKS {
        diesel::sql_query(sql)
            .bind::<SqlUuid, _>(from.id)
            .bind::<SqlUuid, _>(into.id)
            .execute(&mut ***tx)
            .await?;
    }
    // Its slugs are the other's from now on.
    removed::remember(tx, Kind::Entity, from.id, None).await?;
    slugs::pass_on(tx, Kind::Entity, from.id, into.id).await?;
    diesel::delete(entities::table.find(from.id))
        .execute(&mut ***tx)
        .await?;
    let into = gather(tx, &into, gathered).await?;
    let now = tx.now;
    let partners: Vec<PartnerRow> = diesel::sql_query(CONTRACTS)
        .bind::<SqlUuid, _>(from.id)
        .bind::<SqlUuid, _>(into.id)
        .bind::<Timestamptz, _>(now)
        .load(&mut ***tx)
        .await?;
    let moved = moved.into_iter().map(|row| {
        let version = |revision| Version::of_text(row.version, revision);
        (row.id, version(row.revision - 1), version(row.revision))
    });
    Ok(Merged {
        into,
        articles,
        moved: moved.collect(),
        partners: partners
            .into_iter()
            .map(|row| (row.id, row.version))
            .collect(),
    })
}

async fn gather(tx: &mut Tx, into: &Entity, gathered: Gathered) -> Result<Entity> {
    let changed = diesel::update(entities::table.find(into.id))
        .set((
            entities::names.eq(gathered.names),
            entities::aliases.eq(gathered.aliases),
            entities::same_as.eq(gathered.same_as),
            entities::description.eq(gathered.description),
            entities::image.eq(gathered.image),
            entities::version.eq(into.version + 1),
            entities::names_version.eq(into.version + 1),
            entities::modified_at.eq(tx.now),
        ))
        .returning(Entity::as_returning());
    let entity = changed.get_result(&mut ***tx).await?;
    keep(tx, &entity).await?;
    Ok(entity)
}

/// Puts the merge on record, whole, and leads what was merged into the one that goes to where it went.
async fn record(tx: &mut Tx, from: &Entity, into: Uuid) -> Result<()> {
    let was_public = slugs::is_public(tx, Kind::Entity, from.id).await?;
    diesel::update(entity_merges::table.filter(entity_merges::into_id.eq(from.id)))
        .set(entity_merges::into_id.eq(into))
        .execute(&mut ***tx)
        .await?;
    diesel::insert_into(entity_merges::table)
        .values((
            entity_merges::id.eq(from.id),
            entity_merges::into_id.eq(into),
            entity_merges::was_public.eq(was_public),
            entity_merges::was.eq(from.input()),
            entity_merges::merged_at.eq(tx.now),
        ))
        .execute(&mut ***tx)
        .await?;
    Ok(())
}
