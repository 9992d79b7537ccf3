//! Making, changing and removing entities.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::names::keep;
use crate::db::schema::newsroom::{article_version_entities, entities};
use crate::entities::model::{Entity, EntityInput, once_each};
use crate::error::{Code, Error, Result};
use crate::publishing::{Kind, Pictures, Tx, removed, slugs};

/// Makes an entity.
///
/// # Errors
/// 409 when the slug is taken; the database.
pub async fn insert(tx: &mut Tx, input: EntityInput) -> Result<Entity> {
    pictures(&input).require(tx).await?;
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
        entities::names_version.eq(1),
    );
    let entity = diesel::insert_into(entities::table)
        .values(values)
        .returning(Entity::as_returning())
        .get_result(&mut ***tx)
        .await?;
    keep(tx, &entity).await?;
    Ok(entity)
}

/// Changes a locked entity. The slug that it had stays its own.
///
/// # Errors
/// 409 when the slug is taken; the database.
pub async fn change(tx: &mut Tx, entity: &Entity, input: EntityInput) -> Result<Entity> {
    pictures(&input).require(tx).await?;
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
        entities::names_version.eq(entity.version + 1),
        entities::modified_at.eq(tx.now),
    );
    let changed = diesel::update(entities::table.find(entity.id))
        .set(values)
        .returning(Entity::as_returning());
    let changed = changed.get_result(&mut ***tx).await?;
    keep(tx, &changed).await?;
    Ok(changed)
}

fn pictures(input: &EntityInput) -> Pictures {
    let media = input.image.as_ref().and_then(|image| image.media);
    Pictures::default().image("/image", media)
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
    let aliases = input.aliases.unwrap_or_default().into_vec().into_iter();
    let aliases = once_each(aliases.map(|alias| alias.into_string()));
    let addresses = input.same_as.unwrap_or_default();
    let mut same_as = Vec::<String>::new();
    for address in addresses.iter().map(ToString::to_string) {
        if !same_as.contains(&address) {
            same_as.push(address);
        }
    }
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
    removed::remember(tx, Kind::Entity, entity.id, Some(&entity.slug)).await?;
    slugs::release_all(tx, Kind::Entity, entity.id).await?;
    diesel::delete(entities::table.find(entity.id))
        .execute(&mut ***tx)
        .await?;
    Ok(())
}
