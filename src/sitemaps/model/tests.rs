use uuid::Uuid;

use super::{Listed, Prefix, Sitemap};
use crate::http::path::Segment;

#[test]
fn prefixes_of_any_length_hold_every_id_once() {
    for digits in 0..=3 {
        let mut next = Some(0_u128);
        for prefix in Prefix::all(digits) {
            let (first, last) = prefix.bounds();
            assert_eq!(Some(first.as_u128()), next, "{digits}");
            assert_eq!(
                Prefix::read(&prefix.to_string()),
                Some(prefix),
                "{digits} {prefix}"
            );
            assert!(first.to_string().starts_with(&prefix.to_string()));
            assert!(last.to_string().starts_with(&prefix.to_string()));
            next = last.as_u128().checked_add(1);
        }
        assert_eq!(next, None, "the last ends with the last of all ids");
        assert_eq!(Prefix::all(digits).count(), 16_usize.pow(digits.into()));
    }
    assert_eq!(Prefix::all(4).count(), 65_536);
    assert_eq!(Prefix::default().bounds(), (Uuid::nil(), Uuid::max()));
}

#[test]
fn a_file_has_one_name() {
    for kind in Listed::ALL {
        for digits in 0..=2 {
            for prefix in Prefix::all(digits) {
                let file = Sitemap::Of(kind, prefix);
                assert_eq!(Sitemap::read(&file.to_string()), Some(file));
            }
        }
    }
    assert_eq!(Sitemap::read("news.xml"), Some(Sitemap::News));
    for other in [
        "",
        "news",
        "articles",
        "articles-.xml",
        "articles-A.xml",
        "articles-+1.xml",
        "articles-0x1.xml",
        "articles-g.xml",
        "articles-00000.xml",
        "articles-0-1.xml",
        "articles-é.xml",
        "news-1.xml",
        "drafts.xml",
        "Articles.xml",
        "articles.xml.gz",
    ] {
        assert_eq!(Sitemap::read(other), None, "{other}");
    }
}
