//! Who asks, as far as an address tells. What a request says of itself counts only where a proxy that is trusted has said it.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use actix_web::http::header::{self, HeaderMap, HeaderName};

static X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// A network: an address and how many of its first bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    bits: u128,
    mask: u128,
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("{text} is not an address or network such as 10.0.0.0/8 or 2001:db8::/32");
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let all: u32 = if address.is_ipv4() { 32 } else { 128 };
        let length = match length {
            Some(length) => length.parse().map_err(|_| wrong())?,
            None => all,
        };
        if length > all {
            return Err(wrong());
        }
        // Of an IPv4 network, what stands before its 32 bits counts in full.
        let mask = u128::MAX.checked_shl(all - length).unwrap_or(0);
        Ok(Self {
            bits: bits(address) & mask,
            mask,
        })
    }
}

/// IPv4 addresses as IPv6 ones that are mapped (RFC 4291, section 2.5.5.2), so that the two writings are one.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

impl Network {
    /// Whether an address is in it.
    pub fn holds(&self, address: IpAddr) -> bool {
        bits(address) & self.mask == self.bits
    }
}

/// Under what a client is counted: its IPv4 address, or the /64 of an IPv6 one, within which a client may take any address.
pub fn counted_as(address: IpAddr) -> u128 {
    match address.to_canonical() {
        address @ IpAddr::V4(_) => bits(address),
        address @ IpAddr::V6(_) => bits(address) & (u128::MAX << 64),
    }
}

/// The address of who asks: `peer`'s, unless that is a trusted proxy. Then of those that the proxies have noted the last that is not
/// trusted itself; what stands before it may be anyone's invention.
///
/// A proxy writes one of the two headers and may pass on the other as the client sent it. So when both stand there and tell different
/// clients, neither is believed.
pub fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[Network]) -> IpAddr {
    let trusted = |address: IpAddr| proxies.iter().any(|network| network.holds(address));
    if proxies.is_empty() || !trusted(peer) {
        return peer;
    }
    let told = |name: &HeaderName, read: fn(&str) -> Option<IpAddr>| {
        headers.contains_key(name).then(|| {
            let mut last = peer;
            let values: Vec<_> = headers.get_all(name).collect();
            let hops = values
                .iter()
                .rev()
                .flat_map(|value| value.to_str().unwrap_or("unreadable").rsplit(','));
            for hop in hops {
                match read(hop.trim()) {
                    Some(address) => last = address,
                    // Whoever was told of as `unknown` or in hidden form is counted as the proxy that tells it.
                    None => break,
                }
                if !trusted(last) {
                    break;
                }
            }
            last
        })
    };
    let forwarded = told(&header::FORWARDED, |hop| {
        let mut pairs = hop.split(';').filter_map(|pair| pair.split_once('='));
        let (_, node) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
        node_address(node.trim().trim_matches('"'))
    });
    match (forwarded, told(&X_FORWARDED_FOR, node_address)) {
        (Some(one), Some(other)) if one != other => peer,
        (Some(one), _) | (None, Some(one)) => one,
        (None, None) => peer,
    }
}

/// An address with or without brackets and port (RFC 7239, section 6).
fn node_address(node: &str) -> Option<IpAddr> {
    let bare = node
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(node);
    let address = bare
        .parse::<IpAddr>()
        .or_else(|_| node.parse::<SocketAddr>().map(|socket| socket.ip()));
    address.ok().map(|address| address.to_canonical())
}
