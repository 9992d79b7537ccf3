//! Ways to hide what is imported. All are tried with one rule; all rules look at the same paths.

use super::{finds, passes};
use crate::architecture::rules::{
    direction::check as direction, entrances::check as entrances, queries,
};

/// A house in which `articles/view.rs` reaches `entities/manage.rs` in some way.
fn house<'t>(bridge: &'t str, view: &'t str) -> [(&'static str, &'t str); 3] {
    [
        (
            "src/entities/manage.rs",
            "pub fn create() {} pub struct New; pub mod inner { pub fn deep() {} } #[macro_export] macro_rules! entity { () => {} }",
        ),
        ("src/articles/bridge.rs", bridge),
        ("src/articles/view.rs", view),
    ]
}

/// Asserts that the view is caught, whatever the bridge is said to have done.
#[track_caller]
fn caught(bridge: &str, view: &str) {
    let house = super::invent(&house(bridge, view));
    assert!(house.faults.is_empty(), "{:?}", house.faults);
    let violations = entrances(&house);
    assert!(
        violations
            .iter()
            .any(|found| found.file == "src/articles/view.rs"),
        "not caught: {view}\n{violations:?}"
    );
}

#[test]
fn aliases_groups_and_relative_paths() {
    for view in [
        "use crate::entities::manage::create;",
        "use crate::{error::Error, entities::{self as e, view::{self}, manage::{self, New as N}}};",
        "use crate::entities as e; fn f() { e::manage::create() }",
        "use crate as c; use c::entities as e; use e::manage as m; fn f() { m::create() }",
        "use super::super::entities as e; fn f() { e::manage::create() }",
        "use kroniek::entities; fn f() { entities::manage::create() }",
        "use ::kroniek::entities; fn f() { entities::manage::create() }",
        "extern crate self as me; fn f() { me::entities::manage::create() }",
        "mod inner { fn f() { super::super::super::entities::manage::create() } }",
        "use crate::entities; mod inner { use super::*; fn f() { entities::manage::create() } }",
        "use crate::entities; mod inner { mod more { use super::super::entities as e; use self::e as z; fn f() { z::manage::create() } } }",
        "use crate::r#entities as r#type; fn f() { r#type::manage::create() }",
    ] {
        caught("", view);
    }
}

#[test]
fn scopes_inside_functions() {
    for view in [
        "fn f() { use crate::entities as e; e::manage::create() }",
        "fn f() { if true { use crate::entities as e; { e::manage::create() } } }",
        "fn f() { fn g() { e::manage::create() } use crate::entities as e; }",
        "const C: () = { use crate::entities as e; e::manage::create() };",
        "impl V { fn f() { let g = || { use crate::entities::*; manage::create() }; } }",
        "fn f() { mod m { pub use crate::entities as e; } m::e::manage::create() }",
    ] {
        caught("", view);
    }
}

#[test]
fn every_place_for_a_path() {
    for view in [
        "struct V { new: Vec<Option<e::manage::New>> } use crate::entities as e;",
        "fn f() -> impl Into<crate::entities::manage::New> {}",
        "type T = <crate::entities::manage::New as Clone>::Owned;",
        "fn f() { let x = <crate::entities::manage::New>::default(); }",
        "fn f(x: X) { match x { crate::entities::manage::New { .. } => {} } }",
        "fn f() { parse::<crate::entities::manage::New>() }",
        "impl From<crate::entities::manage::New> for V {}",
        "trait T: crate::entities::manage::New {}",
        "fn f<T>() where T: Iterator<Item = crate::entities::manage::New> {}",
        "#[derive(crate::entities::manage::New)] struct V;",
        "#[serde(with = \"crate::entities::manage\")] struct V;",
        "#[cfg_attr(feature = \"x\", derive(crate::entities::manage::New))] struct V;",
        "#[utoipa::path(responses((status = 200, body = crate::entities::manage::New)))] fn f() {}",
    ] {
        caught("", view);
    }
}

