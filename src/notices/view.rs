//! Notices, and what partners hold, as answers show them.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{Notice, NoticeKind, PartnerNotice};
use super::parameters::Holding;
use crate::publishing::holdings::{Held, Told};
use crate::values::to_rfc3339;

/// What partners are told of an article with the change by which it was withdrawn or corrected.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NoticeView {
    /// Its id: acknowledge it by that.
    id: Uuid,
    /// What happened.
    kind: NoticeKind,
    /// The number of the update, of corrections and retractions.
    #[schema(required, example = 3)]
    update_number: Option<i32>,
    /// What the publisher has to say to it; of a retraction, why.
    #[schema(
        required,
        example = "Verwijder het stuk: de bron heeft zich teruggetrokken."
    )]
    text: Option<String>,
    /// When it happened.
    #[schema(format = DateTime)]
    at: String,
}

impl From<&Notice> for NoticeView {
    fn from(notice: &Notice) -> Self {
        Self {
            id: notice.id,
            kind: NoticeKind::stored(&notice.kind),
            update_number: notice.update_number,
            text: notice.text.clone(),
            at: to_rfc3339(&notice.at),
        }
    }
}

/// A notice to you.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartnerNoticeView {
    /// Its id.
    id: Uuid,
    /// What happened.
    kind: NoticeKind,
    /// The article's id.
    article: Uuid,
    /// The number of the update, of corrections and retractions.
    #[schema(required, example = 3)]
    update_number: Option<i32>,
    /// What the publisher has to say to it; of a retraction, why.
    #[schema(
        required,
        example = "Verwijder het stuk: de bron heeft zich teruggetrokken."
    )]
    text: Option<String>,
    /// When it happened.
    #[schema(format = DateTime)]
    at: String,
    /// When you acknowledged it.
    #[schema(required, format = DateTime)]
    acknowledged_at: Option<String>,
    /// What you had to say to it.
    #[schema(required, example = "Van de site gehaald om 14.05 uur.")]
    note: Option<String>,
}

impl From<PartnerNotice> for PartnerNoticeView {
    fn from(notice: PartnerNotice) -> Self {
        Self {
            id: notice.id,
            kind: NoticeKind::stored(&notice.kind),
            article: notice.article_id,
            update_number: notice.update_number,
            text: notice.text,
            at: to_rfc3339(&notice.at),
            acknowledged_at: notice.acknowledged_at.as_ref().map(to_rfc3339),
            note: notice.note,
        }
    }
}

/// What a partner has read of an article, and how that stands to what it is now.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldArticle {
    /// Who.
    partner: HoldingPartner,
    /// What.
    article: HeldArticleName,
    /// As of which change they last read it.
    #[schema(example = 42)]
    fetched_seq: i64,
    /// When they first read it.
    #[schema(format = DateTime)]
    first_fetched_at: String,
    /// When they last read it.
    #[schema(format = DateTime)]
    last_fetched_at: String,
    /// The change that last wrote it; null when it is withdrawn.
    #[schema(required, example = 45)]
    article_seq: Option<i64>,
    /// How the one stands to the other.
    holding: Holding,
    /// What concerns the partner of what they were told of it, the newest first; 20 at most.
    notices: Vec<HeldNotice>,
}

/// A partner who holds something.
#[derive(Debug, Serialize, ToSchema)]
pub struct HoldingPartner {
    /// Their id.
    id: Uuid,
    /// Who it is.
    #[schema(example = "De Streekbode")]
    name: String,
}

/// An article that somebody holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldArticleName {
    /// Its id.
    id: Uuid,
    /// The slug that readers see, or last saw; null when it was purged.
    #[schema(required, example = "haven-slibt-dicht")]
    slug: Option<String>,
    /// Likewise its headline.
    #[schema(required, example = "Haven slibt dicht")]
    headline: Option<String>,
}

/// A notice, and whether a partner has acknowledged it.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldNotice {
    /// Its id.
    id: Uuid,
    /// What happened.
    kind: NoticeKind,
    /// The number of the update, of corrections and retractions.
    #[schema(required, example = 3)]
    update_number: Option<i32>,
    /// What partners were told.
    #[schema(
        required,
        example = "Verwijder het stuk: de bron heeft zich teruggetrokken."
    )]
    text: Option<String>,
    /// When it happened.
    #[schema(format = DateTime)]
    at: String,
    /// When the partner acknowledged it; null when they have not.
    #[schema(required, format = DateTime)]
    acknowledged_at: Option<String>,
    /// What the partner had to say to it.
    #[schema(required, example = "Van de site gehaald om 14.05 uur.")]
    note: Option<String>,
}

impl From<Told> for HeldNotice {
    fn from(told: Told) -> Self {
        Self {
            id: told.id,
            kind: NoticeKind::stored(&told.kind),
            update_number: told.update_number,
            text: told.text,
            at: told.at,
            acknowledged_at: told.acknowledged_at,
            note: told.note,
        }
    }
}

impl From<Held> for HeldArticle {
    fn from(held: Held) -> Self {
        Self {
            partner: HoldingPartner {
                id: held.partner_id,
                name: held.partner,
            },
            article: HeldArticleName {
                id: held.article_id,
                slug: held.slug,
                headline: held.headline,
            },
            fetched_seq: held.seq,
            first_fetched_at: held.first_at,
            last_fetched_at: held.last_at,
            article_seq: held.article_seq,
            holding: Holding::told(&held.holding),
            notices: held.notices.into_iter().map(HeldNotice::from).collect(),
        }
    }
}
