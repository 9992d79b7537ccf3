//! `/v1/syndication/notices`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, get, post, web};
use uuid::Uuid;

use super::model::AcknowledgementInput;
use super::parameters::ListNotices;
use super::queries::newsroom as queries;
use super::view::PartnerNoticeView;
use crate::auth::{Authorized, SyndicationRead};
use crate::error::{Faults, Result};
use crate::http::answer::managed;
use crate::http::cursor::{Position, SortKey, Terms};
use crate::http::page::Cut;
use crate::http::{ActDraft, NoParameters, Page, Path, Query, State, Writer, Written};
use crate::partners::admission::recognise;
use crate::publishing::AuditEntry;
use crate::values::{Id, Prose};

/// List your notices
///
/// What was withdrawn or corrected of the articles that you have read or that your contract covered, the newest first. When the contract has ended, those of the articles that you had read are still told, for as long as the key is good. The requests are not counted.
#[utoipa::path(
    tag = "Syndication", params(ListNotices), security(("api_key" = ["syndication:read"])),
    responses((status = 200, description = "A page of notices.", body = Page<PartnerNoticeView>)),
)]
#[get("/v1/syndication/notices")]
pub async fn list_notices(
    caller: Authorized<SyndicationRead>,
    query: Query<ListNotices>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let partner = recognise(&mut conn, &caller.key, (&request, &state)).await?;
    let (asked, terms) = (&query.parameters, of(partner.id));
    let after = query.position_under(terms, asked.cursor.as_ref(), state.signer())?;
    let rows = queries::list(&mut conn, partner.id, asked, after).await?;
    let cut = Cut::of(&query, state.signer()).under(terms);
    let page = Page::cut(rows, asked.limit, cut, |notice| Position {
        key: SortKey::Number(notice.at.timestamp_millis()),
        id: notice.id,
    })?;
    managed(StatusCode::OK, None, &page.map(PartnerNoticeView::from))
}

/// A partner's own cursors, which hold through every change of the contract.
fn of(partner: Uuid) -> Terms {
    Terms {
        reader: Some(partner),
        version: 0,
    }
}

/// Acknowledge a notice
///
/// Tells the publisher that you have done what it asks. The first acknowledgement stays, with its note; more of them change nothing. The request is not counted.
#[utoipa::path(
    tag = "Syndication", request_body = AcknowledgementInput, security(("api_key" = ["syndication:read"])),
    params(("notice" = Id, Path, description = "Its id.")),
    responses((status = 200, description = "The notice as it now is.", body = PartnerNoticeView)),
)]
#[post("/v1/syndication/notices/{notice}/acknowledge")]
pub async fn acknowledge_notice(
    writer: Writer<SyndicationRead>,
    path: Path<Uuid>,
    _: Query<NoParameters>,
    (request, state): (HttpRequest, web::Data<State>),
    body: ActDraft<AcknowledgementInput>,
) -> Result<HttpResponse> {
    let mut conn = state.newsroom().await?;
    let partner = recognise(&mut conn, writer.key(), (&request, &state)).await?;
    drop(conn);
    let input = body.0.finish(Faults::default())?;
    writer
        .write("acknowledge_notice", async move |tx| {
            let note = input.note.as_ref().map(Prose::as_str);
            let which = (partner.id, path.0);
            let (notice, done) = queries::acknowledge(tx, which, note).await?;
            let written = Written::done(&PartnerNoticeView::from(notice))?;
            Ok(match done {
                true => written.audited(AuditEntry::of_notice(path.0)),
                false => written,
            })
        })
        .await
}