#[test]
fn macros() {
    for view in [
        "fn f() { vec![crate::entities::manage::create()] }",
        "use crate::entities as e; fn f() { json!({\"a\": {\"b\": e::manage::create()}}) }",
        "fn f() { tokio::select! { x = y => { use crate::entities as e; e::manage::create() } } }",
        "macro_rules! m { ($x:expr) => { $crate::entities::manage::create($x) } }",
        "macro_rules! m { ($x:expr) => { { use $crate::entities as e; e::manage::create($x) } } }",
        "m! { use crate::{articles, entities::{view, manage as m}}; }",
        "m!(use crate::{articles, entities::{view, manage as m}}, $($x:tt)*);",
        "m!(::kroniek::entities::manage::create, Vec::<u8>::new());",
        "use crate::entities::*; fn f() { vec![manage::create()] }",
        "fn f() { crate::entity!() }",
        "use crate::entity;",
    ] {
        caught("", view);
    }
}

#[test]
fn re_exports_and_globs() {
    for (bridge, view) in [
        (
            "pub use crate::entities::manage::create;",
            "use crate::articles::bridge::create;",
        ),
        (
            "pub use crate::entities::manage::create as harmless;",
            "use super::bridge as b; fn f() { b::harmless() }",
        ),
        (
            "pub use crate::entities as e;",
            "use super::bridge::e::manage as m;",
        ),
        (
            "pub use crate::entities::manage::*;",
            "fn f() { super::bridge::create() }",
        ),
        (
            "pub use crate::entities::*;",
            "use super::bridge::*; fn f() { manage::create() }",
        ),
        (
            "pub use crate::entities::manage::*;",
            "use super::bridge::*; fn f() { create() }",
        ),
        (
            "pub use crate::entities::manage::New as _;",
            "use super::bridge::*;",
        ),
        (
            "pub use self::inner::*; mod inner { pub use crate::entities::manage::inner::*; }",
            "use super::bridge::deep;",
        ),
        (
            "pub mod a { pub use super::b::*; } pub mod b { pub use super::a::*; pub use crate::entities::*; }",
            "use super::bridge::a::manage;",
        ),
        (
            "pub(crate) use crate::entities::manage; fn manage() {}",
            "use super::bridge::*; fn f() { manage::create() }",
        ),
        (
            "",
            "use crate::entities::*; fn manage() {} fn f() { manage::create() }",
        ),
    ] {
        caught(bridge, view);
    }
}

#[test]
fn a_re_export_is_followed_to_its_end_and_named() {
    finds(
        entrances,
        &house(
            "pub use crate::entities::manage::create as c;",
            "\nuse crate::articles::bridge::c as harmless;",
        ),
        &[
            (
                "src/articles/bridge.rs",
                1,
                "`crate::entities::manage::create`",
            ),
            (
                "src/articles/view.rs",
                2,
                "`crate::articles::bridge::c`, which is `entities::manage::create`",
            ),
        ],
    );
}

#[test]
fn what_a_re_export_passes_on_the_way_is_imported_too() {
    finds(
        direction,
        &[
            ("src/http/mod.rs", "pub struct Page;"),
            ("src/feeds/mod.rs", "pub use crate::http::Page;"),
            ("src/authors/view.rs", "use crate::feeds::Page;"),
        ],
        &[(
            "src/authors/view.rs",
            1,
            "authors imports `crate::feeds::Page`",
        )],
    );
}

