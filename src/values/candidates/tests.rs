use proptest::prelude::*;
use serde_json::json;

use super::*;

fn addresses() -> Addresses {
    let paths = |article: &str| json!({"article": article, "section": "/{slug}", "author": "/auteurs/{slug}", "entity": "/dossiers/{slug}"});
    serde_json::from_value(json!({
        "public_url": "https://example.org/nieuws", "default_language": "nl", "paths": paths("/{section}/{slug}"),
        "old": [{"kind": "article", "pattern": "/{year}/{id}/{slug}"}, {"kind": "site", "pattern": "http://old.example:8080"}],
    }))
    .unwrap()
}

fn of(path: &str) -> Candidates {
    Candidates::of(&AskedPath::parse(path.to_owned()).unwrap(), &addresses())
}

fn named(path: &str) -> Vec<(String, String)> {
    let found = of(path);
    found
        .kinds
        .into_iter()
        .zip(found.names)
        .filter(|(kind, _)| kind != "path")
        .collect()
}

#[test]
fn patterns_of_now_go_before_those_of_before_and_ids_before_slugs() {
    let id = "7f3f2a52-6c1e-4e0a-9d58-0a4b2b9f5a11";
    let pair = |kind: &str, name: &str| (kind.to_owned(), name.to_owned());
    assert_eq!(
        named("/zout"),
        [pair("section", "zout"), pair("article", "zout")]
    );
    assert_eq!(
        named(&format!("/2024/{id}/zout")),
        [pair("article", id), pair("article", "zout")]
    );
    assert_eq!(
        named("/auteurs/fenna").first(),
        Some(&pair("author", "fenna"))
    );
}

#[test]
fn an_address_of_this_site_is_its_path_and_of_another_nothing() {
    for same in [
        "/water/zout",
        "https://example.org/nieuws/water/zout",
        "HTTP://EXAMPLE.org/nieuws/water/zout/?utm_source=x#top",
        "http://old.example:8080/water/zout",
        "/nieuws/water/zout/",
    ] {
        assert!(
            named(same).contains(&("article".to_owned(), "zout".to_owned())),
            "{same}"
        );
        assert!(of(same).same.contains(&"/water/zout".to_owned()), "{same}");
    }
    for other in [
        "https://example.com/water/zout",
        "https://example.org:444/nieuws/water/zout",
        "http://old.example/water/zout",
    ] {
        assert_eq!(of(other), Candidates::default(), "{other}");
    }
}

#[test]
fn what_names_a_thing_in_a_query_goes_before_the_path_alone() {
    let names = of("/blog/?p=12&utm_source=x").names;
    let place = |name: &str| names.iter().position(|known| known == name).unwrap();
    assert!(place("/blog/?p=12") < place("/blog"));
    assert_eq!(names.first().unwrap(), "/blog/?p=12&utm_source=x");
    assert!(of("/?p=12/").names.contains(&"/?p=12".to_owned()));
    assert!(of("/?p=12").names.contains(&"/?p=12".to_owned()));
}

#[test]
fn writings_of_one_path_are_tried_and_case_comes_last() {
    let names = of("/Caf%C3%A9/Zout").names;
    let place = |name: &str| names.iter().position(|known| known == name).unwrap();
    for form in ["/Caf%C3%A9/Zout", "/Café/Zout", "/Caf%c3%a9/Zout"] {
        assert!(place(form) < place("/café/zout"), "{form}");
    }
    assert!(place("/caf%C3%A9/zout") > place("/Café/Zout"));
    assert!(place("zout") > place("/Café/Zout"));
    assert_eq!(decoded("/%zz%4"), "/%zz%4");
    assert_eq!(decoded("/%00%ff"), "/%00%ff");
}

proptest! {
    #[test]
    fn nothing_that_is_asked_makes_it_panic_or_grow(path in "(/|https://example.org)[ -~é漢%?&=/#]{0,60}") {
        if let Ok(asked) = AskedPath::parse(path) {
            prop_assert!(!asked.path.contains('#') && asked.path.starts_with('/'));
            prop_assert!(Candidates::of(&asked, &addresses()).names.len() < 500);
        }
    }
}
