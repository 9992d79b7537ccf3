//! Rendering anew what an older renderer made. The source stays as it was written; the trigger of the versions sees to that.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Json, Nullable, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use uuid::Uuid;

use super::{BATCH, Batch};
use crate::db::Stored;
use crate::error::Result;
use crate::publishing::tx::Tx;
use crate::rich_text::RENDERER_VERSION;
use crate::values::{RichText, RichTextInput, SourceFormat, update_anchor_prefix};

/// Whose texts are rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// The standfirsts and bodies of every version of an article.
    Articles,
    /// The bodies of every version of an update.
    Updates,
    /// What authors say of themselves.
    Biographies,
    /// What the site says of itself.
    About,
}

impl Text {
    /// The next of them (`$3`) after an id (`$1`) that an older renderer than this (`$2`) made, locked; `update_id` tells whose anchors it has.
    fn select(self) -> &'static str {
        match self {
            Text::Articles => {
                "SELECT id, NULL::uuid AS update_id, standfirst AS first, body AS second FROM newsroom.article_versions
                 WHERE id > $1 AND ((body ->> 'renderer_version')::integer < $2 OR (standfirst ->> 'renderer_version')::integer < $2)
                 ORDER BY id LIMIT $3 FOR NO KEY UPDATE"
            }
            Text::Updates => {
                "SELECT id, update_id, NULL::json AS first, body AS second FROM newsroom.update_versions
                 WHERE id > $1 AND (body ->> 'renderer_version')::integer < $2
                 ORDER BY id LIMIT $3 FOR NO KEY UPDATE"
            }
            Text::Biographies => {
                "SELECT id, NULL::uuid AS update_id, NULL::json AS first, biography AS second FROM newsroom.authors
                 WHERE id > $1 AND (biography ->> 'renderer_version')::integer < $2
                 ORDER BY id LIMIT $3 FOR NO KEY UPDATE"
            }
            Text::About => {
                "SELECT 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid AS id, NULL::uuid AS update_id, NULL::json AS first, about AS second
                 FROM newsroom.site
                 WHERE $1 < 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid AND (about ->> 'renderer_version')::integer < $2
                 LIMIT $3 FOR NO KEY UPDATE"
            }
        }
    }

    /// Writes both (`$2`, `$3`) of one (`$1`).
    fn update(self) -> &'static str {
        match self {
            Text::Articles => {
                "UPDATE newsroom.article_versions SET standfirst = $2, body = $3 WHERE id = $1"
            }
            Text::Updates => {
                "UPDATE newsroom.update_versions SET body = $3 WHERE id = $1 AND $2 IS NULL"
            }
            Text::Biographies => {
                "UPDATE newsroom.authors SET biography = $3 WHERE id = $1 AND $2 IS NULL"
            }
            Text::About => {
                "UPDATE newsroom.site SET about = $3 WHERE $1 IS NOT NULL AND $2 IS NULL"
            }
        }
    }
}

/// A text as its writer left it, whatever an older renderer kept beside it.
#[derive(Debug, Deserialize)]
struct Source {
    format: SourceFormat,
    source: String,
}

impl Source {
    fn render(self, prefix: &str) -> RichText {
        let Source { format, source } = self;
        RichTextInput { format, source }.render(prefix)
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    update_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Json>)]
    first: Option<Stored<Source>>,
    #[diesel(sql_type = Nullable<Json>)]
    second: Option<Stored<Source>>,
}

/// Renders the next few.
pub(super) async fn batch(tx: &mut Tx, text: Text, after: Uuid) -> Result<Batch> {
    let rows: Vec<Row> = diesel::sql_query(text.select())
        .bind::<SqlUuid, _>(after)
        .bind::<Integer, _>(RENDERER_VERSION)
        .bind::<BigInt, _>(BATCH)
        .load(&mut ***tx)
        .await?;
    let mut done = Batch::default();
    for row in rows {
        let prefix = row.update_id.map(update_anchor_prefix).unwrap_or_default();
        let anew = |old: Option<Stored<Source>>| old.map(|old| Stored(old.0.render(&prefix)));
        diesel::sql_query(text.update())
            .bind::<SqlUuid, _>(row.id)
            .bind::<Nullable<Json>, _>(anew(row.first))
            .bind::<Nullable<Json>, _>(anew(row.second))
            .execute(&mut ***tx)
            .await?;
        done.last = Some(row.id);
        done.changed += 1;
    }
    Ok(done)
}
