//! What no handler takes: OPTIONS, other methods of known paths, and unknown paths.

use std::collections::BTreeMap;

use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};

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
