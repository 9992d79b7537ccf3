//! Reading entities, and where the names lead that they had before.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::NewsroomConn;
use crate::db::schema::newsroom::{entities, entity_merges, slugs};
use crate::entities::model::Entity;
use crate::error::{Code, Error, Result};
use crate::http::cursor::{Position, SortKey};
use crate::http::search::{ManagedList, containing};
use crate::publishing::Tx;
use crate::values::Reference;

/// A page and one more, by name.
///
/// # Errors
/// The database.
pub async fn list(
    conn: &mut NewsroomConn,
    asked: &ManagedList,
    after: Option<Position>,
) -> Result<Vec<Entity>> {
    let mut query = entities::table
        .select(Entity::as_select())
        .filter(entities::name.ilike(containing(asked.q.as_ref())))
        .into_boxed();
    if let Some(Position {
        key: SortKey::Text(name),
        id,
    }) = after
    {
        query = query.filter(
            entities::name
                .gt(name.clone())
                .or(entities::name.eq(name).and(entities::id.gt(id))),
        );
    }
    Ok(query
        .order((entities::name, entities::id))
        .limit(asked.limit.probe())
        .load(&mut **conn)
        .await?)
}

/// One entity.
///
/// # Errors
/// 404, which names the entity that this one has become, if it was merged or renamed; the database.
pub async fn get(conn: &mut NewsroomConn, which: &Reference) -> Result<Entity> {
    let query = entities::table.select(Entity::as_select()).into_boxed();
    let query = match which {
        Reference::Id(id) => query.filter(entities::id.eq(*id)),
        Reference::Slug(slug) => query.filter(entities::slug.eq(slug.to_string())),
    };
    let found: Option<Entity> = query.first(&mut **conn).await.optional()?;
    match found {
        Some(entity) => Ok(entity),
        None => Err(missing(now_called(conn, which).await?)),
    }
}

/// There is no such entity any more, or there never was.
pub(super) fn missing(now: Option<String>) -> Error {
    now.map_or_else(Error::not_found, |slug| {
        let detail = format!("This entity is \"{slug}\" now: it was merged or renamed. Use that.");
        Error::new(Code::NotFound, detail)
    })
}

/// One entity, its row locked to the end of the transaction; `alone`, so that nobody may name it meanwhile, as its removal and a change of its slug need.
///
/// # Errors
/// 404; the database.
pub async fn lock(tx: &mut Tx, which: &Reference, alone: bool) -> Result<Entity> {
    let id = get(tx, which).await?.id;
    let row = entities::table.find(id).select(Entity::as_select());
    let conn = &mut ***tx;
    Ok(match alone {
        true => row.for_update().first(conn).await?,
        false => row.for_no_key_update().first(conn).await?,
    })
}

/// The id of the entity of this slug or id.
///
/// # Errors
/// The database.
pub async fn find(conn: &mut NewsroomConn, which: &Reference) -> Result<Option<Uuid>> {
    let query = entities::table.select(entities::id).into_boxed();
    let query = match which {
        Reference::Id(id) => query.filter(entities::id.eq(*id)),
        Reference::Slug(slug) => query.filter(entities::slug.eq(slug.to_string())),
    };
    Ok(query.first(&mut **conn).await.optional()?)
}

/// The slug of what an entity has become that is no longer found by this name: it was merged into that, or is called so now.
///
/// # Errors
/// The database.
pub async fn now_called(conn: &mut NewsroomConn, which: &Reference) -> Result<Option<String>> {
    let owner: Option<Uuid> = match which {
        Reference::Id(id) => {
            let merge = entity_merges::table.find(id).select(entity_merges::into_id);
            merge.first(&mut **conn).await.optional()?
        }
        Reference::Slug(slug) => {
            let row = slugs::table.find(("entity", slug.as_str()));
            let owner = row.select(slugs::owner_id).first(&mut **conn).await;
            owner.optional()?
        }
    };
    let Some(owner) = owner else { return Ok(None) };
    let slug = entities::table.find(owner).select(entities::slug);
    Ok(slug.first(&mut **conn).await.optional()?)
}
