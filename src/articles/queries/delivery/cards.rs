//! Articles by their cards: the quick way to read what is asked for the most, the page as it is and lists of what cards hold. Where a card is
//! not to be had, nothing is answered here, and the article is put together.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Sql;
use crate::articles::model::PublicArticle;
use crate::articles::selection::{Field, Include, Selection, UpdatesWindow};
use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, Statement, snapshot};
use crate::donation_links::model::PublicDonationLink;
use crate::donation_links::queries::delivery::{
    DONATION_LINK_JSON, OF_ARTICLE_BEGIN, OF_ARTICLE_END,
};
use crate::error::Result;
use crate::publishing::card::VERSION_SQL;
use crate::updates::model::PublicUpdate;
use crate::values::Reference;
use crate::values::frontend::FRONTEND_SQL;

/// What a page shows beside the card.
#[derive(Debug, Deserialize)]
struct Rest {
    body_html: Option<Box<RawValue>>,
    outline: Option<Box<RawValue>>,
    updates: Vec<PublicUpdate>,
    donation_links: Vec<PublicDonationLink>,
}

impl Selection {
    /// Whether a card and the article's own texts hold what is shown of a page.
    fn is_on_page(&self) -> bool {
        self.is_of_html()
            && !self.linked_data
            && self.suggestions.is_none()
            && self.updates.is_whole_page()
    }

    /// Whether a card holds what is shown of each in a list.
    pub(super) fn is_on_card(&self) -> bool {
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
    let mut sql: Sql = Statement::new("SELECT h.epoch, h.seq, ");
    sql.sql(FRONTEND_SQL)
        .sql(
            ", coalesce((SELECT concat('[', c.card, ',', json_build_object('body_html', a.body_html, 'outline', a.outline, 'updates', a.updates,
                                                                          'donation_links', ",
        )
        .sql(OF_ARTICLE_BEGIN)
        .sql(DONATION_LINK_JSON)
        .sql(OF_ARTICLE_END)
        .sql("), ']') FROM delivery.articles a JOIN delivery.article_cards c ON c.id = a.id WHERE h.cards = ")
        .sql(VERSION_SQL)
        .sql(" AND a.update_count <= ")
        .bind(Bind::Number(UpdatesWindow::OF_PAGE));
    match which {
        Reference::Id(id) => sql.sql(" AND a.id = ").bind(Bind::Id(*id)),
        Reference::Slug(slug) => sql.sql(" AND a.slug = ").bind(Bind::Text(slug.to_string())),
    };
    sql.sql("), 'null'), NULL::bigint FROM delivery.head h");
    let found: Snapshot<Option<(PublicArticle, Rest)>> = snapshot(conn, sql).await?;
    let whole = |(card, rest): (PublicArticle, Rest)| {
        let article = PublicArticle {
            body_html: rest.body_html,
            outline: rest.outline,
            updates: rest.updates,
            donation_links: rest.donation_links,
            ..card
        };
        article.only(selection)
    };
    let Snapshot {
        seq,
        site,
        rows,
        total,
    } = found;
    Ok(rows.map(|row| Snapshot {
        seq,
        site,
        rows: vec![whole(row)],
        total,
    }))
}

/// Each article of a list by its card; nothing when one has to be put together.
pub(super) fn all(
    found: Snapshot<Vec<Option<PublicArticle>>>,
    selection: &Selection,
) -> Option<Snapshot<Vec<PublicArticle>>> {
    let Snapshot {
        seq,
        site,
        rows,
        total,
    } = found;
    let cards = rows.into_iter().map(|row| Some(row?.only(selection)));
    Some(Snapshot {
        seq,
        site,
        rows: cards.collect::<Option<Vec<_>>>()?,
        total,
    })
}

/// The card of the article `p.id` as `r`, or null, in a statement that reads `h`, the head.
pub(super) const CARD: &str =
    ") p LEFT JOIN delivery.article_cards c ON c.id = p.id AND h.cards = ";
