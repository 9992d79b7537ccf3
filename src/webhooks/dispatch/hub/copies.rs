//! Feeds as they are now, made once for all who are to be sent them. What is kept of one is good as long as nothing has changed at all.

use std::collections::HashMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::error::Result;
use crate::feeds::making::{Here, make};
use crate::feeds::parameters::GetFeed;
use crate::feeds::queries::delivery::head;
use crate::feeds::topic::Topic;
use crate::http::query::Feed;
use crate::http::{Query, State, addresses};
use crate::partners::model::Audience;
use crate::webhooks::websub::model::Sight;

/// How many bytes of feeds a node keeps.
const MOST: usize = 16 * 1024 * 1024;

/// A feed as it was at a change.
#[derive(Debug)]
pub(in crate::webhooks::dispatch) struct Copy {
    /// Which change, and what tells it from others.
    pub sight: Sight,
    /// Its content type.
    pub content_type: &'static str,
    /// It, with whole addresses.
    pub body: bytes::Bytes,
}

/// A feed, by its address and what it is of.
type Key = (String, Option<Uuid>);

/// Those that this node keeps.
#[derive(Debug, Default)]
pub(in crate::webhooks::dispatch) struct Copies(Mutex<HashMap<Key, Arc<Copy>>>);

impl Copies {
    /// The feed at this address, of this section, author or entity, as it is now; nothing when there is none. From the primary, since a replica
    /// may not know of the change yet.
    pub async fn of(
        &self,
        state: &State,
        (address, scope): (&str, Option<Uuid>),
    ) -> Result<Option<Arc<Copy>>> {
        // One is made at a time: who waits finds it made.
        let mut kept = self.0.lock().await;
        let now = head(&mut state.pools().delivery().await?).await?;
        let key = (address.to_owned(), scope);
        if let Some(copy) = kept.get(&key).filter(|copy| copy.sight.seq == now) {
            return Ok(Some(copy.clone()));
        }
        let Some(copy) = made(state, (address, scope)).await?.map(Arc::new) else {
            return Ok(None);
        };
        kept.retain(|_, kept| kept.sight.seq == copy.sight.seq);
        let bytes: usize = kept.values().map(|kept| kept.body.len()).sum();
        if bytes + copy.body.len() > MOST {
            kept.clear();
        }
        kept.insert(key, copy.clone());
        Ok(Some(copy))
    }
}

async fn made(state: &State, (address, scope): (&str, Option<Uuid>)) -> Result<Option<Copy>> {
    let Some(base) = state.api_url() else {
        return Ok(None);
    };
    let Some(topic) = address.strip_prefix(base).and_then(Topic::parse) else {
        return Ok(None);
    };
    let within = match (&topic.of, scope) {
        (Some((kind, name)), Some(id)) => Some((*kind, id, name)),
        (None, None) => None,
        _ => return Ok(None),
    };
    let query = Query::<GetFeed, Feed>::read(&topic.path_alone(), &topic.query())?;
    let here = Here {
        signer: state.signer(),
        base,
        is_hub: true,
    };
    let conn = state.pools().delivery().await?;
    let Some(made) = make(
        conn,
        (&query, topic.format),
        (&Audience::Public, within),
        here,
    )
    .await?
    else {
        return Ok(None);
    };
    let body = addresses::whole(made.body, base);
    Ok(Some(Copy {
        sight: Sight {
            seq: made.seq,
            digest: Sha256::digest(&body).to_vec(),
        },
        content_type: topic.format.content_type(),
        body: body.into(),
    }))
}