#[test]
fn a_glob_brings_along_what_a_module_passes_on() {
    finds(
        queries::check,
        &[
            (
                "src/db/mod.rs",
                "pub use diesel::prelude::*; pub use diesel_async::RunQueryDsl as _; use diesel::sql_query;",
            ),
            ("src/db/pool.rs", "use super::*;"),
            ("src/articles/view.rs", "use crate::db::*;"),
            ("src/articles/model.rs", "use crate::db::QueryDsl;"),
            ("src/articles/delivery.rs", "use d as e;\nuse diesel as d;"),
        ],
        &[
            ("src/articles/delivery.rs", 1, "`d`, which is `diesel`"),
            ("src/articles/delivery.rs", 2, "`diesel`"),
            (
                "src/articles/model.rs",
                1,
                "`crate::db::QueryDsl`, which is `diesel::prelude::QueryDsl`",
            ),
            ("src/articles/view.rs", 1, "brings along `diesel::prelude`"),
            (
                "src/articles/view.rs",
                1,
                "brings along `diesel_async::RunQueryDsl`",
            ),
        ],
    );
}

#[test]
fn modules_in_files_folders_and_braces_are_the_same() {
    let use_it = "use crate::articles::model::Article;";
    let nested = format!("pub mod deep {{ {use_it} }}");
    for path in [
        "src/site/queries.rs",
        "src/site/queries/mod.rs",
        "src/site/queries/lists/by_name.rs",
    ] {
        let files = [
            ("src/articles/model.rs", "pub struct Article;"),
            (path, use_it),
        ];
        finds(direction, &files, &[(path, 1, "site imports")]);
        let files = [
            ("src/articles/model.rs", "pub struct Article;"),
            (path, nested.as_str()),
        ];
        finds(direction, &files, &[(path, 1, "site imports")]);
    }
    let files = [
        ("src/articles.rs", "pub mod model { pub struct Article; }"),
        ("src/site.rs", nested.as_str()),
    ];
    finds(direction, &files, &[("src/site.rs", 1, "site imports")]);
}

#[test]
fn names_that_only_look_alike_pass() {
    passes(
        entrances,
        &house(
            "mod entities { pub mod manage { pub fn create() {} } } pub use self::entities::manage::create;",
            "//! See [`crate::entities::manage`].
             use super::bridge::create; use crate::entities::{self, view as manage};
             fn f(manage: u8) { manage::create(); self::g(); other.entities.manage.create(); let s = \"crate::entities::manage\"; }
             fn g() { mod manage { pub fn create() {} } manage::create() }",
        ),
    );
}

#[test]
fn a_private_import_is_not_passed_on() {
    passes(
        entrances,
        &[
            ("src/entities/manage.rs", "pub fn create() {}"),
            (
                "src/entities/view.rs",
                "use super::manage::create; pub fn show() {}",
            ),
            ("src/entities/queries.rs", "pub fn create() {}"),
            (
                "src/articles/view.rs",
                "use crate::entities::{queries::*, view::*}; fn f() { create() }",
            ),
        ],
    );
}

#[test]
fn tests_are_exempt() {
    let call = "use crate::entities::manage::create; fn f() { create() }";
    let inline = format!(
        "#[cfg(test)] mod tests {{ {call} mod more; }} #[cfg(test)] {call} #[cfg(all(test, unix))] mod others {{ {call} }}"
    );
    passes(
        entrances,
        &[
            ("src/entities/manage.rs", "pub fn create() {}"),
            (
                "src/articles/view.rs",
                &format!(
                    "#[cfg(test)] mod tests {{ {call} }} #[test] fn t() {{ crate::entities::manage::create() }}"
                ),
            ),
            ("src/articles/model.rs", "#[cfg(test)] mod tests;"),
            (
                "src/articles/model/tests.rs",
                &format!("{call} mod deeper;"),
            ),
            ("src/articles/model/tests/deeper.rs", call),
            (
                "src/articles/queries.rs",
                &inline
                    .replace(" mod more;", "")
                    .replace(&format!("#[cfg(test)] {call}"), ""),
            ),
        ],
    );
    caught(
        "",
        &format!("#[cfg(any(test, feature = \"x\"))] mod tests {{ {call} }}"),
    );
    caught("", &format!("#[cfg(not(test))] mod tests {{ {call} }}"));
}
