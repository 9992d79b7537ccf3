//! From what an editor wrote to what a version holds: every reference looked up, every text rendered, all faults told at once.

use uuid::Uuid;

use super::translations::{self, Asked};
use crate::articles::model::{ArticleInput, Content, EntityLink, EntityLinkInput, NamedByArticle};
use crate::authors::queries::newsroom as authors;
use crate::donation_links::queries::newsroom as donation_links;
use crate::entities::queries::newsroom as entities;
use crate::error::{Error, Fault, FaultCode, Faults, Result};
use crate::publishing::{Pictures, Tx};
use crate::related::model::Pick;
use crate::related::queries::newsroom as related;
use crate::sections::queries::newsroom as sections;
use crate::site::queries::newsroom::default_language;
use crate::values::{Draft, Items, Perhaps, Reference, RichText, RichTextInput, RichTextUpTo};

/// What an input refers to, as kept.
struct Found {
    section_id: Option<Uuid>,
    authors: Vec<Uuid>,
    entities: Vec<EntityLink>,
    related: Vec<Pick>,
    donation_links: Vec<Uuid>,
    translation_of: Option<Uuid>,
}

/// The content that this input means for the article `host`. Texts that say what they said before are not rendered anew. New entities are made.
///
/// # Errors
/// 422 with every fault, references that lead nowhere among them; the database.
pub async fn resolve(
    tx: &mut Tx,
    host: Uuid,
    draft: Draft<ArticleInput>,
    before: Option<&Content>,
) -> Result<Content> {
    let mut faults = Faults::default();
    let found = find(tx, host, draft.named(), &mut faults).await?;
    let input = draft.finish(faults)?;
    Pictures::default()
        .image("/image", input.image.as_ref().and_then(|image| image.media))
        .text("/standfirst", input.standfirst.as_deref())
        .text("/body", input.body.as_deref())
        .require(tx)
        .await?;
    let language = match input.language {
        Some(language) => language.to_string(),
        None => default_language(tx).await?,
    };
    Ok(Content {
        slug: input.slug.map(|slug| slug.to_string()),
        article_type: input.article_type.as_str().to_owned(),
        headline: input.headline.into_string(),
        standfirst: render(
            input.standfirst.map(RichTextUpTo::into_input),
            before.and_then(|content| content.standfirst.as_ref()),
        ),
        body: render(
            input.body.map(RichTextUpTo::into_input),
            before.and_then(|content| content.body.as_ref()),
        ),
        language,
        section_id: found.section_id,
        image: json(input.image)?,
        seo: json(input.seo)?,
        canonical_url: input.canonical_url.map(|url| url.to_string()),
        translation_of: found.translation_of,
        authors: found.authors,
        entities: found.entities,
        related: found.related,
        donation: input.donation_links.mode(found.donation_links),
    })
}

async fn find(
    tx: &mut Tx,
    host: Uuid,
    named: NamedByArticle,
    faults: &mut Faults,
) -> Result<Found> {
    let section_id = match named.section.given() {
        Some(reference) => section(tx, &reference, faults).await?,
        None => None,
    };
    let authors = authors::find_all(tx, named.authors, "/authors", faults).await?;
    let related = related::find_all(tx, named.related, host, "/related", faults).await?;
    let links = named.donation_links;
    let donation_links = donation_links::check_exist(tx, links, "/donation_links", faults).await?;
    let entities = entity_links(tx, named.entities, "/entities", faults).await?;
    let asked = Asked {
        of: named.translation_of.given(),
        language: match named.language {
            Perhaps::Given(language) => Some(language.to_string()),
            Perhaps::Absent => Some(default_language(tx).await?),
            Perhaps::Faulty => None,
        },
    };
    let translation_of = translations::find(tx, host, asked, faults).await?;
    Ok(Found {
        translation_of,
        section_id,
        authors,
        entities,
        related,
        donation_links,
    })
}

async fn section(tx: &mut Tx, reference: &Reference, faults: &mut Faults) -> Result<Option<Uuid>> {
    let found = sections::find(tx, reference).await?;
    if found.is_none() {
        let detail = format!("no section has the slug or id \"{reference}\"; make it first");
        faults.push(Fault::at("/section", FaultCode::UnknownReference, detail));
    }
    Ok(found)
}

fn json<T: serde::Serialize>(value: Option<T>) -> Result<Option<serde_json::Value>> {
    value
        .map(serde_json::to_value)
        .transpose()
        .map_err(Error::internal)
}

fn render(input: Option<RichTextInput>, before: Option<&RichText>) -> Option<RichText> {
    let input = input?;
    match before {
        Some(before) if before.input() == input => Some(before.clone()),
        _ => Some(input.render("")),
    }
}

/// Links to entities. One named by kind and name is found by them, in any case, or made. Each that leads nowhere, or stands twice, is a fault
/// at its place below `pointer`.
///
/// # Errors
/// The database.
pub async fn entity_links(
    tx: &mut Tx,
    inputs: Items<EntityLinkInput, 200>,
    pointer: &str,
    faults: &mut Faults,
) -> Result<Vec<EntityLink>> {
    let named: Vec<_> = inputs
        .iter()
        .filter_map(|input| Some((input.kind?, input.name.as_ref()?.as_str())))
        .collect();
    entities::take_names(tx, &named).await?;
    let mut links = Vec::<EntityLink>::new();
    for (index, input) in inputs {
        let at = format!("{pointer}/{index}");
        let relation = input.relation;
        match entity(tx, input, &at).await? {
            Err(fault) => faults.push(fault),
            Ok(entity_id) if links.iter().any(|link| link.entity_id == entity_id) => {
                let detail = "stands twice in the list";
                faults.push(Fault::at(at, FaultCode::InvalidValue, detail));
            }
            Ok(entity_id) => links.push(EntityLink {
                entity_id,
                relation,
            }),
        }
    }
    Ok(links)
}

async fn entity(
    tx: &mut Tx,
    input: EntityLinkInput,
    at: &str,
) -> Result<std::result::Result<Uuid, Fault>> {
    match (input.entity, input.kind, input.name) {
        (Some(reference), None, None) => {
            if let Some(id) = entities::find(tx, &reference).await? {
                return Ok(Ok(id));
            }
            let detail = match entities::now_called(tx, &reference).await? {
                Some(slug) => format!("is \"{slug}\" now: it was merged or renamed; send that"),
                None => format!(
                    "no entity has the slug or id \"{reference}\"; send its kind and name to make it"
                ),
            };
            let at = format!("{at}/entity");
            Ok(Err(Fault::at(at, FaultCode::UnknownReference, detail)))
        }
        (None, Some(kind), Some(name)) => Ok(Ok(entities::find_or_make(tx, kind, name).await?)),
        _ => {
            let detail = "must have either entity, or kind and name";
            Ok(Err(Fault::at(at, FaultCode::InvalidValue, detail)))
        }
    }
}
