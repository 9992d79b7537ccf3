//! The site as readers see it.

use crate::db::DeliveryConn;
use crate::db::statement::{Snapshot, Statement, snapshot};
use crate::donation_links::queries::delivery::{
    DONATION_LINK_JSON, OF_SECTION_BEGIN, OF_SECTION_END, OF_SITE_BEGIN, OF_SITE_END,
};
use crate::error::Result;
use crate::site::model::PublicSite;
use crate::values::frontend::FRONTEND_SQL;

/// The site with its sections and donation links.
///
/// # Errors
/// The database.
pub async fn get(conn: &mut DeliveryConn) -> Result<Snapshot<PublicSite>> {
    let mut statement = Statement::new("SELECT h.epoch, h.seq, ");
    statement.sql(FRONTEND_SQL).sql(
        ", (SELECT row_to_json(r)::text FROM (
                SELECT s.title, s.tagline, s.public_url, s.paths, s.default_language, s.time_zone, s.about_html, s.about_blocks,
                       s.about_text, s.logo, s.social_links, s.copyright, s.licence, s.public_text,
                       (SELECT coalesce(json_agg(json_build_object('id', c.id, 'slug', c.slug, 'name', c.name, 'names', c.names, 'description', c.description,
                                                                   'position', c.position, 'donation_links', ",
    );
    statement
        .sql(OF_SECTION_BEGIN)
        .sql(DONATION_LINK_JSON)
        .sql(OF_SECTION_END);
    statement
        .sql(") ORDER BY c.position, c.name, c.id), '[]') FROM delivery.sections c) AS sections, ");
    statement
        .sql(OF_SITE_BEGIN)
        .sql(DONATION_LINK_JSON)
        .sql(OF_SITE_END);
    statement.sql(" AS donation_links FROM delivery.site s) r), NULL::bigint FROM delivery.head h");
    snapshot(conn, statement).await
}
