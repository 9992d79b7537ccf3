//! One item into the newsroom: new, changed since, unchanged, or edited here and left alone.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Categories, ImportError, Run};
use crate::articles::model::{ArticleType, Content, DonationMode, EntityLink};
use crate::articles::queries::newsroom as articles;
use crate::entities::model::Relation;
use crate::error::{Error, Fault, FaultCode, Faults, Result};
use crate::exchange::wordpress::convert::{Converted, convert, fingerprint, image, update_time};
use crate::exchange::wordpress::queries::{self, Made, SourceKey};
use crate::exchange::wordpress::reader::{Item, ItemKind};
use crate::exchange::wordpress::updates::{FoundUpdate, UpdateKind as FoundKind};
use crate::publishing::slugs::{Wanted, claim};
use crate::publishing::{AuditEntry, Kind, Record, Touched, Tx};
use crate::site::queries::newsroom::default_language;
use crate::updates::model::{RevisedUpdate, Text, UpdateKind};
use crate::updates::queries::newsroom as updates;
use crate::values::{
    Body, LanguageTag, Limit, Line, Reference, RichTextInput, RichTextUpTo, Slug, SourceFormat,
};

mod terms;

use self::terms::topic;

impl Run<'_> {
    /// Imports one post or page. A fault of its own passes it over; nothing of it stays then.
    pub(super) async fn item(
        &mut self,
        tx: &mut Tx,
        item: &Item,
        written: &mut Record,
        touched: &mut Touched,
    ) -> Result<(), ImportError> {
        tx.begin_part().await?;
        let mut new = Touched::default();
        match self.write(tx, item, &mut new).await {
            Ok(Some(id)) => {
                tx.end_part(true).await?;
                written.audit.push(AuditEntry::of(Kind::Article, Some(id)));
                touched.extend(new);
                Ok(())
            }
            Ok(None) => Ok(tx.end_part(true).await?),
            Err(ImportError::Newsroom(error)) if error.code().status().is_client_error() => {
                tx.end_part(false).await?;
                Ok(self
                    .report
                    .note(&format!("skipped: {error}"), &item.title)?)
            }
            Err(error) => Err(error),
        }
    }

    async fn write(
        &mut self,
        tx: &mut Tx,
        item: &Item,
        touched: &mut Touched,
    ) -> Result<Option<Uuid>, ImportError> {
        let wp_id = item.wp_id.to_string();
        let source = self.source.clone();
        let key = SourceKey {
            source: &source,
            kind: "post",
            id: &wp_id,
        };
        let picture = match item.thumbnail_id {
            Some(wp_id) => queries::attachment(tx, wp_id).await?,
            None => None,
        };
        if item.thumbnail_id.is_some() && picture.is_none() {
            self.report
                .note("featured image missing from the file", &item.title)?;
        }
        let now = fingerprint(item, picture.as_ref());
        let made = queries::made(tx, key).await?;
        if made.as_ref().is_some_and(|made| made.fingerprint == now) {
            self.report.note(
                &format!("{} unchanged since the last import", noun(item)),
                &item.title,
            )?;
            return Ok(None);
        }
        let converted = convert(
            item,
            &self.channel.base_blog_url,
            self.options.categories == Categories::Section,
        );
        let content = self.content(tx, item, &converted, touched).await?;
        let content = Content {
            image: json_image(picture.as_ref().and_then(image))?,
            ..content
        };
        let id = match made {
            None => self.create(tx, item, &converted, content).await?,
            Some(made) => match self.change(tx, item, &made, content).await? {
                Some(id) => id,
                None => return Ok(None),
            },
        };
        let revision = self.publish(tx, item, &converted, id).await?;
        touched.articles.push(id);
        queries::remember(
            tx,
            key,
            &Made {
                owner_id: id,
                fingerprint: now,
                revision,
            },
        )
        .await?;
        self.tell(item, &converted)?;
        Ok(Some(id))
    }

    /// What was made of an item that the reader of the report should know.
    fn tell(&mut self, item: &Item, converted: &Converted) -> std::io::Result<()> {
        if converted.headline_made {
            self.report.note(
                "no title; the headline was made from the text",
                converted.headline.as_str(),
            )?;
        }
        for dropped in &converted.dropped {
            self.report.note(
                "left out of a body",
                &format!("{dropped} — {}", converted.headline),
            )?;
        }
        if !converted.publish {
            self.report.note(
                &format!("{} kept as a draft ({:?})", noun(item), item.status).to_lowercase(),
                converted.headline.as_str(),
            )?;
        }
        Ok(())
    }

    async fn create(
        &mut self,
        tx: &mut Tx,
        item: &Item,
        converted: &Converted,
        content: Content,
    ) -> Result<Uuid, ImportError> {
        let id = Uuid::new_v4();
        let words = Slug::from_words(&converted.slug_words)
            .map_or_else(|| converted.headline.to_string(), |slug| slug.to_string());
        let slug = claim(tx, Kind::Article, id, Wanted::Like(&words)).await?;
        if slug.as_str() != words {
            self.report.note(
                "slug made or numbered",
                &format!("{slug} ({})", converted.headline),
            )?;
        }
        let content = Content {
            slug: Some(slug.to_string()),
            ..content
        };
        articles::create(tx, id, &content, converted.guid.as_deref()).await?;
        for path in &converted.old_paths {
            queries::keep_path(tx, path, id).await?;
        }
        self.report
            .note(&format!("{} new", noun(item)), converted.headline.as_str())?;
        Ok(id)
    }

    /// A new version of what an earlier run made, unless somebody has edited it here since.
    async fn change(
        &mut self,
        tx: &mut Tx,
        item: &Item,
        made: &Made,
        content: Content,
    ) -> Result<Option<Uuid>, ImportError> {
        let article = articles::lock(tx, &Reference::Id(made.owner_id)).await?;
        if article.revision != made.revision {
            self.report
                .note("edited here since the last import; left alone", &item.title)?;
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
        self.report
            .note(&format!("{} changed", noun(item)), &item.title)?;
        Ok(Some(article.id))
    }

    /// Publishes what was published there, shows the updates not yet here, and gives how often the article has been written now.
    async fn publish(
        &mut self,
        tx: &mut Tx,
        item: &Item,
        converted: &Converted,
        id: Uuid,
    ) -> Result<i32, ImportError> {
        let which = Reference::Id(id);
        let article = articles::lock(tx, &which).await?;
        let known = queries::count_updates(tx, id).await?;
        if !converted.publish {
            for found in converted.updates.iter().skip(known) {
                updates::insert(tx, id, text_of(found)?, found.at).await?;
                self.report.note(
                    "update found and kept as a draft",
                    converted.headline.as_str(),
                )?;
            }
            return Ok(article.revision);
        }
        let first = item
            .published_at
            .filter(|at| *at <= tx.now && article.published_at.is_none());
        let article = articles::publish(tx, article, first).await?.article;
        let host = updates::lock_article(tx, &which).await?;
        let mut newest = updates::last_shown(tx, id)
            .await?
            .map(|(_, at)| at)
            .or(host.published_at)
            .unwrap_or(tx.now);
        for found in converted.updates.iter().skip(known) {
            newest = update_time(found, item, newest, tx.now);
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
                    converted.headline,
                    turn.number,
                    newest.format("%Y-%m-%d")
                ),
            )?;
        }
        let modified: DateTime<Utc> = item.modified_at.unwrap_or(newest).max(newest).min(tx.now);
        queries::set_modified_at(tx, id, modified).await?;
        Ok(article.revision)
    }

    async fn content(
        &mut self,
        tx: &mut Tx,
        item: &Item,
        converted: &Converted,
        touched: &mut Touched,
    ) -> Result<Content, ImportError> {
        let body = match converted.body.clone() {
            Some(text) if RichTextUpTo::<Body>::fitted(text.clone()).is_none() => {
                let detail = format!("must have at most {}", Body::WORDS);
                let fault = Fault::at("/body/source", FaultCode::TooLong, detail);
                return Err(Error::body(fault.into()).into());
            }
            text => text.map(|text| text.render("")),
        };
        let section_id = match &converted.section {
            Some(term) => self.section(tx, term, touched).await?,
            None => None,
        };
        let authors = self.author(tx, &item.creator).await?.into_iter().collect();
        let mut links: Vec<EntityLink> = Vec::new();
        for term in &converted.topics {
            if let Some(entity_id) = topic(tx, term).await?
                && !links.iter().any(|link| link.entity_id == entity_id)
                && links.len() < 200
            {
                links.push(EntityLink {
                    entity_id,
                    relation: Relation::Mentions,
                });
            }
        }
        let language = match LanguageTag::parse(&self.channel.language.replace('_', "-")) {
            Ok(language) => language.to_string(),
            Err(_) => default_language(tx).await?,
        };
        Ok(Content {
            slug: None,
            article_type: if item.kind == ItemKind::Page {
                ArticleType::Page
            } else {
                ArticleType::Article
            }
            .as_str()
            .to_owned(),
            headline: converted.headline.to_string(),
            standfirst: converted.standfirst.clone().map(|text| text.render("")),
            body,
            language,
            section_id,
            image: None,
            seo: None,
            canonical_url: None,
            authors,
            entities: links,
            related: Vec::new(),
            donation: DonationMode::Inherit,
            translation_of: None,
        })
    }
}

fn noun(item: &Item) -> &'static str {
    if item.kind == ItemKind::Page {
        "page"
    } else {
        "article"
    }
}

fn json_image(image: Option<crate::values::Image>) -> Result<Option<serde_json::Value>> {
    image
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
