//! What readers knew and is no more.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::change::Kind;
use super::slugs::is_public;
use super::tx::Tx;
use crate::db::schema::newsroom::{imported, removed};
use crate::error::Result;

/// Remembers a thing that is being removed, if readers know it, so that its names lead to 410 and copies learn of it, after a rebuild too. Its slug
/// is the one it has; none where that belongs to another from now on. An import that names it again makes it anew, but for an article.
///
/// # Errors
/// The database.
pub async fn remember(tx: &mut Tx, kind: Kind, id: Uuid, slug: Option<&str>) -> Result<()> {
    if kind != Kind::Article {
        diesel::delete(imported::table.filter(imported::owner_id.eq(id)))
            .execute(&mut ***tx)
            .await?;
    }
    if !is_public(tx, kind, id).await? {
        return Ok(());
    }
    diesel::insert_into(removed::table)
        .values((
            removed::kind.eq(kind.as_str()),
            removed::id.eq(id),
            removed::slug.eq(slug),
            removed::removed_at.eq(tx.now),
        ))
        .on_conflict_do_nothing()
        .execute(&mut ***tx)
        .await?;
    Ok(())
}
