#![allow(clippy::unwrap_used, clippy::panic)] // a test that panics has failed, as it should

use secrecy::SecretString;

use super::{Address, without_trust};
use crate::db::tls::Trust;

fn read(url: &str) -> Result<Address, String> {
    Address::read(&SecretString::from(url), "DATABASE_URL").map_err(|error| error.to_string())
}

#[test]
fn each_sslmode_is_read_as_libpq_reads_it() {
    for (query, trust) in [
        ("", Trust::IfOffered),
        ("?sslmode=disable", Trust::None),
        ("?sslmode=prefer&application_name=x", Trust::IfOffered),
        ("?application_name=x&sslmode=require", Trust::Encrypted),
        ("?sslmode=verify-ca&sslrootcert=system", Trust::Signed(None)),
        ("?sslmode=verify-full", Trust::Named(None)),
        ("?sslmode=verify%2Dfull", Trust::Named(None)),
    ] {
        let address = read(&format!("postgres://u:p@db.example.org/x{query}")).unwrap();
        assert_eq!(address.trust, trust, "{query}");
    }
    let local = read("postgres://u@%2Frun%2Fpostgresql/x?sslmode=require").unwrap();
    assert_eq!(local.trust, Trust::None);
}

#[test]
fn what_can_not_be_done_is_told_without_the_password() {
    for query in [
        "sslmode=on",
        "sslmode=",
        "sslmode=VERIFY-FULL",
        "sslmode=require&sslmode=disable",
        "sslrootcert=/etc/ssl/root.crt",
        "sslmode=disable&sslrootcert=/etc/ssl/root.crt",
        "sslmode=verify-full&sslrootcert=/no/such/root.crt",
    ] {
        let text = match read(&format!("postgres://u:geheim@db.example.org/x?{query}")) {
            Ok(_) => panic!("{query} is read"),
            Err(text) => text,
        };
        assert!(
            text.contains("DATABASE_URL") && text.contains("ssl"),
            "{text}"
        );
        assert!(!text.contains("geheim"), "{text}");
    }
}

#[test]
fn the_rest_of_an_address_stays_as_it_was() {
    for (url, plain, roots) in [
        (
            "postgres://u:p?w@h/d?a=1&sslmode=x&b=2",
            "postgres://u:p?w@h/d?a=1&b=2",
            vec![],
        ),
        ("postgres://h/d?sslmode=x", "postgres://h/d", vec![]),
        (
            "postgres://h?sslrootcert=%2Fa+b",
            "postgres://h",
            vec!["/a+b"],
        ),
        ("host=h sslmode=require", "host=h sslmode=require", vec![]),
        ("postgres://u:p@h/d", "postgres://u:p@h/d", vec![]),
        ("postgres://u@h/d?", "postgres://u@h/d", vec![]),
        ("", "", vec![]),
    ] {
        let (left, asked) = without_trust(url);
        assert_eq!(
            (left.as_str(), asked.roots),
            (plain, roots.into_iter().map(str::to_owned).collect())
        );
    }
}

#[test]
fn what_is_this_machine_is_known() {
    for (url, local) in [
        ("postgres://u@127.0.0.1/x", true),
        ("postgres://u@localhost/x", true),
        ("postgres://u@[::1]/x", true),
        ("postgres://u@10.0.0.1/x", false),
        ("postgres://u@localhost.example.org/x", false),
    ] {
        assert_eq!(read(url).unwrap().is_local(), local, "{url}");
    }
}
