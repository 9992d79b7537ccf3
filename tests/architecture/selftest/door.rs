//! The wall between the schemas, queries in the wrong room, and writes with other I/O.

use super::{finds, passes};
use crate::architecture::rules::{
    door::{meetings, writes},
    queries::check as queries,
    transactions::check as transactions,
};

const SCHEMA: [(&str, &str); 2] = [
    (
        "src/db/schema/delivery.rs",
        "diesel::table! { delivery.articles (id) { id -> Uuid, } }",
    ),
    (
        "src/db/schema/newsroom.rs",
        "diesel::table! { newsroom.drafts (id) { id -> Uuid, } }",
    ),
];

fn with<'t>(files: &[(&'t str, &'t str)]) -> Vec<(&'t str, &'t str)> {
    [&SCHEMA[..], files].concat()
}

#[test]
fn queries_run_in_their_rooms() {
    let query = "use diesel::{prelude::*, sql_query}; fn f() { diesel_async::run() }";
    for room in [
        "src/articles/queries/delivery.rs",
        "src/articles/queries.rs",
        "src/search/queries/rank.rs",
        "src/changes/sync/queries.rs",
        "src/resolve/queries.rs",
        "src/publishing/project.rs",
        "src/changes/head.rs",
        "src/auth/keys.rs",
        "src/db/errors.rs",
        "src/http/idempotency.rs",
        "src/http/idempotency/store.rs",
    ] {
        passes(queries, &[(room, query)]);
    }
    let told = [
        "diesel::prelude::*",
        "diesel::sql_query",
        "diesel_async::run",
    ];
    for room in [
        "src/articles/delivery.rs",
        "src/error.rs",
        "src/http/page.rs",
        "src/cli/keys.rs",
        "src/resolve/history.rs",
    ] {
        let mut expected = told.map(|path| (room, 1, path));
        expected.sort();
        finds(queries, &[(room, query)], &expected);
    }
}

#[test]
fn derives_and_attributes_of_diesel_count() {
    finds(
        queries,
        &[(
            "src/articles/model.rs",
            "#[derive(diesel::Queryable)]\n#[diesel(table_name = articles)] struct Row;\nuse ::diesel as d;\nfn f() { vec![d::select(1)] }",
        )],
        &[
            ("src/articles/model.rs", 3, "`::diesel`"),
            (
                "src/articles/model.rs",
                4,
                "`d::select`, which is `diesel::select`",
            ),
        ],
    );
}

#[test]
fn row_types_are_for_models_and_queries() {
    let row = "#[derive(diesel::Queryable)] struct Row;";
    passes(queries, &[("src/articles/model.rs", row)]);
    let told = ("src/articles/view.rs", 1, "`diesel::Queryable`");
    finds(queries, &[("src/articles/view.rs", row)], &[told]);
}

#[test]
fn the_door_writes_delivery() {
    let write = "use crate::db::schema::delivery::articles; fn f() { diesel::insert_into(articles::table); sql_query(\"UPDATE delivery.head SET seq = seq + 1\") }";
    passes(
        writes,
        &with(&[
            ("src/publishing/project.rs", write),
            ("src/db/migrate.rs", write),
        ]),
    );
    passes(
        writes,
        &with(&[
            (
                "src/articles/queries/delivery.rs",
                "use crate::db::schema::delivery::articles; fn f() { articles::table.select(1); hasher.update(2); \"SELECT x FROM delivery.a FOR UPDATE\" }",
            ),
            (
                "src/articles/queries/newsroom.rs",
                "use crate::db::schema::newsroom::drafts; fn f() { diesel::update(drafts::table); \"INSERT INTO newsroom.drafts SELECT 1\" }",
            ),
        ]),
    );
}

#[test]
fn others_do_not_write_delivery_with_diesel() {
    for write in [
        "use crate::db::schema::delivery::articles as a; fn f() { diesel::insert_into(a::table) }",
        "use crate::db::schema as s; use diesel::delete as look; fn f() { look(s::delivery::articles::table) }",
        "use crate::db::schema::*; use diesel::update; fn f() { let t = delivery::articles::table; update(t) }",
        "use crate::db::schema::delivery::*; fn f() { vec![x.insert_into(articles::table)] }",
        "use super::super::super::db::schema::delivery; fn f() { x.into_boxed().insert_into(delivery::articles::table) }",
        "#[derive(diesel::Insertable)] #[diesel(table_name = crate::db::schema::delivery::articles)] struct New;",
    ] {
        let house = super::invent(&with(&[("src/articles/queries/delivery.rs", write)]));
        assert!(!writes(&house).is_empty(), "not caught: {write}");
    }
    finds(
        writes,
        &with(&[
            (
                "src/db/mod.rs",
                "pub use schema::delivery::articles as harmless;",
            ),
            (
                "src/exchange/queries.rs",
                "use diesel as d;\nfn f() { d::insert_into(crate::db::harmless::table) }",
            ),
        ]),
        &[(
            "src/exchange/queries.rs",
            2,
            "`d::insert_into`, which is `diesel::insert_into`, in a file that names `crate::db::harmless::table`",
        )],
    );
}

