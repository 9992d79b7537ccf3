//! Whether an address may be sent to: looked at when it is saved, and again whenever it is dialled.

use url::Url;

use crate::error::{Fault, FaultCode, Faults};
use crate::http::outgoing::{Outgoing, Refusal};
use crate::values::WebUrl;

/// What is wrong with the address of a webhook that is about to be saved. It is looked up, so this comes before the transaction.
pub async fn look_at(outgoing: &Outgoing, url: Option<WebUrl>) -> Faults {
    let Some(url) = url.and_then(|url| Url::parse(url.as_str()).ok()) else {
        return Faults::default();
    };
    match outgoing.look_up_in_time(&url).await {
        Ok(_) => Faults::default(),
        Err(refusal) => Fault::at("/url", FaultCode::InvalidValue, words(&refusal)).into(),
    }
}

/// A refusal in words for who runs a webhook.
pub fn words(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Private => "leads to an address that is not on the public internet. Give one that is, or ask who runs Kroniek to allow its network".to_owned(),
        other => other.to_string(),
    }
}
