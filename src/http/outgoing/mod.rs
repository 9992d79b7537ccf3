//! Requests that Kroniek makes to addresses that others give. They reach the public internet and nothing behind it: the address is looked up
//! here, every answer of the look-up is checked, and what was checked is what is dialled. Redirects are not followed.

mod addresses;
mod post;

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use reqwest::redirect::Policy;
use url::{Host, Url};

use self::addresses::is_public;
pub use self::post::{Reply, Target};
use crate::http::rate_limit::Network;

/// How long a request may take in all, from the look-up of the name to the last byte.
const PATIENCE: Duration = Duration::from_secs(15);

/// Why a request is not made, or came to nothing. Each says what of the address is wrong, and nothing of the network here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Another scheme.
    #[error("must begin with https:// or http://")]
    Scheme,
    /// A user name or password.
    #[error("must not have a user name or password")]
    UserInfo,
    /// Another port than those of the web.
    #[error("must have the port of its scheme: 443 for https, 80 for http")]
    Port,
    /// The name leads nowhere.
    #[error("leads nowhere: its host has no address")]
    Unknown,
    /// The name leads to what is not the public internet.
    #[error(
        "leads to an address that is not on the public internet. Send what is there yourself, or ask who runs Kroniek to allow its network"
    )]
    Private,
    /// No answer, or none that can be read.
    #[error("can't be reached: there was no answer")]
    Unreachable,
    /// An answer that took too long.
    #[error("took longer than 15 seconds")]
    Slow,
    /// Another answer than the thing itself.
    #[error(
        "answered with status {0}; redirects are not followed, so give the address of the thing itself"
    )]
    Status(u16),
    /// More than was asked for.
    #[error("has more than {0} bytes")]
    TooLarge(usize),
}

/// Makes requests to addresses that others give.
#[derive(Debug, Clone, Default)]
pub struct Outgoing {
    allowed: Vec<Network>,
}

impl Outgoing {
    /// Besides the public internet these networks may be reached, at any port.
    pub fn new(allowed: Vec<Network>) -> Self {
        // What speaks TLS comes without a provider of its own; the first that is installed stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { allowed }
    }

    /// Reads what is at an address, at most so many bytes.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn get(&self, url: &Url, most: usize) -> Result<Vec<u8>, Refusal> {
        let asked = async {
            let client = self.client(url).await?;
            let response = client.get(url.clone()).send().await;
            let mut response = response.map_err(|error| told(&error))?;
            if response.status() != reqwest::StatusCode::OK {
                return Err(Refusal::Status(response.status().as_u16()));
            }
            let announced = response.content_length().unwrap_or_default();
            if usize::try_from(announced).is_ok_and(|length| length > most) {
                return Err(Refusal::TooLarge(most));
            }
            let mut bytes = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(|error| told(&error))? {
                if bytes.len() + chunk.len() > most {
                    return Err(Refusal::TooLarge(most));
                }
                bytes.extend_from_slice(&chunk);
            }
            Ok(bytes)
        };
        let done = tokio::time::timeout(PATIENCE, asked).await;
        done.unwrap_or(Err(Refusal::Slow))
    }

    /// A client for requests to this address: it dials what was checked just now, and follows nothing.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn client(&self, url: &Url) -> Result<reqwest::Client, Refusal> {
        let addresses = self.look_up(url).await?;
        Self::dialling(url, &addresses)
    }

    /// A client that dials these addresses. It asks for no coding and undoes none: what comes is as large as it looks.
    fn dialling(url: &Url, addresses: &[SocketAddr]) -> Result<reqwest::Client, Refusal> {
        let mut builder = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .timeout(PATIENCE)
            .user_agent(concat!("Kroniek/", env!("CARGO_PKG_VERSION")));
        if let Some(Host::Domain(name)) = url.host() {
            builder = builder.resolve_to_addrs(name, addresses);
        }
        builder.build().map_err(|error| told(&error))
    }

    /// The addresses behind one, when all of them may be reached.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn look_up(&self, url: &Url) -> Result<Vec<SocketAddr>, Refusal> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::UserInfo);
        }
        let (host, port) = url
            .host()
            .zip(url.port_or_known_default())
            .ok_or(Refusal::Unknown)?;
        let addresses: Vec<SocketAddr> = match host {
            Host::Ipv4(address) => vec![SocketAddr::new(address.into(), port)],
            Host::Ipv6(address) => vec![SocketAddr::new(address.into(), port)],
            Host::Domain(name) => {
                let found = tokio::net::lookup_host((name, port)).await;
                found.map_err(|_| Refusal::Unknown)?.collect()
            }
        };
        if addresses.is_empty() {
            return Err(Refusal::Unknown);
        }
        let allowed = |address: IpAddr| self.allowed.iter().any(|network| network.holds(address));
        for address in &addresses {
            if allowed(address.ip()) {
                continue;
            }
            if !is_public(address.ip()) {
                return Err(Refusal::Private);
            }
            // None is told where it is the scheme's own.
            if url.port().is_some() {
                return Err(Refusal::Port);
            }
        }
        Ok(addresses)
    }
}

fn told(error: &reqwest::Error) -> Refusal {
    if error.is_timeout() {
        Refusal::Slow
    } else {
        Refusal::Unreachable
    }
}

#[cfg(test)]
mod tests;
