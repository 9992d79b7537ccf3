//! Whose a slug is. One table for each kind of thing over all languages; what was ever public stays its owner's for good.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::change::Kind;
use super::tx::Tx;
use crate::db::schema::newsroom::{donation_links, old_paths, slugs};
use crate::error::{Code, Error, Result};
use crate::values::Slug;

/// What a thing is to be called in addresses.
pub enum Wanted<'a> {
    /// Exactly this; taken is an error.
    Exactly(&'a Slug),
    /// Something like the headline or name; numbered when taken.
    Like(&'a str),
}

/// Takes a slug for its owner. The rows are locked to the end of the transaction: of two writers who want one slug, one gets it.
///
/// # Errors
/// 409 naming the slug when another owner has it.
pub async fn claim(tx: &mut Tx, kind: Kind, owner: Uuid, wanted: Wanted<'_>) -> Result<Slug> {
    let base = match wanted {
        Wanted::Exactly(slug) => {
            if take(tx, kind, owner, slug).await? {
                return Ok(slug.clone());
            }
            let detail = format!(
                "The slug \"{slug}\" belongs to another {}. Choose another.",
                kind.as_str()
            );
            return Err(Error::new(Code::SlugTaken, detail));
        }
        Wanted::Like(words) => Slug::from_words(words).unwrap_or_else(|| unnamed(kind, owner)),
    };
    if take(tx, kind, owner, &base).await? {
        return Ok(base);
    }
    for number in 2..=20 {
        let numbered = base.numbered(number);
        if take(tx, kind, owner, &numbered).await? {
            return Ok(numbered);
        }
    }
    let unique = unnamed(kind, owner);
    if take(tx, kind, owner, &unique).await? {
        return Ok(unique);
    }
    Err(Error::new(
        Code::SlugTaken,
        format!("Every slug like \"{base}\" is taken. Choose one and send it as `slug`."),
    ))
}

/// A slug for a name without a letter or digit to make one from.
fn unnamed(kind: Kind, owner: Uuid) -> Slug {
    let short: String = owner.simple().to_string().chars().take(12).collect();
    Slug::tagged(kind.as_str(), &short)
}

async fn take(tx: &mut Tx, kind: Kind, owner: Uuid, slug: &Slug) -> Result<bool> {
    let inserted = diesel::insert_into(slugs::table)
        .values((
            slugs::kind.eq(kind.as_str()),
            slugs::slug.eq(slug.as_str()),
            slugs::owner_id.eq(owner),
        ))
        .on_conflict_do_nothing()
        .execute(&mut ***tx)
        .await?;
    if inserted == 1 {
        return Ok(true);
    }
    let row = slugs::table.find((kind.as_str(), slug.as_str()));
    let has: Option<Uuid> = row
        .select(slugs::owner_id)
        .first(&mut ***tx)
        .await
        .optional()?;
    Ok(has == Some(owner))
}

/// Whether nothing of this kind has this slug, or had it when it was public.
///
/// # Errors
/// The database.
pub async fn is_free(tx: &mut Tx, kind: Kind, slug: &Slug) -> Result<bool> {
    let row = slugs::table.find((kind.as_str(), slug.as_str()));
    let has: Option<Uuid> = row
        .select(slugs::owner_id)
        .first(&mut ***tx)
        .await
        .optional()?;
    Ok(has.is_none())
}

/// Marks an article's slug as public from now on.
///
/// # Errors
/// The database.
pub async fn make_public(tx: &mut Tx, kind: Kind, slug: &str) -> Result<()> {
    let now = tx.now;
    diesel::update(
        slugs::table
            .find((kind.as_str(), slug))
            .filter(slugs::public_since.is_null()),
    )
    .set(slugs::public_since.eq(now))
    .execute(&mut ***tx)
    .await?;
    Ok(())
}

/// Gives back the slugs that an article had as a draft and no longer uses. Its row must be locked, as every write of it does.
///
/// # Errors
/// The database.
pub async fn release_unused(tx: &mut Tx, owner: Uuid, used: &str) -> Result<()> {
    let unused = slugs::table
        .filter(slugs::owner_id.eq(owner))
        .filter(slugs::public_since.is_null())
        .filter(slugs::slug.ne(used));
    diesel::delete(unused).execute(&mut ***tx).await?;
    Ok(())
}

/// Gives back the slugs of a thing that is being removed, but for those that were ever public.
///
/// # Errors
/// The database.
pub async fn release_all(tx: &mut Tx, kind: Kind, owner: Uuid) -> Result<()> {
    let own = slugs::table
        .filter(slugs::kind.eq(kind.as_str()))
        .filter(slugs::owner_id.eq(owner))
        .filter(slugs::public_since.is_null());
    diesel::delete(own).execute(&mut ***tx).await?;
    Ok(())
}

/// Gives the slugs and old paths of a thing that has become another to that other.
///
/// # Errors
/// The database.
pub async fn pass_on(tx: &mut Tx, kind: Kind, from: Uuid, into: Uuid) -> Result<()> {
    let own = slugs::table
        .filter(slugs::kind.eq(kind.as_str()))
        .filter(slugs::owner_id.eq(from));
    diesel::update(own)
        .set(slugs::owner_id.eq(into))
        .execute(&mut ***tx)
        .await?;
    let own = old_paths::table
        .filter(old_paths::kind.eq(kind.as_str()))
        .filter(old_paths::owner_id.eq(from));
    diesel::update(own)
        .set(old_paths::owner_id.eq(into))
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

/// Whether readers know this thing, or knew it once.
///
/// # Errors
/// The database.
pub async fn is_public(tx: &mut Tx, kind: Kind, id: Uuid) -> Result<bool> {
    let known: bool = if kind == Kind::DonationLink {
        let known = donation_links::table
            .find(id)
            .filter(donation_links::public_since.is_not_null());
        diesel::select(diesel::dsl::exists(known))
            .get_result(&mut ***tx)
            .await?
    } else {
        let known = slugs::table
            .filter(slugs::kind.eq(kind.as_str()))
            .filter(slugs::owner_id.eq(id))
            .filter(slugs::public_since.is_not_null());
        diesel::select(diesel::dsl::exists(known))
            .get_result(&mut ***tx)
            .await?
    };
    Ok(known)
}
