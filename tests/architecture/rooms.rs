//! The table of the house: its rooms, what each may stand on, and where the other rules hold.
//!
//! Change this file when the house changes. Paths are module paths from the crate's root.
//!
//! Patterns: `publishing` is that module and all below it; `*::queries` is a module of that name anywhere, and all
//! below it; a segment that ends in `*`, as in `*::queries::delivery*`, stands for every name that begins so.

use Kind::{Beside, Floor, Roof, Service, Slice};

/// The library's name, for paths that begin with it.
pub const CRATE: &str = "kroniek";

/// What a room may import. Every room may import itself and the floor; nothing imports the roof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Imports the floor and services only; everyone imports it.
    Floor,
    /// Imports the floor only; imported by the floor and by handlers.
    Service,
    /// Imports the floor and the slices; imported by handlers.
    Beside,
    /// Imports the slices above it in the table; its handlers also what `FOR_HANDLERS` names.
    Slice,
    /// Imports anything.
    Roof,
}

/// A module that rules speak of, with all below it that has no line of its own.
#[derive(Debug, PartialEq, Eq)]
pub struct Room {
    /// Its module path.
    pub path: &'static str,
    /// What it may import.
    pub kind: Kind,
}

/// The rooms. The order of the slices is the order in which they stand on each other.
pub const ROOMS: &[Room] = &[
    room("config", Floor),
    room("error", Floor),
    room("openapi", Floor),
    room("db", Floor),
    room("http", Floor),
    room("auth", Floor),
    room("rich_text", Floor),
    room("values", Floor),
    room("diff", Floor), // pure: what changed between two versions
    room("publishing", Floor),
    room("changes", Floor), // head, log, listener; sync and stream stand below
    room("cache", Service),
    room("resolve", Beside),
    room("keys", Slice), // knows no content; what has keys of its own stands on it
    room("versions", Slice), // what holds for the versions of all that follow
    room("audit", Slice), // likewise: what was written is told by kind and id
    room("sections", Slice),
    room("authors", Slice),
    room("entities", Slice),
    room("donation_links", Slice),
    room("site", Slice),
    room("media", Slice),
    room("partners", Slice), // who reads: whatever tells of articles asks it what there is for them
    room("notices", Slice), // what partners are told of what they have: whatever takes something back writes them
    room("updates", Slice),
    room("related", Slice),
    room("question", Slice), // what is asked in words; lists of articles and search take it
    room("articles", Slice),
    room("preview", Slice),
    room("search", Slice),
    room("feeds", Slice),
    room("sitemaps", Slice),
    room("robots", Slice),
    room("oembed", Slice),
    room("bulk", Slice), // makes requests to all operations, and knows none
    room("changes::sync", Slice),
    room("syndication", Slice), // what there is to take over, in the order of the copies
    room("changes::stream", Slice),
    room("webhooks", Slice), // tells what the stream tells
    room("exchange", Slice),
    room("api", Roof),
    room("server", Roof),
    room("cli", Roof),
    room("main", Roof),
];

/// The children of a room that are its handlers; in the floor, where `delivery` is a schema, only `MANAGEMENT`.
pub const HANDLERS: &[&str] = &["delivery", MANAGEMENT];

/// The handlers of the management surface: each names its scope.
pub const MANAGEMENT: &str = "manage";

/// What a slice's handlers may call beside the floor and the earlier slices.
pub const FOR_HANDLERS: &[&str] = &["publishing", "resolve", "changes", "cache"];

/// The extractors that carry a scope. They are looked for in the floor: a slice can't make its own.
pub const GUARDS: &[&str] = &["Authorized", "Writer"];

/// The attributes that make a function a handler.
pub const ROUTES: &[&str] = &[
    "get", "post", "put", "patch", "delete", "head", "options", "route",
];

/// The ways to make a route without an attribute.
pub const ROUTES_BY_HAND: &[&str] = &[
    "actix_web::web::get",
    "actix_web::web::post",
    "actix_web::web::put",
    "actix_web::web::patch",
    "actix_web::web::delete",
    "actix_web::web::method",
    "actix_web::web::route",
    "actix_web::web::resource",
    "actix_web::web::to",
    "actix_web::Resource",
    "actix_web::Route",
];

/// Where handlers need no `#[utoipa::path]`: health, metrics and the documents themselves.
pub const UNDOCUMENTED: &[&str] = &["api", "server", "http", "openapi"];

/// Lines between the braces of a handler.
pub const HANDLER_LINES: usize = 25;

/// The crates that only `RUNS_QUERIES` may name.
pub const QUERY_CRATES: &[&str] = &["diesel", "diesel_async"];

/// What models may name of them all the same: that a row can be read into a type. Reading it is for queries.
pub const ROW_TRAITS: &[&str] = &["diesel::Queryable", "diesel::Selectable", "diesel::pg::Pg"];

