//! Delivery's own login: it may select from the `delivery` schema and nothing else. `SET ROLE` is no wall; a login is.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::migrations::LOCK;
use super::{Address, ConnectError};

/// The setting that names delivery's login, or stands for the one that Kroniek makes.
const DELIVERY: &str = "KRONIEK_DELIVERY_DATABASE_URL";

/// Why delivery has no safe login.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    /// The database can't be reached.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The owner may not create roles.
    #[error(
        "the owner of the database may not create roles, so delivery has no login of its own. Either let it (ALTER ROLE … CREATEROLE), or have an administrator run\n\n    CREATE ROLE {role} LOGIN PASSWORD 'a-password-of-your-choice';\n    GRANT CONNECT ON DATABASE {database} TO {role};\n\nand start again with KRONIEK_DELIVERY_DATABASE_URL={url}"
    )]
    MayNotCreate {
        /// The login's name, quoted.
        role: String,
        /// The database's name, quoted.
        database: String,
        /// The address to log in with.
        url: String,
    },
    /// The login can read what is not published.
    #[error(
        "delivery's login can read the newsroom ({0}), so nothing would keep drafts from readers. Name a login in KRONIEK_DELIVERY_DATABASE_URL that is no superuser, may not replicate, does not own the database and is a member of no other role"
    )]
    SeesNewsroom(&'static str),
    /// Another failure.
    #[error("can't set up delivery's login: {0}")]
    Database(String),
    /// The address can't be taken apart.
    #[error(
        "{0} must have the form postgres://user:password@host:5432/database, with what is not a letter or digit in user and password percent-encoded"
    )]
    Url(&'static str),
}

impl From<crate::error::Error> for RoleError {
    fn from(error: crate::error::Error) -> Self {
        Self::Database(error.to_string())
    }
}

impl From<diesel::result::Error> for RoleError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.to_string())
    }
}

#[derive(QueryableByName)]
struct Made {
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Text)]
    database: String,
}

/// Makes the login unless told one, gives it its rights, and gives the address to log in with. Safe when two nodes start at once.
///
/// # Errors
/// The owner may not create roles; the database is away.
pub async fn ensure(
    owner: &Address,
    told: Option<&Address>,
    password: &SecretString,
) -> Result<Address, RoleError> {
    let mut conn = owner.establish().await?;
    diesel::sql_query("SELECT pg_advisory_lock($1)")
        .bind::<diesel::sql_types::BigInt, _>(LOCK)
        .execute(&mut conn)
        .await?;
    let address = match told {
        Some(address) => address.clone(),
        None => create(&mut conn, owner, password).await?,
    };
    let login = Url::parse(address.url().expose_secret()).map_err(|_| RoleError::Url(DELIVERY))?;
    let login = percent_decoded(login.username());
    set(&mut conn, "kroniek.role", &login).await?;
    conn.batch_execute(GRANTS).await?;
    Ok(address)
}

/// The login's name as the address carries it.
fn percent_decoded(text: &str) -> String {
    form_urlencoded::parse(text.replace('+', "%2B").as_bytes())
        .next()
        .map_or_else(String::new, |(name, _)| name.into_owned())
}

/// What the login may: read delivery, no longer than a statement may run, and write nothing.
const GRANTS: &str = "
    DO $$
    DECLARE login text := current_setting('kroniek.role');
    BEGIN
        EXECUTE format('GRANT USAGE ON SCHEMA delivery TO %I', login);
        EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA delivery TO %I', login);
    END $$";

/// The password reaches the server as a SCRAM verifier, so that no log of statements can hold it. What a new role may not do needs no word,
/// which only a superuser could say; a role that was there and may more is refused by [`check_wall`].
const CREATE: &str = "
    DO $$
    DECLARE login text := current_setting('kroniek.role');
    BEGIN
        BEGIN
            EXECUTE format('CREATE ROLE %I', login);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
        EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L',
                       login, current_setting('kroniek.verifier'));
        EXECUTE format('ALTER ROLE %I SET default_transaction_read_only = on', login);
    END $$";

async fn set(conn: &mut AsyncPgConnection, name: &str, value: &str) -> Result<(), RoleError> {
    diesel::sql_query("SELECT set_config($1, $2, false)")
        .bind::<Text, _>(name)
        .bind::<Text, _>(value)
        .execute(conn)
        .await?;
    Ok(())
}

/// The names of the login that Kroniek makes and of its database.
async fn made(conn: &mut AsyncPgConnection) -> Result<Made, RoleError> {
    let names = "SELECT left('kroniek_delivery_' || current_database(), 63) AS role, current_database()::text AS database";
    Ok(diesel::sql_query(names).get_result(conn).await?)
}

