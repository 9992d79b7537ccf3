//! The one place where a contract begins to hold: every request that reads under one comes through here.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderValue};
use uuid::Uuid;

use super::model::{Audience, Contract, Partner, Standing};
use super::queries::newsroom as queries;
use crate::auth::{ApiKey, Authorized, SyndicationRead, invalid_key, still_good};
use crate::db::NewsroomConn;
use crate::error::{Code, Error, Result};
use crate::http::State;

/// The contract that a request reads under.
#[derive(Debug, Clone)]
pub struct Admitted {
    contract: Arc<Contract>,
}

impl Admitted {
    /// Under what a partner may read who stands so.
    pub fn of(standing: &Standing) -> Self {
        let contract = standing.partner.contract(standing.released_until);
        Self {
            contract: Arc::new(contract),
        }
    }

    /// Who reads.
    pub fn audience(&self) -> Audience {
        Audience::Partner(self.contract.clone())
    }

    /// What they may read.
    pub fn contract(&self) -> &Arc<Contract> {
        &self.contract
    }
}

/// Who comes, and from where.
#[derive(Debug, Clone)]
pub struct Entrance {
    partner: Uuid,
    from: IpAddr,
}

impl Entrance {
    /// Of a request with this key.
    ///
    /// # Errors
    /// 403 for a key of no partner.
    pub fn of(key: &ApiKey, request: &HttpRequest, state: &State) -> Result<Self> {
        let nowhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        Ok(Self {
            partner: key.partner.ok_or_else(no_contract)?,
            from: state.client(request).unwrap_or(nowhere),
        })
    }

    /// The partner.
    pub fn partner(&self) -> Uuid {
        self.partner
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
    enter(&Entrance::of(&caller.key, request, state)?, state).await
}

/// The same for who has come in another way.
///
/// # Errors
/// As [`admit`].
pub async fn enter(entrance: &Entrance, state: &State) -> Result<Admitted> {
    let mut conn = state.newsroom().await?;
    let standing = look(&mut conn, entrance).await?;
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
    Ok(Admitted::of(&standing))
}

/// How the partner who comes stands, whose contract is running and allows it; nothing is counted.
///
/// # Errors
/// 403; 503.
pub async fn look(conn: &mut NewsroomConn, entrance: &Entrance) -> Result<Standing> {
    let standing = standing(conn, entrance).await?;
    standing.partner.require_running(standing.now)?;
    Ok(standing)
}

/// The partner who comes, where their contract allows this address, running or not: what they hold may have to be taken down after its end too.
/// Nothing is counted.
///
/// # Errors
/// 403; 503.
pub async fn recognise(
    conn: &mut NewsroomConn,
    key: &ApiKey,
    (request, state): (&HttpRequest, &State),
) -> Result<Partner> {
    let entrance = Entrance::of(key, request, state)?;
    Ok(standing(conn, &entrance).await?.partner)
}

async fn standing(conn: &mut NewsroomConn, entrance: &Entrance) -> Result<Standing> {
    let standing = match queries::standing(conn, entrance.partner).await {
        Err(error) if error.code() == Code::NotFound => return Err(no_contract()),
        standing => standing?,
    };
    standing.partner.require_network(entrance.from)?;
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
    let entrance = Entrance::of(&caller.key, request, state)?;
    let standing = look(&mut conn, &entrance).await?;
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
