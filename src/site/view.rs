//! The site as answers show it.

mod versions;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::versions::SiteVersion;
use super::model::{
    Checks, FeedSettings, PublicSite, PublicSiteSection, RobotsSettings, Site, SitePaths,
};
use crate::donation_links::model::PublicDonationLink;
use crate::donation_links::view::DonationLinkView;
use crate::sections::view::SectionView;
use crate::values::frontend::Frontend;
use crate::values::{
    FeedFormat, ImageSchema, LabelledLink, Logo, ManagedRichText, PublicText, Representations,
    RichTextView, to_rfc3339,
};

/// The site, with what a frontend's shell needs.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteView {
    /// Its title.
    #[schema(example = "De Peilschaal")]
    title: String,
    /// What it is in a line.
    #[schema(required)]
    tagline: Option<String>,
    /// Where the frontend is.
    #[schema(example = "https://example.org")]
    public_url: String,
    /// Where the frontend shows each kind of thing.
    #[schema(value_type = SitePaths)]
    paths: Box<RawValue>,
    /// The language of what has none of its own.
    #[schema(example = "nl")]
    default_language: String,
    /// The time zone of the newsroom (IANA).
    #[schema(example = "Europe/Amsterdam")]
    time_zone: String,
    /// The box about the publication and its writers.
    #[schema(required)]
    about: Option<RichTextView>,
    /// Its mark.
    #[schema(value_type = Option<ImageSchema>, required)]
    logo: Box<RawValue>,
    /// Where else to find it.
    #[schema(value_type = Vec<LabelledLink>)]
    social_links: Box<RawValue>,
    /// Whose the rights are.
    #[schema(required)]
    copyright: Option<String>,
    /// What may be done with the texts.
    #[schema(required)]
    licence: Option<String>,
    /// How much of a text anyone may read.
    #[schema(value_type = PublicText)]
    public_text: String,
    /// Every section, in the order of the menu.
    sections: Vec<SiteSection>,
    /// The donation links that hang on the site.
    donation_links: Vec<DonationLinkView>,
    /// The site's feeds.
    feeds: Vec<FeedView>,
    /// The index of its sitemap: whole where `KRONIEK_API_URL` is set, else a path of this API.
    #[schema(
        format = "uri-reference",
        example = "https://api.example.org/sitemap.xml"
    )]
    sitemap: String,
    /// Where other sites ask what they show of an article when they are given its address (oEmbed): whole where `KRONIEK_API_URL` is set, else a path of this API.
    #[schema(
        format = "uri-reference",
        example = "https://api.example.org/v1/oembed"
    )]
    oembed: String,
}

/// A feed that programs can follow.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedView {
    /// `rss`, `atom` or `json`.
    #[schema(example = "rss")]
    format: &'static str,
    /// Its media type.
    #[serde(rename = "type")]
    #[schema(example = "application/rss+xml")]
    media_type: &'static str,
    /// Its address: whole where `KRONIEK_API_URL` is set, else a path of this API.
    #[schema(
        format = "uri-reference",
        example = "https://api.example.org/feeds/rss.xml"
    )]
    url: String,
}

impl FeedView {
    /// Those below a folder of the feeds.
    fn all(base: Option<&str>, folder: &str) -> Vec<Self> {
        let base = base.unwrap_or_default();
        let feeds = FeedFormat::ALL.into_iter().map(|format| Self {
            format: format.as_str(),
            media_type: format.media_type(),
            url: format!("{base}/feeds/{folder}{}", format.file()),
        });
        feeds.collect()
    }
}

/// A section in the site, with what hangs on it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteSection {
    /// The section.
    #[serde(flatten)]
    section: SectionView,
    /// The donation links that hang on the section. When there are none, its pages show those of the site.
    donation_links: Vec<DonationLinkView>,
    /// The section's feeds.
    feeds: Vec<FeedView>,
}

impl SiteView {
    /// Shapes the site, the about box in the forms asked for; `base` is where clients reach this API, where that is told.
    pub fn new(
        site: PublicSite,
        frontend: &Frontend,
        forms: Representations,
        base: Option<&str>,
    ) -> Self {
        let language = site.default_language.as_str();
        let links = |links: Vec<PublicDonationLink>| {
            let views = links.into_iter();
            views
                .map(|link| DonationLinkView::new(link, &[language]))
                .collect()
        };
        let donation_links = links(site.donation_links);
        Self {
            title: site.title,
            tagline: site.tagline,
            public_url: site.public_url,
            paths: site.paths,
            about: RichTextView::of(forms, site.about_html, site.about_blocks, site.about_text),
            logo: site.logo,
            social_links: site.social_links,
            copyright: site.copyright,
            licence: site.licence,
            public_text: site.public_text,
            sections: site
                .sections
                .into_iter()
                .map(
                    |PublicSiteSection {
                         section,
                         donation_links,
                     }| SiteSection {
                        feeds: FeedView::all(base, &format!("sections/{}/", section.slug)),
                        section: SectionView::new(section, frontend),
                        donation_links: links(donation_links),
                    },
                )
                .collect(),
            donation_links,
            feeds: FeedView::all(base, ""),
            sitemap: format!("{}/sitemap.xml", base.unwrap_or_default()),
            oembed: format!("{}/v1/oembed", base.unwrap_or_default()),
            time_zone: site.time_zone,
            default_language: site.default_language,
        }
    }
}

/// The site as editors see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagedSite {
    /// How often it was written; its ETag names it.
    version: i32,
    /// Its title.
    title: String,
    /// What it is in a line.
    #[schema(required)]
    tagline: Option<String>,
    /// Where the frontend is.
    public_url: String,
    /// Where the frontend shows each kind of thing.
    #[schema(value_type = SitePaths)]
    paths: Value,
    /// The language of what has none of its own.
    default_language: String,
    /// The time zone of the newsroom (IANA).
    time_zone: String,
    /// The box about the publication, with its source.
    #[schema(required)]
    about: Option<ManagedRichText>,
    /// Its mark.
    #[schema(value_type = Option<Logo>, required)]
    logo: Option<Value>,
    /// Where else to find it.
    #[schema(value_type = Vec<LabelledLink>)]
    social_links: Value,
    /// Whose the rights are.
    #[schema(required)]
    copyright: Option<String>,
    /// What may be done with the texts.
    #[schema(required)]
    licence: Option<String>,
    /// How much of a text anyone may read.
    #[schema(value_type = PublicText)]
    public_text: String,
    /// The donation links that hang on the site, in order.
    donation_links: Vec<Uuid>,
    /// How much each check before publishing weighs.
    checks: Checks,
    /// How the site's feeds are written.
    feeds: FeedSettings,
    /// What robots are told at `/robots.txt`.
    robots: RobotsSettings,
    /// When it was last written.
    #[schema(format = DateTime)]
    modified_at: String,
}

impl ManagedSite {
    /// Shapes the site and what hangs on it.
    pub fn new(site: Site, donation_links: Vec<Uuid>) -> Self {
        Self {
            version: site.version,
            title: site.title,
            tagline: site.tagline,
            public_url: site.public_url,
            paths: site.paths,
            default_language: site.default_language,
            time_zone: site.time_zone,
            about: site.about.map(|text| text.0.into()),
            logo: site.logo,
            social_links: site.social_links,
            copyright: site.copyright,
            licence: site.licence,
            public_text: site.public_text,
            donation_links,
            checks: Checks::stored(&site.checks),
            feeds: FeedSettings::stored(&site.feeds),
            robots: RobotsSettings::stored(&site.robots),
            modified_at: to_rfc3339(&site.modified_at),
        }
    }
}
