//! What a newsroom wants to know of an article before readers see it. Each check finds places; how much that weighs, the site says.
//!
//! Everything is told by the newsroom's own rows: no other site is asked, and nothing is written. So it may run wherever an article is about to be
//! published: in the transaction of a publication, when one is planned, and when its time has come.

mod links;

use uuid::Uuid;

use self::links::TextLink;
use super::model::{Article, ArticleType, Content, Findings};
use super::queries::newsroom::{checking, undescribed};
use crate::db::NewsroomConn;
use crate::error::Result;
use crate::media::model::Media;
use crate::media::queries::newsroom as media;
use crate::rich_text::{Lead, leads_in};
use crate::site::model::Check;

/// Looks at what a publication of this content would show. Of the article's own row the id, and when it was first published, are looked at.
///
/// # Errors
/// The database.
pub async fn find(
    conn: &mut NewsroomConn,
    article: &Article,
    content: &Content,
) -> Result<Findings> {
    let mut checking = checking(conn, content.section_id).await?;
    let mut findings = Findings::new(std::mem::take(&mut checking.checks));
    outline(content, picture(conn, content).await?, &mut findings);
    let links = texts(content, &mut findings);
    if findings.look_for(Check::BrokenLink) {
        let host = links::Host::new(article, content, &checking);
        links::find(conn, host, links, &mut findings).await?;
    }
    if findings.look_for(Check::EntityWithoutDescription) {
        entities(conn, content, &mut findings).await?;
    }
    Ok(findings)
}

/// The picture of the article as it was uploaded: what is told of it there need not be told here.
async fn picture(conn: &mut NewsroomConn, content: &Content) -> Result<Option<Media>> {
    let id = content.image.as_ref().and_then(|image| image.get("media"));
    match id.and_then(|id| Uuid::try_parse(id.as_str()?).ok()) {
        Some(id) => media::get(conn, id).await.map(Some),
        None => Ok(None),
    }
}

/// Headline, standfirst, section, authors and picture.
fn outline(content: &Content, uploaded: Option<Media>, findings: &mut Findings) {
    let mut missing = |check, pointer: &str, detail: &str| {
        findings.add(check, pointer.to_owned(), detail.to_owned());
    };
    if says_nothing(&content.headline) {
        missing(
            Check::MissingHeadline,
            "/headline",
            "says nothing yet: write a headline",
        );
    }
    // A page, such as the colophon, has none of these.
    if content.article_type == ArticleType::Article.as_str() {
        if content.standfirst.is_none() {
            let detail = "is not there: write an introduction";
            missing(Check::MissingStandfirst, "/standfirst", detail);
        }
        if content.section_id.is_none() {
            let detail = "is not there: choose the section that the article stands in";
            missing(Check::MissingSection, "/section", detail);
        }
        if content.authors.is_empty() {
            let detail = "there is none: name who wrote the article";
            missing(Check::MissingAuthor, "/authors", detail);
        }
    }
    if let Some(image) = &content.image {
        let has = |field: &str| image.get(field).is_some_and(|told| !told.is_null());
        let of_upload = |told: fn(&Media) -> bool| uploaded.as_ref().is_some_and(told);
        if !has("alt") && !of_upload(|media| media.alt.is_some()) {
            missing(Check::MissingAlt, "/image", NO_ALT);
        }
        if !has("credit") && !of_upload(|media| media.credit.is_some()) {
            missing(Check::MissingCredit, "/image", NO_CREDIT);
        }
    }
}

const NO_ALT: &str = "has no `alt`: say what the picture shows, for those who can't see it";
const NO_CREDIT: &str = "has no `credit`: name who made the picture";

/// Headlines that tools make where there is none.
const PLACEHOLDERS: &[&str] = &[
    "untitled",
    "no title",
    "auto draft",
    "naamloos",
    "zonder titel",
    "geen titel",
    "ohne titel",
    "sans titre",
];

/// Whether a headline has no letter or digit, or is one of those that tools make, as imports do with an id behind it.
fn says_nothing(headline: &str) -> bool {
    let lower = headline.to_lowercase();
    let mut words: Vec<&str> = lower
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() {
        return true;
    }
    if words.len() > 1
        && words
            .last()
            .is_some_and(|word| word.chars().any(|character| character.is_numeric()))
    {
        words.pop();
    }
    PLACEHOLDERS.contains(&words.join(" ").as_str())
}

/// Finds what pictures in the texts lack, and gives the links.
fn texts(content: &Content, findings: &mut Findings) -> Vec<TextLink> {
    let mut links = Vec::new();
    let texts = [
        ("/standfirst", &content.standfirst),
        ("/body", &content.body),
    ];
    for (name, text) in texts {
        let blocks = text.iter().flat_map(|text| &text.blocks);
        for (index, block) in blocks.enumerate() {
            let pointer = format!("{name}/blocks/{index}");
            let (mut lacks_alt, mut lacks_credit) = (false, false);
            for lead in leads_in(block) {
                match lead {
                    Lead::Link(address) => links.push(TextLink {
                        pointer: pointer.clone(),
                        address,
                    }),
                    Lead::Picture {
                        has_alt,
                        has_credit,
                    } => {
                        lacks_alt |= !has_alt;
                        lacks_credit |= has_credit == Some(false);
                    }
                }
            }
            if lacks_alt {
                findings.add(Check::MissingAlt, pointer.clone(), NO_ALT.to_owned());
            }
            if lacks_credit {
                findings.add(Check::MissingCredit, pointer, NO_CREDIT.to_owned());
            }
        }
    }
    links
}

async fn entities(
    conn: &mut NewsroomConn,
    content: &Content,
    findings: &mut Findings,
) -> Result<()> {
    let ids: Vec<Uuid> = content.entities.iter().map(|link| link.entity_id).collect();
    let bare = undescribed(conn, &ids).await?;
    for (index, id) in ids.iter().enumerate() {
        if let Some((_, name)) = bare.iter().find(|(bare, _)| bare == id) {
            let detail = format!("\"{name}\" has no description: say in a line who or what it is");
            let pointer = format!("/entities/{index}");
            findings.add(Check::EntityWithoutDescription, pointer, detail);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
