//! Articles by their cards: the quick way to read what is asked for the most, the page as it is and lists of what cards hold. Where a card is
//! not to be had, nothing is answered here, and the article is put together.

use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use diesel_async::RunQueryDsl;
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::articles::model::PublicArticle;
use crate::articles::selection::{Field, Include, Selection, UpdatesWindow};
use crate::changes::Seq;
use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, Statement, in_time};
use crate::entities::model::PublicEntity;
use crate::error::{Error, Result};
use crate::publishing::card::VERSION_SQL;
use crate::values::Reference;
use crate::values::frontend::FRONTEND_SQL;

/// Epoch and seq, what is needed of the site, and of the article its card, text, headings, updates and donation links: JSON but for the text.
type PageTypes = (
    Integer,
    BigInt,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
);

/// A row of them.
type PageRow = (
    i32,
    i64,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

/// What is read of an article that has a card, is for all to read, and may show the links of its section or of the site. The texts come as they are kept, so that the
/// database need not write them as JSON.
const PAGE: &str = ", p.card, p.body_html, p.outline, p.updates, p.donation_links
    FROM delivery.head h
    LEFT JOIN LATERAL (
        SELECT c.card::text, a.body_html, a.outline::text, a.updates::text,
               CASE WHEN a.donation_mode = 'none' THEN '[]'
                    WHEN s.donation_links IS NOT NULL AND s.donation_links::text <> '[]' THEN s.donation_links::text
                    ELSE (SELECT donation_links::text FROM delivery.site) END AS donation_links
        FROM delivery.articles a
        JOIN delivery.article_cards c ON c.id = a.id
        LEFT JOIN delivery.sections s ON s.id = a.section_id
        WHERE a.donation_mode <> 'own' AND (SELECT public_text FROM delivery.site) = 'full' AND h.cards = ";

impl Selection {
    /// Whether a card and the article's own texts hold what is shown of a page.
    fn is_on_page(&self) -> bool {
        self.audience().contract().is_none()
            && self.is_of_html()
            && !self.linked_data
            && !self.syndicated
            && self.suggestions.is_none()
            && self.updates.is_whole_page()
    }

    /// Whether a card holds what is shown of each in a list.
    pub fn is_on_card(&self) -> bool {
        self.is_on_page()
            && !self.has(Field::Body)
            && !self.has(Field::Outline)
            && !self.includes(Include::Updates)
            && !self.includes(Include::DonationLinks)
    }

    fn is_of_html(&self) -> bool {
        self.forms.html && !self.forms.blocks && !self.forms.text
    }
}

impl PublicArticle {
    /// Without what was not asked for.
    fn only(mut self, selection: &Selection) -> Self {
        if !selection.includes(Include::Authors) {
            self.authors.clear();
        }
        if !selection.includes(Include::Entities) {
            self.entities.clear();
        }
        if !selection.includes(Include::Updates) {
            self.updates.clear();
            self.update_authors.clear();
        }
        if !selection.includes(Include::DonationLinks) {
            self.donation_links.clear();
        }
        if !selection.includes(Include::Related) {
            self.related.clear();
        }
        if !selection.includes(Include::Translations) {
            self.translations.clear();
        }
        self
    }
}

/// A published article by its card; nothing when it is to be put together, or there is none of this name. Indexes: the primary keys,
/// `articles_slug_key`.
pub(super) async fn page(
    conn: &mut DeliveryConn,
    which: &Reference,
    selection: &Selection,
) -> Result<Option<Snapshot<Vec<PublicArticle>>>> {
    if !selection.is_on_page() {
        return Ok(None);
    }
    let mut sql: Statement<PageTypes> = Statement::new("SELECT h.epoch, h.seq, ");
    sql.sql(FRONTEND_SQL)
        .sql(PAGE)
        .sql(VERSION_SQL)
        .sql(" AND a.update_count <= ")
        .bind(Bind::Number(UpdatesWindow::OF_PAGE));
    match which {
        Reference::Id(id) => sql.sql(" AND a.id = ").bind(Bind::Id(*id)),
        Reference::Slug(slug) => sql.sql(" AND a.slug = ").bind(Bind::Text(slug.to_string())),
    };
    sql.sql(") p ON true");
    let patience = conn.patience();
    let (epoch, number, site, card, body, outline, updates, links): PageRow =
        in_time(patience, sql.get_result(&mut **conn)).await??;
    let (Some(card), Some(outline), Some(updates), Some(links)) = (card, outline, updates, links)
    else {
        return Ok(None);
    };
    let article = PublicArticle {
        body_html: match body {
            Some(body) => Some(to_raw_value(&body).map_err(Error::internal)?),
            None => None,
        },
        outline: Some(RawValue::from_string(outline).map_err(Error::internal)?),
        updates: read(&updates)?,
        donation_links: read(&links)?,
        ..read::<PublicArticle>(&card)?
    };
    Ok(Some(Snapshot {
        seq: Seq { epoch, number },
        site,
        rows: vec![article.only(selection)],
        total: None,
    }))
}

fn read<'j, T: Deserialize<'j>>(json: &'j str) -> Result<T> {
    serde_json::from_str(json).map_err(Error::internal)
}

/// An entity with its articles, or nothing.
pub(super) type OfEntity<A> = Vec<(PublicEntity, Vec<A>)>;

/// An entity, and each of its articles by its card; nothing when one has to be put together.
pub(super) fn of_entity(
    found: Snapshot<OfEntity<Option<PublicArticle>>>,
    selection: &Selection,
) -> Option<Snapshot<OfEntity<PublicArticle>>> {
    found.try_map(|rows| {
        let rows = rows.into_iter();
        let rows = rows.map(|(entity, articles)| Some((entity, shown(articles, selection)?)));
        rows.collect()
    })
}

/// Each article of a list by its card; nothing when one has to be put together.
pub(super) fn all(
    found: Snapshot<Vec<Option<PublicArticle>>>,
    selection: &Selection,
) -> Option<Snapshot<Vec<PublicArticle>>> {
    found.try_map(|rows| shown(rows, selection))
}

fn shown(cards: Vec<Option<PublicArticle>>, selection: &Selection) -> Option<Vec<PublicArticle>> {
    let cards = cards.into_iter().map(|card| Some(card?.only(selection)));
    cards.collect()
}

/// The card of the article `p.id` as `r`, or null, in a statement that reads `h`, the head.
pub(super) const CARD: &str =
    ") p LEFT JOIN delivery.article_cards c ON c.id = p.id AND h.cards = ";
