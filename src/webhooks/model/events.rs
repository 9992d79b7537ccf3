//! What a webhook may be told of.

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::changes::stream::model::{EventType, names};
use crate::error::Faults;

/// The type of the event that tests a webhook.
pub const TEST: &str = "webhook.test";

names! {
    /// Events that a webhook is told of: one type, or all of a kind.
    EventFilter {
        #[doc = "Everything, also what later versions add."]
        Everything = "*",
        #[doc = "All that happens to articles themselves."]
        Articles = "article.*",
        #[doc = "All that happens to updates."]
        Updates = "update.*",
        #[doc = "An article went from draft or withdrawn to published."]
        ArticlePublished = "article.published",
        #[doc = "A published article changed."]
        ArticleChanged = "article.changed",
        #[doc = "An article was withdrawn."]
        ArticleWithdrawn = "article.withdrawn",
        #[doc = "An update was shown."]
        UpdateAppended = "update.appended",
        #[doc = "The text of a shown update changed."]
        UpdateRevised = "update.revised",
        #[doc = "An update was retracted."]
        UpdateRetracted = "update.retracted",
    }
}

names! {
    /// What a delivery tells.
    DeliveryEvent {
        #[doc = "An article went from draft or withdrawn to published."]
        ArticlePublished = "article.published",
        #[doc = "A published article changed."]
        ArticleChanged = "article.changed",
        #[doc = "An article was withdrawn."]
        ArticleWithdrawn = "article.withdrawn",
        #[doc = "An update was shown."]
        UpdateAppended = "update.appended",
        #[doc = "The text of a shown update changed."]
        UpdateRevised = "update.revised",
        #[doc = "An update was retracted."]
        UpdateRetracted = "update.retracted",
        #[doc = "Somebody tests the webhook."]
        Test = "webhook.test",
    }
}

impl EventFilter {
    /// Whether it takes events of this type.
    pub fn takes(self, event: EventType) -> bool {
        let name = event.as_str();
        match self {
            Self::Everything => true,
            Self::Articles => name.starts_with("article."),
            Self::Updates => name.starts_with("update."),
            exactly => exactly.as_str() == name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DeliveryEvent, EventFilter, EventType, TEST};

    #[test]
    fn every_type_of_the_log_can_be_asked_for_and_told() {
        for event in EventType::ALL.iter().copied() {
            let exactly = EventFilter::from_name(event.as_str()).unwrap();
            let (kind, _) = event.as_str().split_once('.').unwrap();
            let all = EventFilter::from_name(&format!("{kind}.*")).unwrap();
            let other = if kind == "update" {
                EventFilter::Articles
            } else {
                EventFilter::Updates
            };
            assert!(
                exactly.takes(event) && all.takes(event) && EventFilter::Everything.takes(event)
            );
            assert!(!other.takes(event));
            assert_eq!(
                EventType::ALL
                    .iter()
                    .filter(|one| exactly.takes(**one))
                    .count(),
                1
            );
            assert!(DeliveryEvent::from_name(event.as_str()).is_some());
        }
        assert_eq!(DeliveryEvent::Test.as_str(), TEST);
    }
}
