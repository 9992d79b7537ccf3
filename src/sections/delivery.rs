//! `/v1/sections`.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::queries::delivery as queries;
use super::view::SectionView;
use crate::auth::Visitor;
use crate::changes::Keys;
use crate::error::{Error, Result};
use crate::http::answer::moved;
use crate::http::{Answer, NoParameters, Page, Path, Query, State};
use crate::publishing::Kind;
use crate::resolve::{Found, frontend, locate};
use crate::values::Reference;

/// List sections
///
/// Every section, in the order of the menu.
#[utoipa::path(tag = "Sections", responses((status = 200, description = "The sections.", body = Page<SectionView>)))]
#[get("/v1/sections")]
pub async fn list_sections(
    _: Visitor,
    _: Query<NoParameters>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let found = queries::list(&mut state.delivery().await?).await?;
    let frontend = frontend(found.site.as_deref())?;
    let data = found
        .rows
        .into_iter()
        .map(|section| SectionView::new(section, &frontend))
        .collect();
    Ok(Answer::json(found.seq, &Page::whole(data))?
        .made_of(Keys::with_addresses())
        .respond(&state))
}

/// Read a section
///
/// One section. A slug that it had before answers with a redirect to the one it has now.
#[utoipa::path(
    tag = "Sections",
    params(("section" = Reference, Path, description = "Its slug or id.")),
    responses((status = 200, description = "The section.", body = SectionView)),
)]
#[get("/v1/sections/{section}")]
pub async fn get_section(
    _: Visitor,
    path: Path<Reference>,
    _: Query<NoParameters>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let mut conn = state.delivery().await?;
    let id = match locate(&mut conn, Kind::Section, &path.0).await? {
        Found::Here(id) => id,
        Found::Moved(to) => {
            return Ok(moved(&request, &state, to, |slug| {
                format!("/v1/sections/{slug}")
            }));
        }
    };
    let found = queries::get(&mut conn, id).await?;
    let frontend = frontend(found.site.as_deref())?;
    let section = found.rows.into_iter().next().ok_or_else(Error::not_found)?;
    let mut keys = Keys::default();
    keys.name(Kind::Section, &path.0)
        .thing(Kind::Section, id)
        .site();
    Ok(
        Answer::json(found.seq, &SectionView::new(section, &frontend))?
            .made_of(keys)
            .respond(&state),
    )
}
