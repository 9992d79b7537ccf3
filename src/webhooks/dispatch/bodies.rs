//! What is sent: an event as delivery shows it at the first attempt, without the text of updates. What was taken back by then is told by no body.

use std::collections::HashMap;

use serde::Serialize;
use uuid::Uuid;

use crate::changes::stream::model::PublicEvent;
use crate::changes::stream::queries::delivery::events_at;
use crate::changes::stream::view::EventView;
use crate::db::Pools;
use crate::error::{Error, Result};
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

/// The bodies of deliveries that have none yet. One whose change the log no longer holds gets none.
pub(super) async fn make(pools: &Pools, webhook: Uuid, due: &[Due]) -> Result<Vec<(Uuid, String)>> {
    let new: Vec<&Due> = due.iter().filter(|due| due.body.is_none()).collect();
    let seqs = new.iter().filter_map(|due| due.seq).collect();
    let told = tell(pools, seqs).await?;
    let mut bodies = Vec::new();
    for due in new {
        let body = match due.seq {
            Some(seq) => told.get(&seq).cloned(),
            None => Some(test(webhook, due)?),
        };
        bodies.extend(body.map(|body| (due.id, body)));
    }
    Ok(bodies)
}

/// The events of these changes, by their number. From the primary, since a replica may not know of them yet.
async fn tell(pools: &Pools, wanted: Vec<i64>) -> Result<HashMap<i64, String>> {
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let read = events_at(&mut pools.delivery().await?, wanted).await?;
    let site = read
        .site
        .ok_or_else(|| Error::internal("there is no site"))?;
    let frontend: Frontend = serde_json::from_str(&site).map_err(Error::internal)?;
    let told = read.rows.events.into_iter();
    told.map(|event| Ok((event.seq, body(event, &frontend)?)))
        .collect()
}

fn body(event: PublicEvent, frontend: &Frontend) -> Result<String> {
    let forms = Representations::from(None);
    let view = EventView::new(event.thin(), frontend, forms);
    serde_json::to_string(&view).map_err(Error::internal)
}
