//! TLS to Postgres: a real server with certificates made here, and every reason not to trust one.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use kroniek::db::Address;
use kroniek::db::embedded::{Options, Server};
use kroniek::db::store::{Access, Store};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use secrecy::SecretString;

use crate::app::App;
use crate::postgres::{self, connect, settings, temporary_folder};

/// Who signs certificates, and the file of its own.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    root: PathBuf,
}

impl Authority {
    fn new(folder: &Path, name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let root = folder.join(format!("{name}.pem"));
        fs::write(&root, params.self_signed(&key).unwrap().pem()).unwrap();
        Self {
            issuer: Issuer::new(params, key),
            root,
        }
    }

    /// A certificate for this host, with its key; good until the first day of this year.
    fn signs(&self, host: &str, until: i32) -> (String, String) {
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        params.is_ca = IsCa::ExplicitNoCa;
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.pem(), key.serialize_pem())
    }
}

/// A server that speaks TLS.
struct Guarded {
    server: Server,
    folder: PathBuf,
}

impl Guarded {
    async fn start(name: &str, (certificate, key): (String, String)) -> Self {
        let folder = temporary_folder(name);
        let options = Options {
            durable: false,
            ..Options::new(&folder)
        };
        Server::start(&options).await.unwrap().stop().await.unwrap();
        let cluster = folder.join("postgres");
        let owner = fs::metadata(&cluster).unwrap();
        for (name, text) in [("server.crt", certificate), ("server.key", key)] {
            let path = cluster.join(name);
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
        }
        let conf = cluster.join("postgresql.conf");
        let settings = fs::read_to_string(&conf).unwrap() + "\nssl = on\n";
        fs::write(&conf, settings).unwrap();
        let server = Server::start(&options).await.unwrap();
        Self { server, folder }
    }

    /// The owner's address, with this host in place of 127.0.0.1, and these parameters.
    fn at(&self, host: &str, query: &str) -> String {
        let mut url = url::Url::parse(self.server.url()).unwrap();
        url.set_host(Some(host)).unwrap();
        url.set_query(Some(query));
        url.to_string()
    }

    /// From now on nobody gets in without TLS.
    async fn only_tls(&self) {
        let hba = self.folder.join("postgres/pg_hba.conf");
        fs::write(&hba, "hostssl all all all scram-sha-256\n").unwrap();
        let admin = connect(self.server.url()).await;
        admin.execute("SELECT pg_reload_conf()", &[]).await.unwrap();
        let plain = || tokio_postgres::connect(self.server.url(), tokio_postgres::NoTls);
        while plain().await.is_ok() {}
    }
}

fn verified(mode: &str, root: &Path) -> String {
    format!("sslmode={mode}&sslrootcert={}", root.display())
}

async fn reach(url: &str) -> Result<(), String> {
    let address = Address::read(&SecretString::from(url), "DATABASE_URL");
    let address = address.map_err(|error| error.to_string())?;
    address.check().await.map_err(|error| error.to_string())
}

