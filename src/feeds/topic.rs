//! Which feeds the hub knows (WebSub): the first page of each feed in each format, as a whole or in one language. Every topic has one address, the
//! one that the feed gives as its own; feeds by other filters are asked for, as ever.

use crate::publishing::Kind;
use crate::values::{FeedFormat, LanguageTag, Reference};

/// The path of the hub.
pub const HUB: &str = "/websub";

/// What scopes of feeds are called in their addresses.
const FOLDERS: [(&str, Kind); 3] = [
    ("sections", Kind::Section),
    ("authors", Kind::Author),
    ("entities", Kind::Entity),
];

/// A feed that the hub knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// The section, author or entity that it is of; the whole site where there is none.
    pub of: Option<(Kind, Reference)>,
    /// How it is written.
    pub format: FeedFormat,
    /// The language that alone stands in it.
    pub language: Option<LanguageTag>,
}

impl Topic {
    /// The topic at this path and query, if there is one.
    pub fn parse(text: &str) -> Option<Self> {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let parts: Vec<&str> = path.strip_prefix("/feeds/")?.split('/').collect();
        let (of, file) = match parts.as_slice() {
            [file] => (None, file),
            [folder, name, file] => {
                let (_, kind) = FOLDERS.iter().find(|(known, _)| known == folder)?;
                (Some((*kind, Reference::parse(name).ok()?)), file)
            }
            _ => return None,
        };
        let mut formats = FeedFormat::ALL.into_iter();
        let format = formats.find(|format| format.file() == *file)?;
        let language = match query.strip_prefix("language=") {
            Some(language) => Some(LanguageTag::parse(language).ok()?),
            None => None,
        };
        let topic = Self {
            of,
            format,
            language,
        };
        // What is said in another way is another address.
        (topic.path() == text).then_some(topic)
    }

    /// Its path and query.
    pub fn path(&self) -> String {
        let path = self.path_alone();
        match self.query() {
            query if query.is_empty() => path,
            query => format!("{path}?{query}"),
        }
    }

    /// Its path.
    pub fn path_alone(&self) -> String {
        let file = self.format.file();
        match &self.of {
            None => format!("/feeds/{file}"),
            Some((kind, name)) => format!("/feeds/{}/{name}/{file}", folder(*kind)),
        }
    }

    /// Its query; empty for the feed as a whole.
    pub fn query(&self) -> String {
        let language = self.language.as_ref();
        language.map_or_else(String::new, |language| format!("language={language}"))
    }
}

fn folder(kind: Kind) -> &'static str {
    let mut known = FOLDERS.iter().filter(|(_, known)| *known == kind);
    known.next().map_or("entities", |(folder, _)| *folder)
}

#[cfg(test)]
mod tests {
    use super::Topic;

    #[test]
    fn a_topic_is_a_whole_feed_or_one_language_of_it_at_its_one_address() {
        for path in [
            "/feeds/rss.xml",
            "/feeds/atom.xml",
            "/feeds/feed.json?language=nl",
            "/feeds/sections/politiek/rss.xml",
            "/feeds/authors/fenna-loman/atom.xml?language=nl-BE",
            "/feeds/entities/7f3f2a52-6c1e-4e0a-9d58-0a4b2b9f5a11/feed.json",
        ] {
            let topic = Topic::parse(path).unwrap();
            assert_eq!(topic.path(), path);
        }
        for path in [
            "",
            "/",
            "/feeds/",
            "/feeds/rss",
            "/feeds//rss.xml",
            "/feeds/rss.xml?",
            "/feeds/rss.xml/",
            "/feeds/rss.xml#x",
            "/feeds/rss.xml?language=",
            "/feeds/rss.xml?language=NL",
            "/feeds/rss.xml?language=nl-be",
            "/feeds/rss.xml?language=nl&language=nl",
            "/feeds/rss.xml?language=nl&limit=5",
            "/feeds/rss.xml?updates=items",
            "/feeds/rss.xml?section=politiek",
            "/feeds/sections/rss.xml",
            "/feeds/sections/Politiek/rss.xml",
            "/feeds/sections/%70olitiek/rss.xml",
            "/feeds/sections/7F3F2A52-6C1E-4E0A-9D58-0A4B2B9F5A11/rss.xml",
            "/feeds/pages/politiek/rss.xml",
            "/v1/articles",
            "feeds/rss.xml",
        ] {
            assert_eq!(Topic::parse(path), None, "{path}");
        }
    }
}
