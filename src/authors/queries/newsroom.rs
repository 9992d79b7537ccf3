//! Authors as editors see them.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::authors::model::{Author, AuthorInput};
use crate::db::schema::newsroom::{article_version_authors, authors, update_version_authors};
use crate::db::{NewsroomConn, Stored};
use crate::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::http::cursor::{Position, SortKey};
use crate::http::search::{ManagedList, containing};
use crate::publishing::{Kind, Pictures, Tx, removed, slugs};
use crate::values::{Items, Reference};

/// A page and one more, by name.
///
/// # Errors
/// The database.
pub async fn list(
    conn: &mut NewsroomConn,
    asked: &ManagedList,
    after: Option<Position>,
) -> Result<Vec<Author>> {
    let mut query = authors::table
        .select(Author::as_select())
        .filter(authors::name.ilike(containing(asked.q.as_ref())))
        .into_boxed();
    if let Some(Position {
        key: SortKey::Text(name),
        id,
    }) = after
    {
        query = query.filter(
            authors::name
                .gt(name.clone())
                .or(authors::name.eq(name).and(authors::id.gt(id))),
        );
    }
    Ok(query
        .order((authors::name, authors::id))
        .limit(asked.limit.probe())
        .load(&mut **conn)
        .await?)
}

/// One author.
///
/// # Errors
/// 404; the database.
pub async fn get(conn: &mut NewsroomConn, which: &Reference) -> Result<Author> {
    let query = authors::table.select(Author::as_select()).into_boxed();
    let query = match which {
        Reference::Id(id) => query.filter(authors::id.eq(*id)),
        Reference::Slug(slug) => query.filter(authors::slug.eq(slug.to_string())),
    };
    Ok(query.first(&mut **conn).await?)
}

/// One author, its row locked to the end of the transaction; `alone`, so that nobody may name it meanwhile, as its removal and a change of its slug need.
///
/// # Errors
/// 404; the database.
pub async fn lock(tx: &mut Tx, which: &Reference, alone: bool) -> Result<Author> {
    let id = get(tx, which).await?.id;
    let row = authors::table.find(id).select(Author::as_select());
    let conn = &mut ***tx;
    Ok(match alone {
        true => row.for_update().first(conn).await?,
        false => row.for_no_key_update().first(conn).await?,
    })
}

/// Makes an author.
///
/// # Errors
/// 409 when the slug is taken; the database.
pub async fn insert(tx: &mut Tx, input: AuthorInput) -> Result<Author> {
    pictures(&input).require(tx).await?;
    let id = Uuid::new_v4();
    let wanted = input.slug.as_ref().map_or(
        slugs::Wanted::Like(input.name.as_str()),
        slugs::Wanted::Exactly,
    );
    let slug = slugs::claim(tx, Kind::Author, id, wanted).await?;
    let links = serde_json::to_value(input.links.unwrap_or_default()).map_err(Error::internal)?;
    let values = (
        authors::id.eq(id),
        authors::slug.eq(slug.to_string()),
        authors::name.eq(input.name.into_string()),
        authors::biography.eq(input
            .biography
            .map(|text| Stored(text.into_input().render("")))),
        authors::image.eq(input
            .image
            .map(serde_json::to_value)
            .transpose()
            .map_err(Error::internal)?),
        authors::links.eq(links),
        authors::created_at.eq(tx.now),
        authors::modified_at.eq(tx.now),
    );
    Ok(diesel::insert_into(authors::table)
        .values(values)
        .returning(Author::as_returning())
        .get_result(&mut ***tx)
        .await?)
}

