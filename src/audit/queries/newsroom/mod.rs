//! The audit in the newsroom.

mod walk;

pub use walk::Question;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::audit::model::AuditRow;
use crate::audit::parameters::AuditQuery;
use crate::db::NewsroomConn;
use crate::db::schema::newsroom::{audit, slugs};
use crate::error::Result;
use crate::http::cursor::Position;
use crate::values::Reference;

/// A page and one more, the newest first.
///
/// # Errors
/// The database.
pub async fn list(
    conn: &mut NewsroomConn,
    asked: &AuditQuery,
    after: Option<Position>,
) -> Result<Vec<AuditRow>> {
    let subjects = match &asked.subject {
        None => None,
        Some(Reference::Id(id)) => Some(vec![*id]),
        Some(Reference::Slug(slug)) => Some(owners(conn, slug.as_str(), asked).await?),
    };
    if subjects.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let question = Question::new(asked, subjects.as_deref());
    let sizes: Vec<i64> = match question.survey() {
        Some(survey) => survey.get_result(&mut **conn).await?,
        None => Vec::new(),
    };
    let page = question.page(&sizes, after);
    Ok(page.load(&mut **conn).await?)
}

/// Whose a slug is, of each kind of thing, or of the kind asked for.
async fn owners(conn: &mut NewsroomConn, slug: &str, asked: &AuditQuery) -> Result<Vec<Uuid>> {
    let kinds = match asked.subject_kind {
        Some(kind) => vec![kind.as_str()],
        None => vec!["section", "author", "entity", "article"],
    };
    let owned = slugs::table
        .filter(slugs::kind.eq_any(kinds))
        .filter(slugs::slug.eq(slug));
    Ok(owned.select(slugs::owner_id).load(&mut **conn).await?)
}

/// One row.
///
/// # Errors
/// 404; the database.
pub async fn get(conn: &mut NewsroomConn, id: Uuid) -> Result<AuditRow> {
    Ok(audit::table
        .find(id)
        .select(AuditRow::as_select())
        .first(&mut **conn)
        .await?)
}
