//! Links to this site: whether readers find something there.

use std::collections::{HashMap, HashSet};

use url::Url;
use uuid::Uuid;

use crate::articles::model::{Article, Content, Findings};
use crate::articles::queries::newsroom::{Checking, Destination, destinations, shown_updates};
use crate::db::NewsroomConn;
use crate::error::Result;
use crate::rich_text::anchors_in;
use crate::site::model::Check;
use crate::values::candidates::{Candidates, decoded};
use crate::values::frontend::ArticleAddress;
use crate::values::{AskedPath, update_anchor};

/// How many different addresses of this site are looked up in one article.
const LOOKED_UP: usize = 1000;

/// How much of an address is told.
const TOLD: usize = 200;

/// A link, and the block that it stands in.
#[derive(Debug)]
pub struct TextLink {
    /// The block's place in the article.
    pub pointer: String,
    /// The address as written.
    pub address: String,
}

/// The article that the links stand in.
pub struct Host<'a> {
    article: &'a Article,
    content: &'a Content,
    checking: &'a Checking,
}

/// Where a link leads, as far as its address tells.
#[derive(Debug)]
enum Target {
    /// Another site, or something that Kroniek knows nothing of.
    Elsewhere,
    /// A place on the article's own page.
    Anchor(String),
    /// A place on this site, by what may be meant; with an anchor there.
    Here {
        candidates: Candidates,
        anchor: Option<String>,
        /// Whether it is of now: below the site's `public_url`, where nothing else is.
        is_own: bool,
    },
}

impl<'a> Host<'a> {
    /// An article with this content, on the site as it now is.
    pub fn new(article: &'a Article, content: &'a Content, checking: &'a Checking) -> Self {
        Self {
            article,
            content,
            checking,
        }
    }

    /// The address that the article has or will have: what relative ones are relative to. None where the site's own can't be read.
    fn address(&self) -> Option<Url> {
        let address = ArticleAddress {
            id: self.article.id,
            slug: self.content.slug.as_deref().unwrap_or_default(),
            section: self.checking.section.as_deref(),
            language: &self.content.language,
            published_at: self.article.published_at.unwrap_or(self.checking.now),
        };
        Url::parse(&self.checking.addresses.frontend.article_url(&address)).ok()
    }

    /// What readers will know once it is published, if they do not yet.
    fn reveals(&self) -> Vec<Uuid> {
        let entities = self.content.entities.iter().map(|link| link.entity_id);
        let people = self.content.authors.iter().copied().chain(entities);
        people.chain([self.article.id]).collect()
    }

    /// The anchors of its own texts. None where they can't be read.
    fn anchors(&self) -> Option<HashSet<String>> {
        let mut anchors = HashSet::new();
        let texts = [&self.content.standfirst, &self.content.body];
        for text in texts.into_iter().flatten() {
            anchors.extend(anchors_in(&text.html)?);
        }
        Some(anchors)
    }

    fn target(&self, address: &str, base: &Url) -> Target {
        if let Some(anchor) = address.strip_prefix('#') {
            return Target::Anchor(anchor.to_owned());
        }
        let Ok(url) = base.join(address) else {
            return Target::Elsewhere;
        };
        if !matches!(url.scheme(), "http" | "https") || is_file(&url) {
            return Target::Elsewhere;
        }
        let Ok(asked) = AskedPath::parse(url.as_str().to_owned()) else {
            return Target::Elsewhere;
        };
        let candidates = Candidates::of(&asked, &self.checking.addresses);
        // Of another site there are none; and the front page is always there.
        if candidates.same.is_empty() || candidates.same.iter().any(|path| path == "/") {
            return Target::Elsewhere;
        }
        Target::Here {
            candidates,
            anchor: url.fragment().map(str::to_owned),
            is_own: self.holds(&url),
        }
    }

