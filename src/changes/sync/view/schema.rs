//! The resources of a copy, for the OpenAPI document. They are made by `queries/delivery/copies.rs`.

#![allow(dead_code, clippy::large_enum_variant)] // described, not made

mod article;

use utoipa::ToSchema;
use uuid::Uuid;

use self::article::ArticleCopy;
use super::ChangeOp;
use crate::donation_links::model::{BankInput, Provider};
use crate::entities::model::EntityKind;
use crate::notices::view::NoticeView;
use crate::site::model::SitePaths;
use crate::values::{
    ImageSchema, LabelledLink, LocalizedName, LocalizedText, PublicText, RichTextView,
};

/// A thing that has changed, in its latest state.
#[derive(ToSchema)]
#[serde(untagged)]
pub enum Change {
    /// The site.
    Site(SiteChange),
    /// A section.
    Section(SectionChange),
    /// An author.
    Author(AuthorChange),
    /// An entity.
    Entity(EntityChange),
    /// A donation link.
    DonationLink(DonationLinkChange),
    /// An article or page.
    Article(ArticleChange),
}

/// The site.
#[derive(ToSchema)]
pub struct SiteChange {
    /// What happened to it.
    op: ChangeOp,
    /// What kind of thing it is.
    #[serde(rename = "type")]
    change_type: SiteChangeType,
    /// Null: there is one site.
    #[schema(required)]
    id: Option<Uuid>,
    /// The change that last wrote it, or took it away.
    #[schema(example = 42)]
    seq: i64,
    /// What it now is; not there when it is no more.
    #[schema(value_type = SiteCopy, required = false)]
    resource: Option<SiteCopy>,
}

/// The site.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SiteChangeType {
    /// The site.
    Site,
}

/// A section.
#[derive(ToSchema)]
pub struct SectionChange {
    /// What happened to it.
    op: ChangeOp,
    /// What kind of thing it is.
    #[serde(rename = "type")]
    change_type: SectionChangeType,
    /// Its id.
    id: Uuid,
    /// The change that last wrote it, or took it away.
    #[schema(example = 42)]
    seq: i64,
    /// What it now is; not there when it is no more.
    #[schema(value_type = SectionCopy, required = false)]
    resource: Option<SectionCopy>,
}

/// A section.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SectionChangeType {
    /// A section.
    Section,
}

/// An author.
#[derive(ToSchema)]
pub struct AuthorChange {
    /// What happened to it.
    op: ChangeOp,
    /// What kind of thing it is.
    #[serde(rename = "type")]
    change_type: AuthorChangeType,
    /// Its id.
    id: Uuid,
    /// The change that last wrote it, or took it away.
    #[schema(example = 42)]
    seq: i64,
    /// What it now is; not there when it is no more.
    #[schema(value_type = AuthorCopy, required = false)]
    resource: Option<AuthorCopy>,
}

/// An author.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthorChangeType {
    /// An author.
    Author,
}

/// An entity.
#[derive(ToSchema)]
pub struct EntityChange {
    /// What happened to it.
    op: ChangeOp,
    /// What kind of thing it is.
    #[serde(rename = "type")]
    change_type: EntityChangeType,
    /// Its id.
    id: Uuid,
    /// The change that last wrote it, or took it away.
    #[schema(example = 42)]
    seq: i64,
    /// What it now is; not there when it is no more.
    #[schema(value_type = EntityCopy, required = false)]
    resource: Option<EntityCopy>,
}

/// An entity.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntityChangeType {
    /// An entity.
    Entity,
}

/// A donation link.
#[derive(ToSchema)]
pub struct DonationLinkChange {
    /// What happened to it.
    op: ChangeOp,
    /// What kind of thing it is.
    #[serde(rename = "type")]
    change_type: DonationLinkChangeType,
    /// Its id.
    id: Uuid,
    /// The change that last wrote it, or took it away.
    #[schema(example = 42)]
    seq: i64,
    /// What it now is; not there when it is no more.
    #[schema(value_type = DonationLinkCopy, required = false)]
    resource: Option<DonationLinkCopy>,
}

/// A donation link.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DonationLinkChangeType {
    /// A donation link.
    DonationLink,
}

