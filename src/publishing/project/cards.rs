//! Cards: written anew of all articles that a change touches, and of those that name what it touches.

use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Projection;
use crate::db::fixed;
use crate::error::Result;
use crate::publishing::card::WRITE;

/// How many cards are written in one change at most, about 0.3 ms each: other writers wait. More are noted to be written one after the other.
const AT_ONCE: usize = 200;

/// How many cards of other articles are written because of those that a change touches: more only where one is picked by very many.
const MOST: usize = 5 * AT_ONCE;

/// A thing that cards name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A section.
    Section,
    /// An author.
    Author,
    /// An entity.
    Entity,
}

impl Named {
    /// As it is noted.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Section => "section",
            Self::Author => "author",
            Self::Entity => "entity",
        }
    }

    /// Which among the ids (`$1`) readers know otherwise than the newsroom now does, in what cards show of them.
    fn renamed(self) -> &'static str {
        match self {
            Self::Section => {
                "SELECT d.id FROM delivery.sections d LEFT JOIN newsroom.sections n ON n.id = d.id
                 WHERE d.id = ANY($1) AND (n.slug, n.name, n.names::text) IS DISTINCT FROM (d.slug, d.name, d.names::text)"
            }
            Self::Author => {
                "SELECT d.id FROM delivery.authors d LEFT JOIN newsroom.authors n ON n.id = d.id
                 WHERE d.id = ANY($1) AND (n.slug, n.name) IS DISTINCT FROM (d.slug, d.name)"
            }
            Self::Entity => {
                "SELECT d.id FROM delivery.entities d LEFT JOIN newsroom.entities n ON n.id = d.id
                 WHERE d.id = ANY($1) AND (n.kind, n.slug, n.name, n.names::text) IS DISTINCT FROM (d.kind, d.slug, d.name, d.names::text)"
            }
        }
    }

    /// The articles whose cards name one of the ids (`$1`), at most `$2`. The section of another article is in the address of a pick and of a
    /// translation.
    pub fn named_by(self) -> &'static str {
        match self {
            Self::Section => {
                "WITH own AS (SELECT id, translation_of FROM delivery.articles WHERE section_id = ANY($1) LIMIT $2)
                 SELECT id FROM own
                 UNION SELECT p.article_id FROM own o JOIN delivery.article_related p ON p.target_id = o.id
                 UNION SELECT t.id FROM own o
                       JOIN delivery.articles t ON coalesce(t.translation_of, t.id) = coalesce(o.translation_of, o.id)
                 LIMIT $2"
            }
            Self::Author => {
                "SELECT article_id AS id FROM delivery.article_authors WHERE author_id = ANY($1)
                 UNION
                 SELECT u.article_id FROM newsroom.update_version_authors l
                 JOIN newsroom.update_versions v ON v.id = l.version_id
                 JOIN newsroom.updates u ON u.id = v.update_id
                 WHERE l.author_id = ANY($1)
                 LIMIT $2"
            }
            Self::Entity => {
                "SELECT DISTINCT article_id AS id FROM delivery.article_entities WHERE entity_id = ANY($1) LIMIT $2"
            }
        }
    }
}

const STALE: &str = "
    WITH stale AS (
        INSERT INTO delivery.stale_cards (kind, id, seq) VALUES ($1, $2, $3)
        ON CONFLICT (kind, id) DO UPDATE SET seq = EXCLUDED.seq
    )
    UPDATE delivery.head SET cards = 0";

impl Projection<'_> {
    /// Before things of a kind are written: notes the cards that name those which will be known otherwise.
    pub(super) async fn renaming(&mut self, named: Named, ids: &[Uuid]) -> Result<()> {
        if ids.is_empty() || self.cards_later {
            return Ok(());
        }
        for id in self.ids(named.renamed(), ids).await? {
            let limit = i64::try_from(AT_ONCE + 1).unwrap_or_default();
            let cards = self.ids_up_to(named.named_by(), &[id], limit).await?;
            if cards.len() > AT_ONCE {
                self.stale(named.as_str(), id).await?;
            } else {
                self.cards.extend(cards);
            }
        }
        Ok(())
    }

    /// Notes the cards of articles that are written anew, and of those that show them, as the keys tell which were collected since.
    pub(super) fn card_keys(&mut self, since: usize) {
        let keys = self.keys.iter().skip(since);
        let articles = keys.filter_map(|key| key.strip_prefix("article:")?.parse::<Uuid>().ok());
        self.cards.extend(articles);
    }

    /// Notes the cards of articles that now name another entity in place of one that was merged into it.
    pub(super) async fn card_links(&mut self, into: Uuid, articles: &[Uuid]) -> Result<()> {
        if articles.len() > AT_ONCE {
            return self.stale(Named::Entity.as_str(), into).await;
        }
        self.cards.extend(articles);
        Ok(())
    }

    /// After all is written: the cards of those noted.
    pub(super) async fn write_cards(&mut self, own: &[Uuid]) -> Result<()> {
        if self.cards_later {
            return Ok(());
        }
        let mut ids = std::mem::take(&mut self.cards);
        ids.sort_unstable();
        ids.dedup();
        if ids.len() > MOST + own.len() {
            self.stale("all", Uuid::nil()).await?;
            // These have lost theirs.
            ids = own.to_vec();
        }
        if ids.is_empty() {
            return Ok(());
        }
        self.execute(&WRITE, &ids).await
    }

    async fn stale(&mut self, kind: &'static str, id: Uuid) -> Result<()> {
        fixed(STALE)
            .bind::<Text, _>(kind)
            .bind::<SqlUuid, _>(id)
            .bind::<BigInt, _>(self.seq)
            .execute(self.conn)
            .await?;
        Ok(())
    }
}
