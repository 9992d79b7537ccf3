//! `/v1/manage/articles`.

pub mod acts;
pub mod checks;
pub mod documents;
pub mod lists;
pub mod versions;

use serde::Serialize;
use uuid::Uuid;

use crate::articles::model::{Article, Content};
use crate::articles::queries::newsroom as queries;
use crate::articles::view::{ManagedArticle, side as compared};
use crate::db::NewsroomConn;
use crate::diff::{Side, compare_at_once};
use crate::error::{Code, Error, Result};
use crate::http::conditional::Version;
use crate::http::{IfMatch, Written};
use crate::publishing::{AuditEntry, Kind, Tx};

/// An article with its working copy, as editors see it.
async fn view(conn: &mut NewsroomConn, article: Article) -> Result<ManagedArticle> {
    let (version, content) = queries::content(conn, &article).await?;
    let names = queries::names(conn, article.id, version, &content).await?;
    Ok(ManagedArticle::new(article, content, names))
}

/// A version as it is compared.
async fn side(conn: &mut NewsroomConn, article: Uuid, number: i32) -> Result<Side> {
    let version = queries::version(conn, article, number).await?;
    let names = queries::names(conn, article, version.id, &version.content).await?;
    let mentioned = queries::mentioned(conn, &version.content).await?;
    Ok(compared(version, names, mentioned))
}

/// Goes on only when the locked article is at one of the versions that the client names. Else it is told what changed since.
async fn require(tx: &mut Tx, if_match: &IfMatch, article: &Article) -> Result<()> {
    match if_match.require(&article.version()) {
        Ok(()) => Ok(()),
        Err(error) => Err(since(tx, if_match, article, error).await?),
    }
}

/// The refusal, with what changed since the version that the client had, if that is known and the client may read it.
async fn since(tx: &mut Tx, if_match: &IfMatch, article: &Article, error: Error) -> Result<Error> {
    let older = if_match.older(&article.version());
    let Some(older) = older.filter(|_| tx.by.may_read) else {
        return Ok(error);
    };
    let from = match side(tx, article.id, older).await {
        Ok(from) => from,
        Err(other) if other.code() == Code::NotFound => return Ok(error),
        Err(other) => return Err(other),
    };
    let to = side(tx, article.id, article.version).await?;
    Ok(error.with_diff(compare_at_once(&from, &to)))
}

/// Saves a new version of a locked article, unless it would say what the last one says.
async fn save(tx: &mut Tx, before: Article, old: &Content, new: &Content) -> Result<Written> {
    let from = before.version();
    let article = if old == new {
        before
    } else {
        queries::save(tx, &before, new).await?
    };
    written(tx, article, from.to_string()).await
}

/// The answer to a change of an article.
async fn written(tx: &mut Tx, article: Article, from: String) -> Result<Written> {
    let (id, version) = (article.id, article.version());
    let view = view(tx, article).await?;
    changed((id, version), &view, from)
}

/// The answer that shows a changed article so, and its audit row.
fn changed((id, version): (Uuid, Version), view: &impl Serialize, from: String) -> Result<Written> {
    Ok(Written::changed(&version, view)?.audited(
        AuditEntry::of(Kind::Article, Some(id))
            .from(from)
            .to(version),
    ))
}
