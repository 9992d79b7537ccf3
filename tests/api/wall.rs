//! The wall: delivery's login reads what is published and nothing else, whatever SQL it is made to run; and no server starts without it.

use kroniek::auth::database_password;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use tokio_postgres::Client;

use crate::app::App;
use crate::postgres::{self, SECRET};
use crate::watch::{run, tables};

/// Stands in every draft, and nowhere that readers may look.
const WORD: &str = "zwijgplicht";

/// A connection of one's own with delivery's login, which has lifted what a session may lift.
async fn login(app: &App) -> Client {
    let mut url = url::Url::parse(&app.database_url).unwrap();
    let database = url.path().trim_start_matches('/').to_owned();
    url.set_username(&format!("kroniek_delivery_{database}"))
        .unwrap();
    url.set_password(Some(
        database_password(&SecretString::from(SECRET)).expose_secret(),
    ))
    .unwrap();
    let client = postgres::connect(url.as_str()).await;
    client
        .batch_execute("SET default_transaction_read_only = off")
        .await
        .unwrap();
    client
}

/// An app whose newsroom holds the word in drafts of every kind, in many rows, so that statistics hold it too.
async fn app_with_drafts() -> App {
    let app = App::start().await;
    let text = json!({"format": "markdown", "source": format!("Een {WORD}.")});
    app.make("/authors", json!({"name": WORD, "biography": text}))
        .await;
    app.make(
        "/entities",
        json!({"kind": "topic", "name": WORD, "description": WORD, "aliases": [WORD]}),
    )
    .await;
    app.make(
        "/donation-links",
        json!({"provider": "other", "url": "https://example.org", "call_to_action": {"nl": WORD}}),
    )
    .await;
    for _ in 0..5 {
        let draft = json!({"headline": WORD, "standfirst": text, "body": text, "authors": [WORD], "entities": [{"entity": WORD}]});
        let article = app.make("/articles", draft).await;
        app.make(
            &format!("/articles/{}/updates", article.id()),
            json!({"headline": WORD, "body": text, "draft": true}),
        )
        .await;
    }
    app.sql().await.batch_execute("ANALYZE").await.unwrap();
    app
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_select_of_deliverys_login_reads_a_table_of_the_newsroom() {
    let app = app_with_drafts().await;
    let login = login(&app).await;
    for table in tables(&app, "newsroom").await {
        for sql in [
            format!("SELECT * FROM newsroom.{table}"),
            format!("SELECT count(*) FROM newsroom.{table}"),
            format!("TABLE newsroom.{table}"),
            format!("EXPLAIN ANALYZE SELECT * FROM newsroom.{table}"),
            format!("COPY newsroom.{table} TO STDOUT"),
            format!("COPY (SELECT * FROM newsroom.{table}) TO STDOUT"),
            format!("PREPARE p AS SELECT * FROM newsroom.{table}"),
            format!("DECLARE c CURSOR WITH HOLD FOR SELECT * FROM newsroom.{table}"),
            format!("SELECT query_to_xml('SELECT * FROM newsroom.{table}', true, false, '')"),
            format!("SELECT table_to_xml('newsroom.{table}', true, false, '')"),
            format!("CREATE TEMP TABLE t AS SELECT * FROM newsroom.{table}"),
            format!("CREATE TEMP VIEW v AS SELECT * FROM newsroom.{table}"),
            format!("DO 'BEGIN PERFORM * FROM newsroom.{table}; END'"),
            format!("DO 'BEGIN LOCK TABLE newsroom.{table} IN ACCESS SHARE MODE; END'"),
        ] {
            let answer = run(&login, &sql).await;
            assert!(
                answer
                    .as_ref()
                    .is_err_and(|error| error.contains("permission denied")),
                "{sql}: {answer:?}"
            );
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_trick_lifts_the_login_over_the_wall() {
    let app = app_with_drafts().await;
    let owner = url::Url::parse(&app.database_url)
        .unwrap()
        .username()
        .to_owned();
    let login = login(&app).await;
    let look = format!("SELECT headline FROM newsroom.article_versions WHERE headline = '{WORD}'");
    let function = |options: &str| {
        format!(
            "CREATE FUNCTION pg_temp.look() RETURNS SETOF text LANGUAGE sql {options} AS $$ SELECT headline FROM newsroom.article_versions $$; SELECT pg_temp.look()"
        )
    };
    for trick in [
        format!("SET ROLE \"{owner}\"; {look}"),
        format!("SET LOCAL ROLE \"{owner}\"; {look}"),
        format!("SELECT set_config('role', '{owner}', false); {look}"),
        format!("SET SESSION AUTHORIZATION \"{owner}\"; {look}"),
        format!("SELECT set_config('session_authorization', '{owner}', false); {look}"),
        format!("RESET ROLE; {look}"),
        format!("RESET SESSION AUTHORIZATION; {look}"),
        format!("RESET ALL; SET search_path = newsroom; {look}"),
        format!("DISCARD PLANS; {look}"),
        format!("SET row_security = off; {look}"),
        format!("GRANT \"{owner}\" TO CURRENT_USER; {look}"),
        format!("GRANT USAGE ON SCHEMA newsroom TO CURRENT_USER; {look}"),
        format!("ALTER SCHEMA newsroom OWNER TO CURRENT_USER; {look}"),
        format!("ALTER ROLE CURRENT_USER SUPERUSER; {look}"),
        format!(
            "ALTER DEFAULT PRIVILEGES FOR ROLE \"{owner}\" GRANT SELECT ON TABLES TO PUBLIC; {look}"
        ),
        format!("BEGIN; SET TRANSACTION READ WRITE; {look}"),
        function(""),
        function("SECURITY DEFINER"),
        "CREATE FUNCTION delivery.look() RETURNS int LANGUAGE sql AS 'SELECT 1'".to_owned(),
        "CREATE FUNCTION public.look() RETURNS int LANGUAGE sql AS 'SELECT 1'".to_owned(),
        "CREATE VIEW delivery.look AS SELECT 1".to_owned(),
        "CREATE VIEW public.look AS SELECT 1".to_owned(),
        "CREATE SCHEMA look".to_owned(),
        "CREATE EXTENSION dblink".to_owned(),
        "CREATE EXTENSION postgres_fdw".to_owned(),
        "CREATE EVENT TRIGGER look ON ddl_command_end EXECUTE FUNCTION pg_notify()".to_owned(),
        "SELECT pg_read_file('PG_VERSION')".to_owned(),
        "SELECT pg_read_binary_file('PG_VERSION')".to_owned(),
        "SELECT pg_ls_dir('.')".to_owned(),
        "SELECT pg_stat_file('PG_VERSION')".to_owned(),
        "SELECT lo_import('/etc/passwd')".to_owned(),
        "COPY (SELECT 1) TO PROGRAM 'true'".to_owned(),
        "CREATE TEMP TABLE f (l text); COPY f FROM '/etc/passwd'".to_owned(),
        "SELECT pg_create_logical_replication_slot('look', 'test_decoding')".to_owned(),
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> current_user"
            .to_owned(),
    ] {
        let answer = run(&login, &trick).await;
        assert!(answer.is_err(), "{trick}: {answer:?}");
        run(&login, "ROLLBACK").await.unwrap();
    }
    app.stop().await;
}

/// Every system table and view: which hold the word in a row that this connection may read.
async fn catalogues_holding(client: &Client) -> Vec<String> {
    let sql = "SELECT c.oid::regclass::text FROM pg_class c
               WHERE c.relnamespace IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) AND c.relkind IN ('r', 'v')";
    let names = run(client, sql).await.unwrap();
    let (half, rest) = WORD.split_at(4);
    let mut found = Vec::new();
    for name in names.split_whitespace() {
        // In two parts, so that this very query does not hold it.
        let sql = format!(
            "SELECT count(*) FROM {name} t WHERE strpos(t::text, concat('{half}', '{rest}')) > 0"
        );
        match run(client, &sql).await {
            Ok(count) if count.trim() != "0" => found.push(name.to_owned()),
            _ => {}
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_catalogue_tells_the_login_what_a_draft_says() {
    let app = app_with_drafts().await;
    let owner = app.sql().await;
    owner
        .batch_execute(&format!(
            "SELECT '{WORD}'; SELECT lo_from_bytea(0, '{WORD}')"
        ))
        .await
        .unwrap();
    let other = app.sql().await;

    let (login, seen) = (
        catalogues_holding(&login(&app).await).await,
        catalogues_holding(&other).await,
    );

    assert_eq!(login, Vec::<String>::new());
    for catalogue in ["pg_stats", "pg_statistic", "pg_stat_activity"] {
        assert!(
            seen.iter().any(|name| name == catalogue),
            "the owner does not see the word in {catalogue}, so this test proves nothing: {seen:?}"
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_login_cannot_write_delivery_either() {
    let app = App::start().await;
    let login = login(&app).await;
    for table in tables(&app, "delivery").await {
        run(&login, &format!("SELECT count(*) FROM delivery.{table}"))
            .await
            .unwrap();
        for write in [
            format!("DELETE FROM delivery.{table}"),
            format!("TRUNCATE delivery.{table}"),
            format!("INSERT INTO delivery.{table} SELECT * FROM delivery.{table}"),
            format!("ALTER TABLE delivery.{table} ADD COLUMN x text"),
            format!("DROP TABLE delivery.{table}"),
            format!("SELECT * FROM delivery.{table} FOR UPDATE"),
        ] {
            let answer = run(&login, &write).await;
            let refused = |error: &String| {
                error.contains("permission denied") || error.contains("must be owner")
            };
            assert!(answer.as_ref().is_err_and(refused), "{write}: {answer:?}");
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pool_of_delivery_has_that_login() {
    use diesel_async::RunQueryDsl;
    let app = app_with_drafts().await;
    let mut pooled = app.store.pools.delivery().await.unwrap();
    let owner = url::Url::parse(&app.database_url)
        .unwrap()
        .username()
        .to_owned();
    let role = format!("SELECT set_config('role', '{owner}', false)");
    for sql in [
        "SELECT 1 FROM newsroom.articles",
        role.as_str(),
        "DELETE FROM delivery.head",
    ] {
        let refused = diesel::sql_query(sql).execute(&mut *pooled).await;
        assert!(
            refused.is_err_and(|error| error.to_string().contains("permission denied")
                || error.to_string().contains("read-only")),
            "{sql}"
        );
    }
    drop(pooled);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_in_delivery_looks_into_the_newsroom() {
    let app = App::start().await;
    let sql = app.sql().await;
    for (what, query) in [
        ("functions that run as their owner", "SELECT p.oid::regprocedure::text FROM pg_proc p
            WHERE p.prosecdef AND p.pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"),
        ("functions that name it", "SELECT p.oid::regprocedure::text FROM pg_proc p
            WHERE p.pronamespace IN ('delivery'::regnamespace, 'public'::regnamespace) AND p.prosrc ILIKE '%newsroom%'"),
        ("views that name it", "SELECT c.oid::regclass::text FROM pg_class c
            WHERE c.relnamespace NOT IN ('newsroom'::regnamespace, 'pg_catalog'::regnamespace, 'information_schema'::regnamespace)
              AND c.relkind IN ('v', 'm') AND pg_get_viewdef(c.oid) ILIKE '%newsroom%'"),
        ("objects that depend on it", "SELECT pg_describe_object(d.classid, d.objid, d.objsubid) FROM pg_depend d
            WHERE d.deptype <> 'i' AND (SELECT schema FROM pg_identify_object(d.refclassid, d.refobjid, 0)) = 'newsroom'
              AND (pg_identify_object(d.classid, d.objid, 0)).identity LIKE '%delivery.%'"),
        ("foreign keys into it, or deferred ones", "SELECT conname::text FROM pg_constraint
            WHERE connamespace = 'delivery'::regnamespace
              AND (condeferrable OR confrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'newsroom'::regnamespace))"),
        // Those two call functions of delivery, which are looked at above; and what a view is made of is a rule, as views are.
        ("triggers, rules and policies", "SELECT tgname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
            WHERE c.relnamespace = 'delivery'::regnamespace AND NOT t.tgisinternal
              AND (tgname NOT IN ('written_by_the_version_before', 'count_words_gone') OR p.pronamespace <> 'delivery'::regnamespace)
            UNION ALL SELECT rulename::text FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
            WHERE c.relnamespace = 'delivery'::regnamespace AND NOT (c.relkind = 'v' AND rulename = '_RETURN')"),
    ] {
        assert_eq!(run(&sql, query).await.unwrap(), "", "{what}");
    }
    app.stop().await;
}
