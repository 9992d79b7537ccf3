//! Where a feed comes from. What stands in it, the list of articles tells.

use crate::changes::Seq;
use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, Statement, snapshot};
use crate::error::Result;
use crate::feeds::model::{Scope, Source};
use crate::publishing::Kind;
use crate::values::frontend::FRONTEND_SQL;

/// The site and what the feed is of; that is null when it has just gone. Indexes: the primary keys.
///
/// # Errors
/// The database.
pub async fn source(conn: &mut DeliveryConn, scope: Scope) -> Result<Snapshot<Source>> {
    let mut sql = Statement::new("SELECT h.epoch, h.seq, ");
    sql.sql(FRONTEND_SQL).sql(
        ", (SELECT row_to_json(r)::text FROM (SELECT s.title, s.tagline, s.copyright, s.logo, s.feeds, ",
    );
    match scope {
        Scope::Of(kind, id) => {
            sql.sql("(SELECT json_build_object('slug', o.slug, 'name', o.name) FROM ");
            sql.sql(match kind {
                Kind::Section => "delivery.sections",
                Kind::Author => "delivery.authors",
                _ => "delivery.entities",
            });
            sql.sql(" o WHERE o.id = ").bind(Bind::Id(id)).sql(")");
        }
        Scope::Site => drop(sql.sql("NULL::json")),
    }
    sql.sql(" AS of FROM delivery.site s) r), NULL::bigint FROM delivery.head h");
    snapshot(conn, sql).await
}

/// The last change: what was made of a snapshot with this `seq` is as it would be made now.
///
/// # Errors
/// The database.
pub async fn head(conn: &mut DeliveryConn) -> Result<Seq> {
    let sql = Statement::new(
        "SELECT h.epoch, h.seq, NULL::text, 'null', NULL::bigint FROM delivery.head h",
    );
    let read: Snapshot<()> = snapshot(conn, sql).await?;
    Ok(read.seq)
}
