//! The database's shape: what the code believes of it, and what it says of itself.

use std::collections::BTreeMap;

use crate::app::App;

/// Each column of a schema as `table.column`, with its type in Postgres' words; `?` after it when it may be null.
type Columns = BTreeMap<String, String>;

/// What the `table!` blocks of a source file declare.
fn declared(source: &str) -> Columns {
    let mut columns = Columns::new();
    for block in source.split("diesel::table! {").skip(1) {
        let (head, rest) = block.split_once('{').unwrap();
        let table = head
            .split_once('.')
            .unwrap()
            .1
            .split_whitespace()
            .next()
            .unwrap();
        let body = rest.split_once('}').unwrap().0;
        for column in body
            .replace('\n', " ")
            .split(", ")
            .map(str::trim)
            .filter(|column| column.contains("->"))
        {
            let (name, kind) = column.split_once("->").unwrap();
            let name = match name.split('"').nth(1) {
                Some(sql_name) => sql_name,
                None => name.trim(),
            };
            columns.insert(
                format!("{table}.{name}"),
                postgres_type(kind.trim().trim_end_matches(',')),
            );
        }
    }
    columns
}

fn postgres_type(diesel: &str) -> String {
    if let Some(inner) = diesel
        .strip_prefix("Nullable<")
        .and_then(|rest| rest.strip_suffix('>'))
    {
        return format!("{}?", postgres_type(inner));
    }
    match diesel {
        "Uuid" => "uuid",
        "Text" => "text",
        "Integer" => "int4",
        "SmallInt" => "int2",
        "BigInt" => "int8",
        "Bool" => "bool",
        "Json" => "json",
        "Bytea" => "bytea",
        "Timestamptz" => "timestamptz",
        "Date" => "date",
        "Tsvector" => "tsvector",
        "Array<Text>" => "_text",
        "Array<BigInt>" => "_int8",
        "Array<Integer>" => "_int4",
        "Array<Uuid>" => "_uuid",
        "Array<Tsvector>" => "_tsvector",
        other => panic!("no word for {other}"),
    }
    .to_owned()
}

async fn actual(app: &App, schema: &str) -> Columns {
    let sql = "SELECT table_name || '.' || column_name, udt_name || CASE is_nullable WHEN 'YES' THEN '?' ELSE '' END
               FROM information_schema.columns JOIN information_schema.tables USING (table_catalog, table_schema, table_name)
               WHERE table_schema = $1 AND table_type = 'BASE TABLE'";
    let rows = app.sql().await.query(sql, &[&schema]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tables_are_as_the_code_declares_them() {
    let app = App::start().await;
    assert_eq!(
        declared(include_str!("../../src/db/schema/newsroom.rs")),
        actual(&app, "newsroom").await
    );
    assert_eq!(
        declared(include_str!("../../src/db/schema/delivery.rs")),
        actual(&app, "delivery").await
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_table_and_column_says_what_it_is() {
    let app = App::start().await;
    let sql = "SELECT n.nspname || '.' || c.relname || coalesce('.' || a.attname, '')
               FROM pg_class c
               JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname IN ('newsroom', 'delivery')
               LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
               WHERE c.relkind = 'r'
                 AND (obj_description(c.oid, 'pg_class') IS NULL OR col_description(c.oid, a.attnum) IS NULL)";
    let silent: Vec<String> = app
        .sql()
        .await
        .query(sql, &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert!(silent.is_empty(), "no COMMENT ON {}", silent.join(", "));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_that_start_at_once_migrate_once() {
    let url = crate::postgres::empty_database().await;
    let (one, other) = tokio::join!(App::on(&url), App::on(&url));
    for app in [&one, &other] {
        app.get("/v1/site").await.expect(200);
    }
    let rows = one
        .sql()
        .await
        .query("SELECT version FROM __diesel_schema_migrations", &[])
        .await
        .unwrap();
    assert_eq!(
        rows.len(),
        std::fs::read_dir("migrations")
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().path().is_dir())
            .count()
    );
}
