//! What an article's input refers to.

use deserr::Deserr;

use super::{ArticleInput, DonationChoice, EntityLinkInput};
use crate::error::Faults;
use crate::related::model::RelatedInput;
use crate::values::{Id, Items, LanguageTag, Perhaps, Reference};

/// What an article's input refers to, read past whatever else is wrong with the input.
#[derive(Debug, Default, Deserr)]
#[deserr(error = Faults)]
pub struct NamedByArticle {
    /// Its section.
    #[deserr(default)]
    pub section: Perhaps<Reference>,
    /// Its authors.
    #[deserr(default)]
    pub authors: Items<Reference, 50>,
    /// Its entities.
    #[deserr(default)]
    pub entities: Items<EntityLinkInput, 200>,
    /// Its related articles.
    #[deserr(default)]
    pub related: Items<RelatedInput, 100>,
    /// The article that it is a translation of.
    #[deserr(default)]
    pub translation_of: Perhaps<Reference>,
    /// Its language, of which a group of translations has one.
    #[deserr(default)]
    pub language: Perhaps<LanguageTag>,
    /// Its own donation links.
    #[deserr(default)]
    pub donation_links: Items<Id, 100>,
}

impl From<&ArticleInput> for NamedByArticle {
    fn from(input: &ArticleInput) -> Self {
        Self {
            section: Perhaps::from(input.section.clone()),
            authors: Items::from(&input.authors),
            entities: Items::from(&input.entities),
            related: Items::from(&input.related),
            translation_of: Perhaps::from(input.translation_of.clone()),
            language: Perhaps::from(input.language.clone()),
            donation_links: Items::from(&input.donation_links),
        }
    }
}

impl From<&DonationChoice> for Items<Id, 100> {
    fn from(choice: &DonationChoice) -> Self {
        match choice {
            DonationChoice::Inherit | DonationChoice::None => Self::default(),
            DonationChoice::Own(ids) => Self::from(ids),
        }
    }
}
