//! Donation links as readers see them: parts of the statements of those that they hang on, and the account behind a QR code.

use uuid::Uuid;

use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, Statement, snapshot};
use crate::donation_links::epc::Transfer;
use crate::error::Result;

/// Where a bank transfer goes and the currency of its amounts, if a link of this id is public and is one; index: the primary key.
///
/// # Errors
/// The database.
pub async fn transfer(
    conn: &mut DeliveryConn,
    id: Uuid,
) -> Result<Snapshot<Option<(Transfer, Option<String>)>>> {
    let mut statement = Statement::new(
        "SELECT h.epoch, h.seq, NULL::text, coalesce((SELECT json_build_array(bank, currency)::text
             FROM delivery.donation_links WHERE bank IS NOT NULL AND id = ",
    );
    statement
        .bind(Bind::Id(id))
        .sql("), 'null'), NULL::bigint FROM delivery.head h");
    snapshot(conn, statement).await
}

pub use crate::publishing::card::DONATION_LINK as DONATION_LINK_JSON;

/// The links of the section `c`, as a JSON array; index: the primary key of `donation_attachments`.
pub const OF_SECTION_BEGIN: &str = "(SELECT coalesce(json_agg(";
/// Goes on after [`OF_SECTION_BEGIN`] and [`DONATION_LINK_JSON`].
pub const OF_SECTION_END: &str = " ORDER BY d.position), '[]')
    FROM delivery.donation_attachments d JOIN delivery.donation_links l ON l.id = d.link_id
    WHERE d.scope = 2 AND d.owner_id = c.id)";

/// The links of the site, as a JSON array; index: the primary key of `donation_attachments`.
pub const OF_SITE_BEGIN: &str = "(SELECT coalesce(json_agg(";
/// Goes on after [`OF_SITE_BEGIN`] and [`DONATION_LINK_JSON`].
pub const OF_SITE_END: &str = " ORDER BY d.position), '[]')
    FROM delivery.donation_attachments d JOIN delivery.donation_links l ON l.id = d.link_id
    WHERE d.scope = 3)";

/// The effective links of the article `a`: its own, else its section's, else the site's; none when it has switched them off.
pub const OF_ARTICLE_BEGIN: &str = "(SELECT coalesce(json_agg(";
/// Goes on after [`OF_ARTICLE_BEGIN`] and [`DONATION_LINK_JSON`].
pub const OF_ARTICLE_END: &str = " ORDER BY d.position), '[]')
    FROM (
        SELECT d.*, min(d.scope) OVER () AS nearest
        FROM delivery.donation_attachments d
        WHERE a.donation_mode <> 'none'
          AND ((d.scope = 1 AND d.owner_id = a.id)
            OR (d.scope = 2 AND d.owner_id = a.section_id)
            OR (d.scope = 3 AND d.owner_id = '00000000-0000-0000-0000-000000000000'))
    ) d
    JOIN delivery.donation_links l ON l.id = d.link_id
    WHERE d.scope = d.nearest)";
