//! One more update of an article: its words come behind those that stand there, and nothing else of the article is read.

use diesel::OptionalExtension;
use diesel::QueryableByName;
use diesel::sql_types::{Integer, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{Analysed, Apart, BYTES, Room, met};
use crate::db::fixed;
use crate::error::Result;
use crate::values::Stemming;

/// The update, and how much room the words take that stand there. Nothing where none do, or where a version of the program from before that was kept
/// has written of more updates since.
const APPENDED: &str = "
    SELECT v.language, concat_ws(E'\\n', t.headline, t.body ->> 'text') AS text, s.room
    FROM newsroom.articles a
    JOIN newsroom.article_versions v ON v.article_id = a.id AND v.number = a.published_version
    JOIN newsroom.updates n ON n.article_id = a.id AND n.number = $2 AND n.state = 'shown'
    JOIN newsroom.update_versions t ON t.update_id = n.id AND t.number = n.version
    JOIN delivery.article_search s ON s.id = a.id
    WHERE a.id = $1 AND a.status = 'published' AND s.room_of = s.update_count AND s.room IS NOT NULL";

#[derive(QueryableByName)]
struct AppendedRow {
    #[diesel(sql_type = Text)]
    language: String,
    #[diesel(sql_type = Text)]
    text: String,
    #[diesel(sql_type = Integer)]
    room: i32,
}

/// Analyses the update of this number, where that is enough: nothing of the article may be cut, and all words must be such as a node can put together.
pub(super) async fn analyse(
    conn: &mut AsyncPgConnection,
    article: Uuid,
    number: i32,
) -> Result<Option<Analysed>> {
    let row: Option<AppendedRow> = fixed(APPENDED)
        .bind::<SqlUuid, _>(article)
        .bind::<Integer, _>(number)
        .get_result(conn)
        .await
        .optional()?;
    let Some(row) = row else {
        return Ok(None);
    };
    let mut room = Room::default();
    let text = room.folded(&row.text);
    // As if none of its words stood there: all of them have room, then.
    let taken = row.room.saturating_add(room.taken());
    if usize::try_from(taken).is_ok_and(|taken| taken > BYTES) {
        return Ok(None);
    }
    let update = Apart {
        id: article,
        edition: String::new(),
        stemming: Stemming::of(&row.language),
        parts: Default::default(),
        updates: vec![text],
        room: room.taken(),
    };
    met::appended(conn, update).await
}
