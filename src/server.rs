//! Start and stop: the middleware in its order, the listener, and a shutdown that finishes what is in flight.

mod failure;
mod noting;
mod origins;
mod settings;

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::http::header;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, get, web};
use tokio::task::JoinHandle;
use utoipa_swagger_ui::{Config as DocsConfig, SwaggerUi};

pub use self::failure::ServerError;
use self::noting::{write_reads, write_reads_now, write_uses, write_uses_now};
use self::origins::{Origins, cors, origins};
pub use self::settings::check_settings;
use crate::api;
use crate::articles::queries::newsroom::Publications;
use crate::auth::{Signer, identify};
use crate::cache::serve;
use crate::changes::listener::listen;
use crate::changes::replica::follow;
use crate::changes::stream::{Streams, relay};
use crate::config::{KeepSettings, ServeConfig};
use crate::db::store::Store;
use crate::donation_links::queries::newsroom::campaigns::Campaigns;
use crate::entities::queries::newsroom::complete_names;
use crate::http::conditional::{has_already, weak_etag};
use crate::http::connection::give_up_after;
use crate::http::fallback::{Methods, explain_preflight, fallback};
use crate::http::inner::Inner;
use crate::http::metrics::{metrics, open_metrics};
use crate::http::observe::{AnyOrigin, observe};
use crate::http::rate_limit::limit;
use crate::http::{State, health, idempotency};
use crate::media::cleanup::keep_clean;
use crate::media::library::Library;
use crate::notices::reads::{forget_gone, see_to_a_day};
use crate::partners::queries::newsroom::Embargoes;
use crate::publishing::rebuild::{complete_cards, complete_search};
use crate::publishing::schedule::Schedule;
use crate::publishing::{bring_in_words, forget_changes};
use crate::webhooks::chores;
use crate::webhooks::dispatch::Dispatch;

/// How long after a change its words are brought into their indexes.
const WORDS_WAIT: Duration = Duration::from_secs(5);

/// A server that answers.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where it tells metrics without a key, if it does.
    pub metrics_address: Option<SocketAddr>,
    metrics_handle: Option<ServerHandle>,
    state: web::Data<State>,
    handle: ServerHandle,
    task: JoinHandle<std::io::Result<()>>,
    schedule: Schedule,
    dispatch: Dispatch,
    chores: Vec<JoinHandle<()>>,
    streams: web::Data<Streams>,
    delay: Duration,
}

struct OpenApiText(String, String);

/// The OpenAPI document.
#[get("/openapi.json")]
async fn openapi_json(document: web::Data<OpenApiText>, request: HttpRequest) -> HttpResponse {
    let OpenApiText(text, etag) = document.get_ref();
    let known = has_already(request.headers(), etag);
    let mut response = if known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((header::ETAG, etag.as_str()))
        .insert_header((header::CACHE_CONTROL, "public, max-age=60"));
    if known {
        response.finish()
    } else {
        response.content_type("application/json").body(text.clone())
    }
}

/// The interactive reference lives below this address.
#[get("/docs")]
async fn docs() -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header((header::LOCATION, "/docs/"))
        .finish()
}

