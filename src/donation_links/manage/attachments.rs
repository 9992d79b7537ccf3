//! `/v1/manage/sections/{section}/donation-links`, and a section with its links as it was before.

use actix_web::{HttpResponse, post, put};
use uuid::Uuid;

use crate::auth::{ContentWrite, Scope, SiteWrite};
use crate::donation_links::queries::newsroom as queries;
use crate::error::{Faults, Result};
use crate::http::path::Number;
use crate::http::{DraftBody, IfMatch, NoParameters, Path, Query, Writer, Written};
use crate::openapi::IfMatchHeader;
use crate::publishing::{AuditEntry, Change, Event, Kind, Tx};
use crate::sections::model::{Section, SectionInput};
use crate::sections::queries::newsroom as sections;
use crate::sections::view::ManagedSection;
use crate::values::{Draft, Id, Reference, UpTo};
use crate::versions::model::{KeptVersion, refused};
use crate::versions::queries::newsroom as kept;

/// Hang donation links on a section
///
/// The whole ordered list of at most 100, in place of the one before. Articles of the section that have no links of their own show these, at once.
#[utoipa::path(
    tag = "Donation links", request_body = Vec<Id>, security(("api_key" = ["site:write"])),
    params(("section" = Reference, Path, description = "Its slug or id."), IfMatchHeader),
    responses((status = 200, description = "The section as it now is.", body = ManagedSection), (status = 409, description = "A donation link in the list was just removed.")),
)]
#[put("/v1/manage/sections/{section}/donation-links")]
pub async fn set_section_donation_links(
    writer: Writer<SiteWrite>,
    path: Path<Reference>,
    _: Query<NoParameters>,
    if_match: IfMatch,
    body: DraftBody<UpTo<Id, 100>>,
) -> Result<HttpResponse> {
    writer
        .write("set_section_donation_links", async move |tx| {
            let before = sections::lock(tx, &path.0, false).await?;
            let current = (before.version, &before.version());
            kept::require(tx, &if_match, before.owner(), current).await?;
            let links = queries::find_all(tx, body.0).await?;
            queries::attach(tx, "section", before.id, &links).await?;
            let section = sections::touch(tx, &before).await?;
            written(&before, &section, links)
        })
        .await
}

/// The answer to a write of a section. When it changed, readers see it at once.
fn written(before: &Section, section: &Section, links: Vec<Uuid>) -> Result<Written> {
    let (from, to) = (before.version(), section.version());
    let change = Change::of(Kind::Section, section.id, Event::Changed);
    let audit = AuditEntry::of(Kind::Section, Some(section.id)).from(&from);
    Ok(Written::changed(&to, &ManagedSection::new(section, links))?
        .audited(audit.to(&to))
        .publishing((from != to).then_some(change)))
}

/// Restore a version of a section
///
/// An edit that makes it say again what this version said, with the donation links that hung on it, as a new version; readers see it at once. Where other links hang on
/// it by now the key needs `site:write` too. When it says that already, nothing is written.
#[utoipa::path(
    tag = "Sections", security(("api_key" = ["content:write"])),
    params(
        ("section" = Reference, Path, description = "The section's slug or id."),
        ("number" = i32, Path, description = "The version's number.", example = 1, minimum = 1),
        IfMatchHeader,
    ),
    responses(
        (status = 200, description = "The section as it now is.", body = ManagedSection),
        (status = 409, description = "What was right then no longer is; the slug is taken, or a donation link is gone."),
    ),
)]
#[post("/v1/manage/sections/{section}/versions/{number}/restore")]
pub async fn restore_section_version(
    writer: Writer<ContentWrite>,
    path: Path<(Reference, Number)>,
    _: Query<NoParameters>,
    if_match: IfMatch,
) -> Result<HttpResponse> {
    let (which, Number(number)) = path.0;
    let may_attach = writer.also(Scope::SiteWrite);
    writer
        .write("restore_section_version", async move |tx| {
            let before = sections::lock(tx, &which, false).await?;
            let current = (before.version, &before.version());
            kept::require(tx, &if_match, before.owner(), current).await?;
            let version = kept::get(tx, before.owner(), number).await?;
            let (section, links) = restore(tx, &before, version, may_attach)
                .await
                .map_err(|error| refused(number, error))?;
            written(&before, &section, links)
        })
        .await
}

/// The section as this version was, and what hangs on it.
async fn restore(
    tx: &mut Tx,
    before: &Section,
    mut version: KeptVersion,
    may_attach: Result<()>,
) -> Result<(Section, Vec<Uuid>)> {
    let hung = sections::donation_links(tx, before.id).await?;
    let links = queries::find_kept(tx, version.take_links()).await?;
    if links == hung && version.content == before.input() {
        return Ok((before.clone(), hung));
    }
    if links != hung {
        may_attach?;
        queries::attach(tx, "section", before.id, &links).await?;
    }
    let draft = Draft::<SectionInput>::read(version.content, Faults::default());
    let section = sections::change(tx, before, &draft.whole()?).await?;
    Ok((section, links))
}
