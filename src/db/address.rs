//! Addresses of databases, as settings hold them: read once, with how far TLS is to be trusted, which the driver itself does not know.

use std::path::PathBuf;
use std::time::Duration;

use diesel_async::AsyncPgConnection;
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, Connection, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::tls::{self, Trust};

/// Where a database is, who logs in, and what the connection must be. Every connection of Kroniek is made by one of these.
#[derive(Clone)]
pub struct Address {
    setting: &'static str,
    url: SecretString,
    config: Config,
    trust: Trust,
    tls: MakeRustlsConnect,
}

/// How long the other end may leave unacknowledged what was sent, and how long after the last word it is asked whether it is there.
const SILENCE: Duration = Duration::from_secs(10);

/// What moves the bytes of a connection, as long as somebody drives it.
type Driven = Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>;

/// Why a database can't be reached, with what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The URL can't be read.
    #[error(
        "{setting} is not a Postgres address: {reason}. It looks like postgres://user:password@host:5432/database"
    )]
    Url {
        /// The setting that holds it.
        setting: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// What it says of TLS can't be done.
    #[error("{setting} can't be used: {reason}")]
    Trust {
        /// The setting that holds it.
        setting: &'static str,
        /// What is wrong with it, and what to do.
        reason: String,
    },
    /// The server does not answer, or refuses the login.
    #[error(
        "can't connect to Postgres with {setting} ({target}): {reason}. Check that the server runs, that the address and the password are right, and that the database exists"
    )]
    Connect {
        /// The setting that holds the address.
        setting: &'static str,
        /// Host, port and database, without the password.
        target: String,
        /// What the server or the network says.
        reason: String,
    },
    /// There is no connection that can be trusted as far as was asked.
    #[error("can't connect to Postgres with {setting} ({target}) over TLS: {reason}. {remedy}")]
    Tls {
        /// The setting that holds the address.
        setting: &'static str,
        /// Host, port and database, without the password.
        target: String,
        /// What is wrong with the server's certificate, or with the handshake.
        reason: String,
        /// What to do.
        remedy: String,
    },
    /// The pool can't be built.
    #[error("can't build the connection pool: {0}")]
    Pool(String),
}

impl Address {
    /// Reads an address, and the root certificates that it names.
    ///
    /// # Errors
    /// A URL that is not one of Postgres; a file of root certificates that can't be read.
    pub fn read(url: &SecretString, setting: &'static str) -> Result<Self, ConnectError> {
        let (plain, asked) = without_trust(url.expose_secret());
        let mut config: Config =
            plain
                .parse()
                .map_err(|error: tokio_postgres::Error| ConnectError::Url {
                    setting,
                    reason: root_cause(&error),
                })?;
        // A bare @ in the password ends it early: its rest is read as a host, and would be told with the host when that can't be found.
        if config
            .get_hosts()
            .iter()
            .any(|host| matches!(host, Host::Tcp(name) if name.contains('@')))
        {
            return Err(ConnectError::Url {
                setting,
                reason: "an @ in the user or password must be written %40".to_owned(),
            });
        }
        let unfit = |reason| ConnectError::Trust { setting, reason };
        let mut trust = asked.trust(config.get_ssl_mode()).map_err(unfit)?;
        // As libpq does: what never leaves the machine is not encrypted.
        if config
            .get_hosts()
            .iter()
            .all(|host| matches!(host, Host::Unix(_)))
        {
            trust = Trust::None;
        }
        config
            .ssl_mode(trust.negotiation())
            .connect_timeout(Duration::from_secs(5))
            // A server that is gone without a word (a machine lost, a network cut) is noticed, not waited for.
            .tcp_user_timeout(SILENCE)
            .keepalives_idle(SILENCE)
            .keepalives_interval(Duration::from_secs(3))
            .keepalives_retries(3);
        Ok(Self {
            setting,
            url: url.clone(),
            config,
            tls: tls::connector(&trust).map_err(unfit)?,
            trust,
        })
    }

    /// The address as it was set, password and all.
    pub fn url(&self) -> &SecretString {
        &self.url
    }

    /// How far the server is to be trusted.
    pub fn trust(&self) -> &Trust {
        &self.trust
    }

    /// Whether every host is this machine.
    pub fn is_local(&self) -> bool {
        self.config.get_hosts().iter().all(|host| match host {
            Host::Tcp(name) => {
                name == "localhost"
                    || name
                        .parse()
                        .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
            }
            Host::Unix(_) => true,
        })
    }

    /// The same address, whose sessions begin with these options of the server.
    #[must_use]
    pub fn with_options(mut self, options: &str) -> Self {
        self.config.options(match self.config.get_options() {
            Some(own) => format!("{own} {options}"),
            None => options.to_owned(),
        });
        self.config.application_name("kroniek");
        self
    }

    /// The same place with the login of another address.
    #[must_use]
    pub fn as_login_of(mut self, other: &Self) -> Self {
        if let Some(user) = other.config.get_user() {
            self.config.user(user);
        }
        if let Some(password) = other.config.get_password() {
            self.config.password(password);
        }
        self
    }

    /// Host, port and database, without user and password.
    pub fn target(&self) -> String {
        let hosts = self.config.get_hosts().iter().zip(self.config.get_ports());
        let hosts = hosts.map(|(host, port)| match host {
            Host::Tcp(name) => format!("{name}:{port}"),
            Host::Unix(folder) => format!("{}:{port}", folder.display()),
        });
        let database = self.config.get_dbname().unwrap_or("the default database");
        format!("{database} at {}", hosts.collect::<Vec<_>>().join(", "))
    }

