//! Filling a delivery that is empty: by the statements of every other write, but for those that take away what was there before, in larger
//! batches, and with indexes that are made at the end.

mod indexes;
mod search;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use uuid::Uuid;

use self::search::Search;
use super::{Step, afresh, cards, kinds};
use crate::error::Result;
use crate::publishing::analysis::Analysed;
use crate::publishing::change::{Change, Kind, Touched};
use crate::publishing::door::{self, Passed};
use crate::publishing::project::Projection;
use crate::publishing::tx::Tx;

/// How many articles are done at a time.
const ARTICLES: i64 = 200;

/// How many things are done at a time that have no text to speak of.
const OTHERS: i64 = 1000;

/// What was written in this transaction has no statistics yet: without, each batch would be planned as if there was next to nothing.
const ANALYZE: &str = "ANALYZE newsroom.sections, newsroom.authors, newsroom.entities, newsroom.entity_names, newsroom.entity_merges,
    newsroom.donation_links, newsroom.donation_attachments, newsroom.articles, newsroom.article_versions, newsroom.article_version_authors,
    newsroom.article_version_entities, newsroom.article_version_related, newsroom.article_version_donation_links, newsroom.updates,
    newsroom.update_versions, newsroom.update_version_authors, newsroom.slugs, newsroom.old_paths, newsroom.removed,
    newsroom.media, newsroom.media_uses";

/// The same for what is filled.
const ANALYZE_FILLED: &str = "ANALYZE delivery.sections, delivery.authors, delivery.entities, delivery.entity_names, delivery.slugs,
    delivery.old_paths, delivery.donation_links, delivery.donation_attachments, delivery.articles, delivery.article_texts, delivery.article_authors,
    delivery.article_entities, delivery.article_related, delivery.article_search, delivery.words,
    delivery.media, delivery.media_uses";

/// Statistics are taken after the first batch of a kind, and whenever there is this many times as much.
const GROWN: u64 = 16;

/// Nothing but the site that every delivery has.
const EMPTY: &str = "
    SELECT NOT (EXISTS (SELECT FROM delivery.sections) OR EXISTS (SELECT FROM delivery.authors) OR EXISTS (SELECT FROM delivery.entities)
        OR EXISTS (SELECT FROM delivery.entity_names) OR EXISTS (SELECT FROM delivery.merged_entities)
        OR EXISTS (SELECT FROM delivery.donation_links) OR EXISTS (SELECT FROM delivery.donation_attachments)
        OR EXISTS (SELECT FROM delivery.articles) OR EXISTS (SELECT FROM delivery.article_texts) OR EXISTS (SELECT FROM delivery.article_cards) OR EXISTS (SELECT FROM delivery.article_search) OR EXISTS (SELECT FROM delivery.words)
        OR EXISTS (SELECT FROM delivery.slugs) OR EXISTS (SELECT FROM delivery.old_paths)
        OR EXISTS (SELECT FROM delivery.media) OR EXISTS (SELECT FROM delivery.media_uses)
        OR EXISTS (SELECT FROM delivery.tombstones)) AS empty";

/// The next ids (after `$1`, at most `$2`) of a kind (`$3`) that the newsroom has or had.
macro_rules! ids {
    ($table:literal) => {
        concat!(
            "SELECT id FROM ((SELECT id FROM newsroom.",
            $table,
            " WHERE id > $1 ORDER BY id LIMIT $2)
              UNION (SELECT id FROM newsroom.removed WHERE kind = $3 AND id > $1 ORDER BY id LIMIT $2)) AS every (id) ORDER BY id LIMIT $2"
        )
    };
}

#[derive(QueryableByName)]
struct EmptyRow {
    #[diesel(sql_type = Bool)]
    empty: bool,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Projects all that the newsroom has into a delivery that is still empty, in a transaction that does nothing else after it. The counter stays
/// locked until its end, and searches wait for it.
///
/// # Errors
/// The database.
pub async fn fill(tx: &mut Tx) -> Result<()> {
    tx.batch_execute(ANALYZE).await?;
    let row: EmptyRow = diesel::sql_query(EMPTY).get_result(&mut ***tx).await?;
    let mut filling = Filling {
        search: row.empty.then(Search::default),
        tx,
    };
    if !row.empty {
        return filling.all().await;
    }
    door::lock(filling.conn()).await?;
    let indexes = indexes::lay_aside(filling.conn()).await?;
    filling.all().await?;
    indexes::make(filling.conn(), &indexes).await
}

/// A delivery on its way from empty to full.
struct Filling<'t> {
    tx: &'t mut Tx,
    /// What articles are searched by; nothing where there is something in delivery already, and all is done as by a rebuild.
    search: Option<Search>,
}

impl Filling<'_> {
    fn conn(&mut self) -> &mut AsyncPgConnection {
        self.tx
    }

    async fn all(&mut self) -> Result<()> {
        for (step, _) in Step::ALL {
            let Step::Project(kind) = step else { continue };
            self.kind(kind).await?;
        }
        self.finish().await?;
        let seq = door::lock(self.conn()).await?;
        cards::write_all(self.tx, seq.number).await
    }

    async fn kind(&mut self, kind: Kind) -> Result<()> {
        let limit = match kind {
            Kind::Article => ARTICLES,
            _ => OTHERS,
        };
        let (mut after, mut batches, mut due) = (Uuid::nil(), 0, 1);
        loop {
            let ids = self.ids(kind, after, limit).await?;
            let Some(last) = ids.last() else {
                return Ok(());
            };
            after = *last;
            self.batch(kind, &ids).await?;
            batches += 1;
            if batches == due {
                due *= GROWN;
                self.conn().batch_execute(ANALYZE_FILLED).await?;
            }
        }
    }

    async fn ids(&mut self, kind: Kind, after: Uuid, limit: i64) -> Result<Vec<Uuid>> {
        let sql = match kind {
            _ if self.search.is_none() => return kinds::ids(self.tx, kind, after, limit).await,
            Kind::Site => return kinds::ids(self.tx, kind, after, limit).await,
            Kind::Section => ids!("sections"),
            Kind::Author => ids!("authors"),
            Kind::Entity => ids!("entities"),
            Kind::DonationLink => ids!("donation_links"),
            Kind::Article => ids!("articles"),
            Kind::Media => ids!("media"),
        };
        let rows: Vec<IdRow> = diesel::sql_query(sql)
            .bind::<SqlUuid, _>(after)
            .bind::<BigInt, _>(limit)
            .bind::<Text, _>(kind.as_str())
            .load(self.conn())
            .await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    async fn batch(&mut self, kind: Kind, ids: &[Uuid]) -> Result<()> {
        let Some(search) = &mut self.search else {
            return afresh::first(self.tx, kind, ids).await;
        };
        let conn = &mut ***self.tx;
        let seq = door::lock(conn).await?;
        let none = Analysed::default();
        let mut projection = Projection::new(conn, seq.number, &none).without_cards();
        projection.where_nothing_is(kind, ids).await?;
        let keys = projection.into_keys();
        let change = &Change::rebuilt(Touched::of(kind, ids));
        door::record(conn, &Passed { seq, change, keys }).await?;
        match kind {
            Kind::Article => search.next(conn, ids).await,
            _ => Ok(()),
        }
    }

    /// What comes after all articles.
    async fn finish(&mut self) -> Result<()> {
        let Some(mut search) = self.search.take() else {
            return Ok(());
        };
        search.finish(self.conn()).await?;
        let none = Analysed::default();
        Projection::new(self.conn(), 1, &none).count_all().await
    }
}
