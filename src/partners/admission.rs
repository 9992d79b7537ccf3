//! The one place where a contract begins to hold: every request that reads under one comes through here.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderValue};

use super::model::{Audience, Contract, Partner};
use super::queries::newsroom as queries;
use crate::auth::{Authorized, SyndicationRead};
use crate::db::NewsroomConn;
use crate::error::{Code, Error, Result};
use crate::http::State;

/// The contract that a request reads under.
#[derive(Debug, Clone)]
pub struct Admitted {
    contract: Arc<Contract>,
}

impl Admitted {
    /// Who reads.
    pub fn audience(&self) -> Audience {
        Audience::Partner(self.contract.clone())
    }

    /// What they may read.
    pub fn contract(&self) -> &Contract {
        &self.contract
    }
}

/// Lets a request in under its partner's contract, and counts it: the contract is running, allows this address, and leaves a request of today.
/// What it is now holds, on whichever node.
///
/// # Errors
/// 403 for a key of no partner, a contract that is not running, or an address that it does not allow; 429 when the day's quota is used up; 503.
pub async fn admit(
    caller: &Authorized<SyndicationRead>,
    request: &HttpRequest,
    state: &State,
) -> Result<Admitted> {
    let mut conn = state.newsroom().await?;
    let partner = look(&mut conn, caller, (request, state)).await?;
    if let Some(quota) = partner.quota_per_day {
        let counted = queries::count(&mut conn, partner.id, quota).await?;
        if counted.used.is_none() {
            return Err(used_up(quota, counted.left_of_day));
        }
    }
    Ok(Admitted {
        contract: Arc::new(partner.contract()),
    })
}

/// The partner of a request whose contract is running and allows it; nothing is counted.
///
/// # Errors
/// 403; 503.
pub async fn look(
    conn: &mut NewsroomConn,
    caller: &Authorized<SyndicationRead>,
    (request, state): (&HttpRequest, &State),
) -> Result<Partner> {
    let none = || {
        Error::new(
            Code::NoContract,
            "This key belongs to no partner, so that there is nothing for it to read here.",
        )
    };
    let id = caller.key.partner.ok_or_else(none)?;
    let standing = match queries::standing(conn, id).await {
        Err(error) if error.code() == Code::NotFound => return Err(none()),
        standing => standing?,
    };
    let nowhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    standing.partner.require_running(standing.now)?;
    standing
        .partner
        .require_network(state.client(request).unwrap_or(nowhere))?;
    Ok(standing.partner)
}

fn used_up(quota: i32, left_of_day: i32) -> Error {
    let detail = format!(
        "The contract allows {quota} requests a day (UTC), and they have been made. The next day begins in {left_of_day} seconds."
    );
    Error::new(Code::QuotaUsed, detail)
        .header(header::RETRY_AFTER, HeaderValue::from(left_of_day.max(1)))
}
