use std::io::Read;

use actix_web::http::header::HeaderValue;

use super::*;

fn wanted(accept: &str) -> Option<&'static str> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_str(accept).unwrap());
    Coding::wanted(&headers).map(Coding::as_str)
}

#[test]
fn the_client_chooses_and_of_equals_we_do() {
    assert_eq!(wanted("gzip, deflate, br, zstd"), Some("zstd"));
    assert_eq!(wanted("gzip, deflate, br"), Some("br"));
    assert_eq!(wanted("gzip;q=1.0, br;q=0.5"), Some("gzip"));
    assert_eq!(wanted("x-gzip"), Some("gzip"));
    assert_eq!(wanted("GZIP; Q=0.3"), Some("gzip"));
    assert_eq!(wanted("*"), Some("zstd"));
    assert_eq!(wanted("zstd;q=0, *;q=0.1"), Some("br"));
    assert_eq!(wanted("identity, gzip;q=0.5"), None);
    assert_eq!(wanted("identity, gzip"), Some("gzip"));
}

#[test]
fn what_is_refused_or_unknown_is_not_sent() {
    for accept in [
        "",
        "identity",
        "deflate",
        "gzip;q=0",
        "br;q=2",
        "br;q=x",
        "*;q=0",
        "identity;q=0",
    ] {
        assert_eq!(wanted(accept), None, "{accept}");
    }
    assert_eq!(Coding::wanted(&HeaderMap::new()), None);
}

#[test]
fn what_is_encoded_is_decoded_to_the_same() {
    let text = "Het water stond tot aan de dijk. ".repeat(500);
    for coding in Coding::ALL {
        let encoded = coding.encode(text.as_bytes()).unwrap();
        assert!(encoded.len() < text.len() / 10);
        let mut decoded = Vec::new();
        match coding {
            Coding::Zstd => decoded = zstd::bulk::decompress(&encoded, text.len()).unwrap(),
            Coding::Brotli => {
                brotli::Decompressor::new(&encoded[..], 4096)
                    .read_to_end(&mut decoded)
                    .unwrap();
            }
            Coding::Gzip => {
                flate2::read::GzDecoder::new(&encoded[..])
                    .read_to_end(&mut decoded)
                    .unwrap();
            }
        }
        assert_eq!(decoded, text.as_bytes());
    }
}
