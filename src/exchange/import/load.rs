//! One article into the newsroom: new, changed since, unchanged, or edited here and left alone.

use uuid::Uuid;

use super::arrival::{Arrival, Known, noun, told};
use super::queries::{self, Kept, Made, SourceKey};
use super::updates::{FoundUpdate, UpdateKind as FoundKind};
use super::{Batch, ImportError};
use crate::articles::model::{Article, ArticleType, Content, DonationMode};
use crate::articles::queries::newsroom as articles;
use crate::error::{Error, Fault, FaultCode, Faults, Result};
use crate::exchange::report::Report;
use crate::publishing::slugs::{Wanted, claim};
use crate::publishing::{AuditEntry, Kind, Touched, Tx};
use crate::site::queries::newsroom::default_language;
use crate::updates::model::{RevisedUpdate, Text, UpdateKind};
use crate::updates::queries::newsroom as updates;
use crate::values::{
    Body, Limit, Line, Reference, RichTextInput, RichTextUpTo, Slug, SourceFormat,
};

mod named;

/// What takes articles over.
pub(super) struct Loader {
    /// The site that was exported, by which its records are known.
    pub source: String,
    /// What was done.
    pub report: Report,
}

/// What the report calls an article: whether it is a page, and its title.
#[derive(Clone, Copy)]
struct Name<'a> {
    is_page: bool,
    title: &'a str,
}

impl Loader {
    pub fn new(report: Report) -> Self {
        Self {
            source: String::new(),
            report,
        }
    }

    /// Takes over one post or page. A fault of its own passes it over; nothing of it stays then.
    pub async fn take<T>(
        &mut self,
        tx: &mut Tx,
        known: Known<T>,
        arrival: impl FnOnce(T) -> Arrival,
        batch: &mut Batch,
    ) -> Result<(), ImportError> {
        tx.begin_part().await?;
        let mut new = Touched::default();
        let title = known.title.clone();
        match self.write(tx, known, arrival, &mut new).await {
            Ok(Some(id)) => {
                tx.end_part(true).await?;
                batch
                    .written
                    .audit
                    .push(AuditEntry::of(Kind::Article, Some(id)));
                batch.touched.extend(new);
                Ok(())
            }
            Ok(None) => Ok(tx.end_part(true).await?),
            Err(ImportError::Newsroom(error)) if error.code().status().is_client_error() => {
                tx.end_part(false).await?;
                Ok(self.report.note(&format!("skipped: {error}"), &title)?)
            }
            Err(error) => Err(error),
        }
    }

    async fn write<T>(
        &mut self,
        tx: &mut Tx,
        known: Known<T>,
        arrival: impl FnOnce(T) -> Arrival,
        touched: &mut Touched,
    ) -> Result<Option<Uuid>, ImportError> {
        let source = self.source.clone();
        let key = SourceKey {
            source: &source,
            kind: "post",
            id: &known.id,
        };
        let name = Name {
            is_page: known.is_page,
            title: &known.title,
        };
        let made = queries::made(tx, key).await?;
        if made
            .as_ref()
            .is_some_and(|made| made.fingerprint == known.fingerprint)
        {
            self.note(name, "unchanged since the last import")?;
            return Ok(None);
        }
        if let Some(made) = &made
            && queries::is_gone(tx, made.owner_id).await?
        {
            self.report
                .note("removed or purged here; left alone", name.title)?;
            return Ok(None);
        }
        let arrival = arrival(known.item);
        let name = Name {
            title: arrival.headline.as_str(),
            ..name
        };
        let content = self.content(tx, name, &arrival, touched).await?;
        let id = match made {
            None => self.create(tx, name, &arrival, content).await?,
            Some(made) => match self.change(tx, name, &made, content).await? {
                Some(id) => id,
                None => return Ok(None),
            },
        };
        let revision = self.publish(tx, name, &arrival, id).await?;
        touched.articles.push(id);
        let made = Made {
            owner_id: id,
            fingerprint: known.fingerprint,
            revision,
        };
        queries::remember(tx, key, &made).await?;
        self.tell(name, &arrival)?;
        Ok(Some(id))
    }

