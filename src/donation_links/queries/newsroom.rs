//! Donation links as editors see them, what they are attached to, and when they show.

pub mod campaigns;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::NewsroomConn;
use crate::db::schema::newsroom::{
    article_version_donation_links, donation_attachments, donation_links,
};
use crate::donation_links::model::{DonationLink, DonationLinkInput, Phase};
use crate::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::http::cursor::{Position, SortKey};
use crate::http::search::{ManagedList, containing};
use crate::publishing::{Kind, Tx, removed};
use crate::values::{Draft, Id, Items, Timestamp, UpTo};

/// A page and one more, the newest first. `q` looks at address and texts.
///
/// # Errors
/// The database.
pub async fn list(
    conn: &mut NewsroomConn,
    asked: &ManagedList,
    after: Option<Position>,
) -> Result<Vec<DonationLink>> {
    let mut query = donation_links::table
        .select(DonationLink::as_select())
        .into_boxed();
    if asked.q.is_some() {
        let text = diesel::dsl::sql::<diesel::sql_types::Text>(
            "concat_ws(' ', provider, url, call_to_action::text, thank_you::text)",
        );
        query = query.filter(text.ilike(containing(asked.q.as_ref())));
    }
    if let Some(Position {
        key: SortKey::Number(at),
        id,
    }) = after
    {
        let at = chrono::DateTime::from_timestamp_millis(at).unwrap_or_default();
        query = query.filter(
            donation_links::created_at
                .lt(at)
                .or(donation_links::created_at
                    .eq(at)
                    .and(donation_links::id.lt(id))),
        );
    }
    let order = (donation_links::created_at.desc(), donation_links::id.desc());
    Ok(query
        .order(order)
        .limit(asked.limit.probe())
        .load(&mut **conn)
        .await?)
}

/// One link.
///
/// # Errors
/// 404; the database.
pub async fn get(conn: &mut NewsroomConn, id: Uuid) -> Result<DonationLink> {
    Ok(donation_links::table
        .find(id)
        .select(DonationLink::as_select())
        .first(&mut **conn)
        .await?)
}

/// One link, its row locked to the end of the transaction. The time is taken anew: the scheduler may have held it while a campaign began.
///
/// # Errors
/// 404; the database.
pub async fn lock(tx: &mut Tx, id: Uuid) -> Result<DonationLink> {
    let link = donation_links::table
        .find(id)
        .select(DonationLink::as_select())
        .for_update()
        .first(&mut ***tx)
        .await?;
    tx.take_time().await?;
    Ok(link)
}

/// Makes a link. Nobody sees it until it is attached.
///
/// # Errors
/// The database.
pub async fn insert(tx: &mut Tx, input: DonationLinkInput) -> Result<DonationLink> {
    let values = (
        donation_links::id.eq(Uuid::new_v4()),
        columns(input, tx.now)?,
        donation_links::created_at.eq(tx.now),
        donation_links::modified_at.eq(tx.now),
    );
    let inserted = diesel::insert_into(donation_links::table)
        .values(values)
        .returning(DonationLink::as_returning());
    Ok(inserted.get_result(&mut ***tx).await?)
}

/// Changes a locked link.
///
/// # Errors
/// The database.
pub async fn change(
    tx: &mut Tx,
    link: &DonationLink,
    input: DonationLinkInput,
) -> Result<DonationLink> {
    let values = (
        columns(input, tx.now)?,
        donation_links::version.eq(link.version + 1),
        donation_links::modified_at.eq(tx.now),
    );
    let changed = diesel::update(donation_links::table.find(link.id))
        .set(values)
        .returning(DonationLink::as_returning());
    Ok(changed.get_result(&mut ***tx).await?)
}

type Columns = (
    diesel::dsl::Eq<donation_links::provider, String>,
    diesel::dsl::Eq<donation_links::url, Option<String>>,
    diesel::dsl::Eq<donation_links::bank, Option<serde_json::Value>>,
    diesel::dsl::Eq<donation_links::call_to_action, serde_json::Value>,
    diesel::dsl::Eq<donation_links::thank_you, serde_json::Value>,
    diesel::dsl::Eq<donation_links::currency, Option<String>>,
    diesel::dsl::Eq<donation_links::suggested_amounts, Vec<i64>>,
    diesel::dsl::Eq<donation_links::placement, String>,
    diesel::dsl::Eq<donation_links::active_from, Option<DateTime<Utc>>>,
    diesel::dsl::Eq<donation_links::active_until, Option<DateTime<Utc>>>,
    diesel::dsl::Eq<donation_links::phase, &'static str>,
);

