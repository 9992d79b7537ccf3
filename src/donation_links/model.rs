//! What a donation link is.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use deserr::Deserr;
use diesel::{Queryable, Selectable};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::epc::Transfer;
use crate::db::schema::newsroom;
use crate::error::{Fault, FaultCode, Faults, Result};
use crate::http::conditional::Version;
use crate::publishing::Kind;
use crate::values::{
    Amounts, Bic, Draft, Iban, Line, LocalizedText, Money, Perhaps, Presence, Timestamp, WebUrl,
    to_rfc3339,
};
use crate::versions::model::Owner;

/// Who takes the money. Providers may be added within v1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[serde(rename_all = "snake_case")]
#[deserr(error = Faults)]
pub enum Provider {
    /// PayPal.
    #[deserr(rename = "paypal")]
    #[serde(rename = "paypal")]
    PayPal,
    /// Stripe.
    #[deserr(rename = "stripe")]
    Stripe,
    /// Mollie.
    #[deserr(rename = "mollie")]
    Mollie,
    /// Ko-fi.
    #[deserr(rename = "ko_fi")]
    KoFi,
    /// Patreon.
    #[deserr(rename = "patreon")]
    Patreon,
    /// Buy Me a Coffee.
    #[deserr(rename = "buy_me_a_coffee")]
    BuyMeACoffee,
    /// Open Collective.
    #[deserr(rename = "open_collective")]
    OpenCollective,
    /// Liberapay.
    #[deserr(rename = "liberapay")]
    Liberapay,
    /// GitHub Sponsors.
    #[deserr(rename = "github_sponsors")]
    #[serde(rename = "github_sponsors")]
    GitHubSponsors,
    /// A bank transfer; `bank` in place of `url`.
    #[deserr(rename = "bank_transfer")]
    BankTransfer,
    /// Another.
    #[deserr(rename = "other")]
    Other,
}

/// Where a bank transfer goes.
#[derive(Debug, Clone, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct BankInput {
    /// The account.
    pub iban: Iban,
    /// The bank. An account outside the European Economic Area has no QR code without it.
    #[deserr(default)]
    pub bic: Option<Bic>,
    /// Whose account it is: at most 70 characters (EPC069-12).
    #[schema(example = "Stichting De Peilschaal")]
    pub beneficiary: Line<70>,
    /// What to write with the transfer: at most 140 characters (EPC069-12).
    #[deserr(default)]
    #[schema(example = "Steun")]
    pub remittance: Option<Line<140>>,
}

/// A donation link as an editor writes one.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "provider": "paypal",
    "url": "https://www.paypal.com/donate/?hosted_button_id=EXAMPLE",
    "call_to_action": {"nl": "Steun dit werk", "en": "Support this work"},
    "thank_you": {"nl": "Dank aan wie gaf", "en": "Thanks to all who gave"},
    "currency": "EUR",
    "suggested_amounts": [250, 500],
    "placement": "article_end",
    "from": "2026-12-01T00:00:00.000Z",
    "until": "2027-01-01T00:00:00.000Z",
}))]
pub struct DonationLinkInput {
    /// Who takes the money.
    pub provider: Provider,
    /// Where to give: an https address of a host with a name. Not with `bank_transfer`.
    #[deserr(default, try_from(Option<WebUrl>) = secure -> Fault)]
    #[schema(example = "https://www.paypal.com/donate/?hosted_button_id=EXAMPLE")]
    pub url: Option<WebUrl>,
    /// The account. Only with `bank_transfer`.
    #[deserr(default)]
    pub bank: Option<BankInput>,
    /// What asks the reader to give, by language.
    #[deserr(default)]
    #[schema(required = false)]
    pub call_to_action: LocalizedText,
    /// What thanks those who gave, by language.
    #[deserr(default)]
    #[schema(required = false)]
    pub thank_you: LocalizedText,
    /// The currency of the amounts; needed when there are any.
    #[deserr(default)]
    pub currency: Option<Money>,
    /// Amounts to offer, in the currency's minor unit.
    #[deserr(default)]
    #[schema(required = false)]
    pub suggested_amounts: Amounts,
    /// Where the frontend shows it; `article_end` unless told.
    #[deserr(default)]
    #[schema(example = "article_end")]
    pub placement: Option<Line<50>>,
    /// When its campaign begins. Readers see nothing of the link before. Without it there is none to wait for.
    #[deserr(default)]
    #[schema(example = "2026-12-01T00:00:00.000Z")]
    pub from: Option<Timestamp>,
    /// When its campaign ends, after `from`: at this moment readers no longer see the link. Without it, never.
    #[deserr(default)]
    #[schema(example = "2027-01-01T00:00:00.000Z")]
    pub until: Option<Timestamp>,
}

