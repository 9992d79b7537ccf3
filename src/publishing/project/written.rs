//! Writing articles, and what follows from it. All that can be asked for is sent at once: the counter is locked, and waiting for each answer would take
//! longer than all that is asked for.

use std::collections::HashSet;
use std::sync::LazyLock;

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::future::{try_join, try_join_all, try_join3, try_join4};
use uuid::Uuid;

use super::articles::{KEYS, NEW_AUTHORS, NEW_ENTITIES, STANDING, Stood};
use super::media::{OF_ARTICLES, User, changed};
use super::search::{Placed, place};
use super::updates::UPDATED;
use super::{IdRow, KeyRow, Projection};
use crate::changes::Seq;
use crate::db::fixed;
use crate::error::Result;
use crate::publishing::card::WRITE;
use crate::publishing::door::lock;

/// The keys of articles, the authors whom readers do not know yet, and pictures that came into use or went out of it.
static TOLD: LazyLock<String> = LazyLock::new(|| {
    let changed = changed!();
    format!(
        "{OF_ARTICLES}
         SELECT k.key, NULL::uuid AS author, NULL::uuid AS picture FROM ({KEYS}) k
         UNION ALL SELECT NULL, n.id, NULL FROM ({NEW_AUTHORS}) n
         UNION ALL SELECT NULL, NULL, p.id FROM ({changed}) p"
    )
});

/// A key, an author or a picture.
#[derive(QueryableByName)]
pub(super) struct Told {
    #[diesel(sql_type = Nullable<Text>)]
    key: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    author: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    picture: Option<Uuid>,
}

impl Told {
    /// Asks what is told of articles.
    pub async fn ask(mut conn: &AsyncPgConnection, ids: &[Uuid]) -> Result<Vec<Self>> {
        Ok(fixed(&TOLD)
            .bind::<Array<SqlUuid>, _>(ids)
            .bind::<Text, _>(User::Article.as_str())
            .load(&mut conn)
            .await?)
    }
}

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
    /// What came of putting their words in their place, if it was done.
    pub placed: Option<Placed>,
}

impl Written {
    /// Articles that stand as they did, with what is told of them.
    pub fn told(told: Vec<Told>, placed: Option<Placed>, keys: &mut Vec<String>) -> Self {
        let (mut authors, mut pictures) = (Vec::new(), Vec::new());
        for row in told {
            keys.extend(row.key);
            authors.extend(row.author);
            pictures.extend(row.picture);
        }
        Self {
            standing: HashSet::new(),
            authors,
            entities: Vec::new(),
            pictures,
            placed,
        }
    }
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
        let (_, (standing, pictures), placed, (keys, authors, entities)) =
            try_join4(written, stands, self.place_words(conn, ids), told).await?;
        self.keys.extend(keys.into_iter().map(|row| row.key));
        Ok(Written {
            standing: standing.into_iter().collect(),
            authors: IdRow::ids(authors),
            entities: IdRow::ids(entities),
            pictures: IdRow::ids(pictures),
            placed,
        })
    }

    /// The same for articles of which only the updates are written: how they stand, and what entities they name, is as it was. It locks the counter
    /// first, and tells the number of the change: each statement sees what was committed before its own turn, which comes under the lock.
    pub(super) async fn write_updates(&mut self, ids: &[Uuid]) -> Result<(Seq, Written)> {
        let mut conn: &AsyncPgConnection = self.conn;
        let updated = fixed(UPDATED)
            .bind::<Array<SqlUuid>, _>(ids)
            .execute(&mut conn);
        let cards = fixed(&WRITE)
            .bind::<Array<SqlUuid>, _>(ids)
            .bind::<BigInt, _>(1)
            .execute(&mut conn);
        let written = async { Ok(try_join(updated, cards).await?) };
        let (placed, told) = (self.place_words(conn, ids), Told::ask(conn, ids));
        let (seq, _, placed, told) = try_join4(lock(conn), written, placed, told).await?;
        Ok((seq, Written::told(told, placed, &mut self.keys)))
    }

    /// Puts the words that are at hand in their place.
    async fn place_words(&self, conn: &AsyncPgConnection, ids: &[Uuid]) -> Result<Option<Placed>> {
        if !self.findable {
            return Ok(None);
        }
        Ok(Some(place(conn, ids, self.analysed).await?))
    }

    /// Does what follows.
    pub(super) async fn follow(&mut self, written: Written, ids: &[Uuid]) -> Result<()> {
        self.media(&written.pictures).await?;
        self.found(written.placed, ids).await?;
        self.authors(&written.authors).await?;
        self.entities(&written.entities).await
    }
}
