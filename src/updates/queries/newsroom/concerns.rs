//! Whether what an update concerns stands in the text that readers have.

use diesel::QueryableByName;
use diesel::sql_types::{Array, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::db::fixed;
use crate::error::{Fault, FaultCode, Faults, Result};
use crate::publishing::Tx;
use crate::updates::model::{Concern, Host, words};

#[derive(QueryableByName)]
struct Published {
    #[diesel(sql_type = Array<Text>)]
    anchors: Vec<String>,
    #[diesel(sql_type = Nullable<Text>)]
    body: Option<String>,
}

/// Tells when the heading or the words are not in the published text. Of an article that is not published nothing is told: an update shows on
/// a published one only, and is looked at again then.
///
/// # Errors
/// The database.
pub async fn check(tx: &mut Tx, host: &Host, concern: &Concern, faults: &mut Faults) -> Result<()> {
    if host.status != "published" {
        return Ok(());
    }
    let published: Published = fixed(
        "SELECT ARRAY(SELECT o ->> 'anchor' FROM json_array_elements(v.body -> 'outline') o) AS anchors, v.body ->> 'text' AS body
         FROM newsroom.articles a JOIN newsroom.article_versions v ON v.article_id = a.id AND v.number = a.published_version
         WHERE a.id = $1",
    )
    .bind::<SqlUuid, _>(host.id)
    .get_result(&mut ***tx)
    .await?;
    if let Some(anchor) = &concern.anchor
        && !published.anchors.contains(anchor)
    {
        let detail = "no heading of the published text has this anchor; see the article's outline";
        let at = "/concerns/anchor";
        faults.push(Fault::at(at, FaultCode::UnknownReference, detail));
    }
    if let Some(quote) = &concern.quote
        && !words(published.body.as_deref().unwrap_or_default()).contains(&words(quote))
    {
        let detail = "does not stand in the published text; copy the words as they are there";
        let at = "/concerns/quote";
        faults.push(Fault::at(at, FaultCode::InvalidValue, detail));
    }
    Ok(())
}