#[test]
fn others_do_not_write_delivery_with_sql() {
    for sql in [
        "\"INSERT INTO delivery.articles VALUES (1)\"",
        "r#\"\n  insert\n  into \"delivery\".\"articles\" values (1)\"#",
        "\"WITH gone AS (DELETE FROM ONLY delivery.articles RETURNING id) SELECT 1\"",
        "concat!(\"UPDATE \", \"delivery.head \", \"SET seq = 1\")",
        "format!(\"SELECT 1;TRUNCATE delivery.{table}\")",
        "b\"COPY delivery.articles FROM STDIN\"",
        "include_str!(\"../sql/write.sql\")",
    ] {
        let query = format!("const SQL: &str = {sql};");
        let files = [
            ("src/articles/queries.rs", query.as_str()),
            ("src/sql/write.sql", "update delivery.head set seq = 1"),
        ];
        finds(
            writes,
            &files,
            &[("src/articles/queries.rs", 1, "SQL that writes `delivery`")],
        );
    }
    passes(
        writes,
        &[(
            "src/articles/queries.rs",
            "/// UPDATE delivery.head\nfn f() { \"an update delivery is late\" }",
        )],
    );
}

#[test]
fn one_file_one_schema() {
    finds(
        meetings,
        &with(&[
            (
                "src/related/queries.rs",
                "use crate::db::schema::newsroom;\nuse crate::db::schema as s;\nuse s::delivery;",
            ),
            (
                "src/search/queries.rs",
                "const A: &str = \"FROM newsroom.drafts\";\nconst B: &str = \"JOIN \\\"delivery\\\".articles\";",
            ),
            (
                "src/feeds/mod.rs",
                "use crate::db::{NewsroomConn as N, DeliveryConn};",
            ),
            (
                "src/db/mod.rs",
                "pub struct NewsroomConn; pub use pools::DeliveryConn; mod pools { pub struct DeliveryConn; } pub use schema::*;",
            ),
            (
                "src/publishing/mod.rs",
                "use crate::db::{*, schema::{delivery, newsroom}}; fn f(_: NewsroomConn, _: DeliveryConn) {}",
            ),
            (
                "src/http/state.rs",
                "use crate::db::{NewsroomConn, DeliveryConn};",
            ),
            (
                "src/auth/keys.rs",
                "fn f() { \"SELECT newsroom.keys, delivery.head\" }",
            ),
            (
                "src/site/queries.rs",
                "//! newsroom.x and delivery.y\nuse crate::db::*; fn f(_: DeliveryConn) { \"Saved in the newsroom.\"; \"delivery.site\"; include(\"src/newsroom.rs\") }",
            ),
        ]),
        &[
            (
                "src/feeds/mod.rs",
                1,
                "`crate::db::NewsroomConn` and `crate::db::DeliveryConn` in one file",
            ),
            (
                "src/related/queries.rs",
                3,
                "`crate::db::schema::newsroom` and `s::delivery`, which is `db::schema::delivery` in one file",
            ),
            (
                "src/search/queries.rs",
                2,
                "SQL on `newsroom` and SQL on `delivery` in one file",
            ),
        ],
    );
}

#[test]
fn a_query_module_of_one_schema_names_no_other() {
    finds(
        meetings,
        &with(&[
            (
                "src/db/mod.rs",
                "pub struct NewsroomConn; pub struct DeliveryConn;",
            ),
            (
                "src/site/queries/delivery.rs",
                "fn f(_: crate::db::NewsroomConn) {}",
            ),
            (
                "src/site/queries/delivery_lists.rs",
                "fn f() { \"FROM newsroom.site\" }",
            ),
            (
                "src/site/queries/newsroom.rs",
                "use crate::db::schema::delivery::*;",
            ),
            (
                "src/media/queries/newsroom/files.rs",
                "\nuse crate::db as d;\nfn f(_: d::DeliveryConn, _: d::NewsroomConn) {}",
            ),
            (
                "src/media/queries/delivery.rs",
                "fn f(_: crate::db::DeliveryConn) { \"FROM delivery.media\"; crate::db::schema::delivery::x::table }",
            ),
        ]),
        &[
            (
                "src/media/queries/newsroom/files.rs",
                3,
                "`d::DeliveryConn`, which is `db::DeliveryConn`",
            ),
            (
                "src/media/queries/newsroom/files.rs",
                3,
                "`d::NewsroomConn`, which is `db::NewsroomConn` and",
            ),
            (
                "src/site/queries/delivery.rs",
                1,
                "`crate::db::NewsroomConn`",
            ),
            ("src/site/queries/delivery_lists.rs", 1, "SQL on `newsroom`"),
            (
                "src/site/queries/newsroom.rs",
                1,
                "`crate::db::schema::delivery::*`",
            ),
        ],
    );
}

#[test]
fn a_write_does_nothing_but_write() {
    finds(
        transactions,
        &[
            (
                "src/publishing/mod.rs",
                "use std as s;\nfn f() { s::fs::read(\"x\") }",
            ),
            (
                "src/publishing/door.rs",
                "use std::{net::IpAddr, time::Duration};\nfn f() { reqwest::get(1); join![tokio::process::Command::new(2)] }",
            ),
            (
                "src/articles/queries/newsroom.rs",
                "use crate::webhooks::*;\nuse tokio::{fs::File, sync::Mutex};",
            ),
            ("src/webhooks/mod.rs", "pub use reqwest::Client;"),
            ("src/articles/queries/delivery.rs", "use std::fs;"),
            ("src/media/manage.rs", "use tokio::fs;"),
        ],
        &[
            (
                "src/articles/queries/newsroom.rs",
                1,
                "brings along `reqwest::Client`",
            ),
            ("src/articles/queries/newsroom.rs", 2, "`tokio::fs::File`"),
            ("src/publishing/door.rs", 1, "`std::net::IpAddr`"),
            ("src/publishing/door.rs", 2, "`reqwest::get`"),
            (
                "src/publishing/door.rs",
                2,
                "`tokio::process::Command::new`",
            ),
            (
                "src/publishing/mod.rs",
                2,
                "`s::fs::read`, which is `std::fs::read`",
            ),
        ],
    );
}
