//! Reading partners, and counting what they ask.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::schema::newsroom::partners;
use crate::db::{NewsroomConn, fixed};
use crate::error::Result;
use crate::http::cursor::{Position, SortKey};
use crate::partners::model::{ContractStatus, Partner, Standing};
use crate::partners::parameters::PartnerQuery;
use crate::publishing::Tx;

/// A page and one more, the newest first; index: `partners_newest`.
///
/// # Errors
/// The database.
pub async fn list(
    conn: &mut NewsroomConn,
    asked: &PartnerQuery,
    after: Option<Position>,
) -> Result<Vec<Standing>> {
    let mut query = partners::table.into_boxed();
    if let Some(Position {
        key: SortKey::Number(milliseconds),
        id,
    }) = after
        && let Some(at) = DateTime::from_timestamp_millis(milliseconds)
    {
        query = query.filter(
            partners::created_at
                .lt(at)
                .or(partners::created_at.eq(at).and(partners::id.gt(id))),
        );
    }
    let found: Vec<Found> = query
        .order((partners::created_at.desc(), partners::id))
        .limit(asked.limit.probe())
        .select(columns())
        .load(&mut **conn)
        .await?;
    Ok(found.into_iter().map(standing_of).collect())
}

type Found = (Partner, i32, Option<DateTime<Utc>>, DateTime<Utc>);

fn standing_of((partner, used, released_until, now): Found) -> Standing {
    Standing {
        partner,
        now,
        used,
        released_until,
    }
}

/// How many requests a partner has made today.
const USED: &str = "coalesce((SELECT d.used FROM newsroom.partner_days d
    WHERE d.partner_id = newsroom.partners.id AND d.day = (clock_timestamp() AT TIME ZONE 'UTC')::date), 0)";

const RELEASED: &str = "(SELECT e.released_until FROM newsroom.embargoes e WHERE e.seconds = newsroom.partners.embargo_seconds)";

type Columns = (
    diesel::helper_types::AsSelect<Partner, diesel::pg::Pg>,
    diesel::expression::SqlLiteral<Integer>,
    diesel::expression::SqlLiteral<Nullable<Timestamptz>>,
    diesel::expression::SqlLiteral<Timestamptz>,
);

fn columns() -> Columns {
    (
        Partner::as_select(),
        sql::<Integer>(USED),
        sql::<Nullable<Timestamptz>>(RELEASED),
        sql::<Timestamptz>("clock_timestamp()"),
    )
}

/// How a partner stands.
///
/// # Errors
/// 404; the database.
pub async fn standing(conn: &mut NewsroomConn, id: Uuid) -> Result<Standing> {
    let found = partners::table.find(id).select(columns());
    Ok(standing_of(found.first(&mut **conn).await?))
}

/// Those of these partners whose contracts are running, with the terms of each.
///
/// # Errors
/// The database.
pub async fn running(conn: &mut NewsroomConn, ids: &[Uuid]) -> Result<HashMap<Uuid, i32>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = partners::table.filter(partners::id.eq_any(ids));
    let found: Vec<Found> = found.select(columns()).load(&mut **conn).await?;
    let running = |(partner, _, _, now): &Found| partner.status(*now) == ContractStatus::Running;
    let running = found.into_iter().filter(running);
    Ok(running
        .map(|(partner, ..)| (partner.id, partner.terms))
        .collect())
}

/// One partner.
///
/// # Errors
/// 404; the database.
pub async fn get(conn: &mut NewsroomConn, id: Uuid) -> Result<Partner> {
    let found = partners::table.find(id).select(Partner::as_select());
    Ok(found.first(&mut **conn).await?)
}

/// One partner, its row locked to the end of the transaction.
///
/// # Errors
/// 404; the database.
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<Partner> {
    let found = partners::table.find(id).select(Partner::as_select());
    let partner = found.for_no_key_update().first(&mut ***tx).await?;
    tx.take_time().await?;
    Ok(partner)
}

/// Counts a request of today, while there are fewer than `$2`. With the first of a day, those of before are forgotten.
const COUNT: &str = "
    WITH today AS (SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date AS day), counted AS (
        INSERT INTO newsroom.partner_days AS d (partner_id, day, used) SELECT $1, day, 1 FROM today
        ON CONFLICT (partner_id, day) DO UPDATE SET used = d.used + 1 WHERE d.used < $2
        RETURNING used
    ), forgotten AS (
        DELETE FROM newsroom.partner_days WHERE partner_id = $1 AND day < (SELECT day FROM today) AND (SELECT used FROM counted) = 1
    )
    SELECT (SELECT used FROM counted) AS used,
           ceil(extract(epoch FROM (day + 1) - clock_timestamp() AT TIME ZONE 'UTC'))::integer AS left_of_day
    FROM today";

/// What counting came to.
#[derive(Debug, QueryableByName)]
pub struct Counted {
    /// How many requests there were today with this one; none when it is one too many.
    #[diesel(sql_type = Nullable<Integer>)]
    pub used: Option<i32>,
    /// The seconds until the next day.
    #[diesel(sql_type = Integer)]
    pub left_of_day: i32,
}

/// Counts a request of a partner who may make so many a day: exactly, whichever nodes they ask.
///
/// # Errors
/// The database.
pub async fn count(conn: &mut NewsroomConn, partner: Uuid, quota: i32) -> Result<Counted> {
    Ok(fixed(COUNT)
        .bind::<SqlUuid, _>(partner)
        .bind::<Integer, _>(quota)
        .get_result(&mut **conn)
        .await?)
}
