//! Imports that point the wrong way, and entrances through handlers.

use super::{finds, passes};
use crate::architecture::rules::{direction::check as direction, entrances::check as entrances};

#[test]
fn a_slice_stands_on_the_floor_and_on_earlier_slices() {
    passes(
        direction,
        &[
            ("src/error.rs", "pub struct Error;"),
            ("src/changes/log.rs", "pub struct Seq;"),
            (
                "src/sections/queries/delivery.rs",
                "use crate::error::Error; pub fn all() -> Result<(), Error> { Ok(()) }",
            ),
            (
                "src/articles/view.rs",
                "use crate::{changes::log::Seq, sections::queries::delivery as sections}; fn f(_: Seq) { sections::all(); }",
            ),
        ],
    );
}

#[test]
fn a_later_slice_is_out_of_reach() {
    finds(
        direction,
        &[
            ("src/articles/model.rs", "pub struct Article;"),
            (
                "src/authors/queries.rs",
                "\nuse crate::articles::model::Article;\nfn of(_: Article) {}",
            ),
            (
                "src/updates/view.rs",
                "type A = super::super::articles::model::Article;",
            ),
            (
                "src/feeds/mod.rs",
                "fn f() { crate::changes::stream::open(); kroniek::exchange::go() }",
            ),
            ("src/changes/stream.rs", "pub fn open() {}"),
            ("src/exchange.rs", "pub fn go() {}"),
        ],
        &[
            (
                "src/authors/queries.rs",
                2,
                "authors imports `crate::articles::model::Article`",
            ),
            (
                "src/authors/queries.rs",
                3,
                "authors imports `Article`, which is `articles::model::Article`",
            ),
            (
                "src/feeds/mod.rs",
                1,
                "feeds imports `crate::changes::stream::open`",
            ),
            (
                "src/feeds/mod.rs",
                1,
                "feeds imports `kroniek::exchange::go`",
            ),
            (
                "src/updates/view.rs",
                1,
                "updates imports `super::super::articles::model::Article`",
            ),
        ],
    );
}

#[test]
fn handlers_may_call_more_than_models_queries_and_views() {
    let call = "pub fn f() { crate::publishing::publish(); crate::resolve::path(); crate::cache::get(); crate::changes::sync::page(); }";
    let rooms = [
        ("src/publishing/mod.rs", "pub fn publish() {}"),
        ("src/resolve.rs", "pub fn path() {}"),
        ("src/cache.rs", "pub fn get() {}"),
        ("src/changes/sync.rs", "pub fn page() {}"),
    ];
    let house = |path: &'static str| [&rooms[..], &[(path, call)]].concat();
    for handler in [
        "src/site/delivery.rs",
        "src/site/manage.rs",
        "src/site/manage/links.rs",
        "src/articles/delivery/mod.rs",
    ] {
        passes(direction, &house(handler));
    }
    for inner in [
        "src/site/queries/delivery.rs",
        "src/site/view.rs",
        "src/site/mod.rs",
        "src/articles/model/manage.rs",
    ] {
        let room = inner.split('/').nth(1).unwrap_or_default();
        let told = ["cache::get", "changes::sync::page", "resolve::path"]
            .map(|path| format!("{room} imports `crate::{path}`"));
        finds(
            direction,
            &house(inner),
            &[
                (inner, 1, &told[0]),
                (inner, 1, &told[1]),
                (inner, 1, &told[2]),
            ],
        );
    }
}

#[test]
fn the_floor_knows_no_slice() {
    finds(
        direction,
        &[
            ("src/entities/model.rs", "pub struct Entity;"),
            (
                "src/publishing/mod.rs",
                "use crate::entities as e;\nfn f(_: e::model::Entity) {}",
            ),
            (
                "src/changes/log.rs",
                "fn f() { crate::changes::sync::page(); }",
            ),
            ("src/changes/sync.rs", "pub fn page() {}"),
            ("src/cache/mod.rs", "use crate::{entities::*, http::State};"),
            (
                "src/http/mod.rs",
                "use crate::cache::Cache; pub struct State;",
            ),
            ("src/db.rs", "use crate::resolve::path;"),
            (
                "src/resolve.rs",
                "pub use crate::entities::model::Entity as path;",
            ),
        ],
        &[
            ("src/cache/mod.rs", 1, "cache imports `crate::entities::*`"),
            (
                "src/changes/log.rs",
                1,
                "changes imports `crate::changes::sync::page`",
            ),
            ("src/db.rs", 1, "db imports `crate::resolve::path`"),
            (
                "src/db.rs",
                1,
                "db imports `crate::resolve::path`, which is `entities::model::Entity`",
            ),
            (
                "src/publishing/mod.rs",
                1,
                "publishing imports `crate::entities`",
            ),
            (
                "src/publishing/mod.rs",
                2,
                "publishing imports `e::model::Entity`, which is `entities::model::Entity`",
            ),
        ],
    );
}