/// An article or page.
#[derive(ToSchema)]
pub struct ArticleChange {
    /// What happened to it.
    op: ChangeOp,
    /// What kind of thing it is.
    #[serde(rename = "type")]
    change_type: ArticleChangeType,
    /// Its id.
    id: Uuid,
    /// The change that last wrote it, or took it away.
    #[schema(example = 42)]
    seq: i64,
    /// What it now is; not there when it is no more.
    #[schema(value_type = ArticleCopy, required = false)]
    resource: Option<ArticleCopy>,
    /// Under a contract, of one that was withdrawn: the notice to who may have it.
    #[schema(value_type = NoticeView, required = false)]
    notice: Option<NoticeView>,
}

/// An article or page.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ArticleChangeType {
    /// An article or page.
    Article,
}

/// The site.
#[derive(ToSchema)]
pub struct SiteCopy {
    /// Its title.
    title: String,
    /// What it is in a line.
    #[schema(required)]
    tagline: Option<String>,
    /// Where the frontend is.
    public_url: String,
    /// Where the frontend shows each kind of thing: addresses are made of these patterns, and stand in no other copy.
    paths: SitePaths,
    /// The language of what has none of its own.
    default_language: String,
    /// The time zone of the newsroom (IANA).
    time_zone: String,
    /// The box about the publication and its writers.
    #[schema(required)]
    about: Option<RichTextView>,
    /// Its mark.
    #[schema(required)]
    logo: Option<ImageSchema>,
    /// Where else to find it.
    social_links: Vec<LabelledLink>,
    /// Whose the rights are.
    #[schema(required)]
    copyright: Option<String>,
    /// What may be done with the texts.
    #[schema(required)]
    licence: Option<String>,
    /// How much of a text anyone may read.
    public_text: PublicText,
    /// The donation links that hang on it, in order.
    donation_links: Vec<Uuid>,
}

/// A section.
#[derive(ToSchema)]
pub struct SectionCopy {
    /// Its id.
    id: Uuid,
    /// Its name in addresses.
    slug: String,
    /// Its name.
    name: String,
    /// Its name by language, where it has another.
    names: LocalizedName,
    /// What it is about.
    #[schema(required)]
    description: Option<String>,
    /// Where it stands in the menu.
    position: i32,
    /// The donation links that hang on it, in order; where there are none, those of the site count.
    donation_links: Vec<Uuid>,
}

/// An author.
#[derive(ToSchema)]
pub struct AuthorCopy {
    /// The id.
    id: Uuid,
    /// The name in addresses.
    slug: String,
    /// The name.
    name: String,
    /// Who it is.
    #[schema(required)]
    biography: Option<RichTextView>,
    /// A portrait.
    #[schema(required)]
    image: Option<ImageSchema>,
    /// Where else to find them.
    links: Vec<LabelledLink>,
}

/// An entity.
#[derive(ToSchema)]
pub struct EntityCopy {
    /// Its id.
    id: Uuid,
    /// What kind of thing it is.
    kind: EntityKind,
    /// Its name in addresses.
    slug: String,
    /// Its name.
    name: String,
    /// Its name by language, where it has another.
    names: LocalizedName,
    /// Other names it goes by.
    aliases: Vec<String>,
    /// Who or what it is.
    #[schema(required)]
    description: Option<String>,
    /// The same thing elsewhere.
    same_as: Vec<String>,
    /// A picture.
    #[schema(required)]
    image: Option<ImageSchema>,
}

/// A donation link, its texts in all their languages.
#[derive(ToSchema)]
pub struct DonationLinkCopy {
    /// Its id.
    id: Uuid,
    /// Who takes the money.
    provider: Provider,
    /// Where to give; null for a bank transfer.
    #[schema(required)]
    url: Option<String>,
    /// The account of a bank transfer.
    #[schema(required)]
    bank: Option<BankInput>,
    /// What asks the reader to give, by language.
    call_to_action: LocalizedText,
    /// What thanks those who gave, by language.
    thank_you: LocalizedText,
    /// The currency of the amounts.
    #[schema(required)]
    currency: Option<String>,
    /// Amounts to offer, in the currency's minor unit.
    suggested_amounts: Vec<i64>,
    /// Whether `/v1/donation-links/{id}/qr.svg` is there.
    has_qr_code: bool,
    /// Where the frontend shows it.
    placement: String,
}
