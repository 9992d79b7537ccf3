//! Texts that an update had: who wrote which, what each says, and one to be had again.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::read::author_ids;
use super::write::reword;
use crate::db::schema::newsroom::update_versions;
use crate::db::{NewsroomConn, Stored};
use crate::error::{Faults, Result};
use crate::http::cursor::Position;
use crate::publishing::Tx;
use crate::updates::model::{Host, Text, TextVersion, Update};
use crate::values::{Draft, RichText};
use crate::versions::model::{Heading, missing, refused};
use crate::versions::parameters::{VersionQuery, below};
use crate::versions::queries::newsroom::{HeadingRow, signed};

type Columns = (
    update_versions::number,
    update_versions::created_at,
    update_versions::key_id,
    update_versions::actor,
);

const HEADING: Columns = (
    update_versions::number,
    update_versions::created_at,
    update_versions::key_id,
    update_versions::actor,
);

/// A page and one more, the newest first, each with its headline; index: `update_versions_number`.
///
/// # Errors
/// The database.
pub async fn versions(
    conn: &mut NewsroomConn,
    update: Uuid,
    asked: &VersionQuery,
    after: Option<Position>,
) -> Result<Vec<(Heading, Option<String>)>> {
    let rows: Vec<(HeadingRow, Option<String>)> = update_versions::table
        .filter(update_versions::update_id.eq(update))
        .filter(update_versions::number.lt(below(after.as_ref())))
        .order(update_versions::number.desc())
        .limit(asked.limit.probe())
        .select((HEADING, update_versions::headline))
        .load(&mut **conn)
        .await?;
    let (headings, headlines): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let headings = signed(conn, headings).await?;
    Ok(headings.into_iter().zip(headlines).collect())
}

/// What an update said, before its heading: id, kind, headline, text, and what it concerned.
type Row = (
    HeadingRow,
    (
        Uuid,
        String,
        Option<String>,
        Stored<RichText>,
        Option<serde_json::Value>,
    ),
);

/// One version.
///
/// # Errors
/// 404; the database.
pub async fn version(conn: &mut NewsroomConn, update: Uuid, number: i32) -> Result<TextVersion> {
    let row: Option<Row> = update_versions::table
        .filter(update_versions::update_id.eq(update))
        .filter(update_versions::number.eq(number))
        .select((
            HEADING,
            (
                update_versions::id,
                update_versions::kind,
                update_versions::headline,
                update_versions::body,
                update_versions::concerns,
            ),
        ))
        .first(&mut **conn)
        .await
        .optional()?;
    let (heading, (id, kind, headline, body, concerns)) = row.ok_or_else(|| missing(number))?;
    let headings = signed(conn, vec![heading]).await?;
    let heading = headings.into_iter().next();
    Ok(TextVersion {
        heading: heading.ok_or_else(|| missing(number))?,
        kind,
        headline,
        body: body.0,
        concerns: concerns.and_then(|concerns| serde_json::from_value(concerns).ok()),
        author_ids: author_ids(conn, id).await?,
    })
}

/// The text of a version as an update can have it again, looked at as any revision is.
///
/// # Errors
/// 409 when what was right then no longer is; the database.
pub async fn again(tx: &mut Tx, host: &Host, update: &Update, number: i32) -> Result<Text> {
    let version = version(tx, update.id, number).await?;
    let draft = Draft::read(version.input(), Faults::default());
    reword(tx, host, update, draft)
        .await
        .map_err(|error| refused(number, error))
}