fn secure(url: Option<WebUrl>) -> Result<Option<WebUrl>, Fault> {
    let Some(given) = &url else { return Ok(url) };
    let fault = |detail| Err(Fault::value(FaultCode::InvalidValue, detail));
    if !given.as_str().starts_with("https://") {
        return fault("must begin with https://, so that nobody can change where the money goes");
    }
    if !given.is_public_name() {
        return fault("must have the name of a public host, so that readers see whom they trust");
    }
    Ok(url)
}

/// Which parts of a donation link's input are there, read past whatever is wrong with them.
#[derive(Debug, Default, Deserr)]
#[deserr(error = Faults)]
pub struct DonationLinkParts {
    #[deserr(default)]
    provider: Perhaps<Provider>,
    #[deserr(default)]
    url: Presence,
    #[deserr(default)]
    bank: Perhaps<BankInput>,
    #[deserr(default)]
    currency: Perhaps<Money>,
    #[deserr(default)]
    suggested_amounts: Perhaps<Amounts>,
    #[deserr(default)]
    from: Perhaps<Timestamp>,
    #[deserr(default)]
    until: Perhaps<Timestamp>,
}

impl From<&DonationLinkInput> for DonationLinkParts {
    fn from(input: &DonationLinkInput) -> Self {
        Self {
            provider: Perhaps::Given(input.provider),
            url: Presence(input.url.is_some()),
            bank: input.bank.clone().into(),
            currency: input.currency.into(),
            suggested_amounts: Perhaps::Given(input.suggested_amounts.clone()),
            from: input.from.into(),
            until: input.until.into(),
        }
    }
}

impl DonationLinkParts {
    fn faults(self) -> Faults {
        let mut faults = Faults::default();
        let mut fault = |pointer: &str, code, detail: &'static str| {
            faults.push(Fault::at(pointer, code, detail));
        };
        let (missing, invalid) = (FaultCode::MissingField, FaultCode::InvalidValue);
        match self.provider.given() {
            Some(Provider::BankTransfer) => {
                if self.bank.is_absent() {
                    fault("/bank", missing, "must be there for bank_transfer");
                }
                if self.url.0 {
                    fault("/url", invalid, "must be left out for bank_transfer");
                }
            }
            Some(_) => {
                if !self.url.0 {
                    fault("/url", missing, "must be there for this provider");
                }
                if !self.bank.is_absent() {
                    fault("/bank", invalid, "is only for bank_transfer");
                }
            }
            None => {}
        }
        let amounts = self.suggested_amounts.given().unwrap_or_default();
        if self.currency.is_absent() && !amounts.0.is_empty() {
            let detail = "must be there when amounts are suggested";
            fault("/currency", missing, detail);
        }
        let currency = self.currency.given().map(|currency| currency.to_string());
        let transfer = self.bank.given().as_ref().map(Transfer::from);
        if transfer
            .is_some_and(|transfer| transfer.is_sepa(currency.as_deref()) && !transfer.fits())
        {
            let detail = "is too long beside this beneficiary: together they must fit into a QR code, which holds about 240 bytes of them (EPC069-12)";
            fault("/bank/remittance", FaultCode::TooLong, detail);
        }
        if let (Some(from), Some(until)) = (self.from.given(), self.until.given())
            && until <= from
        {
            fault("/until", invalid, "must be after from");
        }
        faults
    }
}

