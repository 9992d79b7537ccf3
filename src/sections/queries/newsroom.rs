//! Sections as editors see them.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::NewsroomConn;
use crate::db::schema::newsroom::{article_versions, donation_attachments, sections};
use crate::error::{Code, Error, Result};
use crate::http::cursor::{Position, SortKey};
use crate::http::search::{ManagedList, containing};
use crate::publishing::{Kind, Tx, removed, slugs};
use crate::sections::model::{Section, SectionInput};
use crate::values::Reference;

/// A page and one more, by name; index: the primary key's table is small.
///
/// # Errors
/// The database.
async fn list(
    conn: &mut NewsroomConn,
    asked: &ManagedList,
    after: Option<Position>,
) -> Result<Vec<Section>> {
    let mut query = sections::table
        .select(Section::as_select())
        .filter(sections::name.ilike(containing(asked.q.as_ref())))
        .into_boxed();
    if let Some(Position {
        key: SortKey::Text(name),
        id,
    }) = after
    {
        query = query.filter(
            sections::name
                .gt(name.clone())
                .or(sections::name.eq(name).and(sections::id.gt(id))),
        );
    }
    Ok(query
        .order((sections::name, sections::id))
        .limit(asked.limit.probe())
        .load(&mut **conn)
        .await?)
}

/// A page and one more, each with the donation links that hang on it.
///
/// # Errors
/// The database.
pub async fn list_with_links(
    conn: &mut NewsroomConn,
    asked: &ManagedList,
    after: Option<Position>,
) -> Result<Vec<(Section, Vec<Uuid>)>> {
    let sections = list(conn, asked, after).await?;
    let ids: Vec<Uuid> = sections.iter().map(|section| section.id).collect();
    let hung: Vec<(Uuid, Uuid)> = donation_attachments::table
        .filter(donation_attachments::owner_id.eq_any(&ids))
        .order((
            donation_attachments::owner_id,
            donation_attachments::position,
        ))
        .select((
            donation_attachments::owner_id,
            donation_attachments::link_id,
        ))
        .load(&mut **conn)
        .await?;
    let links = |id| {
        hung.iter()
            .filter(|(owner, _)| *owner == id)
            .map(|(_, link)| *link)
            .collect()
    };
    Ok(sections
        .into_iter()
        .map(|section| (section.clone(), links(section.id)))
        .collect())
}

/// One section.
///
/// # Errors
/// 404; the database.
pub async fn get(conn: &mut NewsroomConn, which: &Reference) -> Result<Section> {
    let query = sections::table.select(Section::as_select()).into_boxed();
    let query = match which {
        Reference::Id(id) => query.filter(sections::id.eq(*id)),
        Reference::Slug(slug) => query.filter(sections::slug.eq(slug.to_string())),
    };
    Ok(query.first(&mut **conn).await?)
}

/// One section, its row locked to the end of the transaction; `alone`, so that nobody may name it meanwhile, as its removal and a change of its slug need.
///
/// # Errors
/// 404; the database.
pub async fn lock(tx: &mut Tx, which: &Reference, alone: bool) -> Result<Section> {
    let id = get(tx, which).await?.id;
    let row = sections::table.find(id).select(Section::as_select());
    let conn = &mut ***tx;
    Ok(match alone {
        true => row.for_update().first(conn).await?,
        false => row.for_no_key_update().first(conn).await?,
    })
}

/// The donation links that hang on a section, in order.
///
/// # Errors
/// The database.
pub async fn donation_links(conn: &mut NewsroomConn, id: Uuid) -> Result<Vec<Uuid>> {
    let links = donation_attachments::table
        .filter(donation_attachments::owner_kind.eq("section"))
        .filter(donation_attachments::owner_id.eq(id));
    Ok(links
        .order(donation_attachments::position)
        .select(donation_attachments::link_id)
        .load(&mut **conn)
        .await?)
}

