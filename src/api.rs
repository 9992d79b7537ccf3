//! The route table: every operation of the API, in the order of the document.

use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::articles::parameters::{Order, Sort};
use crate::articles::selection::{Field, Include};
use crate::error::{Problem, Result};
use crate::http::fallback::Methods;
use crate::values::Representation;
use crate::{
    articles, authors, donation_links, entities, keys, openapi, resolve, search, sections, site,
    updates,
};

/// What the document says of the API as a whole.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Kroniek",
        description = "A headless content API for independent publishers, in which an article is a living document: dated updates are appended to it, it names people, organisations and topics, it points to related articles, and it carries donation links.\n\n**Delivery** (`/v1/…`) is public and read only. **Management** (`/v1/manage/…`) needs an API key with the scope that each operation names.\n\nWithin v1, fields, enum values and block types may be added: clients must pass over those they do not know. Unknown parameters and fields of requests are errors.",
        license(name = "AGPL-3.0-or-later", identifier = "AGPL-3.0-or-later"),
    ),
    components(schemas(Problem, Field, Include, Order, Representation, Sort)),
    tags(
        (name = "Site", description = "The publication."),
        (name = "Sections", description = "The parts of the site that articles stand in."),
        (name = "Authors", description = "Who writes."),
        (name = "Articles", description = "Articles and pages."),
        (name = "Updates", description = "Dated additions to articles."),
        (name = "Entities", description = "What articles are about."),
        (name = "Donation links", description = "How readers support the writers."),
        (name = "Keys", description = "The credentials of tools."),
        (name = "Search", description = "Full text search."),
        (name = "Resolve", description = "From paths to things."),
    ),
)]
struct Document;

/// Registers every operation.
pub fn routes(config: &mut ServiceConfig<'_>) {
    use articles::delivery::{entity, json_ld, list, page, parts};
    use articles::manage::{acts, documents, lists};
    use donation_links::manage::{attachments, links};
    config
        .service(site::delivery::get_site)
        .service(sections::delivery::list_sections)
        .service(sections::delivery::get_section)
        .service(authors::delivery::list_authors)
        .service(authors::delivery::get_author)
        .service(list::list_articles)
        .service(page::get_article)
        .service(parts::list_updates)
        .service(parts::list_related)
        .service(parts::list_donation_links)
        .service(json_ld::get_article_json_ld)
        .service(entities::delivery::list_entities)
        .service(entity::get_entity)
        .service(entity::list_entity_articles)
        .service(donation_links::delivery::get_donation_link_qr)
        .service(search::delivery::search_articles)
        .service(resolve::delivery::resolve_path);
    config
        .service(site::manage::manage_get_site)
        .service(site::manage::change_site)
        .service(site::manage::set_site_donation_links)
        .service(sections::manage::manage_list_sections)
        .service(sections::manage::create_section)
        .service(sections::manage::manage_get_section)
        .service(sections::manage::change_section)
        .service(sections::manage::remove_section)
        .service(attachments::set_section_donation_links)
        .service(authors::manage::manage_list_authors)
        .service(authors::manage::create_author)
        .service(authors::manage::manage_get_author)
        .service(authors::manage::change_author)
        .service(authors::manage::remove_author)
        .service(entities::manage::manage_list_entities)
        .service(entities::manage::create_entity)
        .service(entities::manage::manage_get_entity)
        .service(entities::manage::change_entity)
        .service(entities::manage::remove_entity)
        .service(entities::manage::list_duplicate_entities)
        .service(entities::manage::merge_entity)
        .service(links::manage_list_donation_links)
        .service(links::create_donation_link)
        .service(links::manage_get_donation_link)
        .service(links::change_donation_link)
        .service(links::remove_donation_link);
    config
        .service(documents::manage_list_articles)
        .service(documents::create_article)
        .service(documents::manage_get_article)
        .service(documents::change_article)
        .service(documents::remove_article)
        .service(acts::publish_article)
        .service(acts::withdraw_article)
        .service(acts::purge_article)
        .service(lists::set_article_entities)
        .service(lists::set_article_related)
        .service(lists::set_article_donation_links)
        .service(updates::manage::manage_list_updates)
        .service(updates::manage::append_update)
        .service(updates::manage::manage_get_update)
        .service(updates::manage::revise_update)
        .service(updates::manage::show_update)
        .service(updates::manage::retract_update)
        .service(updates::manage::remove_update);
    config
        .service(keys::manage::list_keys)
        .service(keys::manage::create_key)
        .service(keys::manage::get_key)
        .service(keys::manage::rotate_key)
        .service(keys::manage::revoke_key);
}

/// The OpenAPI document of the routes above.
///
/// # Errors
/// None in practice: the document is plain data.
pub fn document() -> Result<utoipa::openapi::OpenApi> {
    use utoipa_actix_web::AppExt;
    let app = actix_web::App::new()
        .into_utoipa_app()
        .openapi(Document::openapi())
        .configure(routes);
    let (_, mut document) = app.split_for_parts();
    let key = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("kroniek_…")
        .build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("api_key", SecurityScheme::Http(key));
    openapi::complete(&document)
}

/// The methods of every path, for OPTIONS and 405.
///
/// # Errors
/// None in practice: the document is plain data.
pub fn methods(document: &utoipa::openapi::OpenApi) -> Result<Methods> {
    let mut methods = Methods::default();
    let paths = serde_json::to_value(&document.paths).map_err(crate::error::Error::internal)?;
    for (path, item) in paths.as_object().into_iter().flatten() {
        let names: Vec<String> = item
            .as_object()
            .into_iter()
            .flatten()
            .map(|(method, _)| method.to_ascii_uppercase())
            .collect();
        methods.add(path, names.iter().map(String::as_str));
    }
    for path in [
        "/openapi.json",
        "/docs",
        "/docs/{_:.*}",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/problems/{code}",
    ] {
        methods.add(path, ["GET"]);
    }
    Ok(methods)
}
