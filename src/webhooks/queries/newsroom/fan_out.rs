//! From the log to deliveries: a page of the log for all webhooks that stand at the same change.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::changes::Seq;
use crate::changes::stream::model::BareEvent;
use crate::db::NewsroomConn;
use crate::db::schema::newsroom::webhooks;
use crate::error::{Code, Result};
use crate::partners::model::{ContractStatus, Standing};
use crate::partners::queries::newsroom::standing;
use crate::publishing::Tx;
use crate::webhooks::model::{Wants, Webhook};

/// A webhook that reads the log.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Its id.
    pub id: Uuid,
    /// Up to where it has read.
    pub cursor: Seq,
    /// The partner under whose contract it reads.
    pub partner: Option<Uuid>,
    version: i32,
    round: i32,
    wants: Wants,
}

/// The webhooks that are enabled.
///
/// # Errors
/// The database.
pub async fn readers(conn: &mut NewsroomConn) -> Result<Vec<Reader>> {
    let enabled = webhooks::table.filter(webhooks::enabled);
    let enabled: Vec<Webhook> = enabled
        .order(webhooks::id)
        .select(Webhook::as_select())
        .load(&mut **conn)
        .await?;
    let reader = |webhook: Webhook| Reader {
        id: webhook.id,
        cursor: webhook.cursor(),
        partner: webhook.partner_id,
        version: webhook.version,
        round: webhook.round,
        wants: webhook.wants(),
    };
    Ok(enabled.into_iter().map(reader).collect())
}

/// A stretch of the log.
#[derive(Debug)]
pub struct Page {
    /// After which change it begins.
    pub from: Seq,
    /// With which it ends.
    pub to: Seq,
    /// Whether what is between is kept no longer.
    pub is_lost: bool,
    /// What happened in it.
    pub events: Vec<BareEvent>,
    /// The contract under which it was read.
    pub under: Option<Terms>,
}

/// What a contract was when something was read under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The partner.
    pub partner: Uuid,
    /// Counts its changes.
    pub terms: i32,
    /// Whether it was running.
    pub runs: bool,
}

impl From<&Standing> for Terms {
    fn from(standing: &Standing) -> Self {
        Self {
            partner: standing.partner.id,
            terms: standing.partner.terms,
            runs: standing.partner.status(standing.now) == ContractStatus::Running,
        }
    }
}

/// Whether the contract is still what it was: where it has changed meanwhile, the page may lack what it covers now.
async fn is_as_it_was(tx: &mut Tx, under: Option<Terms>) -> Result<bool> {
    let Some(terms) = under else { return Ok(true) };
    match standing(tx, terms.partner).await {
        Ok(standing) => Ok(Terms::from(&standing) == terms),
        Err(error) if error.code() == Code::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes the deliveries of a page, if the contract is still what it was read under, for those of the readers that still stand at its beginning and want the same as when they were read, and moves
/// them to its end. Others that are being written at this moment are passed over: the next look comes to them. Gives those that were moved.
///
/// # Errors
/// The database.
pub async fn fan_out(tx: &mut Tx, readers: &[Reader], page: &Page) -> Result<Vec<Uuid>> {
    if !is_as_it_was(tx, page.under).await? {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = readers.iter().map(|reader| reader.id).collect();
    let locked: Vec<(Uuid, i32, i32)> = webhooks::table
        .filter(webhooks::id.eq_any(ids))
        .filter(webhooks::enabled)
        .filter(webhooks::cursor_epoch.eq(page.from.epoch))
        .filter(webhooks::cursor_seq.eq(page.from.number))
        .order(webhooks::id)
        .select((webhooks::id, webhooks::version, webhooks::round))
        .for_no_key_update()
        .skip_locked()
        .load(&mut ***tx)
        .await?;
    let same = |reader: &&Reader| locked.contains(&(reader.id, reader.version, reader.round));
    let readers: Vec<&Reader> = readers.iter().filter(same).collect();
    insert(tx, &readers, page).await?;
    let moved: Vec<Uuid> = readers.iter().map(|reader| reader.id).collect();
    let rows = || webhooks::table.filter(webhooks::id.eq_any(&moved));
    diesel::update(rows())
        .set((
            webhooks::cursor_epoch.eq(page.to.epoch),
            webhooks::cursor_seq.eq(page.to.number),
        ))
        .execute(&mut ***tx)
        .await?;
    if page.is_lost {
        diesel::update(rows())
            .set((
                webhooks::missed_after.eq(page.from.to_string()),
                webhooks::missed_until.eq(page.to.to_string()),
                webhooks::missed_at.eq(tx.now),
            ))
            .execute(&mut ***tx)
            .await?;
    }
    Ok(moved)
}

/// Index: `webhook_deliveries_queue`. Rows get their position in the order of the log.
const INSERT: &str = "
    INSERT INTO newsroom.webhook_deliveries (id, webhook_id, round, epoch, seq, event, article_id, waits, next_at, created_at)
    SELECT n.id, n.webhook_id, n.round, $7, n.seq, n.event, n.article_id,
           n.turn > 1 OR EXISTS (SELECT 1 FROM newsroom.webhook_deliveries e
                                 WHERE e.webhook_id = n.webhook_id AND e.article_id = n.article_id AND e.state = 'pending'), $8, $8
    FROM (SELECT u.*, row_number() OVER (PARTITION BY u.webhook_id, u.article_id ORDER BY u.place) AS turn
          FROM unnest($1, $2, $3, $4, $5, $6) WITH ORDINALITY AS u (id, webhook_id, round, seq, event, article_id, place)) n
    ORDER BY n.place
    ON CONFLICT DO NOTHING";

async fn insert(tx: &mut Tx, readers: &[&Reader], page: &Page) -> Result<()> {
    let mut rows = (vec![], vec![], vec![], vec![], vec![], vec![]);
    for reader in readers {
        for event in page.events.iter().filter(|event| reader.wants.takes(event)) {
            rows.0.push(Uuid::now_v7());
            rows.1.push(reader.id);
            rows.2.push(reader.round);
            rows.3.push(event.seq);
            rows.4.push(event.event.as_str());
            rows.5.push(event.article_id);
        }
    }
    if rows.0.is_empty() {
        return Ok(());
    }
    let now = tx.now;
    diesel::sql_query(INSERT)
        .bind::<Array<SqlUuid>, _>(rows.0)
        .bind::<Array<SqlUuid>, _>(rows.1)
        .bind::<Array<Integer>, _>(rows.2)
        .bind::<Array<BigInt>, _>(rows.3)
        .bind::<Array<Text>, _>(rows.4)
        .bind::<Array<SqlUuid>, _>(rows.5)
        .bind::<Integer, _>(page.to.epoch)
        .bind::<Timestamptz, _>(now)
        .execute(&mut ***tx)
        .await?;
    Ok(())
}
