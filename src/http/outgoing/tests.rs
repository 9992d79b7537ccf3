use url::Url;

use super::{Outgoing, Refusal};

async fn look_up(outgoing: &Outgoing, url: &str) -> Result<usize, Refusal> {
    let url = Url::parse(url).unwrap();
    outgoing.look_up(&url).await.map(|found| found.len())
}

#[tokio::test]
async fn what_is_not_the_public_internet_is_refused_in_every_notation() {
    let outgoing = Outgoing::default();
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "%31%32%37.0.0.1",
        "１２７.0.0.1",
        "0.0.0.0",
        "0",
        "10.1.2.3",
        "100.64.0.1",
        "100.127.255.255",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "localhost",
        "LOCALHOST",
        "[::]",
        "[::1]",
        "[::127.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::ffff:8.8.8.8]",
        "[64:ff9b::10.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::1]",
        "[100::1]",
        "[2001::1]",
        "[2001:0:7f00:1::]",
        "[2001:db8::1]",
        "[2002:7f00:1::]",
        "[2002:a00:1::1]",
        "[3fff::1]",
        "[5f00::1]",
        "[fc00::1]",
        "[fd12:3456::1]",
        "[fe80::1]",
        "[fec0::1]",
        "[ff02::1]",
    ] {
        let found = look_up(&outgoing, &format!("http://{host}/x")).await;
        assert_eq!(found, Err(Refusal::Private), "{host}");
    }
}

#[tokio::test]
async fn what_is_the_public_internet_is_not_refused() {
    let outgoing = Outgoing::default();
    for host in [
        "1.1.1.1",
        "100.128.0.1",
        "172.32.0.1",
        "192.167.1.1",
        "223.255.255.255",
        "[2606:4700::1111]",
        "[2a00:1450:4001::1]",
        "[64:ff9b::1.1.1.1]",
    ] {
        assert_eq!(
            look_up(&outgoing, &format!("https://{host}/")).await,
            Ok(1),
            "{host}"
        );
    }
}

#[tokio::test]
async fn schemes_ports_and_user_names_that_are_not_for_the_web_are_refused() {
    let outgoing = Outgoing::default();
    for (url, refusal) in [
        ("ftp://1.1.1.1/", Refusal::Scheme),
        ("file:///etc/passwd", Refusal::Scheme),
        ("gopher://1.1.1.1/", Refusal::Scheme),
        ("https://user@1.1.1.1/", Refusal::UserInfo),
        ("https://:word@1.1.1.1/", Refusal::UserInfo),
        ("https://1.1.1.1:22/", Refusal::Port),
        ("http://1.1.1.1:8080/", Refusal::Port),
        ("http://1.1.1.1:443/", Refusal::Port),
        ("https://1.1.1.1:80/", Refusal::Port),
        ("http://does-not-exist.invalid/", Refusal::Unknown),
    ] {
        assert_eq!(look_up(&outgoing, url).await, Err(refusal), "{url}");
    }
    assert_eq!(look_up(&outgoing, "https://1.1.1.1:443/").await, Ok(1));
}

#[tokio::test]
async fn a_network_that_is_allowed_is_reached_at_any_port_and_no_other_is() {
    let outgoing = Outgoing::new(vec!["127.0.0.0/30".parse().unwrap()]);
    assert_eq!(look_up(&outgoing, "http://127.0.0.1:8081/").await, Ok(1));
    assert_eq!(look_up(&outgoing, "http://0x7f.1:8081/").await, Ok(1));
    let other = look_up(&outgoing, "http://127.0.0.9/").await;
    assert_eq!(other, Err(Refusal::Private));
    let port = look_up(&outgoing, "http://1.1.1.1:8081/").await;
    assert_eq!(port, Err(Refusal::Port));
}
