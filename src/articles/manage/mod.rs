//! `/v1/manage/articles`.

pub mod acts;
pub mod documents;
pub mod lists;

use crate::articles::model::{Article, Content};
use crate::articles::queries::newsroom as queries;
use crate::articles::view::ManagedArticle;
use crate::db::NewsroomConn;
use crate::error::Result;
use crate::http::Written;
use crate::publishing::{AuditEntry, Kind, Tx};

/// An article with its working copy, as editors see it.
async fn view(conn: &mut NewsroomConn, article: Article) -> Result<ManagedArticle> {
    let (version, content) = queries::content(conn, &article).await?;
    let names = queries::names(conn, article.id, version, &content).await?;
    Ok(ManagedArticle::new(article, content, names))
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
    Ok(Written::changed(&version, &view)?.audited(
        AuditEntry::of(Kind::Article, Some(id))
            .from(from)
            .to(version),
    ))
}