    async fn connect(&self) -> Result<(Client, Driven), tokio_postgres::Error> {
        match self.config.connect(self.tls.clone()).await {
            Err(error) if self.trust == Trust::IfOffered && refused_for_tls(&error) => {
                let mut plain = self.config.clone();
                plain.ssl_mode(SslMode::Disable);
                plain.connect(self.tls.clone()).await
            }
            connected => connected,
        }
    }

    /// Connects on the current runtime, which then drives the connection.
    ///
    /// # Errors
    /// As the driver tells them.
    pub(super) async fn client(&self) -> Result<Client, tokio_postgres::Error> {
        let (client, connection) = self.connect().await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(cause = %root_cause(&error), "database connection ended");
            }
        });
        Ok(client)
    }

    /// Connects outside of any pool. Such a connection hears notifications, too.
    ///
    /// # Errors
    /// The server does not answer, can't be trusted, or refuses the login.
    pub async fn establish(&self) -> Result<AsyncPgConnection, ConnectError> {
        let (client, connection) = self.connect().await.map_err(|error| self.told(&error))?;
        AsyncPgConnection::try_from_client_and_connection(client, connection)
            .await
            .map_err(|error| ConnectError::Connect {
                setting: self.setting,
                target: self.target(),
                reason: error.to_string(),
            })
    }

    /// Connects once and says clearly why it can't.
    ///
    /// # Errors
    /// The server does not answer, can't be trusted, or refuses the login.
    pub async fn check(&self) -> Result<(), ConnectError> {
        match self.client().await {
            Ok(_) => Ok(()),
            Err(error) => Err(self.told(&error)),
        }
    }

    fn told(&self, error: &tokio_postgres::Error) -> ConnectError {
        let (setting, target, reason) = (self.setting, self.target(), root_cause(error));
        match tls::remedy(error, &self.trust) {
            Some(remedy) => ConnectError::Tls {
                setting,
                target,
                reason,
                remedy,
            },
            None => ConnectError::Connect {
                setting,
                target,
                reason,
            },
        }
    }
}

/// Whether the server might take the same login without TLS: libpq tries that too where TLS is only preferred.
fn refused_for_tls(error: &tokio_postgres::Error) -> bool {
    tls::is_handshake(error) || error.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION)
}

/// What an address asks of TLS, in libpq's words.
#[derive(Debug, Default)]
struct Asked {
    modes: Vec<String>,
    roots: Vec<String>,
}

impl Asked {
    fn trust(self, driver: SslMode) -> Result<Trust, String> {
        let (mode, root) = match (self.modes.as_slice(), self.roots.as_slice()) {
            ([_, _, ..], _) | (_, [_, _, ..]) => {
                return Err("sslmode and sslrootcert may stand once each".to_owned());
            }
            (modes, roots) => (modes.first(), roots.first().map(PathBuf::from)),
        };
        let mode = mode.map(String::as_str).or(match driver {
            SslMode::Disable => Some("disable"),
            SslMode::Require => Some("require"),
            _ => None,
        });
        let root = root.filter(|path| path.as_os_str() != "system");
        match (mode, root) {
            (Some("disable"), None) => Ok(Trust::None),
            (Some("prefer") | None, None) => Ok(Trust::IfOffered),
            (Some("require"), None) => Ok(Trust::Encrypted),
            // libpq verifies the certificate too where a root is named.
            (Some("require" | "verify-ca"), root) => Ok(Trust::Signed(root)),
            (Some("verify-full"), root) => Ok(Trust::Named(root)),
            (Some("disable" | "prefer") | None, Some(_)) => Err(
                "sslrootcert has no effect with this sslmode. Say sslmode=verify-full (or verify-ca, where the certificate names another host)"
                    .to_owned(),
            ),
            (Some(_), _) => Err(
                "sslmode must be disable, prefer, require, verify-ca or verify-full".to_owned(),
            ),
        }
    }
}

/// Takes `sslmode` and `sslrootcert` out of a URL, where the driver reads its parameters: after the hosts, which follow the first @.
fn without_trust(url: &str) -> (String, Asked) {
    let mut asked = Asked::default();
    let Some(scheme) = url.find("://") else {
        return (url.to_owned(), asked);
    };
    let hosts = url.find('@').map_or(scheme + 3, |at| at + 1);
    let Some((address, query)) = url
        .get(hosts..)
        .and_then(|rest| rest.find('?'))
        .and_then(|at| url.split_at_checked(hosts + at))
    else {
        return (url.to_owned(), asked);
    };
    let mut others = Vec::new();
    for pair in query.trim_start_matches('?').split('&') {
        let decoded = form_urlencoded::parse(pair.replace('+', "%2B").as_bytes())
            .next()
            .map(|(name, value)| (name.into_owned(), value.into_owned()));
        match decoded {
            Some((name, value)) if name == "sslmode" => asked.modes.push(value),
            Some((name, value)) if name == "sslrootcert" => asked.roots.push(value),
            _ => others.push(pair),
        }
    }
    let others = others.join("&");
    let plain = if others.is_empty() {
        address.to_owned()
    } else {
        format!("{address}?{others}")
    };
    (plain, asked)
}

/// The innermost cause of an error: tokio-postgres keeps what really happened there.
pub(super) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests;