#[test]
fn nothing_imports_the_roof_and_the_roof_anything() {
    finds(
        direction,
        &[
            (
                "src/lib.rs",
                "pub const NAME: &str = \"Kroniek\"; pub use error::Error; #[macro_export] macro_rules! given { () => {} }",
            ),
            (
                "src/error.rs",
                "pub struct Error; #[macro_export] macro_rules! fail { () => {} }",
            ),
            (
                "src/server.rs",
                "use crate::articles::manage; pub struct State;",
            ),
            (
                "src/api.rs",
                "use crate::{articles::manage::create, changes::sync, server};",
            ),
            (
                "src/main.rs",
                "fn main() { kroniek::server::State; kroniek::articles::manage::create(); }",
            ),
            ("src/changes/sync.rs", ""),
            (
                "src/articles/manage.rs",
                "use crate::{Error, fail};\npub fn create(_: crate::server::State) {}\nuse crate::NAME;\nfn f() { crate::given!() }",
            ),
        ],
        &[
            (
                "src/articles/manage.rs",
                2,
                "articles imports `crate::server::State`",
            ),
            (
                "src/articles/manage.rs",
                3,
                "articles imports `crate::NAME`",
            ),
            (
                "src/articles/manage.rs",
                4,
                "articles imports `crate::given`",
            ),
        ],
    );
}

#[test]
fn a_new_room_needs_a_line_in_the_table() {
    finds(
        direction,
        &[("src/letters/model.rs", "")],
        &[
            ("src/letters/mod.rs", 1, "`letters` has no room"),
            ("src/letters/model.rs", 1, "`letters::model` has no room"),
        ],
    );
}

#[test]
fn another_slice_is_entered_through_its_queries_model_or_view() {
    passes(
        entrances,
        &[
            ("src/entities/queries/delivery.rs", "pub fn load() {}"),
            ("src/entities/view.rs", "pub struct View;"),
            ("src/entities/manage.rs", "pub fn create() {}"),
            (
                "src/entities/mod.rs",
                "pub fn routes() { manage::create() }",
            ),
            (
                "src/articles/delivery.rs",
                "use crate::entities::{queries::delivery, view}; fn f(_: view::View) { delivery::load() }",
            ),
            ("src/api.rs", "use crate::entities::manage::create;"),
            ("src/db/delivery.rs", "pub struct DeliveryConn;"),
            ("src/feeds/mod.rs", "use crate::db::delivery::DeliveryConn;"),
        ],
    );
}

#[test]
fn handlers_of_another_slice_are_out_of_reach() {
    finds(
        entrances,
        &[
            ("src/entities/manage.rs", "pub fn create() {}"),
            ("src/entities/delivery/mod.rs", "pub fn list() {}"),
            ("src/auth/manage.rs", "pub fn rotate() {}"),
            (
                "src/articles/manage.rs",
                "use crate::entities as e;\nfn f() { e::manage::create() }",
            ),
            (
                "src/articles/view.rs",
                "use crate::entities::{self, *};\n\nfn f() { delivery::list(); entities::delivery::list() }",
            ),
            (
                "src/resolve/mod.rs",
                "use crate::entities::manage;\nfn f() { crate::auth::manage::rotate() }",
            ),
        ],
        &[
            (
                "src/articles/manage.rs",
                2,
                "`e::manage::create`, which is `entities::manage::create`",
            ),
            (
                "src/articles/view.rs",
                3,
                "`delivery::list`, which is `entities::delivery::list`",
            ),
            ("src/articles/view.rs", 3, "`entities::delivery::list`"),
            ("src/resolve/mod.rs", 1, "`crate::entities::manage`"),
            ("src/resolve/mod.rs", 2, "`crate::auth::manage::rotate`"),
        ],
    );
}