/// Changes a locked author. The slug that it had stays its own.
///
/// # Errors
/// 409 when the slug is taken; the database.
pub async fn change(tx: &mut Tx, author: &Author, input: AuthorInput) -> Result<Author> {
    pictures(&input).require(tx).await?;
    let slug = match &input.slug {
        Some(slug) => slugs::claim(tx, Kind::Author, author.id, slugs::Wanted::Exactly(slug))
            .await?
            .to_string(),
        None => author.slug.clone(),
    };
    let links = serde_json::to_value(input.links.unwrap_or_default()).map_err(Error::internal)?;
    let values = (
        authors::slug.eq(slug),
        authors::name.eq(input.name.into_string()),
        authors::biography.eq(input
            .biography
            .map(|text| Stored(text.into_input().render("")))),
        authors::image.eq(input
            .image
            .map(serde_json::to_value)
            .transpose()
            .map_err(Error::internal)?),
        authors::links.eq(links),
        authors::version.eq(author.version + 1),
        authors::modified_at.eq(tx.now),
    );
    let changed = diesel::update(authors::table.find(author.id))
        .set(values)
        .returning(Author::as_returning());
    Ok(changed.get_result(&mut ***tx).await?)
}

fn pictures(input: &AuthorInput) -> Pictures {
    Pictures::default()
        .image("/image", input.image.as_ref().and_then(|image| image.media))
        .text("/biography", input.biography.as_deref())
}

/// Removes a locked author whom no version of an article or update names.
///
/// # Errors
/// 409 when one does; the database.
pub async fn remove(tx: &mut Tx, author: &Author) -> Result<()> {
    let in_articles =
        article_version_authors::table.filter(article_version_authors::author_id.eq(author.id));
    let in_updates =
        update_version_authors::table.filter(update_version_authors::author_id.eq(author.id));
    let used: bool =
        diesel::select(diesel::dsl::exists(in_articles).or(diesel::dsl::exists(in_updates)))
            .get_result(&mut ***tx)
            .await?;
    if used {
        return Err(Error::new(
            Code::InUse,
            "Versions of articles or updates name this author. Their record must stay whole.",
        ));
    }
    removed::remember(tx, Kind::Author, author.id, Some(&author.slug)).await?;
    slugs::release_all(tx, Kind::Author, author.id).await?;
    diesel::delete(authors::table.find(author.id))
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

/// The id of the author of this slug or id.
///
/// # Errors
/// The database.
pub async fn find(conn: &mut NewsroomConn, which: &Reference) -> Result<Option<Uuid>> {
    let query = authors::table.select(authors::id).into_boxed();
    let query = match which {
        Reference::Id(id) => query.filter(authors::id.eq(*id)),
        Reference::Slug(slug) => query.filter(authors::slug.eq(slug.to_string())),
    };
    Ok(query.first(&mut **conn).await.optional()?)
}

/// The ids of these authors, in order; each that does not exist, or stands twice, is a fault at its place below `pointer`.
///
/// # Errors
/// The database.
pub async fn find_all(
    conn: &mut NewsroomConn,
    which: Items<Reference, 50>,
    pointer: &str,
    faults: &mut Faults,
) -> Result<Vec<Uuid>> {
    let mut ids = Vec::new();
    for (index, reference) in which {
        match find(conn, &reference).await? {
            Some(id) if !ids.contains(&id) => ids.push(id),
            Some(_) => faults.push(Fault::at(
                format!("{pointer}/{index}"),
                FaultCode::InvalidValue,
                "stands twice in the list",
            )),
            None => {
                let detail =
                    format!("no author has the slug or id \"{reference}\"; make one first");
                faults.push(Fault::at(
                    format!("{pointer}/{index}"),
                    FaultCode::UnknownReference,
                    detail,
                ));
            }
        }
    }
    Ok(ids)
}

/// An author by name, for what names them.
#[derive(Debug, Clone, Queryable)]
pub struct Byline {
    /// The id.
    pub id: Uuid,
    /// The name in addresses.
    pub slug: String,
    /// The name.
    pub name: String,
}

/// The names of these authors, in the order of the ids.
///
/// # Errors
/// The database.
pub async fn bylines(conn: &mut NewsroomConn, ids: &[Uuid]) -> Result<Vec<Byline>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = authors::table.filter(authors::id.eq_any(ids)).select((
        authors::id,
        authors::slug,
        authors::name,
    ));
    let rows: Vec<Byline> = rows.load(&mut **conn).await?;
    Ok(ids
        .iter()
        .filter_map(|id| rows.iter().find(|row| row.id == *id).cloned())
        .collect())
}
