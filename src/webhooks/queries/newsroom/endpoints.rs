//! Webhooks as editors see and write them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use secrecy::SecretString;
use uuid::Uuid;

use crate::auth::Vault;
use crate::changes::Seq;
use crate::db::NewsroomConn;
use crate::db::schema::newsroom::{webhook_deliveries, webhooks};
use crate::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::http::cursor::{Position, SortKey};
use crate::keys::model::Grace;
use crate::partners::queries::newsroom as partners;
use crate::publishing::Tx;
use crate::sections::queries::newsroom as sections;
use crate::values::Draft;
use crate::webhooks::model::{Checked, MOST, Secret, Webhook, WebhookInput, WebhookParts};
use crate::webhooks::parameters::WebhookQuery;

/// A page and one more, the newest first; index: `webhooks_newest`.
///
/// # Errors
/// The database.
pub async fn list(
    conn: &mut NewsroomConn,
    asked: &WebhookQuery,
    after: Option<Position>,
) -> Result<Vec<Webhook>> {
    let mut query = webhooks::table.select(Webhook::as_select()).into_boxed();
    if let Some(Position {
        key: SortKey::Number(milliseconds),
        id,
    }) = after
        && let Some(at) = DateTime::from_timestamp_millis(milliseconds)
    {
        query = query.filter(
            webhooks::created_at
                .lt(at)
                .or(webhooks::created_at.eq(at).and(webhooks::id.gt(id))),
        );
    }
    Ok(query
        .order((webhooks::created_at.desc(), webhooks::id))
        .limit(asked.limit.probe())
        .load(&mut **conn)
        .await?)
}

/// These webhooks, each with how many of its deliveries are pending; index: `webhook_deliveries_queue`.
///
/// # Errors
/// The database.
pub async fn with_pending(
    conn: &mut NewsroomConn,
    webhooks: Vec<Webhook>,
) -> Result<Vec<(Webhook, i64)>> {
    let ids: Vec<Uuid> = webhooks.iter().map(|webhook| webhook.id).collect();
    let counts: HashMap<Uuid, i64> = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_id.eq_any(ids))
        .filter(webhook_deliveries::state.eq("pending"))
        .group_by(webhook_deliveries::webhook_id)
        .select((webhook_deliveries::webhook_id, diesel::dsl::count_star()))
        .load(&mut **conn)
        .await?
        .into_iter()
        .collect();
    let count = |webhook: &Webhook| counts.get(&webhook.id).copied().unwrap_or_default();
    Ok(webhooks
        .into_iter()
        .map(|webhook| {
            let pending = count(&webhook);
            (webhook, pending)
        })
        .collect())
}

/// How many deliveries of a webhook are pending; index: `webhook_deliveries_queue`.
///
/// # Errors
/// The database.
pub async fn pending_of(conn: &mut NewsroomConn, id: Uuid) -> Result<i64> {
    let pending = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_id.eq(id))
        .filter(webhook_deliveries::state.eq("pending"));
    Ok(pending.count().get_result(&mut **conn).await?)
}

/// One webhook.
///
/// # Errors
/// 404; the database.
pub async fn get(conn: &mut NewsroomConn, id: Uuid) -> Result<Webhook> {
    let found = webhooks::table.find(id).select(Webhook::as_select());
    Ok(found.first(&mut **conn).await?)
}

/// One webhook, its row locked to the end of the transaction.
///
/// # Errors
/// 404; the database.
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<Webhook> {
    let found = webhooks::table.find(id).select(Webhook::as_select());
    let webhook = found.for_no_key_update().first(&mut ***tx).await?;
    tx.take_time().await?;
    Ok(webhook)
}

/// Looks up what the input names, and tells all that is wrong with it, with the faults that were found before.
///
/// # Errors
/// 422 with every fault; the database.
pub async fn check(
    tx: &mut Tx,
    (draft, before): (Draft<WebhookInput>, Option<&Webhook>),
    mut faults: Faults,
) -> Result<Checked> {
    let parts: WebhookParts = draft.named();
    let had = before.and_then(|before| before.sections.as_deref());
    let mut ids: Vec<Uuid> = Vec::new();
    for (place, section) in parts.sections {
        // One that it has and that was removed since may stay.
        let kept = section
            .id()
            .filter(|id| had.is_some_and(|had| had.contains(id)));
        let found = match kept {
            Some(id) => Some(id),
            None => sections::find(tx, &section).await?,
        };
        match found {
            Some(id) if ids.contains(&id) => {}
            Some(id) => ids.push(id),
            None => {
                let detail = "is no section; the sections are at /v1/sections";
                let at = format!("/sections/{place}");
                faults.push(Fault::at(at, FaultCode::UnknownReference, detail));
            }
        }
    }
    let given = parts.partner_id.given().map(|id| id.0);
    if let Some(fault) = partner_fault(tx, given, before).await? {
        faults.push(fault);
    }
    let input = draft.finish(faults)?;
    let sections = input.sections.is_some().then_some(ids);
    Ok(Checked { input, sections })
}

/// What is wrong with the partner that was named. A webhook stays whose it is: what it is yet to be sent was chosen for them.
async fn partner_fault(
    tx: &mut Tx,
    given: Option<Uuid>,
    before: Option<&Webhook>,
) -> Result<Option<Fault>> {
    let fault = |code, detail| Ok(Some(Fault::at("/partner_id", code, detail)));
    if before.is_some_and(|before| before.partner_id != given) {
        let detail = "can't be changed; make a webhook for that partner, and remove this one";
        return fault(FaultCode::InvalidValue, detail);
    }
    let Some(id) = given.filter(|_| before.is_none()) else {
        return Ok(None);
    };
    match partners::lock(tx, id).await {
        Ok(_) => Ok(None),
        Err(error) if error.code() == Code::NotFound => {
            let detail = "is no partner; the partners are at /v1/manage/partners";
            fault(FaultCode::UnknownReference, detail)
        }
        Err(error) => Err(error),
    }
}

