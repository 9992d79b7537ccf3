//! Starts that must fail, each with an error that says what to do and holds no password.

use kroniek::db::store::{Access, Store};
use secrecy::SecretString;

use crate::postgres::{self, connect, database, named};

const PASSWORD: &str = "mosterd-na-de-maaltijd";

/// Opens the store and gives the error's text.
async fn refusal(owner: &str, delivery: Option<String>) -> String {
    let mut settings = postgres::settings(owner);
    settings.delivery_database_url = delivery.map(SecretString::from);
    let text = match Store::open(&settings, Access::Alone).await {
        Ok(_) => panic!("it starts"),
        Err(error) => error.to_string(),
    };
    assert!(
        !text.contains("mosterd") && !text.contains("maaltijd"),
        "the error holds the password: {text}"
    );
    text
}

/// The same address with another login.
fn login(url: &str, role: &str) -> String {
    let mut url = url::Url::parse(url).unwrap();
    url.set_username(role).unwrap();
    url.set_password(Some(PASSWORD)).unwrap();
    url.to_string()
}

/// The name of the database in an address.
fn name(url: &str) -> String {
    url::Url::parse(url)
        .unwrap()
        .path()
        .trim_start_matches('/')
        .to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_of_delivery_that_sees_the_newsroom_is_refused() {
    let owner = database().await;
    let admin = connect(&owner).await;
    let group = format!("groep_{}", name(&owner));
    admin
        .batch_execute(&format!(
            "CREATE ROLE {group}; GRANT USAGE ON SCHEMA newsroom TO {group}"
        ))
        .await
        .unwrap();
    for (index, (options, grant, reason)) in [
        ("SUPERUSER", String::new(), "superuser"),
        ("CREATEROLE", String::new(), "create roles"),
        ("BYPASSRLS", String::new(), "superuser"),
        ("REPLICATION", String::new(), "replicate"),
        ("", format!("GRANT {group} TO $"), "member"),
        ("NOINHERIT", format!("GRANT {group} TO $"), "member"),
        ("", "GRANT pg_read_all_data TO $".to_owned(), "member"),
        ("", "GRANT pg_monitor TO $".to_owned(), "member"),
        (
            "",
            format!("ALTER DATABASE {} OWNER TO $", name(&owner)),
            "member",
        ),
        (
            "",
            "GRANT USAGE ON SCHEMA newsroom TO $".to_owned(),
            "USAGE",
        ),
        (
            "",
            "GRANT SELECT ON newsroom.articles TO $".to_owned(),
            "SELECT",
        ),
        ("", "ALTER SCHEMA newsroom OWNER TO $".to_owned(), "USAGE"),
    ]
    .into_iter()
    .enumerate()
    {
        let role = format!("lezer_{}_{index}", name(&owner));
        let make = format!(
            "CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}' {options}; {}",
            grant.replace('$', &role)
        );
        admin.batch_execute(&make).await.unwrap();
        let text = refusal(&owner, Some(login(&owner, &role))).await;
        assert!(
            text.contains(reason) && text.contains("KRONIEK_DELIVERY_DATABASE_URL"),
            "{options} {grant}: {text}"
        );
    }
    assert!(
        refusal(&owner, Some(owner.clone()))
            .await
            .contains("superuser")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_who_may_not_create_roles_is_told_the_sql_that_helps() {
    let admin_url = database().await;
    let admin = connect(&admin_url).await;
    let own = format!("eigen_{}", name(&admin_url));
    admin
        .batch_execute(&format!("CREATE ROLE {own} LOGIN PASSWORD '{PASSWORD}'"))
        .await
        .unwrap();
    admin
        .batch_execute(&format!("CREATE DATABASE {own} OWNER {own}"))
        .await
        .unwrap();
    let owner = login(&named(&admin_url, &own), &own);

    let text = refusal(&owner, None).await;

    assert!(text.contains("CREATEROLE"), "{text}");
    let statements: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| line.ends_with(';'))
        .collect();
    for statement in &statements {
        admin
            .batch_execute(statement)
            .await
            .unwrap_or_else(|error| panic!("{statement}: {error:?}"));
    }
    let (_, address) = text.split_once("KRONIEK_DELIVERY_DATABASE_URL=").unwrap();
    let mut settings = postgres::settings(&owner);
    settings.delivery_database_url = Some(SecretString::from(address.trim()));
    let store = Store::open(&settings, Access::Alone)
        .await
        .unwrap_or_else(|error| panic!("{address}: {error}"));
    drop(store.pools.delivery().await.unwrap());
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_database_url_is_a_clear_error_without_its_password() {
    let right = database().await;
    let port = url::Url::parse(&right).unwrap().port().unwrap();
    let user = url::Url::parse(&right).unwrap().username().to_owned();
    for (url, reason) in [
        (login(&right, &user), "password authentication failed"),
        (login(&right, "nobody"), "password authentication failed"),
        (named(&right, "no_such_database"), "no_such_database"),
        (
            format!("postgres://{user}:{PASSWORD}@127.0.0.1:1/x"),
            "refused",
        ),
        (
            format!("mysql://{user}:{PASSWORD}@127.0.0.1/x"),
            "not a Postgres address",
        ),
        (
            format!("{user}:{PASSWORD}@127.0.0.1"),
            "not a Postgres address",
        ),
        (
            format!("postgres://{user}:{PASSWORD}@127.0.0.1:haven/x"),
            "not a Postgres address",
        ),
        (
            format!("postgres://{user}:{PASSWORD}@127.0.0.1:{port}/x?wachtwoord={PASSWORD}"),
            "not a Postgres address",
        ),
        (
            format!("postgres://{user}:{PASSWORD}@127.0.0.1:99999/x"),
            "not a Postgres address",
        ),
        (
            format!("postgres://{user}:%ff%zz{PASSWORD}@127.0.0.1:{port}/x"),
            "DATABASE_URL",
        ),
        (
            format!("postgres://{user}:a/{PASSWORD}@127.0.0.1:{port}/x"),
            "DATABASE_URL",
        ),
        (
            format!("postgres://{user}:a@{PASSWORD}@127.0.0.1:{port}/x"),
            "not a Postgres address",
        ),
        (
            format!("postgres://{user}:a@b@{PASSWORD}@127.0.0.1:{port}/x"),
            "not a Postgres address",
        ),
        (
            format!("host=127.0.0.1 port={port} user={user} password='{PASSWORD} dbname=x"),
            "not a Postgres address",
        ),
        (
            format!("host=127.0.0.1 port={port} user={user} passwort={PASSWORD}"),
            "not a Postgres address",
        ),
        (
            format!("host=127.0.0.1 port={port} user={user} password={PASSWORD} dbname=x"),
            "password authentication failed",
        ),
        (String::new(), "DATABASE_URL"),
    ] {
        let text = refusal(&url, None).await;
        assert!(
            text.contains("DATABASE_URL") && text.contains(reason),
            "{url}: {text}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_of_delivery_that_cannot_log_in_is_named_as_that_setting() {
    let owner = database().await;
    let text = refusal(&owner, Some(login(&owner, "nobody"))).await;
    assert!(text.contains("KRONIEK_DELIVERY_DATABASE_URL"), "{text}");
}
