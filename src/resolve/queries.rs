//! Whose a slug is, for readers.

use chrono::{DateTime, Utc};
use diesel::OptionalExtension;
use diesel::sql_types::{Bool, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use uuid::Uuid;

use crate::changes::Keys;
use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, SnapshotTypes, Statement, in_time, snapshot};
use crate::error::{Code, Error, Result};
use crate::http::answer::Moved;
use crate::publishing::Kind;
use crate::values::candidates::{Addresses, Candidates};
use crate::values::frontend::Frontend;
use crate::values::{AskedPath, Reference};

/// Where a name leads.
#[derive(Debug)]
pub enum Found {
    /// To this thing.
    Here(Uuid),
    /// To a thing that has another slug now.
    Moved(Moved),
}

/// Looks a name up among what readers may see; the id of an entity that was merged leads to what it now is. A row in `delivery.slugs` is enough to know that it was public once; whether it still is, its
/// own table tells.
///
/// # Errors
/// 404 for what was never public, 410 for what was and is no longer; the database.
pub async fn locate(conn: &mut DeliveryConn, kind: Kind, which: &Reference) -> Result<Found> {
    let mut statement = Statement::<(SqlUuid, Bool, Text, Bool)>::new(
        "SELECT s.id, s.current, n.slug,
                EXISTS (SELECT FROM delivery.tombstones t WHERE t.kind = s.kind AND t.id = s.id)
         FROM delivery.slugs s
         JOIN delivery.slugs n ON n.kind = s.kind AND n.id = s.id AND n.current
         WHERE s.kind = ",
    );
    statement.bind(Bind::Text(kind.as_str().to_owned()));
    match which {
        Reference::Slug(slug) => statement
            .sql(" AND s.slug = ")
            .bind(Bind::Text(slug.to_string())),
        Reference::Id(id) => statement
            .sql(" AND s.current AND s.id = coalesce((SELECT m.into_id FROM delivery.merged_entities m WHERE m.id = ")
            .bind(Bind::Id(*id))
            .sql("), ")
            .bind(Bind::Id(*id))
            .sql(")"),
    };
    let patience = conn.patience();
    let found = in_time(patience, statement.get_result(&mut **conn)).await?;
    let row: Option<(Uuid, bool, String, bool)> = found.optional()?;
    match row {
        None => Err(Error::not_found().made_of(named(kind, which))),
        Some((id, _, _, true)) => {
            let mut keys = named(kind, which);
            // It may come back under another slug.
            keys.thing(kind, id);
            Err(withdrawn().made_of(keys))
        }
        Some((id, true, _, false)) if which.id().is_none_or(|asked| asked == id) => {
            Ok(Found::Here(id))
        }
        Some((id, _, slug, false)) => {
            let mut keys = named(kind, which);
            keys.thing(kind, id);
            Ok(Found::Moved(Moved { slug, keys }))
        }
    }
}

/// What an answer to a request that names a thing so is made of, whatever else: who has that name.
pub fn named(kind: Kind, which: &Reference) -> Keys {
    let mut keys = Keys::default();
    keys.name(kind, which);
    keys
}

/// It was public once and is no longer.
pub fn withdrawn() -> Error {
    Error::new(
        Code::Withdrawn,
        "This was public once and has been removed by its publisher.",
    )
}

/// What a snapshot holds of the site.
///
/// # Errors
/// None once a site exists, which a start sees to.
pub fn frontend(site: Option<&str>) -> Result<Frontend> {
    Frontend::of(site)
}

/// What a path leads to.
#[derive(Debug, Deserialize)]
pub struct Target {
    /// What kind of thing.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
    /// The slug it has now.
    pub slug: String,
    /// Whether it is public no longer.
    pub gone: bool,
    /// An article's language.
    pub language: Option<String>,
    /// An article's section.
    pub section: Option<String>,
    /// When an article was first published.
    pub published_at: Option<DateTime<Utc>>,
}

/// What may stand at a path, or once stood there, the likeliest first, and the writings of the path that are the same. The site's patterns are read
/// first; when they change meanwhile it is done again.
///
/// # Errors
/// The database.
pub async fn resolve(
    conn: &mut DeliveryConn,
    asked: &AskedPath,
) -> Result<(Snapshot<Vec<Target>>, Vec<String>)> {
    let mut site = site(conn).await?;
    loop {
        let addresses: Addresses = serde_json::from_str(&site).map_err(Error::internal)?;
        let candidates = Candidates::of(asked, &addresses);
        let same = candidates.same.clone();
        let found = look_up(conn, candidates).await?;
        match &found.site {
            Some(now) if *now != site => site.clone_from(now),
            _ => return Ok((found, same)),
        }
    }
}

/// What [`Addresses`] reads, as one JSON text.
const ADDRESSES: &str = "(SELECT json_build_object(
        'public_url', s.public_url, 'paths', s.paths, 'default_language', s.default_language,
        'old', (SELECT coalesce(json_agg(json_build_object('kind', o.kind, 'pattern', o.pattern) ORDER BY o.until DESC, o.kind, o.pattern), '[]')
                FROM delivery.old_addresses o)
    )::text FROM delivery.site s)";

async fn site(conn: &mut DeliveryConn) -> Result<String> {
    let mut statement = Statement::<diesel::sql_types::Nullable<Text>>::new("SELECT ");
    statement.sql(ADDRESSES);
    let patience = conn.patience();
    let site: Option<String> = in_time(patience, statement.get_result(&mut **conn)).await??;
    site.ok_or_else(|| Error::internal("there is no site"))
}

async fn look_up(conn: &mut DeliveryConn, candidates: Candidates) -> Result<Snapshot<Vec<Target>>> {
    let mut statement = Statement::<SnapshotTypes>::new("SELECT h.epoch, h.seq, ");
    statement.sql(ADDRESSES).sql(
        ", (SELECT coalesce(json_agg(r), '[]')::text FROM (
            WITH wanted AS (SELECT * FROM unnest(",
    );
    statement
        .bind(Bind::Texts(candidates.kinds))
        .sql(", ")
        .bind(Bind::Texts(candidates.names))
        .sql(
            ") WITH ORDINALITY AS w (kind, name, rank)),
            ids AS (
                SELECT rank, kind, CASE WHEN name ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' THEN name::uuid END AS id FROM wanted
            ),
            found AS (
                SELECT w.rank, p.kind, p.id FROM wanted w JOIN delivery.old_paths p ON w.kind = 'path' AND p.path = w.name
                UNION ALL
                SELECT w.rank, s.kind, s.id FROM wanted w JOIN delivery.slugs s ON s.kind = w.kind AND s.slug = w.name
                UNION ALL
                SELECT w.rank, s.kind, s.id FROM ids w JOIN delivery.slugs s ON s.kind = w.kind AND s.current AND s.id = w.id
                UNION ALL
                SELECT w.rank, w.kind, m.into_id FROM ids w JOIN delivery.merged_entities m ON w.kind = 'entity' AND m.id = w.id
            )
            SELECT f.kind, f.id, n.slug, a.language, c.slug AS section, a.published_at,
                   EXISTS (SELECT FROM delivery.tombstones t WHERE t.kind = f.kind AND t.id = f.id) AS gone
            FROM found f
            JOIN delivery.slugs n ON n.kind = f.kind AND n.id = f.id AND n.current
            LEFT JOIN delivery.articles a ON f.kind = 'article' AND a.id = f.id
            LEFT JOIN delivery.sections c ON c.id = a.section_id
            ORDER BY f.rank
        ) r), NULL::bigint FROM delivery.head h",
    );
    snapshot(conn, statement).await
}
