//! The site as editors see it.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::db::schema::newsroom::{donation_attachments, old_addresses, site};
use crate::db::{NewsroomConn, Stored};
use crate::error::{Error, Fault, FaultCode, Faults, Result};
use crate::publishing::{Pictures, Tx};
use crate::site::model::{NamedBySite, Site, SiteInput};
use crate::values::Draft;

/// The site.
///
/// # Errors
/// The database.
pub async fn get(conn: &mut NewsroomConn) -> Result<Site> {
    Ok(site::table
        .select(Site::as_select())
        .first(&mut **conn)
        .await?)
}

/// The language of what has none of its own.
///
/// # Errors
/// The database.
pub async fn default_language(conn: &mut NewsroomConn) -> Result<String> {
    Ok(site::table
        .select(site::default_language)
        .first(&mut **conn)
        .await?)
}

/// The site, its row locked to the end of the transaction.
///
/// # Errors
/// The database.
pub async fn lock(tx: &mut Tx) -> Result<Site> {
    Ok(site::table
        .select(Site::as_select())
        .for_update()
        .first(&mut ***tx)
        .await?)
}

/// The donation links that hang on the site, in order.
///
/// # Errors
/// The database.
pub async fn donation_links(conn: &mut NewsroomConn) -> Result<Vec<Uuid>> {
    let links = donation_attachments::table.filter(donation_attachments::owner_kind.eq("site"));
    Ok(links
        .order(donation_attachments::position)
        .select(donation_attachments::link_id)
        .load(&mut **conn)
        .await?)
}

/// Changes the locked site.
///
/// # Errors
/// 422 with every fault, a time zone that Postgres does not know among them; the database.
pub async fn change(tx: &mut Tx, before: &Site, draft: Draft<SiteInput>) -> Result<Site> {
    let mut faults = Faults::default();
    let named: NamedBySite = draft.named();
    if let Some(zone) = named.time_zone.given()
        && zone.as_str() != before.time_zone
    {
        check_time_zone(tx, zone.as_str(), &mut faults).await?;
    }
    let input = draft.finish(faults)?;
    Pictures::default()
        .image("/logo", input.logo.as_ref().and_then(|logo| logo.media))
        .text("/about", input.about.as_deref())
        .require(tx)
        .await?;
    let public_text = input.public_text.unwrap_or_default().as_str();
    let links =
        serde_json::to_value(input.social_links.unwrap_or_default()).map_err(Error::internal)?;
    let values = (
        site::title.eq(input.title.into_string()),
        site::tagline.eq(input.tagline.map(|text| text.into_string())),
        site::public_url.eq(input.public_url.as_str().trim_end_matches('/').to_owned()),
        site::paths.eq(serde_json::to_value(input.paths).map_err(Error::internal)?),
        site::default_language.eq(input.default_language.to_string()),
        site::time_zone.eq(input.time_zone.into_string()),
        site::about.eq(input.about.map(|text| Stored(text.into_input().render("")))),
        site::logo.eq(input
            .logo
            .map(serde_json::to_value)
            .transpose()
            .map_err(Error::internal)?),
        site::social_links.eq(links),
        site::copyright.eq(input.copyright.map(|text| text.into_string())),
        site::licence.eq(input.licence.map(|text| text.into_string())),
        site::public_text.eq(public_text),
        site::checks
            .eq(serde_json::to_value(input.checks.unwrap_or_default()).map_err(Error::internal)?),
        site::feeds
            .eq(serde_json::to_value(input.feeds.unwrap_or_default()).map_err(Error::internal)?),
        site::robots
            .eq(serde_json::to_value(input.robots.unwrap_or_default()).map_err(Error::internal)?),
        site::version.eq(before.version + 1),
        site::modified_at.eq(tx.now),
    );
    let after: Site = diesel::update(site::table)
        .set(values)
        .returning(Site::as_returning())
        .get_result(&mut ***tx)
        .await?;
    keep_addresses(tx, before, &after).await?;
    Ok(after)
}

/// Keeps where the frontend showed things until now, so that links to there still lead to them.
async fn keep_addresses(tx: &mut Tx, before: &Site, after: &Site) -> Result<()> {
    let now = tx.now;
    let patterns = before
        .paths
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(kind, pattern)| after.paths.get(kind) != Some(pattern))
        .filter_map(|(kind, pattern)| Some((kind.as_str(), pattern.as_str()?)));
    let url = (before.public_url != after.public_url).then_some(("site", &*before.public_url));
    for (kind, pattern) in patterns.chain(url) {
        diesel::insert_into(old_addresses::table)
            .values((
                old_addresses::kind.eq(kind),
                old_addresses::pattern.eq(pattern),
                old_addresses::until.eq(now),
            ))
            .on_conflict((old_addresses::kind, old_addresses::pattern))
            .do_update()
            .set(old_addresses::until.eq(now))
            .execute(&mut ***tx)
            .await?;
    }
    Ok(())
}

/// Counts one more write of the locked site, after its donation links changed.
///
/// # Errors
/// The database.
pub async fn touch(tx: &mut Tx, before: &Site) -> Result<Site> {
    let values = (
        site::version.eq(before.version + 1),
        site::modified_at.eq(tx.now),
    );
    Ok(diesel::update(site::table)
        .set(values)
        .returning(Site::as_returning())
        .get_result(&mut ***tx)
        .await?)
}

/// What some systems list beside the names of places means something else on each machine, or nothing.
const KNOWN_ZONE: &str = "
    SELECT FROM pg_timezone_names
    WHERE name = $1 AND name NOT IN ('Factory', 'localtime', 'posixrules') AND name !~ '^(posix|right)/'";

async fn check_time_zone(tx: &mut Tx, name: &str, faults: &mut Faults) -> Result<()> {
    let known = diesel::sql_query(KNOWN_ZONE).bind::<diesel::sql_types::Text, _>(name);
    if known.execute(&mut ***tx).await? == 0 {
        let detail = "must be the name of a time zone, such as Europe/Amsterdam";
        faults.push(Fault::at("/time_zone", FaultCode::InvalidValue, detail));
    }
    Ok(())
}
