//! Projections: each kind of thing, from the newsroom as it stands to the rows that readers get. What of a thing may be another is written whole,
//! so that a rebuild gives the same. They run under the counter's lock and collect the keys of what they touch, old and new.

mod articles;
pub(super) mod cards;
mod donation_links;
mod media;
mod merges;
mod notices;
mod one_more;
mod people;
mod search;
mod site;
pub(super) mod updates;
mod written;

pub(super) use self::articles::KEYS;
pub(super) use self::one_more::all_at_once;
pub(super) use self::search::NewWords;

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::future::try_join_all;
use uuid::Uuid;

use super::analysis::Analysed;
use super::change::{Kind, Touched};
use crate::changes::Seq;
use crate::db::fixed;
use crate::error::Result;

/// One run of the projections, for one change.
pub(super) struct Projection<'c> {
    conn: &'c mut AsyncPgConnection,
    seq: i64,
    keys: Vec<String>,
    cards: Vec<Uuid>,
    cards_later: bool,
    findable: bool,
    /// Whether what hangs on the site or a section may have changed.
    hung: bool,
    /// Whether partners may be told something of what is written.
    tells: bool,
    analysed: &'c Analysed,
}

#[derive(QueryableByName)]
struct KeyRow {
    #[diesel(sql_type = Text)]
    key: String,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

impl IdRow {
    fn ids(rows: Vec<Self>) -> Vec<Uuid> {
        rows.into_iter().map(|row| row.id).collect()
    }
}

impl<'c> Projection<'c> {
    /// With the words of the articles that are to be projected, as far as they were found before.
    pub fn new(conn: &'c mut AsyncPgConnection, seq: i64, analysed: &'c Analysed) -> Self {
        Self {
            conn,
            seq,
            keys: Vec::new(),
            cards: Vec::new(),
            cards_later: false,
            findable: true,
            hung: false,
            tells: false,
            analysed,
        }
    }

    /// The same, which leaves all cards to be written when it is done.
    pub fn without_cards(mut self) -> Self {
        self.cards_later = true;
        self
    }

    /// The same, with what partners are told of it.
    pub fn telling(mut self, tells: bool) -> Self {
        self.tells = tells;
        self
    }

    /// The same, for who will not search.
    pub fn without_search(mut self) -> Self {
        self.findable = false;
        self
    }

    /// The keys of all that was touched.
    pub fn into_keys(self) -> Vec<String> {
        self.keys
    }

    /// Projects everything touched and tells whether readers can see any of it. Links and people first reached by an article come after it,
    /// in the same change.
    pub async fn run(&mut self, touched: &Touched) -> Result<bool> {
        if touched.site {
            self.site().await?;
        }
        if touched.embargoes {
            self.embargoes().await?;
        }
        if !touched.sections.is_empty() {
            self.sections(&touched.sections).await?;
        }
        if !touched.articles.is_empty() {
            self.articles(&touched.articles).await?;
        }
        if !touched.updated.is_empty() {
            self.updated(&touched.updated).await?;
        }
        let mut merged = false;
        for merge in &touched.merges {
            merged |= self.merged(merge).await?;
        }
        let authors = self.public_among("authors", &touched.authors).await?;
        self.authors(&authors).await?;
        let entities = self.public_among("entities", &touched.entities).await?;
        self.entities(&entities).await?;
        let links = self.donation_links(&touched.donation_links).await?;
        let media = self.retold(&touched.media).await?;
        self.write_what_hangs(&touched.articles).await?;
        let always = touched.site
            || touched.embargoes
            || touched.notices
            || [&touched.sections, &touched.articles, &touched.updated]
                .iter()
                .any(|ids| !ids.is_empty());
        Ok(always || merged || links || media || !authors.is_empty() || !entities.is_empty())
    }

    /// Projects these things of one kind, known to readers or not.
    pub async fn all(&mut self, kind: Kind, ids: &[Uuid]) -> Result<()> {
        match kind {
            Kind::Site => self.site().await?,
            Kind::Section => self.sections(ids).await?,
            Kind::Author => self.authors(ids).await?,
            Kind::Entity => {
                self.entities(ids).await?;
                self.led_on(ids).await?;
                self.recount(ids).await?;
            }
            Kind::DonationLink => drop(self.donation_links(ids).await?),
            Kind::Article => self.articles(ids).await?,
            Kind::Media => self.media(ids).await?,
        }
        self.write_what_hangs(ids).await
    }

