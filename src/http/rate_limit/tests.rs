use std::net::IpAddr;
use std::time::Duration;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;

use super::*;

fn budget(text: &str) -> Budget {
    match text.parse() {
        Ok(Rate::Of(budget)) => budget,
        other => panic!("{other:?}"),
    }
}

fn at(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

#[test]
fn a_budget_comes_back_bit_by_bit() {
    let budgets = Budgets::new(budget("4/60"));
    let took = |seconds| {
        let left = budgets.take(1, at(seconds));
        (left.requests, left.whole_in, left.over)
    };
    assert_eq!(took(0.0), (3, 15, false));
    assert_eq!(took(0.0), (2, 30, false));
    assert_eq!(took(1.0), (1, 44, false));
    assert_eq!(took(1.0), (0, 59, false));
    assert_eq!(took(1.0), (0, 59, true), "and it takes nothing");
    assert_eq!(took(14.9), (0, 46, true));
    assert_eq!(took(15.0), (0, 60, false));
    assert_eq!(took(75.0), (3, 15, false), "whole after what it told");
    assert_eq!(budgets.take(2, at(75.0)).requests, 3, "each has its own");
}

#[test]
fn what_is_given_back_is_there_again_and_no_more_than_that() {
    let budgets = Budgets::new(budget("2/60"));
    for _ in 0..10 {
        assert!(!budgets.take(1, at(1.0)).over);
        budgets.give_back(1);
    }
    budgets.give_back(1);
    budgets.give_back(1);
    let took: Vec<_> = (0..3).map(|_| budgets.take(1, at(1.0)).over).collect();
    assert_eq!(took, [false, false, true]);
}

#[test]
fn however_many_come_those_who_use_most_stay_known() {
    let budgets = Budgets::new(budget("3/60"));
    for _ in 0..3 {
        budgets.take(u128::MAX, at(1.0));
    }
    for who in 0..20_000 {
        budgets.take(who, at(1.0));
    }
    assert!(budgets.take(u128::MAX, at(1.0)).over);
}

#[test]
fn settings_that_are_no_budget_are_told() {
    assert_eq!("off".parse(), Ok(Rate::Off));
    for text in [
        "",
        "600",
        "600/",
        "/60",
        "0/60",
        "600/0",
        "1000001/60",
        "600/86401",
        "-1/60",
        "6e2/60",
        "OFF",
    ] {
        assert!(text.parse::<Rate>().is_err(), "{text}");
    }
    for text in [
        "",
        "10.0.0.0/33",
        "::/129",
        "10.0.0/8",
        "x",
        "10.0.0.0/-1",
        "10.0.0.1:80",
    ] {
        assert!(text.parse::<Network>().is_err(), "{text}");
    }
}

/// Whom this request comes from, where 10.0.0.0/8 and fd00::/8 are proxies.
fn from(peer: &str, told: &[(&'static str, &str)]) -> String {
    let proxies = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap());
    let mut headers = HeaderMap::new();
    for (name, value) in told {
        headers.append(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).unwrap(),
        );
    }
    client(peer.parse().unwrap(), &headers, &proxies).to_string()
}

#[test]
fn only_proxies_are_believed_and_only_what_they_have_seen_themselves() {
    const X: &str = "x-forwarded-for";
    const F: &str = "forwarded";
    assert_eq!(from("198.51.100.1", &[(X, "203.0.113.9")]), "198.51.100.1");
    assert_eq!(from("10.0.0.1", &[]), "10.0.0.1");
    assert_eq!(
        from("::ffff:10.0.0.1", &[(X, "203.0.113.9")]),
        "203.0.113.9"
    );
    assert_eq!(
        from("10.0.0.1", &[(X, "192.0.2.1, 203.0.113.9, 10.2.3.4")]),
        "203.0.113.9",
        "the last that is no proxy"
    );
    assert_eq!(
        from("10.0.0.1", &[(X, "192.0.2.1"), (X, "203.0.113.9")]),
        "203.0.113.9",
        "the last line"
    );
    assert_eq!(from("10.0.0.1", &[(X, "10.9.9.9, 10.2.3.4")]), "10.9.9.9");
    assert_eq!(from("10.0.0.1", &[(X, "192.0.2.1, unknown")]), "10.0.0.1");
    assert_eq!(
        from("10.0.0.1", &[(X, "192.0.2.1, x, 10.2.3.4")]),
        "10.2.3.4"
    );
    assert_eq!(from("fd00::1", &[(X, "2001:db8::7")]), "2001:db8::7");
    assert_eq!(
        from(
            "10.0.0.1",
            &[(
                F,
                "for=192.0.2.1, proto=https;For=\"[2001:db8::7]:4711\";by=10.0.0.1"
            )]
        ),
        "2001:db8::7"
    );
    assert_eq!(from("10.0.0.1", &[(F, "for=192.0.2.1:80")]), "192.0.2.1");
    assert_eq!(
        from("10.0.0.1", &[(F, "for=192.0.2.1, for=_hidden")]),
        "10.0.0.1"
    );
    assert_eq!(
        from("10.0.0.1", &[(X, "203.0.113.9"), (F, "for=192.0.2.1")]),
        "10.0.0.1",
        "the proxy writes one of them, and who knows which"
    );
    assert_eq!(
        from("10.0.0.1", &[(X, "203.0.113.9"), (F, "for=203.0.113.9")]),
        "203.0.113.9"
    );
}

#[test]
fn a_client_of_ipv6_is_its_network() {
    let counted = |text: &str| counted_as(text.parse().unwrap());
    assert_eq!(counted("2001:db8:1:2::1"), counted("2001:db8:1:2:ffff::9"));
    assert_ne!(counted("2001:db8:1:2::1"), counted("2001:db8:1:3::1"));
    assert_ne!(counted("192.0.2.1"), counted("192.0.2.2"));
    assert_eq!(counted("192.0.2.1"), counted("::ffff:192.0.2.1"));
}

proptest! {
    #[test]
    fn whatever_a_client_writes_before_it_the_proxy_is_believed(lies in "[ -~]{0,80}", seen in any::<u32>()) {
        let seen = IpAddr::from(seen.to_be_bytes());
        let told = format!("{lies}, {seen}");
        let expected = if seen.to_string().starts_with("10.") { None } else { Some(seen.to_string()) };
        if let Some(expected) = expected {
            prop_assert_eq!(from("10.0.0.1", &[("x-forwarded-for", &told)]), expected);
        }
    }

    #[test]
    fn no_header_makes_it_fail(header in "\\PC{0,80}") {
        if let Ok(value) = HeaderValue::from_str(&header) {
            let mut headers = HeaderMap::new();
            headers.insert(HeaderName::from_static("forwarded"), value.clone());
            headers.insert(HeaderName::from_static("x-forwarded-for"), value);
            let proxies = ["0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap()];
            client(IpAddr::from([10, 0, 0, 1]), &headers, &proxies);
        }
    }
}
