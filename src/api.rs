//! The route table: every operation of the API, in the order of the document.

use actix_web::guard::{Any, Get, Head, Not};
use actix_web::web::{self, ServiceConfig};
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_actix_web::service_config::ServiceConfig as DocumentedConfig;

use crate::articles::delivery::{entity, json_ld, list, page, partners as syndicated, parts};
use crate::articles::manage::{acts, checks, documents, lists, versions as article_versions};
use crate::articles::parameters::{Order, Sort};
use crate::articles::selection::{Field, Include};
use crate::changes::stream;
use crate::changes::stream::parameters::EventPattern;
use crate::changes::stream::view::{EventView, ResetView};
use crate::changes::sync::delivery::{list_changes, list_syndicated_changes};
use crate::changes::sync::parameters::CopyField;
use crate::donation_links::manage::{attachments, links, versions as donation_link_versions};
use crate::error::{Problem, Result};
use crate::feeds::parameters::{FormatSchema, UpdatesSchema as FeedUpdates};
use crate::http::fallback::{Methods, fallback};
use crate::notices::parameters::Holding;
use crate::oembed::parameters::EmbedFormat;
use crate::partners::view::Licensed;
use crate::values::Representation;
use crate::{
    audit, authors, bulk, donation_links, entities, feeds, keys, media, notices, oembed, openapi,
    partners, preview, resolve, robots, search, sections, site, sitemaps, syndication, updates,
    webhooks,
};

/// What the document says of the API as a whole.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Kroniek",
        description = "A headless content API for independent publishers, in which an article is a living document: dated updates are appended to it, it names people, organisations and topics, it points to related articles, and it carries donation links.\n\n**Delivery** (`/v1/…`) is public and read only. **Management** (`/v1/manage/…`) needs an API key with the scope that each operation names.\n\nWithin v1, fields, enum values and block types may be added: clients must pass over those they do not know. Unknown parameters and fields of requests are errors.",
        license(name = "AGPL-3.0-or-later", identifier = "AGPL-3.0-or-later"),
    ),
    components(schemas(Problem, CopyField, EmbedFormat, EventPattern, EventView, FeedUpdates, Field, FormatSchema, Holding, Include, Licensed<EventView>, Order, Representation, ResetView, Sort)),
    tags(
        (name = "Site", description = "The publication."),
        (name = "Sections", description = "The parts of the site that articles stand in."),
        (name = "Authors", description = "Who writes."),
        (name = "Articles", description = "Articles and pages."),
        (name = "Previews", description = "Links that show a draft as readers would see it."),
        (name = "Updates", description = "Dated additions to articles."),
        (name = "Entities", description = "What articles are about."),
        (name = "Media", description = "Pictures that are uploaded."),
        (name = "Donation links", description = "How readers support the writers."),
        (name = "Bulk", description = "Many writes in one request."),
        (name = "Webhooks", description = "Who is told of what happens to articles."),
        (name = "Keys", description = "The credentials of tools."),
        (name = "Audit", description = "Who wrote what."),
        (name = "Search", description = "Full text search."),
        (name = "Partners", description = "Who reads under a contract."),
        (name = "Syndication", description = "What partners read."),
        (name = "Feeds", description = "What is new, for readers' own programs."),
        (name = "Sitemaps", description = "What search engines and other sites ask for."),
        (name = "Stream", description = "What happens, as it happens."),
        (name = "Resolve", description = "From paths to things."),
        (name = "Changes", description = "What changes, for those who keep a copy."),
    ),
)]
struct Document;

/// Makes both ways to register the operations of one list: with what each says of itself in the document, and without. The second is for what
/// every worker does when it starts: to make a document each time, for nobody, takes long and leaves memory behind.
macro_rules! operations {
    ($($operation:path),+ $(,)?) => {
        fn documented(config: &mut DocumentedConfig<'_>) {
            $(config.service($operation);)+
        }

        /// Registers every operation.
        pub fn routes(config: &mut ServiceConfig) {
            // Below a path that takes an id, and not one of these: other methods of it are not of them.
            config.service(web::resource("/v1/manage/partners/report").guard(Not(Any(Get()).or(Head()))).to(fallback));
            often(config);
            $(config.service($operation);)+
        }
    };
}

/// What is written most often. Each path is compared with those before its own, one after the other, and these stand far below; no path of others
/// is like theirs.
fn often(config: &mut ServiceConfig) {
    config
        .service(updates::manage::append_update)
        .service(documents::create_article)
        .service(documents::change_article)
        .service(acts::publish_article);
}

