//! An event of the log, ready to be sent: written once for each choice of forms that somebody wants.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use uuid::Uuid;

use super::model::{EventName, EventType, PublicEvent};
use super::position::{EventId, Place};
use super::view::EventView;
use crate::changes::{Keys, Log, Mark, Provenance, Seq};
use crate::http::addresses;
use crate::partners::model::Contract;
use crate::partners::view::Licensed;
use crate::publishing::Kind;
use crate::values::Representations;
use crate::values::frontend::Frontend;

/// How many choices of forms there are, of three of which at least one is chosen.
const CHOICES: usize = 7;

/// What the keys of sections begin with.
const OF_SECTION: &str = "articles:section:";

/// An event as a node holds it.
#[derive(Debug)]
pub struct Entry {
    /// Its number.
    pub seq: Seq,
    /// Where who has it stands.
    pub place: Place,
    /// As of which change it was read.
    pub as_of: Seq,
    id: EventId,
    contract: Option<Arc<Contract>>,
    shown: PublicEvent,
    frontend: Arc<Frontend>,
    sections: Vec<Uuid>,
    names: Vec<EventName>,
    provenance: Provenance,
    written: [OnceLock<Bytes>; CHOICES],
}

impl Entry {
    /// Of an event that was read at `mark`, with what its article and sections are or were called.
    pub fn new(
        shown: PublicEvent,
        frontend: &Arc<Frontend>,
        (mark, names): (Mark, &[EventName]),
    ) -> Self {
        let ids = shown.keys.iter().filter_map(|key| {
            let id = key.strip_prefix(OF_SECTION)?;
            id.parse::<Uuid>().ok()
        });
        let sections: Vec<Uuid> = ids.collect();
        let concerned =
            |name: &&EventName| name.id == shown.article_id || sections.contains(&name.id);
        let seq = Seq {
            number: shown.seq,
            ..mark.applied
        };
        Self {
            seq,
            place: Place::after(seq),
            as_of: mark.applied,
            id: EventId::public(seq),
            contract: None,
            names: names.iter().filter(concerned).cloned().collect(),
            provenance: Provenance::new(mark, Some(mark.applied), &made_of(&shown)),
            written: Default::default(),
            frontend: frontend.clone(),
            shown,
            sections,
        }
    }

    /// The same for a partner, whose place is known to the article; `id` is what they come back with.
    #[must_use]
    pub fn under(mut self, contract: &Arc<Contract>, id: EventId) -> Self {
        self.place.within = self.shown.article_id;
        if self.shown.article.is_none() {
            // What it is called since is not theirs to learn: it is found by its id.
            let id = self.shown.article_id;
            self.names.retain(|name| name.id != id);
        }
        (self.id, self.contract) = (id, Some(contract.clone()));
        self
    }

    /// What happened.
    pub fn event(&self) -> EventType {
        self.shown.event
    }

    /// The article that it happened to.
    pub fn article(&self) -> Uuid {
        self.shown.article_id
    }

    /// Whether it says anything of the article but that there is something to know of it.
    pub fn tells_of_article(&self) -> bool {
        self.shown.article.is_some()
    }

    /// The sections that the article stands in, or stood in before.
    pub fn sections(&self) -> &[Uuid] {
        &self.sections
    }

    /// Whether the article, or a section that it stands or stood in, has or had this slug.
    pub fn is_called(&self, kind: Kind, slug: &str) -> bool {
        self.names
            .iter()
            .any(|name| name.kind == kind.as_str() && name.slug == slug)
    }

    /// Whether it says what delivery shows now, as far as the node knows.
    pub fn is_current(&self, log: &Log) -> bool {
        log.holds(&self.provenance)
    }

    /// About how many bytes its texts take.
    pub fn weight(&self) -> usize {
        let update = self
            .shown
            .article
            .as_ref()
            .and_then(|it| it.update.as_ref());
        let texts = update.map_or(0, |update| {
            let texts = [&update.html, &update.blocks, &update.text];
            texts
                .into_iter()
                .flatten()
                .map(|text| text.get().len())
                .sum()
        });
        // Each form is written at most four times.
        1_000 + 5 * texts
    }

    /// The event as it is sent, the update's text in these forms, addresses of pictures below `base` where that is told.
    pub fn write(&self, forms: Representations, base: Option<&str>) -> Bytes {
        let choice =
            usize::from(forms.html) | usize::from(forms.blocks) << 1 | usize::from(forms.text) << 2;
        let write = || {
            let view = EventView::new(self.shown.clone(), &self.frontend, forms);
            let json = match &self.contract {
                Some(contract) => serde_json::to_vec(&Licensed::new(view, contract)),
                None => serde_json::to_vec(&view),
            };
            let json = json.unwrap_or_default();
            let json = match base {
                Some(base) => addresses::whole(json, base),
                None => json,
            };
            framed(self.id, self.shown.event.as_str(), json)
        };
        match self.written.get(choice.saturating_sub(1)) {
            Some(written) => written.get_or_init(write).clone(),
            None => write(),
        }
    }
}

/// What an event is made of beside the log.
fn made_of(shown: &PublicEvent) -> Keys {
    let mut keys = Keys::with_addresses();
    keys.thing(Kind::Article, shown.article_id);
    for author in shown.article.iter().flat_map(|it| &it.update_authors) {
        keys.thing(Kind::Author, author.id);
    }
    keys
}

/// An event on its way (HTML, section 9.2.5). Its data is one line: what the database put between values of JSON may have ended it, but strings hold
/// no line's end of their own.
pub fn framed(id: EventId, event: &str, mut json: Vec<u8>) -> Bytes {
    for byte in json.iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')) {
        *byte = b' ';
    }
    let mut frame = format!("id: {id}\nevent: {event}\ndata: ").into_bytes();
    frame.reserve_exact(json.len() + 2);
    frame.append(&mut json);
    frame.extend_from_slice(b"\n\n");
    Bytes::from(frame)
}
