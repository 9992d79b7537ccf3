//! Limits of rate: each address has a budget of requests without a key, and each key one of its own. Told on every answer, as in
//! draft-ietf-httpapi-ratelimit-headers.
//!
//! A key is somebody only once it is known to be right. So each look-up of a key is first paid for by the address that it comes from, and
//! paid back when the key was right: wrong ones are counted, whatever they look like, before the database is asked. They also use up the
//! address's budget of requests without a key.

mod budget;
mod client;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest, ResponseError, web};
use uuid::Uuid;

use super::State;
use crate::auth::{ApiKey, is_guarded};
use crate::config::RateSettings;
use crate::error::{Code, Error, Result};

pub use budget::{Budget, Budgets, Left, Rate};
pub use client::{Network, client, counted_as};

static POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
static LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// The budgets of a node.
pub struct Limits {
    begun: Instant,
    proxies: Vec<Network>,
    addresses: Class,
    /// Look-ups of keys that were wrong, by address.
    guesses: Class,
    keys: Option<Class>,
}

struct Class {
    budgets: Budgets,
    policy: HeaderValue,
    refused: AtomicU64,
}

/// What is told of the budget that a request was counted against.
struct Told {
    policy: HeaderValue,
    left: Left,
}

/// Requests refused since the start.
#[derive(Debug, Clone, Copy)]
pub struct Refused {
    /// Those without a key.
    pub addresses: u64,
    /// Those of addresses that had sent too many wrong keys.
    pub guesses: u64,
    /// Those with a key.
    pub keys: u64,
}

impl Class {
    fn new(budget: Budget) -> Self {
        Self {
            budgets: Budgets::new(budget),
            policy: HeaderValue::from_str(&budget.policy())
                .unwrap_or(HeaderValue::from_static("\"default\"")),
            refused: AtomicU64::new(0),
        }
    }

    /// Counts a request of theirs.
    fn take(&self, who: u128, begun: Instant) -> (Told, Result<()>) {
        let left = self.budgets.take(who, begun.elapsed());
        let goes_on = if left.over {
            self.refused.fetch_add(1, Ordering::Relaxed);
            Err(over(left))
        } else {
            Ok(())
        };
        (self.told(left), goes_on)
    }

    fn told(&self, left: Left) -> Told {
        Told {
            policy: self.policy.clone(),
            left,
        }
    }

    fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}

fn over(left: Left) -> Error {
    let detail = "There were more requests than the budget allows. Wait for the seconds in Retry-After; RateLimit tells what is left on every answer.";
    Error::new(Code::RateLimited, detail)
        .header(header::RETRY_AFTER, HeaderValue::from(left.whole_in))
}

impl Limits {
    /// The limits that are set; none where they are off.
    pub fn new(settings: &RateSettings) -> Option<Self> {
        let Rate::Of(addresses) = settings.addresses else {
            return None;
        };
        Some(Self {
            begun: Instant::now(),
            proxies: settings.trusted_proxies.clone(),
            addresses: Class::new(addresses),
            guesses: Class::new(addresses),
            keys: match settings.keys {
                Rate::Of(keys) => Some(Class::new(keys)),
                Rate::Off => None,
            },
        })
    }

    /// How many requests were refused.
    pub fn refused(&self) -> Refused {
        Refused {
            addresses: self.addresses.refused(),
            guesses: self.guesses.refused(),
            keys: self.keys.as_ref().map_or(0, Class::refused),
        }
    }

    fn who(&self, request: &HttpRequest) -> u128 {
        let peer = request
            .peer_addr()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        counted_as(client(peer, request.headers(), &self.proxies))
    }

    /// Before a key is looked up: whether the address may still have keys looked up.
    ///
    /// # Errors
    /// 429 when too many of its keys were wrong.
    pub fn before_key(&self, request: &HttpRequest) -> Result<()> {
        let (told, goes_on) = self.guesses.take(self.who(request), self.begun);
        if goes_on.is_err() {
            request.extensions_mut().insert(told);
        }
        goes_on
    }

    /// After it was: counts the request against the key, or against the address when the key was wrong.
    ///
    /// # Errors
    /// 429 when that budget is used up; else what the look-up ended with.
    pub fn after_key(&self, request: &HttpRequest, found: Result<ApiKey>) -> Result<ApiKey> {
        let who = self.who(request);
        match &found {
            Err(error) if error.code() == Code::InvalidKey => {
                let (told, goes_on) = self.addresses.take(who, self.begun);
                request.extensions_mut().insert(told);
                goes_on?;
            }
            Err(_) => self.guesses.budgets.give_back(who),
            Ok(key) => {
                self.guesses.budgets.give_back(who);
                if is_counted(request) {
                    self.count_key(request, key.id)?;
                }
            }
        }
        found
    }

    fn count_key(&self, request: &HttpRequest, id: Uuid) -> Result<()> {
        let Some(keys) = &self.keys else {
            return Ok(());
        };
        let (told, goes_on) = keys.take(id.as_u128(), self.begun);
        request.extensions_mut().insert(told);
        goes_on
    }
}

/// Whether requests of this path are counted, as it is routed. What watches a node and explains it is not.
fn is_counted(request: &HttpRequest) -> bool {
    let path = request.match_info().as_str();
    let free = ["/health/", "/metrics", "/docs", "/openapi.json"];
    !free.iter().any(|free| path.starts_with(free))
}

/// The middleware, around the one that looks keys up.
///
/// # Errors
/// Those of what it wraps.
pub async fn limit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let state = request.app_data::<web::Data<State>>().cloned();
    let Some(limits) = state.as_ref().and_then(|state| state.limits()) else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let has_key = is_guarded(request.match_info().as_str())
        && request.headers().contains_key(header::AUTHORIZATION);
    let mut told = None;
    if !has_key && is_counted(request.request()) {
        let who = limits.who(request.request());
        let (left, goes_on) = limits.addresses.take(who, limits.begun);
        if let Err(error) = goes_on {
            let mut response = request.into_response(error.error_response());
            tell(response.headers_mut(), &left);
            return Ok(response.map_into_right_body());
        }
        told = Some(left);
    }
    let mut response = next.call(request).await?;
    if has_key {
        told = response.request().extensions_mut().remove::<Told>();
    }
    if let Some(told) = told {
        tell(response.headers_mut(), &told);
    }
    Ok(response.map_into_left_body())
}

fn tell(headers: &mut HeaderMap, told: &Told) {
    headers.insert(POLICY.clone(), told.policy.clone());
    let left = format!(
        "\"default\";r={};t={}",
        told.left.requests, told.left.whole_in
    );
    if let Ok(left) = HeaderValue::try_from(left) {
        headers.insert(LIMIT.clone(), left);
    }
}

#[cfg(test)]
mod tests;
