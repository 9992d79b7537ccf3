//! Writing articles, and what follows from it. All that can be asked for is sent at once: the counter is locked, and waiting for each answer would take
//! longer than all that is asked for.

use std::collections::HashSet;

use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::future::{try_join, try_join_all, try_join3, try_join4};
use uuid::Uuid;

use super::articles::{KEYS, NEW_AUTHORS, NEW_ENTITIES, STANDING, Stood};
use super::media::User;
use super::search::place;
use super::{IdRow, KeyRow, Projection};
use crate::db::fixed;
use crate::error::Result;

/// What came of writing articles, and what is still to be done.
pub(super) struct Written {
    /// How they stand to others.
    pub standing: HashSet<Stood>,
    /// Authors whom readers do not know yet.
    pub authors: Vec<Uuid>,
    /// Entities, likewise.
    pub entities: Vec<Uuid>,
    /// Pictures that came into use or went out of it.
    pictures: Vec<Uuid>,
    /// The articles of whose words none were at hand that fit.
    wordless: Vec<Uuid>,
    /// For how many words they stood before, if new words were taken in.
    stood: Option<i64>,
}

impl Projection<'_> {
    /// Runs statements that write articles (`execute_all`), makes these findable, collects their keys and finds out what follows.
    pub(super) async fn write_articles(
        &mut self,
        statements: &[&'static str],
        ids: &[Uuid],
    ) -> Result<Written> {
        let mut conn: &AsyncPgConnection = self.conn;
        let sent: Vec<_> = statements
            .iter()
            .map(|sql| {
                fixed(sql)
                    .bind::<Array<SqlUuid>, _>(ids)
                    .bind::<BigInt, _>(self.seq)
                    .execute(&mut conn)
            })
            .collect();
        let written = async { Ok(try_join_all(sent).await?) };
        let standing = fixed(STANDING)
            .bind::<Array<SqlUuid>, _>(ids)
            .load::<Stood>(&mut conn);
        let pictures = fixed(User::Article.uses())
            .bind::<Array<SqlUuid>, _>(ids)
            .bind::<Text, _>(User::Article.as_str())
            .load::<IdRow>(&mut conn);
        let stands = async { Ok(try_join(standing, pictures).await?) };
        let keys = fixed(KEYS)
            .bind::<Array<SqlUuid>, _>(ids)
            .load::<KeyRow>(&mut conn);
        let [authors, entities] = [NEW_AUTHORS, NEW_ENTITIES].map(|sql| {
            fixed(sql)
                .bind::<Array<SqlUuid>, _>(ids)
                .load::<IdRow>(&mut conn)
        });
        let told = async { Ok(try_join3(keys, authors, entities).await?) };
        let (_, (standing, pictures), (wordless, stood), (keys, authors, entities)) =
            try_join4(written, stands, self.place_words(conn, ids), told).await?;
        self.keys.extend(keys.into_iter().map(|row| row.key));
        Ok(Written {
            standing: standing.into_iter().collect(),
            authors: IdRow::ids(authors),
            entities: IdRow::ids(entities),
            pictures: IdRow::ids(pictures),
            wordless,
            stood,
        })
    }

    /// Puts the words that are at hand in their place, and takes in those that are new.
    async fn place_words(
        &self,
        conn: &AsyncPgConnection,
        ids: &[Uuid],
    ) -> Result<(Vec<Uuid>, Option<i64>)> {
        if !self.findable {
            return Ok((Vec::new(), None));
        }
        let placed = place(conn, ids, self.analysed);
        let taken = async {
            match &self.analysed.moves {
                Some(moves) => Ok(Some(moves.take_in(conn, ids).await?)),
                None => Ok(None),
            }
        };
        try_join(placed, taken).await
    }

    /// Does what follows.
    pub(super) async fn follow(&mut self, written: Written, ids: &[Uuid]) -> Result<()> {
        self.media(&written.pictures).await?;
        if self.findable {
            self.found(written.wordless, written.stood, ids).await?;
        }
        self.authors(&written.authors).await?;
        self.entities(&written.entities).await
    }
}
