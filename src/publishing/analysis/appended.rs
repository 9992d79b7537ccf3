//! One more update of an article: its words come behind those that stand there, and nothing else of the article is read.

use diesel::OptionalExtension;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Integer, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{Analysed, Apart, BYTES, OneMore, Room, Since, met};
use crate::db::fixed;
use crate::error::Result;
use crate::publishing::change::Change;
use crate::publishing::project::updates::{texts, told};
use crate::values::Stemming;

/// The update, and how much room the words take that stand there. Nothing where none do, or where a version of the program from before that was kept
/// has written of more updates since. What readers are told of it is ready too: only a rebuild that renders it anew may change that before the lock, and
/// it projects the article afterwards.
const APPENDED: &str = concat!(
    "SELECT n.article_id AS article, s.stemming, concat_ws(E'\\n', t.headline, t.body ->> 'text') AS text, s.room, ",
    told!(),
    "::text AS told,
        NOT EXISTS (SELECT FROM newsroom.update_version_authors w WHERE w.version_id = t.id)
        AND NOT EXISTS (SELECT FROM newsroom.media_uses u WHERE u.kind = 'update_version' AND u.owner_id = t.id)
        AND NOT EXISTS (SELECT FROM newsroom.updates m WHERE m.article_id = n.article_id AND m.number > n.number)
        AND EXISTS (SELECT FROM delivery.articles d JOIN delivery.article_cards c ON c.id = d.id WHERE d.id = s.id AND d.update_count = n.number - 1)
        AND s.update_count = n.number - 1 AS alone,
        current_database()::text AS database, h.epoch, h.words_gone AS gone
    FROM ",
    texts!(),
    " JOIN delivery.article_search s ON s.id = n.article_id
    CROSS JOIN delivery.head h
    WHERE n.article_id = $1 AND n.number = $2 AND n.state = 'shown' AND s.room_of = s.update_count AND s.room IS NOT NULL"
);

/// One more update of an article.
#[derive(QueryableByName)]
pub struct Appended {
    #[diesel(sql_type = SqlUuid)]
    article: Uuid,
    #[diesel(sql_type = Text)]
    stemming: String,
    #[diesel(sql_type = Text)]
    text: String,
    #[diesel(sql_type = Integer)]
    room: i32,
    #[diesel(sql_type = Text)]
    told: String,
    #[diesel(sql_type = Bool)]
    alone: bool,
    #[diesel(sql_type = Text)]
    database: String,
    #[diesel(sql_type = Integer)]
    epoch: i32,
    #[diesel(sql_type = BigInt)]
    gone: i64,
}

/// Reads the update that is all there is to a change.
pub async fn read(mut conn: &AsyncPgConnection, change: &Change) -> Result<Option<Appended>> {
    let Some((article, number)) = change.appended() else {
        return Ok(None);
    };
    let row = fixed(APPENDED)
        .bind::<SqlUuid, _>(article)
        .bind::<Integer, _>(number)
        .get_result(&mut conn);
    Ok(row.await.optional()?)
}

impl Appended {
    /// Analyses it, where that is enough: nothing of the article may be cut, and all words must be such as a node can put together.
    pub(super) async fn analyse(self, conn: &mut AsyncPgConnection) -> Result<Option<Analysed>> {
        let mut room = Room::default();
        let text = room.folded(&self.text);
        // As if none of its words stood there: all of them have room, then.
        let taken = self.room.saturating_add(room.taken());
        if usize::try_from(taken).is_ok_and(|taken| taken > BYTES) {
            return Ok(None);
        }
        let Some(stemming) = Stemming::named(&self.stemming) else {
            return Ok(None);
        };
        let update = Apart {
            id: self.article,
            edition: String::new(),
            stemming,
            parts: Default::default(),
            updates: vec![text],
            room: room.taken(),
        };
        let one = OneMore {
            told: self.told,
            stemming,
            words: Vec::new(),
            stands: Vec::new(),
            since: Since {
                database: self.database,
                epoch: self.epoch,
                gone: self.gone,
            },
            alone: self.alone,
        };
        met::appended(conn, (update, one)).await
    }
}