/// Starts the server on the current Tokio runtime.
///
/// # Errors
/// See [`ServerError`]; each says what to do.
pub async fn start(store: &Store, config: &ServeConfig) -> Result<Running, ServerError> {
    let listener = bind(config.listen, "--listen or KRONIEK_LISTEN")?;
    let address = listener.local_addr()?;
    complete_names(&store.pools)
        .await
        .map_err(ServerError::Names)?;
    let library = web::Data::new(Library::open(config, &store.data_dir)?);
    let signer = Signer::cursors(&store.secret, store.secret_previous.as_ref());
    let (text, methods) = described()?;
    let listening = ServeConfig {
        listen: address,
        ..config.clone()
    };
    let state = State::new(store.pools.clone(), signer, &listening, &methods);
    let (state, methods) = (web::Data::new(state), web::Data::new(methods));
    let etag = weak_etag(text.as_bytes());
    let text = web::Data::new(OpenApiText(text, etag));
    let origins = origins(&config.cors_origins)?;
    let watched = config.metrics_listen;
    let watched = watched.map(|address| serve_metrics(address, &state));
    let (metrics_address, metrics_handle) = watched.transpose()?.unzip();
    let streams = web::Data::new(Streams::new(state.clone(), config));
    let shared = (state.clone(), library.clone(), streams.clone());
    let workers = workers(config);
    store.pools.share_out(workers);
    let app = move || {
        let (state, files, streams) = &shared;
        let own = state.of_worker(workers).map(web::Data::new);
        let state = own.unwrap_or_else(|_| state.clone());
        app(&state, &methods, &text, &origins)
            .app_data(files.clone())
            .app_data(streams.clone())
    };
    let patience = config.streams.patience();
    let server = HttpServer::new(app)
        .on_connect(move |connection, _| give_up_after(connection, patience))
        .workers(workers)
        .shutdown_timeout(config.shutdown_timeout)
        .client_request_timeout(Duration::from_secs(10))
        .disable_signals()
        .listen(listener)?
        .run();
    let schedule = Schedule::start(
        store.pools.clone(),
        vec![
            Box::new(Campaigns),
            Box::new(Publications),
            Box::new(Embargoes),
        ],
    );
    let dispatch = Dispatch::start(state.clone());
    let mut chores = vec![
        tokio::spawn(hourly_chores(state.clone(), config.keep)),
        tokio::spawn(write_uses(state.clone())),
        tokio::spawn(write_reads(state.clone())),
        tokio::spawn(write_cards(state.clone())),
        tokio::spawn(keep_words_in(state.clone())),
        tokio::spawn(keep_clean(state.clone(), library.clone())),
        listen(store.pools.clone(), state.log().clone()),
        tokio::spawn(relay(streams.clone())),
    ];
    if let Some(replica) = state.replica() {
        let (pools, log) = (store.pools.clone(), state.log().clone());
        chores.push(follow(pools, log, replica.clone()));
    }
    let delay = Duration::from_secs(config.shutdown_delay);
    Ok(Running {
        address,
        metrics_address,
        metrics_handle,
        state,
        handle: server.handle(),
        task: tokio::spawn(server),
        chores,
        streams,
        schedule,
        dispatch,
        delay,
    })
}

/// How many threads answer requests.
fn workers(config: &ServeConfig) -> usize {
    config.workers.map_or_else(
        || std::thread::available_parallelism().map_or(2, usize::from),
        usize::from,
    )
}

fn bind(address: SocketAddr, setting: &'static str) -> Result<TcpListener, ServerError> {
    TcpListener::bind(address).map_err(|source| ServerError::Listen {
        address,
        source,
        setting,
    })
}

/// Tells metrics at an address of their own, to anyone who reaches it.
fn serve_metrics(
    address: SocketAddr,
    state: &web::Data<State>,
) -> Result<(SocketAddr, ServerHandle), ServerError> {
    let listener = bind(address, "--metrics-listen or KRONIEK_METRICS_LISTEN")?;
    let address = listener.local_addr()?;
    let state = state.clone();
    let app = move || App::new().app_data(state.clone()).service(open_metrics);
    let server = HttpServer::new(app)
        .workers(1)
        .shutdown_timeout(1)
        .disable_signals()
        .listen(listener)?
        .run();
    let handle = server.handle();
    tokio::spawn(server);
    Ok((address, handle))
}

fn app(
    state: &web::Data<State>,
    methods: &web::Data<Methods>,
    text: &web::Data<OpenApiText>,
    origins: &Origins,
) -> App<
    impl actix_web::dev::ServiceFactory<
        actix_web::dev::ServiceRequest,
        Config = (),
        Response = actix_web::dev::ServiceResponse<impl actix_web::body::MessageBody + use<>>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    App::new()
        .configure(api::routes)
        .app_data(state.clone())
        .app_data(methods.clone())
        .app_data(text.clone())
        .app_data(AnyOrigin(origins.are_any()))
        .app_data(Inner::new(api::routes))
        .service(openapi_json)
        .service(docs)
        .service(
            SwaggerUi::new("/docs/{_:.*}")
                .config(DocsConfig::from("/openapi.json").validator_url("none")),
        )
        .service(health::live)
        .service(health::ready)
        .service(health::explain)
        .service(metrics)
        .default_service(web::to(fallback))
        .wrap(from_fn(serve))
        .wrap(from_fn(identify))
        .wrap(from_fn(limit))
        .wrap(cors(origins))
        .wrap(from_fn(explain_preflight))
        .wrap(from_fn(observe))
}

