//! What the checks before publishing ask of the newsroom.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Integer, Json, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use crate::db::schema::newsroom::{entities, updates};
use crate::db::{NewsroomConn, fixed};
use crate::error::{Error, Result};
use crate::site::model::Checks;
use crate::values::candidates::{Addresses, Candidates};

/// What checks need to know of the site.
#[derive(Debug)]
pub struct Checking {
    /// How much each weighs.
    pub checks: Checks,
    /// Where the frontend shows things, now and before.
    pub addresses: Addresses,
    /// The slug of the article's section.
    pub section: Option<String>,
    /// The time by the database's clock.
    pub now: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct SiteRow {
    #[diesel(sql_type = Json)]
    checks: Value,
    #[diesel(sql_type = Text)]
    addresses: String,
    #[diesel(sql_type = Nullable<Text>)]
    section: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    now: DateTime<Utc>,
}

const SITE: &str = "
    SELECT s.checks, clock_timestamp() AS now, (SELECT c.slug FROM newsroom.sections c WHERE c.id = $1) AS section,
           json_build_object(
               'public_url', s.public_url, 'paths', s.paths, 'default_language', s.default_language,
               'old', (SELECT coalesce(json_agg(json_build_object('kind', o.kind, 'pattern', o.pattern) ORDER BY o.until DESC, o.kind, o.pattern), '[]')
                       FROM newsroom.old_addresses o)
           )::text AS addresses
    FROM newsroom.site s";

/// What the checks of an article in this section need to know of the site.
///
/// # Errors
/// The database.
pub async fn checking(conn: &mut NewsroomConn, section: Option<Uuid>) -> Result<Checking> {
    let row: SiteRow = fixed(SITE)
        .bind::<Nullable<SqlUuid>, _>(section)
        .get_result(&mut **conn)
        .await?;
    Ok(Checking {
        checks: Checks::stored(&row.checks),
        addresses: serde_json::from_str(&row.addresses).map_err(Error::internal)?,
        section: row.section,
        now: row.now,
    })
}

/// What readers find where an address leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Destination {
    /// What was public once.
    Gone,
    /// Something public.
    Public,
    /// The article itself.
    Own,
}

#[derive(QueryableByName)]
struct FoundRow {
    #[diesel(sql_type = Integer)]
    link: i32,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Bool)]
    public: bool,
    #[diesel(sql_type = Bool)]
    known: bool,
}

/// Looks up what each of several addresses may mean (`$1` which, `$2` kinds, `$3` names) as `/v1/resolve` does in delivery, but in the newsroom, and
/// as it will be when what `$4` holds is public, too. By the primary keys of `slugs` and `old_paths`, and `slugs_owner`.
const DESTINATIONS: &str = "
    WITH wanted AS (SELECT * FROM unnest($1, $2, $3) AS w (link, kind, name)),
    ids AS (
        SELECT link, kind, CASE WHEN name ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' THEN name::uuid END AS id FROM wanted WHERE kind <> 'path'
    ),
    found AS (
        SELECT w.link, p.kind, p.owner_id AS id FROM wanted w JOIN newsroom.old_paths p ON w.kind = 'path' AND p.path = w.name
        UNION
        SELECT w.link, s.kind, s.owner_id FROM wanted w JOIN newsroom.slugs s ON s.kind = w.kind AND s.slug = w.name
        WHERE s.public_since IS NOT NULL OR s.owner_id = ANY($4)
        UNION
        SELECT link, kind, id FROM ids WHERE id IS NOT NULL
        UNION
        SELECT i.link, i.kind, m.into_id FROM ids i JOIN newsroom.entity_merges m ON i.kind = 'entity' AND m.id = i.id
    ),
    known AS (
        SELECT f.*, EXISTS (SELECT FROM newsroom.slugs s WHERE s.owner_id = f.id AND s.kind = f.kind AND s.public_since IS NOT NULL) AS known
        FROM found f
    )
    SELECT k.link, k.id, k.known,
           k.id = ANY($4) OR CASE k.kind
               WHEN 'article' THEN EXISTS (SELECT FROM newsroom.articles a WHERE a.id = k.id AND a.status = 'published' AND a.purged_at IS NULL)
               WHEN 'section' THEN EXISTS (SELECT FROM newsroom.sections c WHERE c.id = k.id)
               WHEN 'author' THEN k.known AND EXISTS (SELECT FROM newsroom.authors a WHERE a.id = k.id)
               ELSE k.known AND EXISTS (SELECT FROM newsroom.entities e WHERE e.id = k.id)
           END AS public
    FROM known k";

/// What readers find at each of these addresses, once what the last of `reveals`, the article itself, shows is public. An address that is left out
/// leads to nothing.
///
/// # Errors
/// The database.
pub async fn destinations(
    conn: &mut NewsroomConn,
    asked: &[(String, Candidates)],
    reveals: &[Uuid],
) -> Result<HashMap<String, Destination>> {
    let mut found = HashMap::new();
    let (mut links, mut kinds, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for (link, (_, candidates)) in (0..).zip(asked) {
        for (kind, name) in candidates.kinds.iter().zip(&candidates.names) {
            links.push(link);
            kinds.push(kind.as_str());
            names.push(name.as_str());
        }
    }
    if links.is_empty() {
        return Ok(found);
    }
    let rows: Vec<FoundRow> = fixed(DESTINATIONS)
        .bind::<Array<Integer>, _>(links)
        .bind::<Array<Text>, _>(kinds)
        .bind::<Array<Text>, _>(names)
        .bind::<Array<SqlUuid>, _>(reveals)
        .load(&mut **conn)
        .await?;
    for row in rows {
        let destination = match row {
            FoundRow { id, .. } if reveals.last() == Some(&id) => Destination::Own,
            FoundRow { public: true, .. } => Destination::Public,
            FoundRow { known: true, .. } => Destination::Gone,
            _ => continue,
        };
        let address = usize::try_from(row.link).ok().and_then(|at| asked.get(at));
        if let Some((address, _)) = address {
            let best = found.entry(address.clone()).or_insert(destination);
            *best = destination.max(*best);
        }
    }
    Ok(found)
}

/// The updates of an article that stand on its page, retracted ones too.
///
/// # Errors
/// The database.
pub async fn shown_updates(conn: &mut NewsroomConn, article: Uuid) -> Result<Vec<Uuid>> {
    let shown = updates::table
        .filter(updates::article_id.eq(article))
        .filter(updates::number.is_not_null());
    Ok(shown.select(updates::id).load(&mut **conn).await?)
}

/// Those of these entities that have no description, with their names.
///
/// # Errors
/// The database.
pub async fn undescribed(conn: &mut NewsroomConn, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let bare = entities::table
        .filter(entities::id.eq_any(ids))
        .filter(entities::description.is_null());
    Ok(bare
        .select((entities::id, entities::name))
        .load(&mut **conn)
        .await?)
}
