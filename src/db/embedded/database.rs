//! The database `kroniek` in the running cluster.

use std::net::Ipv4Addr;
use std::time::Duration;

use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, NoTls};

use super::folder::DataFolder;
use super::{DATABASE, Error, USER};

/// Sees that the database exists and that the kept password opens it.
pub(super) async fn ensure(folder: &DataFolder, port: u16, password: &str) -> Result<(), Error> {
    let refused = |error: tokio_postgres::Error| match error.code() {
        Some(&SqlState::INVALID_PASSWORD) => Error::Password {
            file: folder.password_file(),
        },
        _ => Error::Connect(error),
    };
    let mut config = Config::new();
    config
        .host(Ipv4Addr::LOCALHOST.to_string())
        .port(port)
        .user(USER)
        .password(password)
        .connect_timeout(Duration::from_secs(10));
    match connect(config.dbname(DATABASE)).await {
        Ok(_) => return Ok(()),
        Err(error) if error.code() == Some(&SqlState::INVALID_CATALOG_NAME) => {}
        Err(error) => return Err(refused(error)),
    }
    let client = connect(config.dbname("postgres")).await.map_err(refused)?;
    client
        .batch_execute(&format!("CREATE DATABASE {DATABASE}"))
        .await
        .map_err(Error::Connect)
}

async fn connect(config: &Config) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    // It ends with the client; its errors come out of the client's calls as well.
    tokio::spawn(connection);
    Ok(client)
}
