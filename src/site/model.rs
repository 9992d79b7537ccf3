//! What the site is.

mod checks;
mod feeds;
mod robots;

pub use checks::{Check, Checks, Weight};
pub use feeds::{FeedSettings, FeedText};
pub use robots::RobotsSettings;

use chrono::{DateTime, Utc};
use deserr::Deserr;
use diesel::{Queryable, Selectable};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::db::Stored;
use crate::db::schema::newsroom;
use crate::donation_links::model::PublicDonationLink;
use crate::error::{Fault, FaultCode, Faults};
use crate::http::conditional::Version;
use crate::publishing::Kind;
use crate::sections::model::PublicSection;
use crate::values::{
    LabelledLink, LanguageTag, Line, Logo, PathPattern, Perhaps, Prose, PublicText, RichText,
    RichTextInput, RichTextUpTo, Short, UpTo, WebUrl,
};
use crate::versions::model::Owner;

/// Path patterns of the frontend, by kind of thing.
#[derive(Debug, Clone, Serialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct SitePaths {
    /// Of an article; a segment without a value, such as the section of one that has none, falls away.
    #[schema(example = "/{section}/{slug}")]
    pub article: PathPattern,
    /// Of a section.
    #[schema(example = "/{slug}")]
    pub section: PathPattern,
    /// Of an author.
    #[schema(example = "/auteurs/{slug}")]
    pub author: PathPattern,
    /// Of an entity.
    #[schema(example = "/dossiers/{slug}")]
    pub entity: PathPattern,
}

/// The site as an editor writes it.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
#[schema(example = json!({
    "title": "De Peilschaal",
    "public_url": "https://example.org",
    "default_language": "nl",
    "time_zone": "Europe/Amsterdam",
    "paths": {"article": "/{section}/{slug}", "section": "/{slug}", "author": "/auteurs/{slug}", "entity": "/dossiers/{slug}"},
    "about": {"format": "markdown", "source": "Een nieuwssite over de Wendedelta."},
}))]
pub struct SiteInput {
    /// Its title.
    #[schema(example = "De Peilschaal")]
    pub title: Line<200>,
    /// What it is in a line.
    #[deserr(default)]
    pub tagline: Option<Line<300>>,
    /// Where the frontend is: an address without a query or fragment.
    #[deserr(try_from(WebUrl) = root -> Fault)]
    #[schema(example = "https://example.org")]
    pub public_url: WebUrl,
    /// Where the frontend shows each kind of thing.
    pub paths: SitePaths,
    /// The language of what has none of its own.
    pub default_language: LanguageTag,
    /// The time zone of the newsroom (IANA), which stored times do not depend on.
    #[schema(example = "Europe/Amsterdam")]
    pub time_zone: Line<60>,
    /// The box about the publication and its writers.
    #[deserr(default)]
    #[schema(value_type = Option<RichTextInput>)]
    pub about: Option<RichTextUpTo<Short>>,
    /// Its mark.
    #[deserr(default)]
    pub logo: Option<Logo>,
    /// Where else to find it; at most 50.
    #[deserr(default)]
    #[schema(value_type = Option<Vec<LabelledLink>>, max_items = 50)]
    pub social_links: Option<UpTo<LabelledLink, 50>>,
    /// Whose the rights are.
    #[deserr(default)]
    pub copyright: Option<Line<500>>,
    /// What may be done with the texts.
    #[deserr(default)]
    pub licence: Option<Prose<2000>>,
    /// How much of the texts of articles and updates anyone may read; `full` unless told. Headline and introduction are always public. What
    /// partners read, their contracts tell.
    #[deserr(default)]
    pub public_text: Option<PublicText>,
    /// How much each check before publishing weighs. Readers are not told.
    #[deserr(default)]
    #[schema(example = json!({"missing_alt": "error"}))]
    pub checks: Option<Checks>,
    /// How the site's feeds are written.
    #[deserr(default)]
    #[schema(example = json!({"text": "summary"}))]
    pub feeds: Option<FeedSettings>,
    /// What robots are told at `/robots.txt`.
    #[deserr(default)]
    #[schema(example = json!({"lines": "User-agent: ExampleBot\nDisallow: /"}))]
    pub robots: Option<RobotsSettings>,
}