    /// Locks the counter and projects updates of articles, where nothing else is to be projected and partners are told nothing. Gives the number of
    /// the change.
    pub async fn lock_and_update(&mut self, ids: &[Uuid]) -> Result<Seq> {
        let seq = self.updates(ids).await?;
        self.write_what_hangs(&[]).await?;
        Ok(seq)
    }

    /// After all is written: what hangs on the site and its sections, and cards.
    async fn write_what_hangs(&mut self, own: &[Uuid]) -> Result<()> {
        self.write_hung().await?;
        self.write_cards(own).await
    }

    /// Projects these things of one kind into a delivery in which nothing of them is, and all that they refer to is. What articles are searched by,
    /// and their number for each entity, come after.
    pub async fn where_nothing_is(&mut self, kind: Kind, ids: &[Uuid]) -> Result<()> {
        match kind {
            Kind::Entity => {
                self.entities(ids).await?;
                self.led_on(ids).await
            }
            Kind::Article => self.first_articles(ids).await,
            _ => self.all(kind, ids).await,
        }
    }

    /// Runs a statement whose parameters are the ids (`$1`) and the change's number (`$2`).
    async fn execute(&mut self, sql: &'static str, ids: &[Uuid]) -> Result<()> {
        fixed(sql)
            .bind::<Array<SqlUuid>, _>(ids)
            .bind::<BigInt, _>(self.seq)
            .execute(self.conn)
            .await?;
        Ok(())
    }

    /// Runs such statements one after the other, without waiting for the answer of each: the counter is locked.
    async fn execute_all(&mut self, statements: &[&'static str], ids: &[Uuid]) -> Result<()> {
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
        try_join_all(sent).await?;
        Ok(())
    }

    /// Runs queries for ids one after the other, likewise.
    async fn ids_of_all<const N: usize>(
        &mut self,
        queries: [&'static str; N],
        ids: &[Uuid],
    ) -> Result<[Vec<Uuid>; N]> {
        let mut conn: &AsyncPgConnection = self.conn;
        let sent = queries.map(|sql| {
            fixed(sql)
                .bind::<Array<SqlUuid>, _>(ids)
                .load::<IdRow>(&mut conn)
        });
        let mut found = try_join_all(sent).await?.into_iter();
        Ok(std::array::from_fn(|_| {
            IdRow::ids(found.next().unwrap_or_default())
        }))
    }

    /// Collects the keys that a query over the ids gives.
    async fn collect_keys(&mut self, sql: &'static str, ids: &[Uuid]) -> Result<()> {
        let rows: Vec<KeyRow> = fixed(sql)
            .bind::<Array<SqlUuid>, _>(ids)
            .load(self.conn)
            .await?;
        self.keys.extend(rows.into_iter().map(|row| row.key));
        Ok(())
    }

    async fn ids(&mut self, sql: &'static str, ids: &[Uuid]) -> Result<Vec<Uuid>> {
        let rows: Vec<IdRow> = fixed(sql)
            .bind::<Array<SqlUuid>, _>(ids)
            .load(self.conn)
            .await?;
        Ok(IdRow::ids(rows))
    }

    /// The same, at most so many (`$2`).
    async fn ids_up_to(
        &mut self,
        sql: &'static str,
        ids: &[Uuid],
        limit: i64,
    ) -> Result<Vec<Uuid>> {
        let rows: Vec<IdRow> = fixed(sql)
            .bind::<Array<SqlUuid>, _>(ids)
            .bind::<BigInt, _>(limit)
            .load(self.conn)
            .await?;
        Ok(IdRow::ids(rows))
    }

    /// Those among the ids that readers have known before; authors and entities by the name that they keep for good.
    async fn public_among(&mut self, table: &str, ids: &[Uuid]) -> Result<Vec<Uuid>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let sql = match table {
            "authors" => {
                "SELECT DISTINCT id FROM delivery.slugs WHERE kind = 'author' AND id = ANY($1)"
            }
            _ => "SELECT DISTINCT id FROM delivery.slugs WHERE kind = 'entity' AND id = ANY($1)",
        };
        self.ids(sql, ids).await
    }
}
