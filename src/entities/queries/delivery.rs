//! Entities as readers see them.

use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, SnapshotTypes, Statement, snapshot};
use crate::entities::model::{EntityKind, PublicEntity};
use crate::error::Result;
use crate::http::cursor::{Position, SortKey};
use crate::values::NameKey;
use crate::values::frontend::FRONTEND_SQL;

/// What is read of each entity `e`.
pub const COLUMNS: &str = "e.id, e.kind, e.slug, e.name, e.names, e.aliases, e.description, e.same_as, e.image, e.article_count";

const END: &str = ") r), NULL::bigint FROM delivery.head h";

fn begin() -> Statement<SnapshotTypes> {
    let mut statement = Statement::new("SELECT h.epoch, h.seq, ");
    statement
        .sql(FRONTEND_SQL)
        .sql(", (SELECT coalesce(json_agg(r), '[]')::text FROM (SELECT ")
        .sql(COLUMNS);
    statement
}

fn of_kinds(statement: &mut Statement<SnapshotTypes>, kinds: Option<&[EntityKind]>) {
    if let Some(kinds) = kinds {
        let kinds = kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
        statement
            .sql("AND e.kind = ANY(")
            .bind(Bind::Texts(kinds))
            .sql(") ");
    }
}

/// A page and one more, by name, of these kinds or of all; indexes: `entities_order`, `entities_kind_order`.
///
/// # Errors
/// The database.
pub async fn list(
    conn: &mut DeliveryConn,
    kinds: Option<&[EntityKind]>,
    probe: i64,
    after: Option<Position>,
) -> Result<Snapshot<Vec<PublicEntity>>> {
    let mut statement = begin();
    statement.sql(" FROM delivery.entities e WHERE true ");
    of_kinds(&mut statement, kinds);
    if let Some(Position {
        key: SortKey::Text(name),
        id,
    }) = after
    {
        statement
            .sql("AND (e.name, e.id) > (")
            .bind(Bind::Text(name))
            .sql(", ")
            .bind(Bind::Id(id))
            .sql(") ");
    }
    statement
        .sql("ORDER BY e.name, e.id LIMIT ")
        .bind(Bind::Number(probe))
        .sql(END);
    snapshot(conn, statement).await
}

/// A page and one more of those of these kinds, or of all, that have a name which begins so: those with just this name first, then those with
/// the most articles, then by name. Index: `entity_names_prefix`, of which only the rows that begin so are read.
///
/// # Errors
/// The database.
pub async fn begin_with(
    conn: &mut DeliveryConn,
    (key, kinds): (&NameKey, Option<&[EntityKind]>),
    probe: i64,
    after: Option<Position>,
) -> Result<Snapshot<Vec<PublicEntity>>> {
    let text = || Bind::Text(key.as_str().to_owned());
    let mut statement = begin();
    statement
        .sql(", n.exact FROM (SELECT entity_id, bool_or(whole AND name_key = ")
        .bind(text())
        .sql(") AS exact FROM delivery.entity_names WHERE name_key >= ")
        .bind(text())
        .sql(" AND name_key < ")
        .bind(Bind::Text(key.after()))
        .sql(" GROUP BY entity_id) n JOIN delivery.entities e ON e.id = n.entity_id WHERE true ");
    of_kinds(&mut statement, kinds);
    if let Some(Position {
        key: SortKey::Found(exact, count, name),
        id,
    }) = after
    {
        statement
            .sql("AND (n.exact::integer::bigint, e.article_count::bigint) <= (")
            .bind(Bind::Number(exact.into()))
            .sql(", ")
            .bind(Bind::Number(count))
            .sql(") AND ((n.exact::integer::bigint, e.article_count::bigint) <> (")
            .bind(Bind::Number(exact.into()))
            .sql(", ")
            .bind(Bind::Number(count))
            .sql(") OR (e.name, e.id) > (")
            .bind(Bind::Text(name))
            .sql(", ")
            .bind(Bind::Id(id))
            .sql(")) ");
    }
    statement
        .sql("ORDER BY n.exact DESC, e.article_count DESC, e.name, e.id LIMIT ")
        .bind(Bind::Number(probe))
        .sql(END);
    snapshot(conn, statement).await
}
