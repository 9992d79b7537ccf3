//! `/v1/manage/partners/report`.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, web};

use super::parameters::ReportQuery;
use super::view::HeldArticle;
use crate::auth::{Authorized, PartnersManage};
use crate::error::Result;
use crate::http::answer::managed;
use crate::http::cursor::{Position, SortKey, Terms, seal_under};
use crate::http::page::PageInfo;
use crate::http::{Page, Query, State};
use crate::publishing::holdings::{Asked, Found, Key, holdings};

/// Report what partners hold
///
/// Which partner has read which article and as of which change, whether that was withdrawn or corrected since, and what they have acknowledged. Reads are written down within five seconds. Who has read of an article in a list has no newer text of it by that. An article that was published again is no longer `withdrawn`.
#[utoipa::path(
    tag = "Partners", params(ReportQuery), security(("api_key" = ["partners:manage"])),
    responses((status = 200, description = "A page of what partners hold.", body = Page<HeldArticle>)),
)]
#[get("/v1/manage/partners/report")]
pub async fn get_partner_report(
    _: Authorized<PartnersManage>,
    query: Query<ReportQuery>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let asked = &query.parameters;
    let after = query.position(asked.cursor.as_ref(), state.signer())?;
    let asked = Asked {
        partner: asked.partner.map(|id| id.0),
        article: asked.article.clone(),
        holding: asked.holding.map(|holding| holding.as_str()),
        after: after.as_ref().and_then(key),
        limit: asked.limit.items(),
    };
    let found = holdings(&mut state.newsroom().await?, asked).await?;
    managed(StatusCode::OK, None, &page(found, &query, &state)?)
}

fn key(position: &Position) -> Option<Key> {
    let SortKey::Text(partner) = &position.key else {
        return None;
    };
    Some(Key {
        partner_id: partner.parse().ok()?,
        article_id: position.id,
    })
}

fn page(found: Found, query: &Query<ReportQuery>, state: &State) -> Result<Page<HeldArticle>> {
    let next_cursor = found.next.map(|key| {
        let position = Position {
            key: SortKey::Text(key.partner_id.to_string()),
            id: key.article_id,
        };
        seal_under(
            Terms::default(),
            &position,
            state.signer(),
            &query.binding(),
        )
    });
    let next_cursor = next_cursor.transpose()?;
    Ok(Page {
        data: found.rows.into_iter().map(HeldArticle::from).collect(),
        page: PageInfo {
            has_more: next_cursor.is_some(),
            next_cursor,
            total: None,
        },
    })
}
