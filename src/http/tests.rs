use actix_web::FromRequest;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::test::TestRequest;
use proptest::prelude::*;
use secrecy::SecretString;
use uuid::Uuid;

use super::conditional::{IfMatch, has_already, weak_etag};
use super::cursor::{Position, SortKey, seal};
use super::json;
use crate::auth::Signer;

fn signer(secret: &str) -> Signer {
    Signer::cursors(&SecretString::from(secret.to_owned()), None)
}

fn if_none_match(value: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(
        HeaderName::from_static("if-none-match"),
        HeaderValue::from_str(value).unwrap(),
    );
    headers
}

#[test]
fn weak_tags_compare_weakly_and_what_cannot_be_read_matches_nothing() {
    let etag = weak_etag(b"an answer");
    let strong = etag.trim_start_matches("W/").to_owned();
    for known in [
        etag.clone(),
        strong.clone(),
        "*".to_owned(),
        format!("\"x\", {etag}"),
        format!("\"x\",W/\"y\" , {strong}"),
    ] {
        assert!(has_already(&if_none_match(&known), &etag), "{known}");
    }
    for unknown in ["", "\"x\"", "x", "W/", "\"", &strong.replace('"', "")] {
        assert!(!has_already(&if_none_match(unknown), &etag), "{unknown}");
    }
}

#[test]
fn the_asterisk_of_if_match_stands_alone() {
    for (value, right) in [
        ("*", true),
        ("\"1\"", true),
        ("\"1\", W/\"2\"", true),
        ("*, \"1\"", false),
        ("\"1\", *", false),
        ("1", false),
    ] {
        let request = TestRequest::default().insert_header(("if-match", value));
        let read = IfMatch::extract(&request.to_http_request()).into_inner();
        assert_eq!(read.is_ok(), right, "{value}");
    }
}

#[test]
fn strict_json_tells_duplicate_keys_and_nul_with_their_places() {
    let (_, faults) =
        json::parse(br#"{"a": {"b/c": 1, "b/c": 2}, "d": ["x\u0000"], "a": 3}"#).unwrap();
    let places: Vec<_> = faults
        .into_vec()
        .iter()
        .map(|fault| fault.place().to_owned())
        .collect();
    assert_eq!(places, ["/a/b~1c", "/d/0", "/a"]);
}

#[test]
fn what_is_not_json_is_told_with_its_position() {
    for wrong in [
        "",
        "{",
        "{\"a\": \"\\ud800\"}",
        "{\"a\": 1} x",
        "[1e999]",
        "nul",
    ] {
        assert!(json::parse(wrong.as_bytes()).is_err(), "{wrong}");
    }
    assert!(json::parse(b"\"\xff\"").is_err());
    assert!(json::parse(format!("{}1{}", "[".repeat(129), "]".repeat(129)).as_bytes()).is_err());
}

proptest! {
    #[test]
    fn a_cursor_opens_only_unchanged_and_only_for_its_list(number: i64, name in ".{0,40}", flip in 0_usize..400, text: bool) {
        let key = if text { SortKey::Text(name) } else { SortKey::Number(number) };
        let position = Position { key, id: Uuid::from_u128(7) };
        let signer = signer("one");
        let sealed = seal(&position, &signer, "/v1/articles?sort=published").unwrap();
        let open = |cursor: &str, signer: &Signer, binding: &str| {
            let read = deserr::deserialize::<super::cursor::Cursor, _, crate::error::Faults>(serde_json::json!(cursor)).unwrap();
            read.open(signer, binding)
        };
        prop_assert_eq!(open(&sealed, &signer, "/v1/articles?sort=published").unwrap(), Some(position));
        prop_assert!(open(&sealed, &signer, "/v1/articles?sort=updated").is_err());
        prop_assert!(open(&sealed, &self::signer("another"), "/v1/articles?sort=published").is_err());
        let mut bytes = sealed.into_bytes();
        let at = flip % bytes.len();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let tampered = String::from_utf8(bytes).unwrap();
        prop_assert!(open(&tampered, &signer, "/v1/articles?sort=published").is_err());
    }
}