/// Makes a webhook, and gives its secret, the only time that it is seen. It is told of what comes after `head`.
///
/// # Errors
/// 409 when there are too many; the database.
pub async fn insert(
    tx: &mut Tx,
    (new, head): (&Checked, Seq),
    vault: &Vault,
) -> Result<(Webhook, SecretString)> {
    let there: i64 = webhooks::table.count().get_result(&mut ***tx).await?;
    if there >= MOST {
        let detail =
            format!("There are {MOST} webhooks, the most that there can be. Remove one first.");
        return Err(Error::new(Code::StateConflict, detail));
    }
    let (id, secret) = (Uuid::new_v4(), Secret::random()?);
    let made = diesel::insert_into(webhooks::table)
        .values((
            webhooks::id.eq(id),
            columns(new),
            standing(new.enabled(), tx.now),
            webhooks::secret.eq(secret.sealed(vault, id)?),
            webhooks::cursor_epoch.eq(head.epoch),
            webhooks::cursor_seq.eq(head.number),
            webhooks::partner_id.eq(new.input.partner_id.map(|id| id.0)),
            webhooks::created_at.eq(tx.now),
            webhooks::modified_at.eq(tx.now),
        ))
        .returning(Webhook::as_returning());
    Ok((made.get_result(&mut ***tx).await?, secret.told()))
}

/// Changes a locked webhook. One that is enabled again goes on where its cursor is; what it has not taken yet is due at once, and tried for as long as
/// if it were new.
///
/// # Errors
/// The database.
pub async fn change(tx: &mut Tx, before: &Webhook, new: &Checked) -> Result<Webhook> {
    let row = webhooks::table.find(before.id);
    if new.enabled() != before.enabled {
        let standing = standing(new.enabled(), tx.now);
        diesel::update(row)
            .set((standing, webhooks::failing_since.eq(None::<DateTime<Utc>>)))
            .execute(&mut ***tx)
            .await?;
        if new.enabled() {
            begin_again(tx, before.id).await?;
        }
    }
    let changed = diesel::update(row)
        .set((
            columns(new),
            webhooks::version.eq(before.version + 1),
            webhooks::modified_at.eq(tx.now),
        ))
        .returning(Webhook::as_returning());
    Ok(changed.get_result(&mut ***tx).await?)
}

async fn begin_again(tx: &mut Tx, id: Uuid) -> Result<()> {
    let free = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_id.eq(id))
        .filter(webhook_deliveries::state.eq("pending"))
        .filter(webhook_deliveries::lease.is_null())
        .filter(webhook_deliveries::first_at.is_not_null());
    diesel::update(free)
        .set((
            webhook_deliveries::next_at.eq(tx.now),
            webhook_deliveries::first_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

type Columns<'i> = (
    diesel::dsl::Eq<webhooks::url, String>,
    diesel::dsl::Eq<webhooks::description, Option<&'i str>>,
    diesel::dsl::Eq<webhooks::events, Vec<&'static str>>,
    diesel::dsl::Eq<webhooks::sections, Option<Vec<Uuid>>>,
);

fn columns(new: &Checked) -> Columns<'_> {
    let description = new.input.description.as_ref();
    (
        webhooks::url.eq(new.input.url.to_string()),
        webhooks::description.eq(description.map(|text| text.as_str())),
        webhooks::events.eq(new.events()),
        webhooks::sections.eq(new.sections.clone()),
    )
}

type Standing = (
    diesel::dsl::Eq<webhooks::enabled, bool>,
    diesel::dsl::Eq<webhooks::disabled_reason, Option<&'static str>>,
    diesel::dsl::Eq<webhooks::disabled_at, Option<DateTime<Utc>>>,
);

fn standing(enabled: bool, now: DateTime<Utc>) -> Standing {
    (
        webhooks::enabled.eq(enabled),
        webhooks::disabled_reason.eq((!enabled).then_some("asked")),
        webhooks::disabled_at.eq((!enabled).then_some(now)),
    )
}

/// Gives a locked webhook a new secret, the only time that it is seen. The one of now signs too for the grace; the one before that ends.
///
/// # Errors
/// The database; the system's random numbers.
pub async fn rotate(
    tx: &mut Tx,
    before: &Webhook,
    (grace, vault): (Grace, &Vault),
) -> Result<(Webhook, SecretString)> {
    let secret = Secret::random()?;
    let until = grace.until(tx.now);
    let row = webhooks::table.find(before.id);
    let own: Vec<u8> = row.select(webhooks::secret).first(&mut ***tx).await?;
    let changed = diesel::update(row)
        .set((
            webhooks::version.eq(before.version + 1),
            webhooks::modified_at.eq(tx.now),
            webhooks::secret.eq(secret.sealed(vault, before.id)?),
            webhooks::previous_secret.eq(until.map(|_| own)),
            webhooks::previous_until.eq(until),
        ))
        .returning(Webhook::as_returning());
    Ok((changed.get_result(&mut ***tx).await?, secret.told()))
}

/// Removes a locked webhook with all that it was told.
///
/// # Errors
/// The database.
pub async fn remove(tx: &mut Tx, webhook: &Webhook) -> Result<()> {
    diesel::delete(webhooks::table.find(webhook.id))
        .execute(&mut ***tx)
        .await?;
    Ok(())
}