/// The modules that may.
pub const ROW_TYPES: &[&str] = &["*::model"];

/// Where Diesel queries run.
pub const RUNS_QUERIES: &[&str] = &[
    "*::queries",
    "publishing",
    "changes",
    "auth",
    "db",
    "http::idempotency",
    "resolve::queries",
];

/// The door, and the migrations: these alone write `delivery` and name both schemas.
pub const DOOR: &[&str] = &["publishing", "db"];

/// Where one file may have SQL on both schemas.
pub const BOTH_IN_SQL: &[&str] = &["publishing", "db", "auth", "changes"];

/// Where one file may name both kinds of connection: the door, and the application's state.
pub const BOTH_CONNECTIONS: &[&str] = &["publishing", "db", "http"];

/// A schema of the database, and what names it in code.
pub struct Schema {
    /// Its name in SQL.
    pub name: &'static str,
    /// Its module of tables.
    pub tables: &'static str,
    /// The connection that reads it.
    pub connection: &'static str,
    /// The modules that may name no other schema.
    pub own: &'static str,
}

/// Everything, every version.
pub const NEWSROOM: Schema = Schema {
    name: "newsroom",
    tables: "db::schema::newsroom",
    connection: "NewsroomConn",
    own: "*::queries::newsroom*",
};

/// What readers may see.
pub const DELIVERY: Schema = Schema {
    name: "delivery",
    tables: "db::schema::delivery",
    connection: "DeliveryConn",
    own: "*::queries::delivery*",
};

/// The traits that put a type into the OpenAPI document.
pub const API_TRAITS: &[&str] = &[
    "ToSchema",
    "PartialSchema",
    "IntoParams",
    "ToResponse",
    "IntoResponses",
];

/// Where types may do so: views, input types, and the floor that names scopes and shapes requests and problems.
pub const API_TYPES: &[&str] = &[
    "*::view",
    "*::model",
    "*::input",
    "*::parameters",
    "*::selection",
    "auth::scopes",
    "values",
    "http",
    "error",
    "openapi",
    "api",
];

/// Where writes are made: one transaction, no other I/O.
pub const WRITES: &[&str] = &["publishing", "*::queries::newsroom*"];

/// The other I/O.
pub const OTHER_IO: &[&str] = &[
    "std::fs",
    "std::net",
    "std::os::unix::net",
    "std::process",
    "tokio::fs",
    "tokio::net",
    "tokio::process",
    "reqwest",
    "object_store",
    "awc",
    "actix_web::client",
];

/// Lines of a source file.
pub const FILE_LINES: usize = 400;

/// The files that may be longer: the tables of the schemas.
pub const LONG_FILES: &[&str] = &["src/db/schema.rs", "src/db/schema/"];

/// Names that say nothing, alone or at the end (`slug_utils`).
pub const EMPTY_NAMES: &[&str] = &[
    "utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "info",
];

/// The lints denied in `Cargo.toml` and allowed nowhere outside tests.
pub const DENIED_LINTS: &[&str] = &["unwrap_used", "expect_used", "panic"];

const fn room(path: &'static str, kind: Kind) -> Room {
    Room { path, kind }
}

/// The room a module or item lives in, if the table has one: the longest path wins.
pub fn of(path: &[String]) -> Option<&'static Room> {
    ROOMS
        .iter()
        .filter(|room| within(path, room.path))
        .max_by_key(|room| room.path.len())
}

/// The position of a room in the table.
pub fn order(room: &Room) -> Option<usize> {
    ROOMS.iter().position(|other| other == room)
}

/// Whether a module or item is, or stands below, what a pattern names.
pub fn within(path: &[String], pattern: &str) -> bool {
    let anywhere = pattern.strip_prefix("*::");
    let wanted: Vec<&str> = anywhere.unwrap_or(pattern).split("::").collect();
    if anywhere.is_some() {
        path.windows(wanted.len()).any(|part| begins(part, &wanted))
    } else {
        begins(path, &wanted)
    }
}

/// Whether any of the patterns names it.
pub fn within_any(path: &[String], patterns: &[&str]) -> bool {
    patterns.iter().any(|pattern| within(path, pattern))
}

/// Whether a path leads into the handlers of its room.
pub fn is_handler(path: &[String]) -> bool {
    let Some(room) = of(path) else { return false };
    let child = path.get(room.path.split("::").count()).map(String::as_str);
    child.is_some_and(|child| match room.kind {
        Floor => child == MANAGEMENT,
        Roof => false,
        Service | Beside | Slice => HANDLERS.contains(&child),
    })
}

fn begins(path: &[String], wanted: &[&str]) -> bool {
    path.len() >= wanted.len()
        && path
            .iter()
            .zip(wanted)
            .all(|(have, want)| match want.strip_suffix('*') {
                Some(start) => have.starts_with(start),
                None => have == want,
            })
}
