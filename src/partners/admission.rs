//! The one place where a contract begins to hold: every request that reads under one comes through here.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderValue};

use super::model::{Audience, Contract, Standing};
use super::queries::newsroom as queries;
use crate::auth::{Authorized, SyndicationRead, invalid_key, still_good};
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
    let standing = look(&mut conn, caller, (request, state)).await?;
    let partner = &standing.partner;
    if let Some(quota) = partner.quota_per_day {
        let counted = match queries::count(&mut conn, partner.id, quota).await {
            // They were removed just now.
            Err(error) if error.code() == Code::InUse => return Err(no_contract()),
            counted => counted?,
        };
        if counted.used.is_none() {
            return Err(used_up(quota, counted.left_of_day));
        }
    }
    Ok(Admitted {
        contract: Arc::new(partner.contract(standing.released_until)),
    })
}

/// How the partner of a request stands, whose contract is running and allows it; nothing is counted.
///
/// # Errors
/// 403; 503.
pub async fn look(
    conn: &mut NewsroomConn,
    caller: &Authorized<SyndicationRead>,
    (request, state): (&HttpRequest, &State),
) -> Result<Standing> {
    let id = caller.key.partner.ok_or_else(no_contract)?;
    let standing = match queries::standing(conn, id).await {
        Err(error) if error.code() == Code::NotFound => return Err(no_contract()),
        standing => standing?,
    };
    let nowhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    standing.partner.require_running(standing.now)?;
    standing
        .partner
        .require_network(state.client(request).unwrap_or(nowhere))?;
    Ok(standing)
}

fn no_contract() -> Error {
    Error::new(
        Code::NoContract,
        "This key belongs to no partner, so that there is nothing for it to read here.",
    )
}

/// Lets one in again who has waited: as whom, and under what, they came in still holds. Nothing is counted.
///
/// # Errors
/// 401 when the key has ended; 403 as [`admit`]; 410 when the contract lets them read other things now.
pub async fn readmit(
    admitted: &Admitted,
    caller: &Authorized<SyndicationRead>,
    (request, state): (&HttpRequest, &State),
) -> Result<()> {
    let mut conn = state.newsroom().await?;
    let presented = caller.key.presented();
    if !still_good(&mut conn, std::slice::from_ref(presented))
        .await?
        .contains(presented)
    {
        return Err(invalid_key());
    }
    let standing = look(&mut conn, caller, (request, state)).await?;
    if standing.partner.terms == admitted.contract().terms {
        return Ok(());
    }
    Err(Error::new(
        Code::TermsChanged,
        "Your contract has changed since this cursor. Throw away what you have read, and begin again without a cursor.",
    ))
}

fn used_up(quota: i32, left_of_day: i32) -> Error {
    let detail = format!(
        "The contract allows {quota} requests a day (UTC), and they have been made. The next day begins in {left_of_day} seconds."
    );
    Error::new(Code::QuotaUsed, detail)
        .header(header::RETRY_AFTER, HeaderValue::from(left_of_day.max(1)))
}
