//! Entities as editors see them.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::NewsroomConn;
use crate::db::schema::newsroom::{article_version_entities, entities};
use crate::entities::model::{Entity, EntityInput, EntityKind};
use crate::error::{Code, Error, Result};
use crate::http::cursor::{Position, SortKey};
use crate::http::search::{ManagedList, containing};
use crate::publishing::{Kind, Tx, slugs};
use crate::values::{Line, Reference};

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
/// 404; the database.
pub async fn get(conn: &mut NewsroomConn, which: &Reference) -> Result<Entity> {
    let query = entities::table.select(Entity::as_select()).into_boxed();
    let query = match which {
        Reference::Id(id) => query.filter(entities::id.eq(*id)),
        Reference::Slug(slug) => query.filter(entities::slug.eq(slug.to_string())),
    };
    Ok(query.first(&mut **conn).await?)
}

/// One entity, its row locked to the end of the transaction.
///
/// # Errors
/// 404; the database.
pub async fn lock(tx: &mut Tx, which: &Reference) -> Result<Entity> {
    let id = get(tx, which).await?.id;
    Ok(entities::table
        .find(id)
        .select(Entity::as_select())
        .for_update()
        .first(&mut ***tx)
        .await?)
}

/// Takes these names, each as [`find_or_make`] does, in one order for every writer: two who name the same in opposite orders would otherwise
/// wait for each other.
///
/// # Errors
/// 503 when another writer does not let go of one in time.
pub async fn take_names(tx: &mut Tx, names: &[(EntityKind, &str)]) -> Result<()> {
    let names: Vec<String> = names
        .iter()
        .map(|(kind, name)| format!("{}:{name}", kind.as_str()))
        .collect();
    diesel::sql_query(
        "SELECT pg_advisory_xact_lock(id)
         FROM (SELECT DISTINCT hashtextextended(lower(name), 0) AS id FROM unnest($1) AS name ORDER BY id) AS names",
    )
    .bind::<diesel::sql_types::Array<diesel::sql_types::Text>, _>(names)
    .execute(&mut ***tx)
    .await?;
    Ok(())
}

/// The entity of this kind and name, found in any case or made. Two writers who name one new thing at once make it once.
///
/// # Errors
/// The database.
pub async fn find_or_make(tx: &mut Tx, kind: EntityKind, name: Line<200>) -> Result<Uuid> {
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1 || ':' || lower($2), 0))")
        .bind::<diesel::sql_types::Text, _>(kind.as_str())
        .bind::<diesel::sql_types::Text, _>(name.as_str())
        .execute(&mut ***tx)
        .await?;
    match find_named(tx, kind, name.as_str()).await? {
        Some(id) => Ok(id),
        None => Ok(insert(tx, EntityInput::named(kind, name)).await?.id),
    }
}

/// The entity of this kind and name, in any case; index: `entities_kind_name`.
async fn find_named(conn: &mut NewsroomConn, kind: EntityKind, name: &str) -> Result<Option<Uuid>> {
    let lower = diesel::dsl::sql::<diesel::sql_types::Bool>("lower(name) = lower(")
        .bind::<diesel::sql_types::Text, _>(name)
        .sql(")");
    let found = entities::table
        .filter(entities::kind.eq(kind.as_str()))
        .filter(lower)
        .order(entities::created_at)
        .select(entities::id);
    Ok(found.first(&mut **conn).await.optional()?)
}

/// Makes an entity.
///
/// # Errors
/// 409 when the slug is taken; the database.
pub async fn insert(tx: &mut Tx, input: EntityInput) -> Result<Entity> {
    let id = Uuid::new_v4();
    let wanted = input.slug.as_ref().map_or(
        slugs::Wanted::Like(input.name.as_str()),
        slugs::Wanted::Exactly,
    );
    let slug = slugs::claim(tx, Kind::Entity, id, wanted).await?;
    let values = (
        entities::id.eq(id),
        entities::slug.eq(slug.to_string()),
        columns(input)?,
        entities::created_at.eq(tx.now),
        entities::modified_at.eq(tx.now),
    );
    Ok(diesel::insert_into(entities::table)
        .values(values)
        .returning(Entity::as_returning())
        .get_result(&mut ***tx)
        .await?)
}

/// Changes a locked entity. The slug that it had stays its own.
///
/// # Errors
/// 409 when the slug is taken; the database.
pub async fn change(tx: &mut Tx, entity: &Entity, input: EntityInput) -> Result<Entity> {
    let slug = match &input.slug {
        Some(slug) => slugs::claim(tx, Kind::Entity, entity.id, slugs::Wanted::Exactly(slug))
            .await?
            .to_string(),
        None => entity.slug.clone(),
    };
    let values = (
        entities::slug.eq(slug),
        columns(input)?,
        entities::version.eq(entity.version + 1),
        entities::modified_at.eq(tx.now),
    );
    let changed = diesel::update(entities::table.find(entity.id))
        .set(values)
        .returning(Entity::as_returning());
    Ok(changed.get_result(&mut ***tx).await?)
}

type Columns = (
    diesel::dsl::Eq<entities::kind, &'static str>,
    diesel::dsl::Eq<entities::name, String>,
    diesel::dsl::Eq<entities::names, serde_json::Value>,
    diesel::dsl::Eq<entities::aliases, Vec<String>>,
    diesel::dsl::Eq<entities::description, Option<String>>,
    diesel::dsl::Eq<entities::same_as, Vec<String>>,
    diesel::dsl::Eq<entities::image, Option<serde_json::Value>>,
);

fn columns(input: EntityInput) -> Result<Columns> {
    let aliases: Vec<String> = input
        .aliases
        .unwrap_or_default()
        .into_vec()
        .into_iter()
        .map(|alias| alias.into_string())
        .collect();
    let same_as: Vec<String> = input
        .same_as
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect();
    Ok((
        entities::kind.eq(input.kind.as_str()),
        entities::name.eq(input.name.into_string()),
        entities::names.eq(serde_json::to_value(&input.names).map_err(Error::internal)?),
        entities::aliases.eq(aliases),
        entities::description.eq(input.description.map(|text| text.into_string())),
        entities::same_as.eq(same_as),
        entities::image.eq(input
            .image
            .map(serde_json::to_value)
            .transpose()
            .map_err(Error::internal)?),
    ))
}

/// Removes a locked entity that no version of an article refers to.
///
/// # Errors
/// 409 when one does; the database.
pub async fn remove(tx: &mut Tx, entity: &Entity) -> Result<()> {
    let used =
        article_version_entities::table.filter(article_version_entities::entity_id.eq(entity.id));
    if diesel::select(diesel::dsl::exists(used))
        .get_result(&mut ***tx)
        .await?
    {
        return Err(Error::new(
            Code::InUse,
            "Versions of articles refer to this entity. Their record must stay whole.",
        ));
    }
    slugs::release_all(tx, Kind::Entity, entity.id).await?;
    diesel::delete(entities::table.find(entity.id))
        .execute(&mut ***tx)
        .await?;
    Ok(())
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
