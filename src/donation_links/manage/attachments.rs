//! `/v1/manage/sections/{section}/donation-links`.

use actix_web::{HttpResponse, put};

use crate::auth::SiteWrite;
use crate::donation_links::queries::newsroom as queries;
use crate::error::Result;
use crate::http::{DraftBody, IfMatch, NoParameters, Path, Query, Writer, Written};
use crate::openapi::IfMatchHeader;
use crate::publishing::{AuditEntry, Change, Event, Kind};
use crate::sections::queries::newsroom as sections;
use crate::sections::view::ManagedSection;
use crate::values::{Id, Reference, UpTo};

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
            let before = sections::lock(tx, &path.0).await?;
            if_match.require(&before.version())?;
            let links = queries::find_all(tx, body.0).await?;
            queries::attach(tx, "section", before.id, &links).await?;
            let section = sections::touch(tx, &before).await?;
            Ok(
                Written::changed(&section.version(), &ManagedSection::new(&section, links))?
                    .audited(
                        AuditEntry::of(Kind::Section, Some(section.id))
                            .from(before.version())
                            .to(section.version()),
                    )
                    .publishing(Change::of(Kind::Section, section.id, Event::Changed)),
            )
        })
        .await
}
