//! Donation links as answers show them.

mod versions;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::versions::DonationLinkVersion;
use super::epc::Transfer;
use super::model::{BankInput, DonationLink, Origin, Phase, Provider, PublicDonationLink};
use crate::values::{LocalizedText, pick_language, to_rfc3339};

/// A donation link, its texts in one language.
#[derive(Debug, Serialize, ToSchema)]
pub struct DonationLinkView {
    /// Its id.
    id: Uuid,
    /// Who takes the money.
    #[schema(value_type = Provider)]
    provider: String,
    /// Where to give; null for a bank transfer.
    #[schema(
        required,
        example = "https://www.paypal.com/donate/?hosted_button_id=EXAMPLE"
    )]
    url: Option<String>,
    /// The account of a bank transfer.
    #[schema(value_type = Option<BankInput>, required)]
    bank: Box<RawValue>,
    /// What asks the reader to give.
    #[schema(required, example = "Steun dit werk")]
    call_to_action: Option<String>,
    /// What thanks those who gave.
    #[schema(required, example = "Dank aan wie al gaf")]
    thank_you: Option<String>,
    /// The currency of the amounts.
    #[schema(required, example = "EUR")]
    currency: Option<String>,
    /// Amounts to offer, in the currency's minor unit: 250 is 2.50 EUR, 250 JPY, 0.250 KWD. How many decimals a currency has is not told here;
    /// it stands in ISO 4217, and in what platforms know of it (`new Intl.NumberFormat(…).resolvedOptions().maximumFractionDigits`).
    #[schema(example = json!([250, 500]))]
    suggested_amounts: Vec<i64>,
    /// Whether `/v1/donation-links/{id}/qr.svg` is there.
    has_qr_code: bool,
    /// Where the frontend shows it.
    #[schema(example = "article_end")]
    placement: String,
    /// Where it is attached.
    origin: Origin,
}

impl DonationLinkView {
    /// Shapes a link; its texts come in the first of these languages that they have, else in their first.
    pub fn new(link: PublicDonationLink, languages: &[&str]) -> Self {
        let transfer: Option<Transfer> = serde_json::from_str(link.bank.get()).ok();
        let has_qr_code =
            transfer.is_some_and(|transfer| transfer.has_qr_code(link.currency.as_deref()));
        Self {
            id: link.id,
            has_qr_code,
            provider: link.provider,
            url: link.url,
            bank: link.bank,
            call_to_action: pick_language(&link.call_to_action, languages).map(str::to_owned),
            thank_you: pick_language(&link.thank_you, languages).map(str::to_owned),
            currency: link.currency,
            suggested_amounts: link.suggested_amounts,
            placement: link.placement,
            origin: link.origin,
        }
    }
}

/// A donation link as editors see one.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagedDonationLink {
    /// Its id.
    id: Uuid,
    /// How often it was written; its ETag names it.
    version: i32,
    /// Who takes the money.
    #[schema(value_type = Provider)]
    provider: String,
    /// Where to give.
    #[schema(required)]
    url: Option<String>,
    /// The account.
    #[schema(value_type = Option<BankInput>, required)]
    bank: Option<Value>,
    /// What asks the reader to give, by language.
    #[schema(value_type = LocalizedText)]
    call_to_action: Value,
    /// What thanks those who gave, by language.
    #[schema(value_type = LocalizedText)]
    thank_you: Value,
    /// The currency of the amounts.
    #[schema(required)]
    currency: Option<String>,
    /// Amounts to offer, in the currency's minor unit.
    suggested_amounts: Vec<i64>,
    /// Where the frontend shows it.
    placement: String,
    /// When its campaign begins.
    #[schema(format = DateTime, required)]
    from: Option<String>,
    /// When its campaign ends.
    #[schema(format = DateTime, required)]
    until: Option<String>,
    /// Whether its campaign is running, or it has none: only then readers see it where it hangs.
    active: bool,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was last written.
    #[schema(format = DateTime)]
    modified_at: String,
}

impl From<DonationLink> for ManagedDonationLink {
    fn from(link: DonationLink) -> Self {
        Self {
            id: link.id,
            version: link.version,
            provider: link.provider,
            url: link.url,
            bank: link.bank,
            call_to_action: link.call_to_action,
            thank_you: link.thank_you,
            currency: link.currency,
            suggested_amounts: link.suggested_amounts,
            placement: link.placement,
            from: link.active_from.as_ref().map(to_rfc3339),
            until: link.active_until.as_ref().map(to_rfc3339),
            active: link.phase == Phase::Running.as_str(),
            created_at: to_rfc3339(&link.created_at),
            modified_at: to_rfc3339(&link.modified_at),
        }
    }
}
