//! Notices in the newsroom: what is to be told, who has acknowledged it.

mod reads;
mod told;

pub use reads::{Which, clean, concern, keep, unknown, unknown_of_a_day};
pub use told::{beyond, told};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::schema::newsroom::{acknowledgements, notice_partners, notices};
use crate::db::{NewsroomConn, fixed};
use crate::error::{Error, Result};
use crate::http::cursor::{Position, SortKey};
use crate::notices::model::{NoticeKind, PartnerNotice};
use crate::notices::parameters::ListNotices;
use crate::publishing::{Tx, concerns};

/// Of what readers do not see there is nothing to tell, nor where there are no partners.
const WRITE: &str = "
    INSERT INTO newsroom.notices (id, article_id, kind, update_number, text, at)
    SELECT $1, a.id, $3, $4, $5, $6 FROM newsroom.articles a
    WHERE a.id = $2 AND a.status = 'published' AND EXISTS (SELECT FROM newsroom.partners)";

async fn write(
    tx: &mut Tx,
    article: Uuid,
    kind: NoticeKind,
    (number, text): (Option<i32>, Option<&str>),
) -> Result<()> {
    let now = tx.now;
    tx.tell_partners();
    fixed(WRITE)
        .bind::<SqlUuid, _>(Uuid::new_v4())
        .bind::<SqlUuid, _>(article)
        .bind::<Text, _>(kind.as_str())
        .bind::<Nullable<Integer>, _>(number)
        .bind::<Nullable<Text>, _>(text)
        .bind::<Timestamptz, _>(now)
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

/// Partners are to be told, with the change to come, that a locked article that is still published is withdrawn by it.
///
/// # Errors
/// The database.
pub async fn kill(tx: &mut Tx, article: Uuid, text: Option<&str>) -> Result<()> {
    write(tx, article, NoticeKind::Kill, (None, text)).await
}

/// Likewise, that an update shown by it corrects the article. What that says is for those who may read it.
///
/// # Errors
/// The database.
pub async fn correction(tx: &mut Tx, article: Uuid, number: i32) -> Result<()> {
    write(tx, article, NoticeKind::Correction, (Some(number), None)).await
}

/// Likewise, that an update is retracted, and why.
///
/// # Errors
/// The database.
pub async fn retraction(tx: &mut Tx, article: Uuid, (number, reason): (i32, &str)) -> Result<()> {
    let said = (Some(number), Some(reason));
    write(tx, article, NoticeKind::Retraction, said).await
}

/// Erases what was told of an article that is purged; that it was told stays.
///
/// # Errors
/// The database.
pub async fn erase(tx: &mut Tx, article: Uuid) -> Result<()> {
    let own = notices::table.filter(notices::article_id.eq(article));
    diesel::update(own)
        .set(notices::text.eq(None::<String>))
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
#[diesel(table_name = notices, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: Uuid,
    article_id: Uuid,
    kind: String,
    update_number: Option<i32>,
    text: Option<String>,
    at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    acknowledged_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    note: Option<String>,
}

impl From<Row> for PartnerNotice {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            article_id: row.article_id,
            kind: row.kind,
            update_number: row.update_number,
            text: row.text,
            at: row.at,
            acknowledged_at: row.acknowledged_at,
            note: row.note,
        }
    }
}

macro_rules! of_partner {
    ($rest:literal) => {
        concat!(
            "SELECT n.id, n.article_id, n.kind, n.update_number, n.text, n.at, k.at AS acknowledged_at, k.note
    FROM newsroom.partners p
    JOIN newsroom.notice_partners c ON c.partner_id = p.id
    JOIN newsroom.notices n ON n.id = c.notice_id
    LEFT JOIN newsroom.acknowledgements k ON k.notice_id = n.id AND k.partner_id = p.id
    WHERE p.id = $1 AND ",
            concerns!(),
            $rest
        )
    };
}

/// Index: `notice_partners_newest`.
const LIST: &str = of_partner!(
    " AND c.at <= $2 AND NOT (c.at = $2 AND c.notice_id <= $3)
    ORDER BY c.at DESC, c.notice_id LIMIT $4"
);

/// Index: `notice_partners_acknowledged`.
const LIST_OF_THESE: &str = of_partner!(
    " AND c.at <= $2 AND NOT (c.at = $2 AND c.notice_id <= $3) AND c.acknowledged = $5
    ORDER BY c.at DESC, c.notice_id LIMIT $4"
);

const ONE: &str = of_partner!(" AND c.notice_id = $2");

/// A page of what concerns a partner and one more, the newest first.
///
/// # Errors
/// The database.
pub async fn list(
    conn: &mut NewsroomConn,
    partner: Uuid,
    asked: &ListNotices,
    after: Option<Position>,
) -> Result<Vec<PartnerNotice>> {
    let (at, id) = match after {
        Some(Position {
            key: SortKey::Number(milliseconds),
            id,
        }) => (DateTime::from_timestamp_millis(milliseconds), id),
        _ => (None, Uuid::max()),
    };
    // Later than any: what has not happened yet is not told.
    let at: DateTime<Utc> = at.unwrap_or(DateTime::from_timestamp_nanos(i64::MAX));
    let query = match asked.acknowledged {
        Some(_) => fixed(LIST_OF_THESE),
        None => fixed(LIST),
    };
    let mut query = query
        .bind::<SqlUuid, _>(partner)
        .bind::<Timestamptz, _>(at)
        .bind::<SqlUuid, _>(id)
        .bind::<BigInt, _>(asked.limit.probe());
    if let Some(flag) = asked.acknowledged {
        query = query.bind::<Bool, _>(flag.0);
    }
    let rows: Vec<Row> = query.load(&mut **conn).await?;
    Ok(rows.into_iter().map(PartnerNotice::from).collect())
}

/// A notice that concerns a partner.
///
/// # Errors
/// 404 when there is none; the database.
pub async fn one(conn: &mut NewsroomConn, partner: Uuid, notice: Uuid) -> Result<PartnerNotice> {
    let found: Option<Row> = fixed(ONE)
        .bind::<SqlUuid, _>(partner)
        .bind::<SqlUuid, _>(notice)
        .get_result(&mut **conn)
        .await
        .optional()?;
    found.map(PartnerNotice::from).ok_or_else(Error::not_found)
}

/// Acknowledges a notice for a partner whom it concerns, unless they have; tells how it then is, and whether this did it.
///
/// # Errors
/// 404 for one that does not concern them; the database.
pub async fn acknowledge(
    tx: &mut Tx,
    (partner, notice): (Uuid, Uuid),
    note: Option<&str>,
) -> Result<(PartnerNotice, bool)> {
    one(tx, partner, notice).await?;
    let (now, key) = (tx.now, tx.by.key_id);
    let done = diesel::insert_into(acknowledgements::table)
        .values((
            acknowledgements::notice_id.eq(notice),
            acknowledgements::partner_id.eq(partner),
            acknowledgements::at.eq(now),
            acknowledgements::key_id.eq(key),
            acknowledgements::note.eq(note),
        ))
        .on_conflict_do_nothing()
        .execute(&mut ***tx)
        .await?;
    diesel::update(notice_partners::table.find((partner, notice)))
        .set(notice_partners::acknowledged.eq(true))
        .execute(&mut ***tx)
        .await?;
    Ok((one(tx, partner, notice).await?, done > 0))
}