impl DonationLinkInput {
    /// The input, when its parts go together.
    ///
    /// # Errors
    /// 422 with every fault.
    pub fn checked(draft: Draft<Self>) -> Result<Self> {
        let parts: DonationLinkParts = draft.named();
        draft.finish(parts.faults())
    }
}

/// A donation link as kept.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = newsroom::donation_links, check_for_backend(diesel::pg::Pg))]
pub struct DonationLink {
    /// Its id.
    pub id: Uuid,
    /// How often it was written.
    pub version: i32,
    /// Who takes the money.
    pub provider: String,
    /// Where to give.
    pub url: Option<String>,
    /// The account.
    pub bank: Option<Value>,
    /// What asks the reader to give, by language.
    pub call_to_action: Value,
    /// What thanks those who gave, by language.
    pub thank_you: Value,
    /// The currency of the amounts.
    pub currency: Option<String>,
    /// Amounts to offer.
    pub suggested_amounts: Vec<i64>,
    /// Where the frontend shows it.
    pub placement: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last written.
    pub modified_at: DateTime<Utc>,
    /// When its campaign begins.
    pub active_from: Option<DateTime<Utc>>,
    /// When its campaign ends.
    pub active_until: Option<DateTime<Utc>>,
    /// Where its campaign is: see [`Phase`].
    pub phase: String,
}

/// Where a link's campaign is. One without a period is always running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It has not begun.
    Ahead,
    /// It has begun and has not ended: `from <= now < until`.
    Running,
    /// It has ended.
    Over,
}

impl Phase {
    /// Where a campaign of this period is at this time.
    pub fn at(
        now: DateTime<Utc>,
        from: Option<DateTime<Utc>>,
        until: Option<DateTime<Utc>>,
    ) -> Self {
        if until.is_some_and(|until| until <= now) {
            Self::Over
        } else if from.is_some_and(|from| now < from) {
            Self::Ahead
        } else {
            Self::Running
        }
    }

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ahead => "ahead",
            Self::Running => "running",
            Self::Over => "over",
        }
    }
}

impl DonationLink {
    /// Its version, as its ETag names it.
    pub fn version(&self) -> Version {
        Version::single(self.version)
    }

    /// Whose its versions are.
    pub fn owner(&self) -> Owner {
        Owner {
            kind: Kind::DonationLink,
            id: self.id,
        }
    }

    /// What an editor would send to make it as it is.
    pub fn input(&self) -> Value {
        serde_json::json!({
            "provider": self.provider,
            "url": self.url,
            "bank": self.bank,
            "call_to_action": self.call_to_action,
            "thank_you": self.thank_you,
            "currency": self.currency,
            "suggested_amounts": self.suggested_amounts,
            "placement": self.placement,
            "from": self.active_from.as_ref().map(to_rfc3339),
            "until": self.active_until.as_ref().map(to_rfc3339),
        })
    }
}

/// Where an article's effective link comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// From the article itself.
    Article,
    /// From its section.
    Section,
    /// From the site.
    Site,
}

/// A donation link as readers may see one.
#[derive(Debug, Deserialize)]
pub struct PublicDonationLink {
    /// Its id.
    pub id: Uuid,
    /// Who takes the money.
    pub provider: String,
    /// Where to give.
    pub url: Option<String>,
    /// The account.
    pub bank: Box<RawValue>,
    /// What asks the reader to give, by language.
    pub call_to_action: BTreeMap<String, String>,
    /// What thanks those who gave, by language.
    pub thank_you: BTreeMap<String, String>,
    /// The currency of the amounts.
    pub currency: Option<String>,
    /// Amounts to offer.
    pub suggested_amounts: Vec<i64>,
    /// Where the frontend shows it.
    pub placement: String,
    /// Where it is attached.
    pub origin: Origin,
}