    fn note(&mut self, name: Name<'_>, what: &str) -> std::io::Result<()> {
        let outcome = format!("{} {what}", noun(name.is_page));
        self.report.note(&outcome, name.title)
    }

    /// What was made of an article that the reader of the report should know.
    fn tell(&mut self, name: Name<'_>, arrival: &Arrival) -> std::io::Result<()> {
        if arrival.headline_made {
            self.report.note(
                "no title; the headline was made from the text",
                arrival.headline.as_str(),
            )?;
        }
        for dropped in &arrival.dropped {
            self.report.note(
                "left out of a body",
                &format!("{dropped} — {}", arrival.headline),
            )?;
        }
        for loss in arrival.losses() {
            self.report.note(&told(loss), arrival.headline.as_str())?;
        }
        if let Some(why) = &arrival.kept_back {
            self.note(name, &format!("kept as a draft ({why})"))?;
        }
        Ok(())
    }

    async fn create(
        &mut self,
        tx: &mut Tx,
        name: Name<'_>,
        arrival: &Arrival,
        content: Content,
    ) -> Result<Uuid, ImportError> {
        let id = Uuid::new_v4();
        let words = Slug::from_words(&arrival.slug_words)
            .map_or_else(|| arrival.headline.to_string(), |slug| slug.to_string());
        let slug = claim(tx, Kind::Article, id, Wanted::Like(&words)).await?;
        if slug.as_str() != words {
            self.report.note(
                "slug made or numbered",
                &format!("{slug} ({})", arrival.headline),
            )?;
        }
        let content = Content {
            slug: Some(slug.to_string()),
            ..content
        };
        articles::create(tx, id, &content, arrival.guid.as_deref()).await?;
        for path in &arrival.old_paths {
            self.keep_path(tx, path, (Kind::Article, id)).await?;
        }
        self.note(name, "new")?;
        Ok(id)
    }

    /// Keeps the address of something made, and tells whether it is new here.
    async fn keep_path(
        &mut self,
        tx: &mut Tx,
        path: &str,
        (kind, owner): (Kind, Uuid),
    ) -> Result<bool, ImportError> {
        let kept = queries::keep_path(tx, path, kind, owner).await?;
        if kept == Kept::Elsewhere {
            self.report.note(
                "old address leads to something else already; left alone",
                path,
            )?;
        }
        Ok(kept == Kept::New)
    }

    /// A new version of what an earlier run made, unless somebody has edited it here since.
    async fn change(
        &mut self,
        tx: &mut Tx,
        name: Name<'_>,
        made: &Made,
        content: Content,
    ) -> Result<Option<Uuid>, ImportError> {
        let article = articles::lock(tx, &Reference::Id(made.owner_id)).await?;
        if article.revision != made.revision {
            self.report
                .note("edited here since the last import; left alone", name.title)?;
            return Ok(None);
        }
        let (_, old) = articles::content(tx, &article).await?;
        let content = Content {
            slug: old.slug.clone(),
            ..content
        };
        if content != old {
            articles::save(tx, &article, &content).await?;
        }
        self.note(name, "changed")?;
        Ok(Some(article.id))
    }

    /// Publishes what was published there, shows the updates not yet here, and gives how often the article has been written now.
    async fn publish(
        &mut self,
        tx: &mut Tx,
        name: Name<'_>,
        arrival: &Arrival,
        id: Uuid,
    ) -> Result<i32, ImportError> {
        let article = articles::lock(tx, &Reference::Id(id)).await?;
        if arrival.kept_back.is_some() {
            if article.status == "published" {
                self.note(
                    name,
                    "not published there any more; it still is here: withdraw it by hand",
                )?;
            }
            self.draft_updates(tx, arrival, id).await?;
            return Ok(article.revision);
        }
        let first = arrival
            .published_at
            .filter(|at| *at <= tx.now && article.published_at.is_none());
        let article = articles::publish(tx, article, first).await?.article;
        self.show_updates(tx, arrival, &article).await?;
        Ok(article.revision)
    }

