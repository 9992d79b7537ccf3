//! What entities are found by: names and aliases without case and accents.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::write::insert;
use crate::db::schema::newsroom::{entities, entity_names};
use crate::db::{NewsroomConn, Pools, fixed};
use crate::entities::model::{Entity, EntityInput, EntityKind};
use crate::error::Result;
use crate::publishing::{Attribution, Change, Record, Touched, Tx, write};
use crate::values::{Line, NameKey};

/// Keeps what an entity is found by, as its names now are.
pub(super) async fn keep(tx: &mut Tx, entity: &Entity) -> Result<()> {
    let mut keys = BTreeMap::<String, bool>::new();
    for name in entity.all_names() {
        for (key, whole) in NameKey::all(name) {
            *keys.entry(key).or_default() |= whole;
        }
    }
    let (keys, whole): (Vec<String>, Vec<bool>) = keys.into_iter().unzip();
    fixed(
        "WITH gone AS (DELETE FROM newsroom.entity_names WHERE entity_id = $1 AND name_key <> ALL ($2))
         INSERT INTO newsroom.entity_names (entity_id, name_key, whole)
         SELECT $1, * FROM unnest($2, $3)
         ON CONFLICT (entity_id, name_key) DO UPDATE SET whole = EXCLUDED.whole",
    )
    .bind::<SqlUuid, _>(entity.id)
    .bind::<Array<Text>, _>(keys)
    .bind::<Array<Bool>, _>(whole)
    .execute(&mut ***tx)
    .await?;
    Ok(())
}

/// Takes these names, each as [`find_or_make`] does, in one order for every writer: two who name the same in opposite orders would otherwise
/// wait for each other.
///
/// # Errors
/// 503 when another writer does not let go of one in time.
pub async fn take_names(tx: &mut Tx, names: &[(EntityKind, &str)]) -> Result<()> {
    let names: Vec<String> = names
        .iter()
        .map(|(kind, name)| format!("{}:{}", kind.as_str(), NameKey::of(name).as_str()))
        .collect();
    fixed(
        // The first number is this kind of lock's own. A transaction may name very many: the locks of a database are counted.
        "SELECT pg_advisory_xact_lock(1852796261, id)
         FROM (SELECT DISTINCT (hashtextextended(name, 0) & 1023)::integer AS id FROM unnest($1) AS name ORDER BY id) AS names",
    )
    .bind::<Array<Text>, _>(names)
    .execute(&mut ***tx)
    .await?;
    Ok(())
}

/// The entity of this kind and name, or else with this alias, found in any case or made. Accents count: a name that differs in them may be
/// another's, and editors are told of it as a duplicate. Two writers who name one new thing at once make it once.
///
/// # Errors
/// The database.
pub async fn find_or_make(tx: &mut Tx, kind: EntityKind, name: Line<200>) -> Result<Uuid> {
    take_names(tx, &[(kind, name.as_str())]).await?;
    match find_named(tx, kind, name.as_str()).await? {
        Some(id) => Ok(id),
        None => Ok(insert(tx, EntityInput::named(kind, name)).await?.id),
    }
}

/// The entity of this kind and name, in any case, else the one with this alias; of several the oldest. Index: `entity_names_key`.
async fn find_named(conn: &mut NewsroomConn, kind: EntityKind, name: &str) -> Result<Option<Uuid>> {
    let alike: Vec<Entity> = entity_names::table
        .inner_join(entities::table.on(entities::id.eq(entity_names::entity_id)))
        .filter(entity_names::name_key.eq(NameKey::of(name).as_str()))
        .filter(entity_names::whole)
        .filter(entities::kind.eq(kind.as_str()))
        .order((entities::created_at, entities::id))
        .select(Entity::as_select())
        .load(&mut **conn)
        .await?;
    let lower = name.to_lowercase();
    let is = |other: &str| other.to_lowercase() == lower;
    let named = alike.iter().find(|entity| is(&entity.name));
    let found = named.or_else(|| alike.iter().find(|entity| entity.all_names().any(is)));
    Ok(found.map(|entity| entity.id))
}

/// Another entity that goes by a name of this one.
#[derive(Debug)]
pub struct Duplicate {
    /// The other.
    pub entity: Entity,
    /// Its names that this one has too, but for case, accents and punctuation.
    pub shared: Vec<String>,
}

/// Other entities that go by a name or alias of this one, those of its kind first; at most 50. Index: `entity_names_key`.
///
/// # Errors
/// The database.
pub async fn duplicates(conn: &mut NewsroomConn, entity: &Entity) -> Result<Vec<Duplicate>> {
    let keys: Vec<String> = entity
        .all_names()
        .map(|name| NameKey::of(name).as_str().to_owned())
        .collect();
    let sharing = entity_names::table
        .filter(entity_names::name_key.eq_any(&keys))
        .filter(entity_names::whole)
        .filter(entity_names::entity_id.ne(entity.id))
        .select(entity_names::entity_id);
    let found: Vec<Entity> = entities::table
        .filter(entities::id.eq_any(sharing))
        .order((
            entities::kind.ne(&entity.kind),
            entities::name,
            entities::id,
        ))
        .limit(50)
        .select(Entity::as_select())
        .load(&mut **conn)
        .await?;
    let duplicate = |entity: Entity| {
        let names = entity.all_names();
        let shared = names.filter(|name| keys.iter().any(|key| key == NameKey::of(name).as_str()));
        let shared = shared.map(str::to_owned).collect();
        Duplicate { entity, shared }
    };
    Ok(found.into_iter().map(duplicate).collect())
}

/// Makes what is missing of the names of entities that a version of the program from before these were kept has written. Cheap when nothing
/// is missing. Index: `entities_unnamed`.
///
/// # Errors
/// The database.
pub async fn complete_names(pools: &Pools) -> Result<()> {
    while write(pools, Attribution::command("names"), complete_some).await? {}
    Ok(())
}

async fn complete_some(tx: &mut Tx) -> Result<(bool, Record)> {
    let missing: Vec<Entity> = entities::table
        .filter(entities::names_version.is_distinct_from(entities::version.nullable()))
        .order(entities::id)
        .limit(500)
        .for_no_key_update()
        .skip_locked()
        .select(Entity::as_select())
        .load(&mut ***tx)
        .await?;
    for entity in &missing {
        keep(tx, entity).await?;
    }
    let ids: Vec<Uuid> = missing.iter().map(|entity| entity.id).collect();
    diesel::update(entities::table.filter(entities::id.eq_any(&ids)))
        .set(entities::names_version.eq(entities::version.nullable()))
        .execute(&mut ***tx)
        .await?;
    let touched = Touched {
        entities: ids,
        ..Touched::default()
    };
    let more = !touched.is_empty();
    let record = Record {
        change: more.then(|| Change::bulk(touched)),
        ..Record::default()
    };
    Ok((more, record))
}
