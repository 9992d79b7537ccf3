//! What can be asked of webhooks and of what they were told.

use deserr::Deserr;
use utoipa::IntoParams;

use super::model::{DeliveryEvent, DeliveryState};
use crate::error::Faults;
use crate::http::Limit;
use crate::http::cursor::Cursor;
use crate::values::Id;

/// Parameters of the list of webhooks.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WebhookQuery {
    /// How many a page: 1 to 100, 20 unless told.
    #[deserr(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 100, example = 20)]
    pub limit: Limit,
    /// Where the page before ended: its `next_cursor`; empty for the beginning.
    #[deserr(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor>,
}

/// Parameters of the log of a webhook.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveryQuery {
    /// Only those that stand so.
    #[deserr(default)]
    #[param(value_type = Option<DeliveryState>)]
    pub state: Option<DeliveryState>,
    /// Only those that tell this.
    #[deserr(default)]
    #[param(value_type = Option<DeliveryEvent>)]
    pub event: Option<DeliveryEvent>,
    /// Only those about this article, by its id.
    #[deserr(default)]
    #[param(value_type = Option<Id>)]
    pub article: Option<Id>,
    /// How many a page: 1 to 100, 20 unless told.
    #[deserr(default)]
    #[param(value_type = Option<i32>, minimum = 1, maximum = 100, example = 20)]
    pub limit: Limit,
    /// Where the page before ended: its `next_cursor`; empty for the beginning.
    #[deserr(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor>,
}
