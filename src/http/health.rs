//! Whether this node lives, and whether it is ready for traffic; and the pages that explain problems.

use actix_web::http::header;
use actix_web::{HttpResponse, get, web};
use serde_json::json;

use super::State;
use crate::error::{Code, Error, Result};

fn status(word: &str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(json!({"status": word}))
}

/// Lives: the process answers.
#[get("/health/live")]
pub async fn live() -> HttpResponse {
    status("live")
}

/// Is ready: not shutting down, and both logins reach the database.
///
/// # Errors
/// 503 otherwise.
#[get("/health/ready")]
pub async fn ready(state: web::Data<State>) -> Result<HttpResponse> {
    if state.is_stopping() {
        return Err(Error::unavailable("This node is shutting down."));
    }
    let mut newsroom = state.newsroom().await?;
    crate::db::ping(&mut newsroom).await?;
    drop(newsroom);
    let mut delivery = state.delivery().await?;
    crate::db::ping(&mut delivery).await?;
    Ok(status("ready"))
}

/// The explanation of a kind of problem: what its `type` leads to.
///
/// # Errors
/// 404 for a kind that does not exist.
#[get("/problems/{code}")]
pub async fn explain(code: web::Path<String>) -> Result<HttpResponse> {
    let code = Code::from_slug(&code).ok_or_else(Error::not_found)?;
    let answer = json!({"type": code.path(), "title": code.title(), "status": code.status().as_u16(), "explanation": code.explanation()});
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .json(answer))
}
