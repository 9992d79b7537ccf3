//! Notices as they are told with changes to the partners whom they concern.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::schema::newsroom::notices;
use crate::db::{NewsroomConn, fixed};
use crate::error::Result;
use crate::notices::model::Notice;
use crate::publishing::concerns;

#[derive(QueryableByName)]
#[diesel(table_name = notices, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: Uuid,
    article_id: Uuid,
    #[diesel(sql_type = BigInt)]
    told_seq: i64,
    kind: String,
    update_number: Option<i32>,
    text: Option<String>,
    at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    section_id: Option<Uuid>,
    #[diesel(sql_type = Bool)]
    has_read: bool,
}

impl From<Row> for Notice {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            article_id: row.article_id,
            seq: row.told_seq,
            kind: row.kind,
            update_number: row.update_number,
            text: row.text,
            at: row.at,
            section_id: row.section_id,
            has_read: row.has_read,
        }
    }
}

/// Index: `notice_partners_seq`.
macro_rules! told {
    ($select:literal, $($rest:expr),+) => {
        concat!(
            $select,
            " n.id, n.article_id, c.seq AS told_seq, n.kind, n.update_number, n.text, n.at, n.section_id, c.has_read
    FROM newsroom.partners p
    JOIN newsroom.notice_partners c ON c.partner_id = p.id
    JOIN newsroom.notices n ON n.id = c.notice_id
    WHERE p.id = $1 AND ",
            concerns!(),
            $($rest),+
        )
    };
}

/// Of several of one article the first is told: that it was withdrawn or an update retracted before that it was corrected, and what is newer first.
macro_rules! first {
    () => {
        "c.seq, n.article_id, array_position(ARRAY['kill', 'retraction', 'correction'], n.kind), n.at DESC, n.update_number DESC, n.id"
    };
}

const TOLD: &str = told!("SELECT", " AND c.seq = ANY($2) ORDER BY ", first!());

/// Of what they have read.
const BEYOND: &str = told!(
    "SELECT DISTINCT ON (c.seq, n.article_id)",
    " AND c.has_read AND c.seq BETWEEN $2 AND $4 AND (c.seq, n.article_id) > ($2, $3) AND (c.seq, n.article_id) <= ($4, $5)
    ORDER BY ",
    first!(),
    " LIMIT $6"
);

/// What a partner is told with the changes of these numbers. That they are told of a change does not mean that its notice is for them, since it may be
/// of when the article was another's.
///
/// # Errors
/// The database.
pub async fn told(conn: &mut NewsroomConn, partner: Uuid, seqs: &[i64]) -> Result<Vec<Notice>> {
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<Row> = fixed(TOLD)
        .bind::<SqlUuid, _>(partner)
        .bind::<Array<BigInt>, _>(seqs)
        .load(&mut **conn)
        .await?;
    Ok(found.into_iter().map(Notice::from).collect())
}

/// What a partner is told of articles that they have read, whatever their contract covers by now: after one change and article and up to another,
/// so many at most.
///
/// # Errors
/// The database.
pub async fn beyond(
    conn: &mut NewsroomConn,
    partner: Uuid,
    ((after, within), (upto, until)): ((i64, Uuid), (i64, Uuid)),
    most: i64,
) -> Result<Vec<Notice>> {
    let found: Vec<Row> = fixed(BEYOND)
        .bind::<SqlUuid, _>(partner)
        .bind::<BigInt, _>(after)
        .bind::<SqlUuid, _>(within)
        .bind::<BigInt, _>(upto)
        .bind::<SqlUuid, _>(until)
        .bind::<BigInt, _>(most)
        .load(&mut **conn)
        .await?;
    Ok(found.into_iter().map(Notice::from).collect())
}
