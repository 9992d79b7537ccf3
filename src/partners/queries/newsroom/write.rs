//! Making and changing partners.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::embargoes::begin;
use crate::db::schema::newsroom::partners;
use crate::entities::queries::newsroom as entities;
use crate::error::{Fault, FaultCode, Faults, Result};
use crate::keys::queries::newsroom as keys;
use crate::partners::model::{Checked, Partner, PartnerInput, PartnerParts};
use crate::publishing::Tx;
use crate::sections::queries::newsroom as sections;
use crate::values::{Draft, Reference, Timestamp};

/// Looks up what the input names, and tells all that is wrong with it.
///
/// # Errors
/// 422 with every fault; the database.
pub async fn check(
    tx: &mut Tx,
    (draft, before): (Draft<PartnerInput>, Option<&Partner>),
) -> Result<Checked> {
    let parts: PartnerParts = draft.named();
    let mut faults = parts.faults();
    let mut found = Found::default();
    let had = before.and_then(|before| before.sections.as_deref());
    for (place, name) in parts.sections {
        let id = match kept(&name, had) {
            Some(id) => Some(id),
            None => sections::find(tx, &name).await?,
        };
        let detail = "is no section; the sections are at /v1/sections";
        found.take(&mut faults, (&format!("/sections/{place}"), id), detail);
    }
    let sections = std::mem::take(&mut found).ids;
    let had = before.and_then(|before| before.entities.as_deref());
    for (place, name) in parts.entities {
        let id = match kept(&name, had) {
            Some(id) => Some(id),
            None => entities::find(tx, &name).await?,
        };
        let detail = "is no entity; the entities are at /v1/manage/entities";
        found.take(&mut faults, (&format!("/entities/{place}"), id), detail);
    }
    let input = draft.finish(faults)?;
    Ok(Checked {
        sections: input.sections.is_some().then_some(sections),
        entities: input.entities.is_some().then_some(found.ids),
        input,
    })
}

/// One that it has and that was removed or merged since may stay.
fn kept(name: &Reference, had: Option<&[Uuid]>) -> Option<Uuid> {
    let id = name.id();
    id.filter(|id| had.is_some_and(|had| had.contains(id)))
}

#[derive(Default)]
struct Found {
    ids: Vec<Uuid>,
}

impl Found {
    fn take(&mut self, faults: &mut Faults, (at, id): (&str, Option<Uuid>), detail: &'static str) {
        match id {
            Some(id) if self.ids.contains(&id) => {}
            Some(id) => self.ids.push(id),
            None => faults.push(Fault::at(at, FaultCode::UnknownReference, detail)),
        }
    }
}

/// Makes a partner. They have no key yet.
///
/// # Errors
/// The database.
pub async fn insert(tx: &mut Tx, new: &Checked) -> Result<Partner> {
    begin(tx, new.input.embargo_seconds.unwrap_or_default()).await?;
    let made = diesel::insert_into(partners::table)
        .values((
            partners::id.eq(Uuid::new_v4()),
            columns(new),
            partners::created_at.eq(tx.now),
            partners::modified_at.eq(tx.now),
        ))
        .returning(Partner::as_returning());
    Ok(made.get_result(&mut ***tx).await?)
}

/// Changes a locked partner. Where what may be read is another, its terms are.
///
/// # Errors
/// The database.
pub async fn change(tx: &mut Tx, before: &Partner, new: &Checked) -> Result<Partner> {
    begin(tx, new.input.embargo_seconds.unwrap_or_default()).await?;
    let row = partners::table.find(before.id);
    let changed: Partner = diesel::update(row)
        .set((
            columns(new),
            partners::version.eq(before.version + 1),
            partners::modified_at.eq(tx.now),
        ))
        .returning(Partner::as_returning())
        .get_result(&mut ***tx)
        .await?;
    if changed.covers_as(before) {
        return Ok(changed);
    }
    let renewed = diesel::update(row)
        .set((
            partners::terms.eq(before.terms + 1),
            partners::terms_since.eq(tx.now),
        ))
        .returning(Partner::as_returning());
    Ok(renewed.get_result(&mut ***tx).await?)
}

/// Removes a locked partner, and ends their keys; tells which, each with its version after.
///
/// # Errors
/// The database.
pub async fn remove(tx: &mut Tx, partner: &Partner) -> Result<Vec<(Uuid, i32)>> {
    let ended = keys::revoke_of_partner(tx, partner.id).await?;
    diesel::delete(partners::table.find(partner.id))
        .execute(&mut ***tx)
        .await?;
    Ok(ended)
}

type Columns<'i> = (
    (
        diesel::dsl::Eq<partners::name, &'i str>,
        diesel::dsl::Eq<partners::sections, Option<Vec<Uuid>>>,
        diesel::dsl::Eq<partners::languages, Option<Vec<String>>>,
        diesel::dsl::Eq<partners::entities, Option<Vec<Uuid>>>,
        diesel::dsl::Eq<partners::text, &'static str>,
        diesel::dsl::Eq<partners::media, bool>,
    ),
    (
        diesel::dsl::Eq<partners::embargo_seconds, i32>,
        diesel::dsl::Eq<partners::licence, Option<&'i str>>,
        diesel::dsl::Eq<partners::quota_per_day, Option<i32>>,
        diesel::dsl::Eq<partners::networks, Option<Vec<String>>>,
        diesel::dsl::Eq<partners::begins_at, Option<DateTime<Utc>>>,
        diesel::dsl::Eq<partners::ends_at, Option<DateTime<Utc>>>,
    ),
);

fn columns(new: &Checked) -> Columns<'_> {
    let input = &new.input;
    let text = input.text.map_or("full", |text| text.as_str());
    let languages = input.languages.as_ref();
    let languages = languages.map(|tags| tags.iter().map(ToString::to_string).collect());
    let networks = input.networks.as_ref();
    let networks = networks.map(|all| all.iter().map(|one| one.as_str().to_owned()).collect());
    (
        (
            partners::name.eq(input.name.as_str()),
            partners::sections.eq(new.sections.clone()),
            partners::languages.eq(languages),
            partners::entities.eq(new.entities.clone()),
            partners::text.eq(text),
            partners::media.eq(input.media.unwrap_or(true)),
        ),
        (
            partners::embargo_seconds.eq(input.embargo_seconds.unwrap_or_default()),
            partners::licence.eq(input.licence.as_ref().map(|text| text.as_str())),
            partners::quota_per_day.eq(input.quota_per_day),
            partners::networks.eq(networks),
            partners::begins_at.eq(input.begins_at.map(Timestamp::time)),
            partners::ends_at.eq(input.ends_at.map(Timestamp::time)),
        ),
    )
}