    /// Keeps the updates of an article that readers don't see.
    async fn draft_updates(
        &mut self,
        tx: &mut Tx,
        arrival: &Arrival,
        id: Uuid,
    ) -> Result<(), ImportError> {
        let known = queries::count_updates(tx, id).await?;
        for found in arrival.updates.iter().skip(known) {
            updates::insert(tx, id, text_of(found)?, found.at).await?;
            self.report.note(
                "update found and kept as a draft",
                arrival.headline.as_str(),
            )?;
        }
        Ok(())
    }

    /// Shows the updates not yet here, and sets when the article last changed.
    async fn show_updates(
        &mut self,
        tx: &mut Tx,
        arrival: &Arrival,
        article: &Article,
    ) -> Result<(), ImportError> {
        let (id, now) = (article.id, tx.now);
        let known = queries::count_updates(tx, id).await?;
        let host = updates::lock_article(tx, &Reference::Id(id)).await?;
        let mut newest = updates::last_shown(tx, id)
            .await?
            .map(|(_, at)| at)
            .or(host.published_at)
            .unwrap_or(now);
        for found in arrival.updates.iter().skip(known) {
            newest = found.time(arrival.modified_at, newest, now);
            let mut faults = Faults::default();
            let turn = updates::turn(tx, &host, Some(newest), &mut faults).await?;
            faults.none()?;
            let drafted = updates::insert(tx, id, text_of(found)?, Some(newest)).await?;
            updates::show(tx, &host, &drafted, turn).await?;
            let dated = if found.at.is_some() {
                "dated by its text"
            } else {
                "dated by the last change"
            };
            self.report.note(
                &format!("update found, {dated}"),
                &format!(
                    "{} — no. {}, {}",
                    arrival.headline,
                    turn.number,
                    newest.format("%Y-%m-%d")
                ),
            )?;
        }
        let modified = arrival.modified_at.unwrap_or(newest).max(newest).min(now);
        queries::set_modified_at(tx, id, modified).await?;
        Ok(())
    }

    async fn content(
        &mut self,
        tx: &mut Tx,
        name: Name<'_>,
        arrival: &Arrival,
        touched: &mut Touched,
    ) -> Result<Content, ImportError> {
        let body = match arrival.body.clone() {
            Some(text) if RichTextUpTo::<Body>::fitted(text.clone()).is_none() => {
                let detail = format!("must have at most {}", Body::WORDS);
                let fault = Fault::at("/body/source", FaultCode::TooLong, detail);
                return Err(Error::body(fault.into()).into());
            }
            text => text.map(|text| text.render("")),
        };
        let section_id = match &arrival.section {
            Some(term) => self.section(tx, term, touched).await?,
            None => None,
        };
        let language = match &arrival.language {
            Some(language) => language.to_string(),
            None => default_language(tx).await?,
        };
        let article_type = if name.is_page {
            ArticleType::Page
        } else {
            ArticleType::Article
        };
        Ok(Content {
            slug: None,
            article_type: article_type.as_str().to_owned(),
            headline: arrival.headline.to_string(),
            standfirst: arrival.standfirst.clone().map(|text| text.render("")),
            body,
            language,
            section_id,
            image: json(arrival.image.as_ref())?,
            seo: json(arrival.seo.as_ref())?,
            canonical_url: arrival.canonical_url.as_ref().map(ToString::to_string),
            authors: self.authors(tx, &arrival.authors).await?,
            entities: self.topics(tx, &arrival.topics, touched).await?,
            related: Vec::new(),
            donation: DonationMode::Inherit,
            translation_of: None,
        })
    }
}

fn json<T: serde::Serialize>(value: Option<&T>) -> Result<Option<serde_json::Value>> {
    value
        .map(serde_json::to_value)
        .transpose()
        .map_err(Error::internal)
}

fn text_of(found: &FoundUpdate) -> Result<Text> {
    let body = RichTextInput {
        format: SourceFormat::Html,
        source: found.html.clone(),
    };
    let input = RevisedUpdate {
        kind: match found.kind {
            FoundKind::Update => UpdateKind::Update,
            FoundKind::Correction => UpdateKind::Correction,
        },
        headline: found.headline.as_deref().and_then(Line::fitted),
        body: RichTextUpTo::fitted(body).ok_or_else(|| Error::internal("an update is too long"))?,
        authors: None,
        concerns: None,
    };
    Ok(Text {
        input,
        author_ids: Vec::new(),
    })
}
