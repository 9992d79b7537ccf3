//! The demo publication, loaded through the functions that the API uses: the same input types, the same checks, the same door.

mod files;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use deserr::Deserr;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use self::files::{PUBLICATION, TEXTS};
use crate::articles::queries::newsroom as articles;
use crate::authors::model::AuthorInput;
use crate::authors::queries::newsroom as authors;
use crate::db::Pools;
use crate::donation_links::model::DonationLinkInput;
use crate::donation_links::queries::newsroom as donation_links;
use crate::entities::model::EntityInput;
use crate::entities::queries::newsroom as entities;
use crate::error::{Error, Faults, Result};
use crate::publishing::{Attribution, AuditEntry, Change, Kind, Record, Touched, Tx, write};
use crate::sections::model::SectionInput;
use crate::sections::queries::newsroom as sections;
use crate::site::queries::newsroom as site;
use crate::updates::model::UpdateInput;
use crate::updates::queries::newsroom as updates;
use crate::values::{Draft, Id, Reference};

#[derive(Deserialize)]
struct Publication {
    site: Value,
    sections: Vec<Value>,
    authors: Vec<Value>,
    entities: Vec<Value>,
    donation_links: Vec<Map<String, Value>>,
    site_donation_links: Vec<String>,
    section_donation_links: HashMap<String, Vec<String>>,
    articles: Vec<DemoArticle>,
}

#[derive(Deserialize)]
struct DemoArticle {
    file: String,
    publish: bool,
    published_at: Option<DateTime<Utc>>,
    withdraw: Option<Reason>,
    input: Map<String, Value>,
    updates: Vec<DemoUpdate>,
}

#[derive(Deserialize)]
struct DemoUpdate {
    kind: String,
    headline: Option<String>,
    file: String,
    authors: Vec<String>,
    published_at: String,
    retracted: Option<Reason>,
    concerns: Option<Value>,
}

#[derive(Deserialize)]
struct Reason {
    reason: String,
}

/// Loads the demo publication into a store that nobody has written to, whole or not at all. Gives whether it did: one with a site of its own is
/// left alone.
///
/// # Errors
/// The database; a fault in the publication itself, which tests exclude.
pub async fn load(pools: &Pools) -> Result<bool> {
    if site::get(&mut pools.newsroom().await?).await?.version > 1 {
        return Ok(false);
    }
    write(pools, Attribution::command("demo"), async |tx| {
        let mut loader = Loader {
            tx,
            audit: Vec::new(),
            touched: Touched {
                site: true,
                ..Touched::default()
            },
        };
        loader
            .publication(serde_json::from_str(PUBLICATION).map_err(Error::internal)?)
            .await?;
        Ok((
            true,
            Record {
                audit: loader.audit,
                change: Some(Change::bulk(loader.touched)),
            },
        ))
    })
    .await
}

fn ids(links: &HashMap<String, Uuid>, keys: &[String]) -> Vec<Uuid> {
    keys.iter()
        .filter_map(|key| links.get(key).copied())
        .collect()
}

fn input<T: Deserr<Faults>>(value: Value) -> Result<T> {
    draft(value).whole()
}

fn draft<T: Deserr<Faults>>(value: Value) -> Draft<T> {
    Draft::read(value, Faults::default())
}

fn reference(text: &str) -> Result<Reference> {
    Reference::parse(text).map_err(|fault| Error::internal(fault.detail().to_owned()))
}

fn text(name: &str) -> Result<Value> {
    let found = TEXTS
        .iter()
        .find(|(known, _)| *known == name)
        .ok_or_else(|| Error::internal(format!("no text {name}")))?;
    Ok(json!({"format": "markdown", "source": found.1}))
}

struct Loader<'t> {
    tx: &'t mut Tx,
    audit: Vec<AuditEntry>,
    touched: Touched,
}

