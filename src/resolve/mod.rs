//! From a name to the thing: slugs of now and before, old paths, redirects.

pub mod delivery;
mod parameters;
mod queries;
mod view;

use uuid::Uuid;

use crate::changes::{Keys, Seq};
use crate::db::DeliveryConn;
use crate::error::Result;
use crate::publishing::Kind;
use crate::values::AskedPath;

pub use queries::{Found, frontend, locate, named, withdrawn};
pub use view::{ResolvedState, ResolvedView};

/// What an answer to a path is made of: it can come to lead to anything.
pub fn everything() -> Keys {
    let mut keys = Keys::with_addresses();
    keys.any(Kind::Author).any(Kind::Entity).articles();
    keys
}

/// The public article that an address leads to, if it leads to one, now or by what it was before; and as of when.
///
/// # Errors
/// The database.
pub async fn article_at(conn: &mut DeliveryConn, asked: &AskedPath) -> Result<(Seq, Option<Uuid>)> {
    let (found, same) = queries::resolve(conn, asked).await?;
    let frontend = frontend(found.site.as_deref())?;
    let view = ResolvedView::likeliest(found.rows, &same, &frontend);
    Ok((found.seq, view.and_then(|view| view.article())))
}