fn columns(input: DonationLinkInput, now: DateTime<Utc>) -> Result<Columns> {
    let (from, until) = (
        input.from.map(Timestamp::time),
        input.until.map(Timestamp::time),
    );
    let provider = serde_json::to_value(input.provider).map_err(Error::internal)?;
    Ok((
        donation_links::provider.eq(provider.as_str().unwrap_or_default().to_owned()),
        donation_links::url.eq(input.url.map(|url| url.to_string())),
        donation_links::bank.eq(input
            .bank
            .map(serde_json::to_value)
            .transpose()
            .map_err(Error::internal)?),
        donation_links::call_to_action
            .eq(serde_json::to_value(input.call_to_action).map_err(Error::internal)?),
        donation_links::thank_you
            .eq(serde_json::to_value(input.thank_you).map_err(Error::internal)?),
        donation_links::currency.eq(input.currency.map(|currency| currency.to_string())),
        donation_links::suggested_amounts.eq(input.suggested_amounts.0),
        donation_links::placement.eq(input.placement.map_or_else(
            || "article_end".to_owned(),
            |placement| placement.into_string(),
        )),
        donation_links::active_from.eq(from),
        donation_links::active_until.eq(until),
        donation_links::phase.eq(Phase::at(now, from, until).as_str()),
    ))
}

/// Removes a locked link that hangs on nothing.
///
/// # Errors
/// 409 when it does; the database.
pub async fn remove(tx: &mut Tx, link: &DonationLink) -> Result<()> {
    let attached = donation_attachments::table.filter(donation_attachments::link_id.eq(link.id));
    let in_versions = article_version_donation_links::table
        .filter(article_version_donation_links::link_id.eq(link.id));
    let used: bool =
        diesel::select(diesel::dsl::exists(attached).or(diesel::dsl::exists(in_versions)))
            .get_result(&mut ***tx)
            .await?;
    if used {
        return Err(Error::new(
            Code::InUse,
            "It hangs on the site, a section or a version of an article. Take it off there first.",
        ));
    }
    removed::remember(tx, Kind::DonationLink, link.id, None).await?;
    diesel::delete(donation_links::table.find(link.id))
        .execute(&mut ***tx)
        .await?;
    Ok(())
}

/// The ids of a list of donation links.
///
/// # Errors
/// 422 with every fault of the list; the database.
pub async fn find_all(conn: &mut NewsroomConn, list: Draft<UpTo<Id, 100>>) -> Result<Vec<Uuid>> {
    let mut faults = Faults::default();
    let found = check_exist(conn, list.named(), "", &mut faults).await?;
    list.finish(faults).map(|_| found)
}

/// The ids of a list of donation links that hung on something before.
///
/// # Errors
/// 422 with every fault, such as a link that was removed since; the database.
pub async fn find_kept(conn: &mut NewsroomConn, ids: serde_json::Value) -> Result<Vec<Uuid>> {
    let list = Draft::<UpTo<Id, 100>>::read(ids, Faults::default());
    let mut faults = Faults::default();
    let found = check_exist(conn, list.named(), "/donation_links", &mut faults).await?;
    list.finish(faults).map(|_| found)
}

/// The ids of these that are of donation links. Each that is of none, or stands twice, is a fault at its place below `pointer`.
///
/// # Errors
/// The database.
pub async fn check_exist(
    conn: &mut NewsroomConn,
    ids: Items<Id, 100>,
    pointer: &str,
    faults: &mut Faults,
) -> Result<Vec<Uuid>> {
    let wanted: Vec<(usize, Uuid)> = ids.into_iter().map(|(index, id)| (index, id.0)).collect();
    let known: Vec<Uuid> = donation_links::table
        .filter(donation_links::id.eq_any(wanted.iter().map(|(_, id)| *id)))
        .select(donation_links::id)
        .load(&mut **conn)
        .await?;
    let mut found = Vec::with_capacity(wanted.len());
    for (index, id) in wanted {
        let fault = |code, detail| Fault::at(format!("{pointer}/{index}"), code, detail);
        if !known.contains(&id) {
            faults.push(fault(
                FaultCode::UnknownReference,
                "no donation link has this id",
            ));
        } else if found.contains(&id) {
            faults.push(fault(FaultCode::InvalidValue, "stands twice in the list"));
        } else {
            found.push(id);
        }
    }
    Ok(found)
}

/// Hangs these links, in order, on the site (the id of all zeros) or a section, in place of those that hung there.
///
/// # Errors
/// The database.
pub async fn attach(
    tx: &mut Tx,
    owner_kind: &'static str,
    owner: Uuid,
    links: &[Uuid],
) -> Result<()> {
    let before = donation_attachments::table
        .filter(donation_attachments::owner_kind.eq(owner_kind))
        .filter(donation_attachments::owner_id.eq(owner));
    diesel::delete(before).execute(&mut ***tx).await?;
    let rows: Vec<_> = (0..)
        .zip(links)
        .map(|(position, link)| {
            (
                donation_attachments::owner_kind.eq(owner_kind),
                donation_attachments::owner_id.eq(owner),
                donation_attachments::position.eq(position),
                donation_attachments::link_id.eq(*link),
            )
        })
        .collect();
    diesel::insert_into(donation_attachments::table)
        .values(rows)
        .execute(&mut ***tx)
        .await?;
    Ok(())
}