impl Loader<'_> {
    async fn publication(&mut self, publication: Publication) -> Result<()> {
        for section in publication.sections {
            let id = sections::insert(self.tx, &input::<SectionInput>(section)?)
                .await?
                .id;
            self.touched.sections.push(id);
            self.wrote(Kind::Section, id);
        }
        for author in publication.authors {
            let id = authors::insert(self.tx, input::<AuthorInput>(author)?)
                .await?
                .id;
            self.wrote(Kind::Author, id);
        }
        for entity in publication.entities {
            let id = entities::insert(self.tx, input::<EntityInput>(entity)?)
                .await?
                .id;
            self.wrote(Kind::Entity, id);
        }
        let mut links = HashMap::new();
        for mut link in publication.donation_links {
            let key = link
                .remove("key")
                .and_then(|key| key.as_str().map(str::to_owned))
                .unwrap_or_default();
            let id = donation_links::insert(
                self.tx,
                DonationLinkInput::checked(draft(Value::Object(link)))?,
            )
            .await?
            .id;
            self.wrote(Kind::DonationLink, id);
            links.insert(key, id);
        }
        for (section, keys) in &publication.section_donation_links {
            let section = sections::lock(self.tx, &reference(section)?, false).await?;
            donation_links::attach(self.tx, "section", section.id, &ids(&links, keys)).await?;
        }
        self.site(
            publication.site,
            &ids(&links, &publication.site_donation_links),
        )
        .await?;
        let mut waiting = Vec::new();
        for article in publication.articles {
            waiting.push(self.article(article, &links).await?);
        }
        for (article, id, related) in waiting {
            self.finish(article, id, related).await?;
        }
        Ok(())
    }

    fn wrote(&mut self, kind: Kind, id: Uuid) {
        self.audit.push(AuditEntry::of(kind, Some(id)));
    }

    async fn site(&mut self, value: Value, links: &[Uuid]) -> Result<()> {
        let before = site::lock(self.tx).await?;
        donation_links::attach(self.tx, "site", Uuid::nil(), links).await?;
        site::change(self.tx, &before, draft(value)).await?;
        self.audit.push(AuditEntry::of(Kind::Site, None));
        Ok(())
    }

    /// A draft without its related articles, which may not be there yet.
    async fn article(
        &mut self,
        mut article: DemoArticle,
        links: &HashMap<String, Uuid>,
    ) -> Result<(DemoArticle, Uuid, Value)> {
        let related = article.input.remove("related").unwrap_or_else(|| json!([]));
        article
            .input
            .insert("body".to_owned(), text(&article.file)?);
        if let Some(Value::Array(keys)) = article.input.get_mut("donation_links") {
            let own: Vec<Id> = keys
                .iter()
                .filter_map(|key| links.get(key.as_str()?).copied().map(Id))
                .collect();
            article
                .input
                .insert("donation_links".to_owned(), json!(own));
        }
        let new = draft(Value::Object(std::mem::take(&mut article.input)));
        let id = Uuid::new_v4();
        let content = articles::resolve(self.tx, id, new, None).await?;
        articles::create(self.tx, id, &content, None).await?;
        self.wrote(Kind::Article, id);
        Ok((article, id, related))
    }

    /// Related articles, publication, updates and withdrawal.
    async fn finish(&mut self, article: DemoArticle, id: Uuid, related: Value) -> Result<()> {
        let which = Reference::Id(id);
        let before = articles::lock(self.tx, &which).await?;
        let (_, old) = articles::content(self.tx, &before).await?;
        let mut whole = old.input();
        whole
            .as_object_mut()
            .into_iter()
            .for_each(|whole| drop(whole.insert("related".to_owned(), related.clone())));
        let new = articles::resolve(self.tx, id, draft(whole), Some(&old)).await?;
        let saved = if new == old {
            before
        } else {
            articles::save(self.tx, &before, &new).await?
        };
        if !article.publish {
            return Ok(());
        }
        articles::publish(self.tx, saved, article.published_at).await?;
        self.touched.articles.push(id);
        for update in article.updates {
            self.update(&which, update).await?;
        }
        if let Some(Reason { reason }) = article.withdraw {
            let published = articles::lock(self.tx, &which).await?;
            let told = articles::Reasons {
                reason: Some(&reason),
                notice: None,
            };
            articles::withdraw(self.tx, &published, told).await?;
        }
        Ok(())
    }

    async fn update(&mut self, which: &Reference, update: DemoUpdate) -> Result<()> {
        let new: UpdateInput = input(json!({
            "kind": update.kind, "headline": update.headline, "body": text(&update.file)?, "authors": update.authors,
            "concerns": update.concerns, "published_at": update.published_at,
        }))?;
        let host = updates::lock_article(self.tx, which).await?;
        let appended = updates::append(self.tx, &host, Draft::from(new)).await?;
        let shown = appended.update;
        if let Some(Reason { reason }) = update.retracted {
            updates::retract(self.tx, &shown, &reason).await?;
        }
        self.audit.push(AuditEntry::of_update(shown.id));
        Ok(())
    }
}