    /// Whether an address is below the site's `public_url`. The same host may have other things, and one of before may be another's now.
    fn holds(&self, url: &Url) -> bool {
        let root = Url::parse(&self.checking.addresses.frontend.public_url);
        root.is_ok_and(|root| {
            let below = url.path().strip_prefix(root.path().trim_end_matches('/'));
            (url.host(), url.port()) == (root.host(), root.port())
                && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

/// Whether an address is that of a file that the frontend serves, which Kroniek knows nothing of: it has an ending, and not that of a page.
fn is_file(url: &Url) -> bool {
    let name = url.path().rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').is_some_and(|(_, ending)| {
        let letters = ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let page = ["html", "htm", "php", "asp", "aspx"];
        letters && (1..=5).contains(&ending.len()) && !page.contains(&&*ending.to_lowercase())
    })
}

/// Finds links that lead to nothing that readers see, and anchors that the article does not have.
///
/// # Errors
/// The database.
pub async fn find(
    conn: &mut NewsroomConn,
    host: Host<'_>,
    links: Vec<TextLink>,
    findings: &mut Findings,
) -> Result<()> {
    let Some(base) = host.address() else {
        return Ok(());
    };
    let mut targets = HashMap::new();
    let mut asked = Vec::new();
    for link in &links {
        if targets.contains_key(&link.address) {
            continue;
        }
        let target = host.target(&link.address, &base);
        if let Target::Here { candidates, .. } = &target {
            if asked.len() == LOOKED_UP {
                continue;
            }
            asked.push((link.address.clone(), candidates.clone()));
        }
        targets.insert(link.address.clone(), target);
    }
    let found = destinations(conn, &asked, &host.reveals()).await?;
    let places = Places::of(conn, &host, targets.values()).await?;
    let mut told = HashSet::new();
    for link in links {
        let Some(target) = targets.get(&link.address) else {
            continue;
        };
        let wrong = match target {
            Target::Elsewhere => None,
            Target::Anchor(anchor) => places.lacks(anchor),
            Target::Here { anchor, is_own, .. } => match found.get(&link.address) {
                None => is_own.then_some(NOWHERE),
                Some(Destination::Gone) => Some(GONE),
                Some(Destination::Own) => anchor.as_deref().and_then(|anchor| places.lacks(anchor)),
                Some(Destination::Public) => None,
            },
        };
        if let Some(wrong) = wrong
            && told.insert((link.pointer.clone(), link.address.clone()))
        {
            let shown: String = link.address.chars().take(TOLD).collect();
            let detail = format!("links to \"{shown}\", {wrong}");
            findings.add(Check::BrokenLink, link.pointer, detail);
        }
    }
    Ok(())
}

const NOWHERE: &str =
    "where readers find nothing: correct the address, or publish what is to be there first";
const GONE: &str = "which was withdrawn or removed: take the link away, or lead it elsewhere";
const NO_ANCHOR: &str = "an anchor that this text does not have: take that of one of its headings";

/// The anchors on the article's page.
struct Places {
    /// Of its texts; none where they can't be read, and then every anchor is taken to be there.
    anchors: Option<HashSet<String>>,
    updates: Vec<String>,
}

impl Places {
    async fn of(
        conn: &mut NewsroomConn,
        host: &Host<'_>,
        targets: impl Iterator<Item = &Target>,
    ) -> Result<Self> {
        let wanted = |target: &Target| {
            matches!(
                target,
                Target::Anchor(_)
                    | Target::Here {
                        anchor: Some(_),
                        ..
                    }
            )
        };
        let mut places = Self {
            anchors: None,
            updates: Vec::new(),
        };
        let mut targets = targets;
        if targets.any(wanted) {
            places.anchors = host.anchors();
            let updates = shown_updates(conn, host.article.id).await?;
            places.updates = updates.into_iter().map(update_anchor).collect();
        }
        Ok(places)
    }

    /// What is wrong with a link to this anchor, if anything is. The top of a page needs none (HTML, section 7.4.6.4), nor does what a browser
    /// looks for in the text itself. The anchors in an update's text begin with its own.
    fn lacks(&self, anchor: &str) -> Option<&'static str> {
        let anchor = anchor.split(":~:").next().unwrap_or_default();
        let anchors = self.anchors.as_ref()?;
        let decoded = decoded(anchor);
        let is_there = decoded.is_empty()
            || decoded.eq_ignore_ascii_case("top")
            || anchors.contains(anchor)
            || anchors.contains(&decoded)
            || self.updates.iter().any(|update| {
                let rest = decoded.strip_prefix(update.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            });
        (!is_there).then_some(NO_ANCHOR)
    }
}