/// Makes a section.
///
/// # Errors
/// 409 when the slug is taken; the database.
pub async fn insert(tx: &mut Tx, input: &SectionInput) -> Result<Section> {
    let id = Uuid::new_v4();
    let wanted = input.slug.as_ref().map_or(
        slugs::Wanted::Like(input.name.as_str()),
        slugs::Wanted::Exactly,
    );
    let slug = slugs::claim(tx, Kind::Section, id, wanted).await?;
    slugs::make_public(tx, Kind::Section, slug.as_str()).await?;
    let values = (
        sections::id.eq(id),
        sections::slug.eq(slug.as_str().to_owned()),
        columns(input)?,
        sections::created_at.eq(tx.now),
        sections::modified_at.eq(tx.now),
    );
    Ok(diesel::insert_into(sections::table)
        .values(values)
        .returning(Section::as_returning())
        .get_result(&mut ***tx)
        .await?)
}

/// Changes a locked section.
///
/// # Errors
/// 409 when the slug is taken; the database.
pub async fn change(tx: &mut Tx, section: &Section, input: &SectionInput) -> Result<Section> {
    let slug = match &input.slug {
        Some(slug) => slugs::claim(tx, Kind::Section, section.id, slugs::Wanted::Exactly(slug))
            .await?
            .to_string(),
        None => section.slug.clone(),
    };
    slugs::make_public(tx, Kind::Section, &slug).await?;
    let values = (
        sections::slug.eq(slug),
        columns(input)?,
        sections::version.eq(section.version + 1),
        sections::modified_at.eq(tx.now),
    );
    let changed = diesel::update(sections::table.find(section.id))
        .set(values)
        .returning(Section::as_returning());
    Ok(changed.get_result(&mut ***tx).await?)
}

type Columns<'i> = (
    diesel::dsl::Eq<sections::name, &'i str>,
    diesel::dsl::Eq<sections::names, serde_json::Value>,
    diesel::dsl::Eq<sections::description, Option<&'i str>>,
    diesel::dsl::Eq<sections::position, i32>,
);

fn columns(input: &SectionInput) -> Result<Columns<'_>> {
    Ok((
        sections::name.eq(input.name.as_str()),
        sections::names.eq(serde_json::to_value(&input.names).map_err(Error::internal)?),
        sections::description.eq(input.description.as_ref().map(|text| text.as_str())),
        sections::position.eq(input.position.unwrap_or(0)),
    ))
}

/// Counts one more write of a locked section, after its donation links changed.
///
/// # Errors
/// The database.
pub async fn touch(tx: &mut Tx, section: &Section) -> Result<Section> {
    let values = (
        sections::version.eq(section.version + 1),
        sections::modified_at.eq(tx.now),
    );
    let changed = diesel::update(sections::table.find(section.id))
        .set(values)
        .returning(Section::as_returning());
    Ok(changed.get_result(&mut ***tx).await?)
}

/// Removes a locked section that no version of an article is in.
///
/// # Errors
/// 409 when one is; the database.
pub async fn remove(tx: &mut Tx, section: &Section) -> Result<()> {
    let used = article_versions::table.filter(article_versions::section_id.eq(section.id));
    if diesel::select(diesel::dsl::exists(used))
        .get_result(&mut ***tx)
        .await?
    {
        return Err(Error::new(
            Code::InUse,
            "Versions of articles are in this section. Move them first, or keep it.",
        ));
    }
    let attached =
        donation_attachments::table.filter(donation_attachments::owner_id.eq(section.id));
    diesel::delete(attached).execute(&mut ***tx).await?;
    removed::remember(tx, Kind::Section, section.id, Some(&section.slug)).await?;
    diesel::delete(sections::table.find(section.id))
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

/// The id of the section of this slug or id.
///
/// # Errors
/// The database.
pub async fn find(conn: &mut NewsroomConn, which: &Reference) -> Result<Option<Uuid>> {
    let query = sections::table.select(sections::id).into_boxed();
    let query = match which {
        Reference::Id(id) => query.filter(sections::id.eq(*id)),
        Reference::Slug(slug) => query.filter(sections::slug.eq(slug.to_string())),
    };
    Ok(query.first(&mut **conn).await.optional()?)
}