/// Opens the store and gives the error's text, which holds no password.
async fn refusal(url: &str) -> String {
    let text = match Store::open(&settings(url), Access::Alone).await {
        Ok(_) => panic!("{url} is trusted"),
        Err(error) => error.to_string(),
    };
    let password = url::Url::parse(url).unwrap().password().unwrap().to_owned();
    assert!(!text.contains(&password), "{text}");
    assert!(
        text.starts_with("can't connect to Postgres with DATABASE_URL"),
        "{text}"
    );
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_connection_is_encrypted_where_the_server_insists() {
    let folder = temporary_folder("tls-roots");
    let authority = Authority::new(&folder, "een");
    let guarded = Guarded::start("tls-only", authority.signs("localhost", 2100)).await;
    guarded.only_tls().await;
    for query in [
        verified("verify-full", &authority.root),
        "sslmode=require".to_owned(),
        String::new(),
    ] {
        // Migrations, delivery's login, both pools: each connects by itself, and none would get in without TLS.
        let url = guarded.at("localhost", &query);
        let app = App::with(&url, &settings(&url)).await;
        app.get("/v1/site").await.expect(200);
        app.make("/sections", serde_json::json!({"name": "Water"}))
            .await;
        let mut conn = app.store.pools.newsroom().await.unwrap();
        let plain = open_and_plain(&mut conn).await;
        assert!(plain.0 > 1 && plain.1 == 0, "{query}: {plain:?}");
        drop(conn);
        app.stop().await;
    }
    let without = guarded.at("localhost", "sslmode=disable");
    let text = refusal(&without).await;
    assert!(text.contains("no encryption"), "{text}");
    guarded.server.stop().await.unwrap();
}

/// How many connections Kroniek has open, and how many of them without TLS.
async fn open_and_plain(conn: &mut kroniek::db::NewsroomConn) -> (i64, i64) {
    use diesel::sql_types::BigInt;
    use diesel_async::RunQueryDsl;
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        open: i64,
        #[diesel(sql_type = BigInt)]
        plain: i64,
    }
    let count: Count = diesel::sql_query(
        "SELECT count(*) AS open, count(*) FILTER (WHERE NOT s.ssl) AS plain
         FROM pg_stat_activity a JOIN pg_stat_ssl s USING (pid) WHERE a.application_name = 'kroniek'",
    )
    .get_result(&mut **conn)
    .await
    .unwrap();
    (count.open, count.plain)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_is_trusted_as_far_as_the_address_says() {
    let folder = temporary_folder("tls-trust");
    let (authority, stranger) = (
        Authority::new(&folder, "een"),
        Authority::new(&folder, "ander"),
    );
    let guarded = Guarded::start("tls-named", authority.signs("localhost", 2100)).await;
    let right = &authority.root;
    for (host, query) in [
        ("localhost", verified("verify-full", right)),
        ("localhost", verified("verify-ca", right)),
        ("127.0.0.1", verified("verify-ca", right)),
        ("127.0.0.1", "sslmode=require".to_owned()),
        ("127.0.0.1", verified("require", right)),
    ] {
        reach(&guarded.at(host, &query))
            .await
            .unwrap_or_else(|error| panic!("{host} {query}: {error}"));
    }

    for (host, query, cause, remedy) in [
        (
            "localhost",
            verified("verify-full", &stranger.root),
            "UnknownIssuer",
            "ander.pem",
        ),
        (
            "localhost",
            verified("verify-ca", &stranger.root),
            "UnknownIssuer",
            "ander.pem",
        ),
        (
            "localhost",
            verified("require", &stranger.root),
            "UnknownIssuer",
            "ander.pem",
        ),
        (
            "localhost",
            "sslmode=verify-full".to_owned(),
            "UnknownIssuer",
            "sslrootcert=PATH",
        ),
        (
            "127.0.0.1",
            verified("verify-full", right),
            "127.0.0.1",
            "for another host",
        ),
    ] {
        let text = refusal(&guarded.at(host, &query)).await;
        assert!(
            text.contains(cause) && text.contains(remedy),
            "{host} {query}: {text}"
        );
    }
    let wrong = guarded.at("localhost", &verified("verify-full", right));
    let mut wrong = url::Url::parse(&wrong).unwrap();
    wrong.set_password(Some("mosterd")).unwrap();
    let text = refusal(wrong.as_str()).await;
    assert!(text.contains("password authentication failed"), "{text}");
    guarded.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_out_of_its_time_or_not_a_servers_is_refused() {
    let folder = temporary_folder("tls-times");
    let authority = Authority::new(&folder, "een");
    let expired = Guarded::start("tls-expired", authority.signs("localhost", 2021)).await;
    for mode in ["verify-full", "verify-ca"] {
        let text = refusal(&expired.at("localhost", &verified(mode, &authority.root))).await;
        assert!(
            text.contains("expired") && text.contains("give the server a new one"),
            "{text}"
        );
    }
    reach(&expired.at("localhost", "sslmode=require"))
        .await
        .unwrap();
    expired.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_tls_is_refused_where_it_is_required_and_taken_where_not() {
    let folder = temporary_folder("tls-none");
    let authority = Authority::new(&folder, "een");
    let plain = postgres::database().await;
    for query in [
        "sslmode=require".to_owned(),
        verified("verify-ca", &authority.root),
        verified("verify-full", &authority.root),
    ] {
        let text = refusal(&format!("{plain}?{query}")).await;
        assert!(
            text.contains("does not support TLS") && text.contains("ssl = on"),
            "{text}"
        );
    }
    for query in ["sslmode=prefer", "sslmode=disable"] {
        reach(&format!("{plain}?{query}")).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn roots_that_can_not_be_read_are_told_at_the_start() {
    let folder = temporary_folder("tls-files");
    let empty = folder.join("empty.pem");
    fs::write(&empty, "no certificate\n").unwrap();
    let plain = postgres::database().await;
    for (path, reason) in [
        (folder.join("none.pem"), "can't be read"),
        (empty, "holds no certificate"),
    ] {
        let query = verified("verify-full", &path);
        for setting in ["DATABASE_URL", "KRONIEK_DELIVERY_DATABASE_URL"] {
            let mut settings = settings(&plain);
            let url = Some(SecretString::from(format!("{plain}?{query}")));
            match setting {
                "DATABASE_URL" => settings.database_url = url,
                _ => settings.delivery_database_url = url,
            }
            let text = match Store::open(&settings, Access::Alone).await {
                Ok(_) => panic!("it starts"),
                Err(error) => error.to_string(),
            };
            assert!(text.contains(setting) && text.contains(reason), "{text}");
        }
    }
}