/// The address of the login that Kroniek makes, whether it has been made or not.
///
/// # Errors
/// The owner's address can't be taken apart; the database.
pub async fn made_login(
    conn: &mut AsyncPgConnection,
    owner: &Address,
    password: &SecretString,
) -> Result<Address, RoleError> {
    let role = made(conn).await?.role;
    let url = login(owner.url(), &role, password.expose_secret())?;
    let url = SecretString::from(url.to_string());
    Ok(Address::read(&url, DELIVERY)?)
}

async fn create(
    conn: &mut AsyncPgConnection,
    owner: &Address,
    password: &SecretString,
) -> Result<Address, RoleError> {
    let made = made(conn).await?;
    set(conn, "kroniek.role", &made.role).await?;
    set(
        conn,
        "kroniek.verifier",
        &postgres_protocol::password::scram_sha_256(password.expose_secret().as_bytes()),
    )
    .await?;
    if let Err(error) = conn.batch_execute(CREATE).await {
        let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        return Err(
            if error.to_string().contains("permission denied")
                || error.to_string().contains("must ")
            {
                let mut url = login(owner.url(), &made.role, "a-password-of-your-choice")?;
                only_trust(&mut url);
                RoleError::MayNotCreate {
                    role: quoted(&made.role),
                    database: quoted(&made.database),
                    url: url.into(),
                }
            } else {
                error.into()
            },
        );
    }
    made_login(conn, owner, password).await
}

/// Keeps what an address says of TLS and drops its other parameters, which may hold the owner's own password.
fn only_trust(url: &mut Url) {
    let says = |pair: &&str| pair.starts_with("sslmode=") || pair.starts_with("sslrootcert=");
    let trust: Vec<&str> = url
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(says)
        .collect();
    let trust = trust.join("&");
    url.set_query(Some(trust.as_str()).filter(|trust| !trust.is_empty()));
}

/// The owner's address with another login.
fn login(owner: &SecretString, role: &str, password: &str) -> Result<Url, RoleError> {
    let mut url = Url::parse(owner.expose_secret()).map_err(|_| RoleError::Url("DATABASE_URL"))?;
    url.set_username(role)
        .map_err(|()| RoleError::Url("DATABASE_URL"))?;
    url.set_password(Some(password))
        .map_err(|()| RoleError::Url("DATABASE_URL"))?;
    Ok(url)
}

#[derive(QueryableByName)]
struct Sight {
    #[diesel(sql_type = Text)]
    login: String,
    #[diesel(sql_type = Bool)]
    superuser: bool,
    #[diesel(sql_type = Bool)]
    replication: bool,
    #[diesel(sql_type = Bool)]
    member: bool,
    #[diesel(sql_type = Bool)]
    usage: bool,
    #[diesel(sql_type = Bool)]
    table: bool,
}

/// Refuses to go on when delivery's login, whose connection this is, could read the newsroom in any way; gives its name.
///
/// # Errors
/// It can; the database.
pub async fn check_wall(conn: &mut AsyncPgConnection) -> Result<String, RoleError> {
    let sight: Sight = diesel::sql_query(
        "SELECT session_user::text AS login,
            (SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = session_user) AS superuser,
            (SELECT rolreplication FROM pg_roles WHERE rolname = session_user) AS replication,
            EXISTS (SELECT FROM pg_roles r WHERE r.rolname <> session_user AND pg_has_role(session_user, r.oid, 'MEMBER')) AS member,
            has_schema_privilege(session_user, 'newsroom', 'USAGE') AS usage,
            EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = 'newsroom' AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
                      AND has_table_privilege(session_user, c.oid, 'SELECT')) AS \"table\"",
    )
    .get_result(conn)
    .await?;
    match sight {
        Sight {
            superuser: true, ..
        } => Err(RoleError::SeesNewsroom(
            "it is a superuser or may create roles",
        )),
        Sight {
            replication: true, ..
        } => Err(RoleError::SeesNewsroom(
            "it may replicate, and the stream of changes holds every table",
        )),
        Sight { member: true, .. } => {
            Err(RoleError::SeesNewsroom("it is a member of another role"))
        }
        Sight { usage: true, .. } => Err(RoleError::SeesNewsroom("it has USAGE on the schema")),
        Sight { table: true, .. } => Err(RoleError::SeesNewsroom("it has SELECT on a table of it")),
        Sight { login, .. } => Ok(login),
    }
}
