//! From what an editor wrote to what a version holds: every reference looked up, every text rendered, all faults told at once.

use uuid::Uuid;

use crate::articles::model::{
    ArticleInput, Content, DonationChoice, DonationMode, EntityLink, EntityLinkInput,
};
use crate::authors::queries::newsroom as authors;
use crate::donation_links::queries::newsroom as donation_links;
use crate::entities::queries::newsroom as entities;
use crate::error::{Error, Fault, FaultCode, Faults, Result};
use crate::publishing::Tx;
use crate::related::queries::newsroom as related;
use crate::sections::queries::newsroom as sections;
use crate::site::queries::newsroom::default_language;
use crate::values::{Id, RichText, RichTextInput};

/// The content that this input means for the article `host`. Texts that say what they said before are not rendered anew. New entities are made.
///
/// # Errors
/// 422 with every reference that leads nowhere; the database.
pub async fn resolve(
    tx: &mut Tx,
    host: Uuid,
    input: ArticleInput,
    before: Option<&Content>,
) -> Result<Content> {
    let mut faults = Faults::default();
    let section_id = match &input.section {
        Some(reference) => {
            let found = sections::find(tx, reference).await?;
            if found.is_none() {
                let detail =
                    format!("no section has the slug or id \"{reference}\"; make it first");
                faults.push(Fault::at("/section", FaultCode::UnknownReference, detail));
            }
            found
        }
        None => None,
    };
    let authors = authors::find_all(
        tx,
        input.authors.as_deref().unwrap_or_default(),
        "/authors",
        &mut faults,
    )
    .await?;
    let related = related::find_all(
        tx,
        input.related.as_deref().unwrap_or_default(),
        host,
        "/related",
        &mut faults,
    )
    .await?;
    let donation = gather(
        own_links(tx, &input.donation_links, "/donation_links").await,
        &mut faults,
    )?;
    let entities = gather(
        entity_links(tx, input.entities.unwrap_or_default(), "/entities").await,
        &mut faults,
    )?;
    if !faults.is_empty() {
        return Err(Error::body(faults));
    }
    let language = match input.language {
        Some(language) => language.to_string(),
        None => default_language(tx).await?,
    };
    Ok(Content {
        slug: input.slug.map(|slug| slug.to_string()),
        article_type: input.article_type.as_str().to_owned(),
        headline: input.headline.into_string(),
        standfirst: render(
            input.standfirst,
            before.and_then(|content| content.standfirst.as_ref()),
        ),
        body: render(input.body, before.and_then(|content| content.body.as_ref())),
        language,
        section_id,
        image: json(input.image)?,
        seo: json(input.seo)?,
        canonical_url: input.canonical_url.map(|url| url.to_string()),
        authors,
        entities: entities.unwrap_or_default(),
        related,
        donation: donation.unwrap_or(DonationMode::Inherit),
    })
}

/// Adds the faults of one part to those of the others.
fn gather<T>(part: Result<T>, faults: &mut Faults) -> Result<Option<T>> {
    match part {
        Ok(part) => Ok(Some(part)),
        Err(error) if !error.faults().is_empty() => {
            error
                .faults()
                .iter()
                .for_each(|fault| faults.push(fault.clone()));
            Ok(None)
        }
        Err(error) => Err(error),
    }
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

/// The article's own donation links, or why it has none.
///
/// # Errors
/// 422 with every id that leads nowhere; the database.
pub async fn own_links(
    tx: &mut Tx,
    choice: &DonationChoice,
    pointer: &str,
) -> Result<DonationMode> {
    match choice {
        DonationChoice::Inherit => Ok(DonationMode::Inherit),
        DonationChoice::None => Ok(DonationMode::None),
        DonationChoice::Own(ids) => {
            let ids: &[Id] = ids;
            Ok(DonationMode::Own(
                donation_links::check_exist(tx, ids, pointer).await?,
            ))
        }
    }
}

/// Links to entities. One named by kind and name is found by them, in any case, or made.
///
/// # Errors
/// 422 with every reference that leads nowhere, or that stands twice; the database.
pub async fn entity_links(
    tx: &mut Tx,
    inputs: Vec<EntityLinkInput>,
    pointer: &str,
) -> Result<Vec<EntityLink>> {
    let (mut links, mut faults) = (
        Vec::<EntityLink>::with_capacity(inputs.len()),
        Faults::default(),
    );
    for (index, input) in inputs.into_iter().enumerate() {
        let at = format!("{pointer}/{index}");
        let entity_id = match (input.entity, input.kind, input.name) {
            (Some(reference), None, None) => match entities::find(tx, &reference).await? {
                Some(id) => id,
                None => {
                    let detail = format!(
                        "no entity has the slug or id \"{reference}\"; send its kind and name to make it"
                    );
                    faults.push(Fault::at(
                        format!("{at}/entity"),
                        FaultCode::UnknownReference,
                        detail,
                    ));
                    continue;
                }
            },
            (None, Some(kind), Some(name)) => entities::find_or_make(tx, kind, name).await?,
            _ => {
                faults.push(Fault::at(
                    at,
                    FaultCode::InvalidValue,
                    "must have either entity, or kind and name",
                ));
                continue;
            }
        };
        if links.iter().any(|link| link.entity_id == entity_id) {
            faults.push(Fault::at(
                at,
                FaultCode::InvalidValue,
                "stands twice in the list",
            ));
        } else {
            links.push(EntityLink {
                entity_id,
                relation: input.relation,
            });
        }
    }
    if faults.is_empty() {
        Ok(links)
    } else {
        Err(Error::body(faults))
    }
}
