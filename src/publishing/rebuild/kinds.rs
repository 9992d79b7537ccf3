//! What there is to project: everything that the newsroom has or once had, and everything that delivery has.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::error::Result;
use crate::publishing::change::Kind;
use crate::publishing::tx::Tx;

/// The ids after `$1` in these tables and in those that serve every kind, at most `$2`. Each is read along its index.
macro_rules! ids {
    ($kind:literal, $first:literal $(, $more:literal)*) => {
        concat!(
            "SELECT id FROM (",
            "(SELECT id FROM ", $first, " WHERE id > $1 ORDER BY id LIMIT $2)",
            $(" UNION (SELECT id FROM ", $more, " WHERE id > $1 ORDER BY id LIMIT $2)",)*
            " UNION (SELECT id FROM newsroom.removed WHERE kind = '", $kind, "' AND id > $1 ORDER BY id LIMIT $2)",
            " UNION (SELECT id FROM delivery.tombstones WHERE kind = '", $kind, "' AND id > $1 ORDER BY id LIMIT $2)",
            " UNION (SELECT id FROM delivery.slugs WHERE kind = '", $kind, "' AND id > $1 ORDER BY id LIMIT $2)",
            " UNION (SELECT id FROM delivery.old_paths WHERE kind = '", $kind, "' AND id > $1 ORDER BY id LIMIT $2)",
            ") AS every (id) ORDER BY id LIMIT $2"
        )
    };
}

/// The site stands for all that has no id of its own.
const SITE: &str = "
    SELECT 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid AS id
    WHERE $1 < 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid AND $2 > 0";

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn sql(kind: Kind) -> &'static str {
    match kind {
        Kind::Site => SITE,
        Kind::Section => ids!(
            "section",
            "newsroom.sections",
            "delivery.sections",
            "(SELECT owner_id FROM delivery.donation_attachments WHERE scope = 2) AS hung (id)"
        ),
        Kind::Author => ids!(
            "author",
            "newsroom.authors",
            "delivery.authors",
            "(SELECT owner_id FROM delivery.media_uses WHERE kind = 'author') AS picturing (id)"
        ),
        Kind::Entity => ids!(
            "entity",
            "newsroom.entities",
            "delivery.entities",
            "delivery.merged_entities",
            "(SELECT owner_id FROM delivery.media_uses WHERE kind = 'entity') AS picturing (id)"
        ),
        Kind::DonationLink => ids!(
            "donation_link",
            "newsroom.donation_links",
            "delivery.donation_links"
        ),
        Kind::Article => ids!(
            "article",
            "newsroom.articles",
            "delivery.articles",
            "(SELECT owner_id FROM delivery.donation_attachments WHERE scope = 1) AS hung (id)",
            "(SELECT DISTINCT article_id FROM delivery.words) AS worded (id)",
            "(SELECT owner_id FROM delivery.media_uses WHERE kind = 'article') AS picturing (id)"
        ),
        Kind::Media => ids!("media", "newsroom.media", "delivery.media"),
    }
}

/// The next ids of a kind, in order, at most so many.
pub(super) async fn ids(tx: &mut Tx, kind: Kind, after: Uuid, limit: i64) -> Result<Vec<Uuid>> {
    let rows: Vec<IdRow> = diesel::sql_query(sql(kind))
        .bind::<SqlUuid, _>(after)
        .bind::<BigInt, _>(limit)
        .load(&mut ***tx)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// About how many there are of all kinds.
pub(super) async fn count(tx: &mut Tx) -> Result<u64> {
    let row: CountRow = diesel::sql_query(
        "SELECT (SELECT count(*) FROM newsroom.sections) + (SELECT count(*) FROM newsroom.authors) + (SELECT count(*) FROM newsroom.entities)
              + (SELECT count(*) FROM newsroom.donation_links) + (SELECT count(*) FROM newsroom.articles) + (SELECT count(*) FROM newsroom.media)
              + (SELECT count(*) FROM newsroom.removed WHERE kind <> 'article') + 1 AS count",
    )
    .get_result(&mut ***tx)
    .await?;
    Ok(u64::try_from(row.count).unwrap_or_default())
}

/// What only delivery tells: that readers know an author, entity or link, which a program from before this was kept had published; and that they
/// know what newsroom has no longer, or what they were never to know. All that is to go leaves a tombstone, so that copies of it go too.
const ADOPT: [&str; 4] = [
    "UPDATE newsroom.slugs s SET public_since = $1
     FROM delivery.slugs d
     WHERE d.kind = s.kind AND d.slug = s.slug AND d.id = s.owner_id AND s.public_since IS NULL AND s.kind IN ('author', 'entity')",
    "UPDATE newsroom.donation_links n SET public_since = $1 FROM delivery.donation_links d WHERE d.id = n.id AND n.public_since IS NULL",
    "INSERT INTO newsroom.removed (kind, id, slug, removed_at)
     SELECT 'section', d.id, d.slug, $1 FROM delivery.sections d WHERE NOT EXISTS (SELECT FROM newsroom.sections n WHERE n.id = d.id)
     UNION ALL
     SELECT 'author', d.id, d.slug, $1 FROM delivery.authors d WHERE NOT EXISTS (SELECT FROM newsroom.authors n WHERE n.id = d.id)
     UNION ALL
     SELECT 'entity', d.id, d.slug, $1 FROM delivery.entities d WHERE NOT EXISTS (SELECT FROM newsroom.entities n WHERE n.id = d.id)
     UNION ALL
     SELECT 'donation_link', d.id, NULL, $1 FROM delivery.donation_links d
     WHERE NOT EXISTS (SELECT FROM newsroom.donation_links n WHERE n.id = d.id)
     ON CONFLICT DO NOTHING",
    "INSERT INTO newsroom.removed (kind, id, slug, removed_at)
     SELECT 'article', d.id, d.slug, $1 FROM delivery.articles d
     WHERE NOT EXISTS (SELECT FROM newsroom.articles n WHERE n.id = d.id AND n.status <> 'draft' AND n.purged_at IS NULL)
     ON CONFLICT DO NOTHING",
];

/// Takes over what only delivery tells, for the newsroom to know.
pub(super) async fn adopt(tx: &mut Tx) -> Result<()> {
    for sql in ADOPT {
        diesel::sql_query(sql)
            .bind::<Timestamptz, _>(tx.now)
            .execute(&mut ***tx)
            .await?;
    }
    Ok(())
}