fn root(url: WebUrl) -> Result<WebUrl, Fault> {
    if url.as_str().contains(['?', '#']) {
        let detail = "must have no query and no fragment";
        return Err(Fault::value(FaultCode::InvalidValue, detail));
    }
    // RFC 3986, section 2.1.
    let escaped = |rest: &str| {
        let digits = rest.get(..2).unwrap_or_default();
        digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    };
    if !url.as_str().split('%').skip(1).all(escaped) {
        let detail = "must have two hexadecimal digits after each %";
        return Err(Fault::value(FaultCode::InvalidValue, detail));
    }
    Ok(url)
}

/// What of the site only Postgres can tell to be right.
#[derive(Debug, Default, Deserr)]
#[deserr(error = Faults)]
pub struct NamedBySite {
    /// The name of a time zone.
    #[deserr(default)]
    pub time_zone: Perhaps<Line<60>>,
}

impl From<&SiteInput> for NamedBySite {
    fn from(input: &SiteInput) -> Self {
        Self {
            time_zone: Perhaps::Given(input.time_zone.clone()),
        }
    }
}

/// The site as kept.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = newsroom::site, check_for_backend(diesel::pg::Pg))]
pub struct Site {
    /// How often it was written.
    pub version: i32,
    /// Its title.
    pub title: String,
    /// What it is in a line.
    pub tagline: Option<String>,
    /// Where the frontend is.
    pub public_url: String,
    /// Where the frontend shows each kind of thing.
    pub paths: Value,
    /// The language of what has none of its own.
    pub default_language: String,
    /// The time zone of the newsroom.
    pub time_zone: String,
    /// The box about the publication.
    pub about: Option<Stored<RichText>>,
    /// Its mark.
    pub logo: Option<Value>,
    /// Where else to find it.
    pub social_links: Value,
    /// Whose the rights are.
    pub copyright: Option<String>,
    /// What may be done with the texts.
    pub licence: Option<String>,
    /// How much of a text anyone may read.
    pub public_text: String,
    /// When it was last written.
    pub modified_at: DateTime<Utc>,
    /// How much each check before publishing weighs, as kept.
    pub checks: Value,
    /// How its feeds are written, as kept.
    pub feeds: Value,
    /// What robots are told, as kept.
    pub robots: Value,
}

impl Site {
    /// Its version, as its ETag names it.
    pub fn version(&self) -> Version {
        Version::single(self.version)
    }

    /// Whose its versions are.
    pub fn owner(&self) -> Owner {
        Owner {
            kind: Kind::Site,
            id: Uuid::nil(),
        }
    }

    /// What an editor would send to make it as it is.
    pub fn input(&self) -> Value {
        serde_json::json!({
            "title": self.title,
            "tagline": self.tagline,
            "public_url": self.public_url,
            "paths": self.paths,
            "default_language": self.default_language,
            "time_zone": self.time_zone,
            "about": self.about.as_ref().map(|text| text.0.input()),
            "logo": self.logo,
            "social_links": self.social_links,
            "copyright": self.copyright,
            "licence": self.licence,
            "public_text": self.public_text,
            "checks": Checks::stored(&self.checks),
            "feeds": FeedSettings::stored(&self.feeds),
            "robots": RobotsSettings::stored(&self.robots),
        })
    }
}

/// The site as readers may see it, with what a frontend's shell needs.
#[derive(Debug, Deserialize)]
pub struct PublicSite {
    /// Its title.
    pub title: String,
    /// What it is in a line.
    pub tagline: Option<String>,
    /// Where the frontend is.
    pub public_url: String,
    /// Where the frontend shows each kind of thing.
    pub paths: Box<RawValue>,
    /// The language of what has none of its own.
    pub default_language: String,
    /// The time zone of the newsroom.
    pub time_zone: String,
    /// The about box as HTML.
    pub about_html: Option<Box<RawValue>>,
    /// The about box as blocks.
    pub about_blocks: Option<Box<RawValue>>,
    /// The about box as plain text.
    pub about_text: Option<Box<RawValue>>,
    /// Its mark.
    pub logo: Box<RawValue>,
    /// Where else to find it.
    pub social_links: Box<RawValue>,
    /// Whose the rights are.
    pub copyright: Option<String>,
    /// What may be done with the texts.
    pub licence: Option<String>,
    /// How much of a text anyone may read.
    pub public_text: String,
    /// Every section, in the order of the menu.
    pub sections: Vec<PublicSiteSection>,
    /// The links that hang on the site.
    pub donation_links: Vec<PublicDonationLink>,
}

/// A section as readers of the site see it.
#[derive(Debug, Deserialize)]
pub struct PublicSiteSection {
    /// The section.
    #[serde(flatten)]
    pub section: PublicSection,
    /// The donation links that hang on it.
    pub donation_links: Vec<PublicDonationLink>,
}
