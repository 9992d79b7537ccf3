//! Handlers, and where API schemas stand.

use super::{finds, passes};
use crate::architecture::rules::{
    handlers::{documents, guards, length},
    schemas::check as schemas,
};

const AUTH: (&str, &str) = (
    "src/auth/mod.rs",
    "pub struct Authorized<S>(S); pub struct Writer<S>(S);",
);

/// A handler with so many lines in its body.
fn handler(attribute: &str, lines: usize) -> String {
    format!(
        "{attribute}\n/// Why.\n#[utoipa::path(\n  tag = \"a\",\n)]\npub async fn show() {{\n{}}}\n",
        "  x();\n".repeat(lines)
    )
}

#[test]
fn a_handler_of_25_lines_passes_and_one_of_26_does_not() {
    let short = format!(
        "use actix_web::{{get, web}}; {}",
        handler("#[get(\"/a\")]", 25)
    );
    let long = format!(
        "use actix_web::get as read; {}",
        handler("#[read(\"/a\")]", 26)
    );
    let routed = handler("#[actix_web::route(\"/a\", method = \"GET\")]", 40);
    let globbed = format!("use actix_web::*; {}", handler("#[patch(\"/a\")]", 30));
    let other = format!("fn get() {{}} {}", handler("#[tracing::instrument]", 60));
    finds(
        length,
        &[
            ("src/articles/delivery.rs", &short),
            ("src/articles/manage.rs", &long),
            ("src/entities/manage/create.rs", &globbed),
            ("src/server.rs", &routed),
            ("src/articles/queries.rs", &other),
        ],
        &[
            ("src/articles/manage.rs", 6, "`show` has 26 lines"),
            ("src/entities/manage/create.rs", 6, "`show` has 30 lines"),
            ("src/server.rs", 6, "`show` has 40 lines"),
        ],
    );
}

#[test]
fn management_names_a_scope() {
    passes(
        guards,
        &[
            AUTH,
            ("src/http/mod.rs", "pub use crate::auth::Writer;"),
            ("src/site/manage.rs", "use actix_web::{get, put}; use crate::auth::{self, Authorized as A};
                #[get(\"/\")] async fn show(key: A<ContentRead>) {}
                #[get(\"/b\")] async fn list(auth::Authorized(key): auth::Authorized<ContentRead>) {}
                #[put(\"/\")] async fn replace(path: Path<u8>, w: crate::http::Writer<SiteWrite>) {}
                fn not_a_handler() {}"),
            ("src/site/delivery.rs", "use actix_web::get; #[get(\"/\")] async fn show() {}"),
        ],
    );
}

#[test]
fn a_scope_that_is_optional_missing_or_home_made_is_none() {
    finds(
        guards,
        &[
            AUTH,
            (
                "src/site/manage.rs",
                "use actix_web::{get, post as write}; use crate::auth::*; pub struct Own<S>(S);
                #[get(\"/1\")] async fn none() {}
                #[get(\"/2\")] async fn optional(key: Option<Authorized<R>>) {}
                #[get(\"/3\")] async fn without_scope(key: Authorized) {}
                #[get(\"/4\")] async fn inferred(key: Authorized<_>) {}
                #[write(\"/5\")] async fn other(key: Own<R>, body: Json<R>) {}
                #[write(\"/6\")] async fn fine(key: Authorized<R>) {}",
            ),
            (
                "src/media/manage/upload.rs",
                "use actix_web::post; struct Writer<S>(S);
                #[post(\"/\")] async fn home_made(key: Writer<R>) {}",
            ),
            (
                "src/auth/manage.rs",
                "#[actix_web::delete(\"/\")] async fn revoke() {}",
            ),
        ],
        &[
            ("src/auth/manage.rs", 1, "`revoke`"),
            ("src/media/manage/upload.rs", 2, "`home_made`"),
            ("src/site/manage.rs", 2, "`none`"),
            ("src/site/manage.rs", 3, "`optional`"),
            ("src/site/manage.rs", 4, "`without_scope`"),
            ("src/site/manage.rs", 5, "`inferred`"),
            ("src/site/manage.rs", 6, "`other`"),
        ],
    );
}

#[test]
fn operations_are_documented() {
    finds(
        documents,
        &[
            (
                "src/site/delivery.rs",
                "use actix_web::get; use utoipa as u; use utoipa::path as documented;
                #[get(\"/1\")] #[utoipa::path(tag = \"a\")] async fn one() {}
                #[u::path()] #[get(\"/2\")] async fn two() {}
                #[get(\"/3\")] #[documented()] async fn three() {}
                #[get(\"/4\")] async fn four() {}
                mod utoipa_like { #[actix_web::get(\"/5\")] #[path::path()] fn five() {} }",
            ),
            (
                "src/media/delivery.rs",
                "use actix_web::web;\nfn routes(c: &mut web::ServiceConfig) { c.route(\"/6\", web::post().to(six)); }",
            ),
            (
                "src/api.rs",
                "fn routes() { actix_web::web::to(not_found) }",
            ),
            (
                "src/http/health.rs",
                "#[actix_web::get(\"/health/live\")] async fn live() {}",
            ),
        ],
        &[
            (
                "src/media/delivery.rs",
                2,
                "`web::post`, which is `actix_web::web::post`",
            ),
            ("src/site/delivery.rs", 5, "`four`"),
            ("src/site/delivery.rs", 6, "`five`"),
        ],
    );
}

#[test]
fn views_and_input_types_carry_schemas() {
    let derive = "use utoipa::{IntoParams, ToSchema}; #[derive(Debug, ToSchema, IntoParams)] pub struct V; impl utoipa::PartialSchema for W {}";
    for place in [
        "src/articles/view.rs",
        "src/articles/view/page.rs",
        "src/articles/model.rs",
        "src/articles/input.rs",
        "src/articles/model/slug.rs",
        "src/changes/sync/view.rs",
        "src/http/page.rs",
        "src/error.rs",
        "src/openapi/mod.rs",
    ] {
        passes(schemas, &[(place, derive)]);
    }
    for hidden in [
        "use utoipa::ToSchema as Plain; #[derive(Debug, Plain)] struct V;",
        "use utoipa as u; #[derive(u::IntoParams)] struct V;",
        "use utoipa::*; #[derive(ToSchema)] struct V;",
        "use crate::http::doc::*; #[derive(ToSchema)] struct V;",
        "use crate::http::doc::Shape; impl Shape for V {}",
        "#[cfg_attr(feature = \"docs\", derive(utoipa::ToResponse))] struct V;",
        "macro_rules! row { ($name:ident) => { #[derive(Clone, utoipa::ToSchema)] struct $name; } }",
        "fn f() { use utoipa::ToSchema; #[derive(ToSchema)] struct V; }",
    ] {
        let doc = (
            "src/http/doc.rs",
            "pub use utoipa::{ToSchema, PartialSchema as Shape};",
        );
        finds(
            schemas,
            &[doc, ("src/articles/queries.rs", hidden)],
            &[("src/articles/queries.rs", 1, "derived or implemented")],
        );
    }
    passes(
        schemas,
        &[(
            "src/articles/queries.rs",
            "use utoipa::ToSchema; trait PartialSchema {} impl PartialSchema for V {} #[derive(Debug)] struct V; fn f<T: ToSchema>() {}",
        )],
    );
}
