//! What happens to articles, as it happens: the events of the log, for streams and webhooks.
//!
//! One reader of the log ([`relay`]) serves all streams of a node. It reads what is new once and holds it in a [`window`], whose events are each written once
//! for each choice of forms. A stream ([`body`]) holds nothing but where it stands: it takes what follows from the window when its client has taken
//! what was before, and reads the log itself ([`reading`]) where the window has left it behind, as after a reconnection. So a slow client costs no memory of its
//! own, and holds up nobody.
//!
//! Partners are few, and each is told other things: a stream [`under`] a contract reads the log itself, under what the contract is at that moment.

pub mod body;
pub mod delivery;
mod ending;
mod entry;
mod filter;
pub mod model;
pub mod noticed;
pub mod parameters;
pub mod position;
pub mod queries;
mod reading;
mod relay;
mod seats;
mod under;
pub mod view;
mod watch;
mod window;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, web};
use tokio::sync::{Mutex, Semaphore};
use uuid::Uuid;

use self::reading::Part;
use self::seats::{Full, Room, Seat, Seats};
use self::watch::Watch;
use self::window::Window;
use crate::auth::{ApiKey, Presented};
use crate::config::ServeConfig;
use crate::error::{Code, Error, Result};
use crate::http::State;
use crate::http::rate_limit::{Network, client, counted_as};

pub use relay::relay;

/// How many streams of partners read the log at a time: the pools are for those who ask.
const PARTNER_READS: usize = 2;

/// The streams of a node, and what they share.
pub struct Streams {
    state: web::Data<State>,
    seats: Seats,
    window: Window,
    keys: Watch<Presented>,
    /// The partners whose contracts streams were opened under.
    contracts: Watch<Uuid>,
    /// What was last read for a stream that the window had left behind.
    last_read: Mutex<Option<Arc<Part>>>,
    /// Turns at reading the log under contracts.
    partner_reads: Semaphore,
    room: Room,
    patience: Duration,
    proxies: Vec<Network>,
}

impl Streams {
    /// None yet, with these settings.
    pub fn new(state: web::Data<State>, config: &ServeConfig) -> Self {
        Self {
            state,
            seats: Seats::default(),
            window: Window::default(),
            keys: Watch::default(),
            contracts: Watch::default(),
            partner_reads: Semaphore::new(PARTNER_READS),
            last_read: Mutex::default(),
            room: Room {
                all: usize::try_from(config.streams.max).unwrap_or(usize::MAX),
                per_client: config.streams.per_client,
            },
            patience: config.streams.patience(),
            proxies: config.rate.trusted_proxies.clone(),
        }
    }

    /// Wakes all, so that they see that waits are over.
    pub fn end(&self) {
        self.seats.wake();
    }

    /// Takes a seat for who asks: the owner of a key, or else whoever is at the address.
    ///
    /// # Errors
    /// 503 when the node has no more; 429 when this client has as many as it may have.
    fn sit(&self, request: &HttpRequest, key: Option<&ApiKey>) -> Result<Seat> {
        let peer = request
            .peer_addr()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        let who = key.map_or_else(
            || counted_as(client(peer, request.headers(), &self.proxies)),
            |key| key.id.as_u128(),
        );
        let seat = self.seats.take(who, self.room);
        let refused = |code, detail: &'static str, seconds| {
            let counts = self.state.streams();
            counts.refused.fetch_add(1, Ordering::Relaxed);
            Error::new(code, detail).header(header::RETRY_AFTER, HeaderValue::from_static(seconds))
        };
        seat.map_err(|full| match full {
            Full::All => refused(
                Code::Unavailable,
                "This node has as many streams open as it takes. Try again after the seconds in Retry-After; another node may have room.",
                "10",
            ),
            Full::Client => refused(
                Code::RateLimited,
                "There are as many streams open from this address, or with this key, as one client may have. Close one, or ask one stream for more: its filters take several values.",
                "30",
            ),
        })
    }
}
