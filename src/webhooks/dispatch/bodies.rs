//! What is sent: an event as delivery shows it at the first attempt, without the text of updates. What was taken back by then is told by no body.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use uuid::Uuid;

use crate::changes::stream::model::{EventType, PublicEvent};
use crate::changes::stream::noticed::{alone, noticed};
use crate::changes::stream::queries::delivery::{Told, events_at, told_again};
use crate::changes::stream::view::EventView;
use crate::error::{Error, Result};
use crate::http::State;
use crate::notices::model::Notice;
use crate::partners::model::{Audience, Contract};
use crate::partners::view::Licensed;
use crate::values::frontend::Frontend;
use crate::values::{Representations, to_rfc3339};
use crate::webhooks::model::{Due, TEST};

/// The body of a test.
#[derive(Serialize)]
struct Test {
    #[serde(rename = "type")]
    event: &'static str,
    timestamp: String,
    data: TestData,
}

#[derive(Serialize)]
struct TestData {
    webhook: Tested,
}

#[derive(Serialize)]
struct Tested {
    id: Uuid,
}

fn test(webhook: Uuid, due: &Due) -> Result<String> {
    let body = Test {
        event: TEST,
        timestamp: to_rfc3339(&due.created_at),
        data: TestData {
            webhook: Tested { id: webhook },
        },
    };
    serde_json::to_string(&body).map_err(Error::internal)
}

/// Whom a webhook tells.
pub(super) enum Readers {
    /// These, of whatever they may read.
    Of(Audience),
    /// A partner whose contract is not running: of what they have read, what became of it.
    Over(Arc<Contract>, Vec<Notice>),
}

/// Whether a delivery is of the change that tells this notice.
pub(super) fn is_told_by(due: &Due, notice: &Notice) -> bool {
    (due.seq, due.article_id) == (Some(notice.seq), Some(notice.article_id))
}

/// The bodies of deliveries that have none yet, for these readers. One whose change the log no longer holds gets none.
pub(super) async fn make(
    state: &State,
    (webhook, readers): (Uuid, &Readers),
    due: &[Due],
) -> Result<Vec<(Uuid, String)>> {
    let new: Vec<&Due> = due.iter().filter(|due| due.body.is_none()).collect();
    let told = match readers {
        Readers::Of(audience) => {
            let told = new.iter().filter_map(|due| {
                Some(Told {
                    seq: due.seq?,
                    article: due.article_id?,
                    event: due.event.clone(),
                })
            });
            tell(state, audience, told.collect()).await?
        }
        Readers::Over(contract, notices) => tell_alone(state, contract, (&new, notices)).await?,
    };
    let mut bodies = Vec::new();
    for due in new {
        let body = match due.seq.zip(due.article_id) {
            Some(change) => told.get(&change).cloned(),
            None => Some(test(webhook, due)?),
        };
        bodies.extend(body.map(|body| (due.id, body)));
    }
    Ok(bodies)
}

/// The events of these changes, by their number and article. From the primary, since a replica may not know of them yet.
async fn tell(
    state: &State,
    audience: &Audience,
    wanted: Vec<Told>,
) -> Result<HashMap<(i64, Uuid), String>> {
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let pools = state.pools();
    let (events, site) = match audience.contract() {
        Some(contract) => {
            let read = told_again(&mut pools.delivery().await?, audience, wanted).await?;
            let mut events = read.rows.events;
            noticed(state, contract.id, &mut events).await?;
            (events, read.site)
        }
        None => {
            let seqs = wanted.iter().map(|told| told.seq).collect();
            let read = events_at(&mut pools.delivery().await?, seqs).await?;
            (read.rows.events, read.site)
        }
    };
    bodies(events, site.as_deref(), audience.contract())
}

/// Events that tell notices alone.
async fn tell_alone(
    state: &State,
    contract: &Arc<Contract>,
    (new, notices): (&[&Due], &[Notice]),
) -> Result<HashMap<(i64, Uuid), String>> {
    let events: Vec<PublicEvent> = new
        .iter()
        .filter_map(|due| {
            let notice = notices.iter().find(|notice| is_told_by(due, notice))?;
            Some(PublicEvent {
                event: EventType::from_name(&due.event)?,
                ..alone(notice.clone())
            })
        })
        .collect();
    if events.is_empty() {
        return Ok(HashMap::new());
    }
    let mut conn = state.pools().delivery().await?;
    let site = events_at(&mut conn, Vec::new()).await?.site;
    drop(conn);
    bodies(events, site.as_deref(), Some(contract))
}

fn bodies(
    events: Vec<PublicEvent>,
    site: Option<&str>,
    contract: Option<&Contract>,
) -> Result<HashMap<(i64, Uuid), String>> {
    let site = site.ok_or_else(|| Error::internal("there is no site"))?;
    let frontend: Frontend = serde_json::from_str(site).map_err(Error::internal)?;
    let told = events.into_iter().map(|event| {
        let change = (event.seq, event.article_id);
        Ok((change, body(event, &frontend, contract)?))
    });
    told.collect()
}

fn body(event: PublicEvent, frontend: &Frontend, contract: Option<&Contract>) -> Result<String> {
    let forms = Representations::from(None);
    let view = EventView::new(event.thin(), frontend, forms);
    let json = match contract {
        Some(contract) => serde_json::to_string(&Licensed::new(view, contract)),
        None => serde_json::to_string(&view),
    };
    json.map_err(Error::internal)
}
