//! What no handler takes: OPTIONS, other methods of known paths, unknown paths, and preflights that are refused.

use std::collections::BTreeMap;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};

use crate::error::{Code, Error, Result};

/// The methods of each path pattern, from the OpenAPI document and the few routes beside it.
#[derive(Debug, Default, Clone)]
pub struct Methods(BTreeMap<String, String>);

impl Methods {
    /// Adds a path with its methods, in capitals. HEAD goes with GET, and OPTIONS everywhere.
    pub fn add<'a>(&mut self, path: &str, methods: impl IntoIterator<Item = &'a str>) {
        let mut all: Vec<&str> = methods.into_iter().collect();
        if all.contains(&"GET") {
            all.push("HEAD");
        }
        all.push("OPTIONS");
        self.0.insert(path.to_owned(), all.join(", "));
    }

    /// The patterns of all paths.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    fn of(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }
}

/// The default service: 204 with `Allow` to OPTIONS, 405 with `Allow` to other methods of a known path, else 404.
///
/// # Errors
/// 404 and 405 as problems.
pub async fn fallback(request: HttpRequest, methods: web::Data<Methods>) -> Result<HttpResponse> {
    let pattern = request.match_pattern().unwrap_or_default();
    let Some(allow) = methods.of(&pattern) else {
        return Err(Error::not_found());
    };
    if request.method() == Method::OPTIONS {
        return Ok(HttpResponse::build(StatusCode::NO_CONTENT)
            .insert_header((header::ALLOW, allow))
            .finish());
    }
    let detail = format!("{} is not allowed here; {allow} are.", request.method());
    let error = Error::new(Code::MethodNotAllowed, detail);
    Err(match HeaderValue::from_str(allow) {
        Ok(value) => error.header(header::ALLOW, value),
        Err(_) => error,
    })
}

/// The middleware around CORS: a preflight that it refuses is a problem, as every other error is.
///
/// # Errors
/// Those of what it wraps.
pub async fn explain_preflight(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let response = next.call(request).await?;
    if response.request().method() != Method::OPTIONS
        || response.status() != StatusCode::BAD_REQUEST
    {
        return Ok(response.map_into_left_body());
    }
    let detail = "Browsers may not ask this: the origin, the method or a header is not allowed. KRONIEK_CORS_ORIGINS tells the origins that are.";
    let problem = Error::new(Code::InvalidHeader, detail).error_response();
    let (request, _) = response.into_parts();
    Ok(ServiceResponse::new(request, problem).map_into_right_body())
}