/// The document as text, and the methods of each path. A thread of its own makes them: what it needs on the way is much, and goes with it.
fn described() -> Result<(String, Methods), ServerError> {
    let describe = || {
        let document = api::document()?;
        Ok((crate::openapi::text(&document)?, api::methods(&document)?))
    };
    let described = std::thread::spawn(describe).join();
    let described = described.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    described.map_err(ServerError::Document)
}

/// What a node does once an hour.
async fn hourly_chores(state: web::Data<State>, keep: KeepSettings) {
    let mut hours = tokio::time::interval(Duration::from_secs(3600));
    loop {
        hours.tick().await;
        let forgotten = match state.newsroom().await {
            Ok(mut conn) => idempotency::forget_old(&mut conn).await,
            Err(error) => Err(error),
        };
        if let Err(error) = forgotten {
            tracing::warn!(%error, "can't forget old answers");
        }
        if let Err(error) = complete_search(state.pools()).await {
            tracing::warn!(%error, "can't make all articles findable; it is tried again in an hour");
        }
        if let Err(error) = chores::hourly(&state, keep.webhook_log_days).await {
            tracing::warn!(%error, "can't tidy up after webhooks; it is tried again in an hour");
        }
        if let Err(error) = see_to_a_day(&state).await {
            tracing::warn!(%error, "can't see whom notices concern; it is tried again in an hour");
        }
        if let Err(error) = forget_gone(&state).await {
            tracing::warn!(%error, "can't remove what partners who are gone have read; it is tried again in an hour");
        }
        if let Err(error) = forget_changes(state.pools(), keep.changes_kept_days).await {
            tracing::warn!(%error, "can't forget old changes; it is tried again in an hour");
        }
    }
}

/// Writes the cards that a change left stale. It is looked for them often: while one is stale, reading is slower.
async fn write_cards(state: web::Data<State>) {
    let mut turns = tokio::time::interval(Duration::from_secs(1));
    turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        if let Err(error) = complete_cards(state.pools()).await {
            tracing::warn!(%error, "can't write stale cards; it is tried again");
        }
    }
}

/// Brings the words of what was published into their indexes, a moment later: those of several changes at once, and none of a burst waits for long.
async fn keep_words_in(state: web::Data<State>) {
    let mut seen = state.log().applied();
    loop {
        match bring_in_words(state.pools()).await {
            // Their time will come without another change.
            Ok(true) => {}
            Ok(false) => seen = state.log().beyond(seen).await,
            Err(error) => {
                tracing::warn!(%error, "can't bring words into their indexes; it is tried again")
            }
        }
        tokio::time::sleep(WORDS_WAIT).await;
    }
}

impl Running {
    /// What the handlers share, for who does a chore of the node out of its turn.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Waits until it ends by itself, which it does only on failure.
    ///
    /// # Errors
    /// The failure.
    pub async fn failed(&mut self) -> std::io::Result<()> {
        (&mut self.task)
            .await
            .unwrap_or_else(|error| Err(std::io::Error::other(error)))
    }

    /// Turns readiness off, waits for the balancer to notice, then ends streams, stops taking connections and finishes what is in flight.
    pub async fn stop(self) {
        self.state.stop();
        self.dispatch.wind_down();
        self.schedule.stop().await;
        tokio::time::sleep(self.delay).await;
        self.state.end_waits();
        self.streams.end();
        self.chores.iter().for_each(JoinHandle::abort);
        self.handle.stop(true).await;
        if let Some(handle) = self.metrics_handle {
            handle.stop(true).await;
        }
        self.dispatch.stop().await;
        for chore in self.chores {
            // What was being written when it ended is noted again once it has.
            drop(chore.await);
        }
        write_uses_now(&self.state).await;
        write_reads_now(&self.state).await;
    }
}