operations! {
    site::delivery::get_site,
    sections::delivery::list_sections,
    sections::delivery::get_section,
    authors::delivery::list_authors,
    authors::delivery::get_author,
    list::list_articles,
    page::get_article,
    parts::list_updates,
    parts::list_related,
    parts::list_donation_links,
    json_ld::get_article_json_ld,
    entities::delivery::list_entities,
    entity::get_entity,
    entity::list_entity_articles,
    donation_links::delivery::get_donation_link_qr,
    media::delivery::get_media_file,
    search::delivery::search_articles,
    feeds::delivery::get_site_rss_feed,
    feeds::delivery::get_site_atom_feed,
    feeds::delivery::get_site_json_feed,
    feeds::delivery::get_section_feed,
    feeds::delivery::get_author_feed,
    feeds::delivery::get_entity_feed,
    webhooks::delivery::websub_hub,
    partners::delivery::get_contract,
    syndicated::list_syndicated_articles,
    syndicated::get_syndicated_article,
    syndicated::list_syndicated_updates,
    feeds::delivery::get_syndicated_feed,
    list_syndicated_changes,
    syndication::delivery::list_items,
    syndication::delivery::get_item,
    notices::delivery::list_notices,
    notices::delivery::acknowledge_notice,
    sitemaps::delivery::get_sitemap_index,
    sitemaps::delivery::get_sitemap,
    robots::delivery::get_robots,
    oembed::delivery::get_oembed,
    stream::delivery::stream_events,
    stream::delivery::partners::stream_syndicated_events,
    stream::delivery::partners::create_stream_ticket,
    preview::delivery::get_preview,
    preview::delivery::get_preview_media,
    resolve::delivery::resolve_path,
    list_changes,
    site::manage::manage_get_site,
    site::manage::change_site,
    site::manage::set_site_donation_links,
    site::manage::versions::list_site_versions,
    site::manage::versions::get_site_version,
    site::manage::versions::diff_site_version,
    site::manage::versions::restore_site_version,
    sections::manage::manage_list_sections,
    sections::manage::create_section,
    sections::manage::manage_get_section,
    sections::manage::change_section,
    sections::manage::remove_section,
    attachments::set_section_donation_links,
    sections::manage::versions::list_section_versions,
    sections::manage::versions::get_section_version,
    sections::manage::versions::diff_section_version,
    attachments::restore_section_version,
    authors::manage::manage_list_authors,
    authors::manage::create_author,
    authors::manage::manage_get_author,
    authors::manage::change_author,
    authors::manage::remove_author,
    authors::manage::versions::list_author_versions,
    authors::manage::versions::get_author_version,
    authors::manage::versions::diff_author_version,
    authors::manage::versions::restore_author_version,
    entities::manage::manage_list_entities,
    entities::manage::create_entity,
    entities::manage::manage_get_entity,
    entities::manage::change_entity,
    entities::manage::remove_entity,
    entities::manage::list_duplicate_entities,
    entities::manage::merge_entity,
    entities::manage::versions::list_entity_versions,
    entities::manage::versions::get_entity_version,
    entities::manage::versions::diff_entity_version,
    entities::manage::versions::restore_entity_version,
    links::manage_list_donation_links,
    links::create_donation_link,
    links::manage_get_donation_link,
    links::change_donation_link,
    links::remove_donation_link,
    donation_link_versions::list_donation_link_versions,
    donation_link_versions::get_donation_link_version,
    donation_link_versions::diff_donation_link_version,
    donation_link_versions::restore_donation_link_version,
    media::manage::list_media,
    media::manage::upload_media,
    media::manage::get_media,
    media::manage::manage_get_media_file,
    media::manage::list_media_uses,
    media::manage::change_media,
    media::manage::remove_media,
    documents::manage_list_articles,
    documents::create_article,
    documents::manage_get_article,
    documents::change_article,
    documents::remove_article,
    checks::check_article,
    acts::publish_article,
    acts::withdraw_article,
    acts::unschedule_article,
    acts::purge_article,
    lists::set_article_entities,
    lists::set_article_related,
    lists::set_article_donation_links,
    preview::manage::create_preview,
    preview::manage::list_previews,
    preview::manage::revoke_preview,
    article_versions::list_article_versions,
    article_versions::get_article_version,
    article_versions::diff_article_version,
    article_versions::restore_article_version,
    updates::manage::manage_list_updates,
    updates::manage::append_update,
    updates::manage::manage_get_update,
    updates::manage::revise_update,
    updates::manage::show_update,
    updates::manage::retract_update,
    updates::manage::remove_update,
    updates::manage::versions::list_update_versions,
    updates::manage::versions::get_update_version,
    updates::manage::versions::diff_update_version,
    updates::manage::versions::restore_update_version,
    bulk::manage::write_bulk,
    webhooks::manage::list_webhooks,
    webhooks::manage::create_webhook,
    webhooks::manage::get_webhook,
    webhooks::manage::change_webhook,
    webhooks::manage::remove_webhook,
    webhooks::manage::acts::rotate_webhook,
    webhooks::manage::acts::test_webhook,
    webhooks::manage::acts::replay_webhook,
    webhooks::manage::deliveries::list_deliveries,
    webhooks::manage::deliveries::get_delivery,
    webhooks::manage::acts::replay_delivery,
    partners::manage::list_partners,
    partners::manage::create_partner,
    notices::manage::get_partner_report,
    partners::manage::get_partner,
    partners::manage::change_partner,
    partners::manage::remove_partner,
    partners::manage::create_partner_key,
    keys::manage::list_keys,
    keys::manage::create_key,
    keys::manage::get_key,
    keys::manage::rotate_key,
    keys::manage::revoke_key,
    audit::manage::list_audit,
    audit::manage::get_audit_entry,
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
        .configure(documented);
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
