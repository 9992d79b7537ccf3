//! What is sent: an event as delivery shows it at the first attempt, without the text of updates. What was taken back by then is told by no body.

use std::collections::HashMap;

use serde::Serialize;
use uuid::Uuid;

use crate::changes::stream::model::PublicEvent;
use crate::changes::stream::queries::delivery::events;
use crate::changes::stream::view::EventView;
use crate::db::Pools;
use crate::error::{Error, Result};
use crate::values::frontend::Frontend;
use crate::values::{Representations, to_rfc3339};
use crate::webhooks::model::{Due, TEST};

/// How many events of the log are read at a time.
const AT_ONCE: i64 = 100;

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
async fn tell(pools: &Pools, mut wanted: Vec<i64>) -> Result<HashMap<i64, String>> {
    let mut told = HashMap::new();
    wanted.sort_unstable();
    wanted.dedup();
    while let Some(first) = wanted.first() {
        let read = events(&mut pools.delivery().await?, first - 1, AT_ONCE).await?;
        let site = read
            .site
            .ok_or_else(|| Error::internal("there is no site"))?;
        let frontend: Frontend = serde_json::from_str(&site).map_err(Error::internal)?;
        let found = read.rows.events;
        let is_full = i64::try_from(found.len()).is_ok_and(|count| count >= AT_ONCE);
        let end = found
            .last()
            .filter(|_| is_full)
            .map_or(i64::MAX, |last| last.seq);
        for event in found {
            if wanted.binary_search(&event.seq).is_ok() {
                told.insert(event.seq, body(event, &frontend)?);
            }
        }
        wanted.retain(|seq| *seq > end);
    }
    Ok(told)
}

fn body(event: PublicEvent, frontend: &Frontend) -> Result<String> {
    let forms = Representations::from(None);
    let view = EventView::new(event.thin(), frontend, forms);
    serde_json::to_string(&view).map_err(Error::internal)
}
