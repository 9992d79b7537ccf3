//! Sitemaps as search engines read them.

use std::fmt::Display;

use crate::error::Result;
use crate::http::xml::Xml;
use crate::sitemaps::model::{ArticlePlace, ListedArticle, News, fits};
use crate::values::frontend::Frontend;
use crate::values::to_rfc3339;

const NAMESPACE: (&str, &str) = ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9");
const XHTML: (&str, &str) = ("xmlns:xhtml", "http://www.w3.org/1999/xhtml");
const NEWS: (&str, &str) = (
    "xmlns:news",
    "http://www.google.com/schemas/sitemap-news/0.9",
);

/// From this size on (in bytes) a sitemap names no other languages any more: the protocol allows 50 MB, and addresses alone take a fifth of that.
const SPACIOUS: usize = 30_000_000;

/// An index of these files, each by its whole address.
///
/// # Errors
/// None in practice: it is plain data. The same holds below.
pub fn index(base: &str, files: &[impl Display]) -> Result<Vec<u8>> {
    let mut xml = Xml::new()?;
    xml.open("sitemapindex", &[NAMESPACE])?;
    for file in files {
        xml.open("sitemap", &[])?;
        xml.text("loc", &format!("{base}/sitemaps/{file}"))?;
        xml.close("sitemap")?;
    }
    xml.close("sitemapindex")?;
    Ok(xml.finish())
}

/// A sitemap that is being written.
pub struct UrlSet {
    xml: Xml,
    addresses: usize,
}

impl UrlSet {
    /// One with nothing in it.
    ///
    /// # Errors
    /// As [`index`].
    pub fn new() -> Result<Self> {
        let mut xml = Xml::new()?;
        xml.open("urlset", &[NAMESPACE, XHTML])?;
        Ok(Self { xml, addresses: 0 })
    }

    /// How many addresses stand in it.
    pub fn addresses(&self) -> usize {
        self.addresses
    }

    /// Adds an address of which nothing more is told.
    ///
    /// # Errors
    /// As [`index`].
    pub fn url(&mut self, url: &str) -> Result<()> {
        if fits(url) {
            self.open(url)?;
            self.xml.close("url")?;
        }
        Ok(())
    }

    /// Adds an article, unless its original is elsewhere: when it last moved, as feeds tell it too, and what it is in other languages. Each
    /// article of a group names all of them, itself too, as search engines want it.
    ///
    /// # Errors
    /// As [`index`].
    pub fn article(&mut self, article: &ListedArticle, frontend: &Frontend) -> Result<()> {
        let Some(url) = article.place.url(frontend) else {
            return Ok(());
        };
        let alternate = |place: &ArticlePlace| Some((place.language.clone(), place.url(frontend)?));
        let mut alternates: Vec<_> = article.others.iter().filter_map(alternate).collect();
        if self.xml.bytes() > SPACIOUS {
            alternates.clear();
        }
        if !alternates.is_empty() {
            alternates.push((article.place.language.clone(), url.clone()));
            alternates.sort();
        }
        self.open(&url)?;
        self.xml.text("lastmod", &to_rfc3339(&article.moved_at))?;
        for (language, url) in &alternates {
            let told = [("rel", "alternate"), ("hreflang", language), ("href", url)];
            self.xml.empty("xhtml:link", &told)?;
        }
        self.xml.close("url")
    }

    fn open(&mut self, url: &str) -> Result<()> {
        self.addresses += 1;
        self.xml.open("url", &[])?;
        self.xml.text("loc", url)
    }

    /// The sitemap.
    ///
    /// # Errors
    /// As [`index`].
    pub fn finish(mut self) -> Result<Vec<u8>> {
        self.xml.close("urlset")?;
        Ok(self.xml.finish())
    }
}

/// What is news, as Google News reads it.
///
/// # Errors
/// As [`index`].
pub fn news(news: &News, frontend: &Frontend) -> Result<Vec<u8>> {
    let mut xml = Xml::new()?;
    xml.open("urlset", &[NAMESPACE, NEWS])?;
    for article in &news.articles {
        let Some(url) = article.place.url(frontend) else {
            continue;
        };
        xml.open("url", &[])?;
        xml.text("loc", &url)?;
        xml.open("news:news", &[])?;
        xml.open("news:publication", &[])?;
        xml.text("news:name", &news.name)?;
        xml.text("news:language", &news_language(&article.place.language))?;
        xml.close("news:publication")?;
        xml.text(
            "news:publication_date",
            &to_rfc3339(&article.place.published_at),
        )?;
        xml.text("news:title", &article.headline)?;
        xml.close("news:news")?;
        xml.close("url")?;
    }
    xml.close("urlset")?;
    Ok(xml.finish())
}

/// A language as Google News wants it: the code of ISO 639 alone, but for Chinese in one of its two scripts.
fn news_language(tag: &str) -> String {
    let tag = tag.to_ascii_lowercase();
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    if language != "zh" {
        return language.to_owned();
    }
    let traditional = parts.any(|part| ["hant", "tw", "hk", "mo"].contains(&part));
    let chinese = if traditional && !tag.contains("hans") {
        "zh-tw"
    } else {
        "zh-cn"
    };
    chinese.to_owned()
}

#[cfg(test)]
mod tests;
