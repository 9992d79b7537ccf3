//! Delivery's answers as a client makes them of its copy.

use serde_json::{Map, Value, json};

use super::client::Copy;

/// Fills a pattern of the site; a placeholder without a value falls away with its segment.
fn filled(site: &Value, kind: &str, value: impl Fn(&str) -> Option<String>) -> Value {
    let pattern = site["paths"][kind].as_str().unwrap();
    let segments = pattern.split('/').skip(1).filter_map(|segment| {
        match segment
            .strip_prefix('{')
            .and_then(|inner| inner.strip_suffix('}'))
        {
            Some(name) => value(name),
            None => Some(segment.to_owned()),
        }
    });
    let path: Vec<String> = segments.collect();
    let base = site["public_url"].as_str().unwrap().trim_end_matches('/');
    json!(format!("{base}/{}", path.join("/")))
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn named(site: &Value, kind: &str, thing: &Value) -> Value {
    filled(site, kind, |name| match name {
        "slug" => text(&thing["slug"]),
        "id" => text(&thing["id"]),
        _ => None,
    })
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap()
}

/// A name in a language, where it has one.
fn localized(thing: &Value, language: &str) -> Value {
    let names = &thing["names"];
    let found = [&names[language], &names[primary(language)], &thing["name"]];
    found
        .into_iter()
        .find(|name| !name.is_null())
        .unwrap()
        .clone()
}

/// A text kept by language, in the first of these languages.
fn picked(texts: &Value, languages: &[&str]) -> Value {
    let texts = texts.as_object().unwrap();
    let found = languages.iter().find_map(|wanted| {
        texts.get(*wanted).or_else(|| {
            let mut all = texts.iter();
            all.find(|(tag, _)| primary(tag) == primary(wanted))
                .map(|(_, text)| text)
        })
    });
    found
        .or_else(|| texts.values().next())
        .cloned()
        .unwrap_or_default()
}

impl Copy {
    fn site(&self) -> &Value {
        self.one("site", &Value::Null).unwrap()
    }

    fn article_url(&self, article: &Value) -> Value {
        let section = self.one("section", &article["section"]);
        let day = article["published_at"].as_str().unwrap();
        filled(self.site(), "article", |name| match name {
            "slug" => text(&article["slug"]),
            "id" => text(&article["id"]),
            "section" => section.and_then(|section| text(&section["slug"])),
            "language" => text(&article["language"]),
            "year" => Some(day[..4].to_owned()),
            "month" => Some(day[5..7].to_owned()),
            "day" => Some(day[8..10].to_owned()),
            _ => None,
        })
    }

    fn author(&self, id: &Value) -> Value {
        let author = self
            .one("author", id)
            .unwrap_or_else(|| panic!("author {id}"));
        json!({"id": author["id"], "slug": author["slug"], "name": author["name"]})
    }

    fn donation_links(&self, ids: &Value, origin: &str, languages: &[&str]) -> Value {
        let links = ids.as_array().unwrap().iter().map(|id| {
            let link = self
                .one("donation_link", id)
                .unwrap_or_else(|| panic!("link {id}"));
            let mut link = link.clone();
            link["call_to_action"] = picked(&link["call_to_action"], languages);
            link["thank_you"] = picked(&link["thank_you"], languages);
            link["origin"] = json!(origin);
            link
        });
        links.collect()
    }

    /// Those that an article shows: its own, else its section's, else the site's.
    fn effective_links(&self, article: &Value) -> Value {
        let site = self.site();
        let languages = [&article["language"], &site["default_language"]];
        let languages = languages.map(|language| language.as_str().unwrap());
        let own = &article["donation_links"];
        let section = self.one("section", &article["section"]);
        let of_section = section.map(|section| &section["donation_links"]);
        let hangs = |links: &Value| links.as_array().is_some_and(|links| !links.is_empty());
        match (own, of_section) {
            (Value::String(mode), _) if mode == "none" => json!([]),
            (own, _) if hangs(own) => self.donation_links(own, "article", &languages),
            (_, Some(links)) if hangs(links) => self.donation_links(links, "section", &languages),
            _ => self.donation_links(&site["donation_links"], "site", &languages),
        }
    }

    /// `GET /v1/articles/{id}`.
    pub fn article_page(&self, copy: &Value) -> Value {
        let mut page = copy.clone();
        let language = copy["language"].as_str().unwrap();
        page["url"] = self.article_url(copy);
        page["section"] = match self.one("section", &copy["section"]) {
            Some(section) => {
                json!({"id": section["id"], "slug": section["slug"], "name": localized(section, language)})
            }
            None => Value::Null,
        };
        let authors = copy["authors"].as_array().unwrap();
        page["authors"] = authors.iter().map(|id| self.author(id)).collect();
        page["has_updates"] = json!(copy["update_count"] != 0);
        page["updates_after_number"] = Value::Null;
        for update in page["updates"].as_array_mut().unwrap() {
            let authors = update["authors"].as_array().unwrap();
            update["authors"] = authors.iter().map(|id| self.author(id)).collect();
        }
        page["entities"] = self.entities_of(copy, language);
        page["related"] = self.related_of(copy);
        page["donation_links"] = self.effective_links(copy);
        page["translations"] = self.translations_of(copy);
        page
    }

    fn entities_of(&self, copy: &Value, language: &str) -> Value {
        let mut groups = json!({"people": [], "organisations": [], "places": [], "topics": [], "events": [], "works": []});
        for link in copy["entities"].as_array().unwrap() {
            let entity = self
                .one("entity", &link["id"])
                .unwrap_or_else(|| panic!("{link}"));
            let group = match entity["kind"].as_str().unwrap() {
                "person" => "people".to_owned(),
                kind => format!("{kind}s"),
            };
            groups[&group].as_array_mut().unwrap().push(json!({
                "id": entity["id"], "slug": entity["slug"], "name": localized(entity, language), "kind": entity["kind"], "relation": link["relation"],
            }));
        }
        groups
    }

    fn related_of(&self, copy: &Value) -> Value {
        let picks = copy["related"].as_array().unwrap().iter().map(|pick| {
            match self.one("article", &pick["id"]).filter(|_| !pick["id"].is_null()) {
                Some(article) => json!({
                    "id": article["id"], "slug": article["slug"], "url": self.article_url(article), "headline": article["headline"],
                    "published_at": article["published_at"], "origin": "editor",
                }),
                None => json!({
                    "id": null, "slug": null, "url": pick["url"], "headline": pick["title"], "published_at": null, "origin": "outside",
                }),
            }
        });
        picks.collect()
    }

    fn translations_of(&self, copy: &Value) -> Value {
        let kin = copy["translations"].as_array().unwrap();
        let mut others: Vec<&Value> = kin
            .iter()
            .map(|kin| {
                self.one("article", &kin["id"])
                    .unwrap_or_else(|| panic!("{kin}"))
            })
            .collect();
        let order = |one: &&Value| ["language", "published_at", "id"].map(|by| text(&one[by]));
        others.sort_by_key(order);
        let views = others.into_iter().map(|other| {
            json!({
                "id": other["id"], "language": other["language"], "slug": other["slug"], "url": self.article_url(other), "headline": other["headline"],
            })
        });
        views.collect()
    }

    /// `GET /v1/authors/{id}`.
    pub fn author_page(&self, copy: &Value) -> Value {
        with(copy, [("url", named(self.site(), "author", copy))])
    }

    /// `GET /v1/entities/{id}`, without its newest articles.
    pub fn entity_page(&self, copy: &Value) -> Value {
        let names = |article: &&Value| {
            let links = article["entities"].as_array().unwrap();
            article["type"] == "article" && links.iter().any(|link| link["id"] == copy["id"])
        };
        let count = self.all("article").filter(names).count();
        let url = named(self.site(), "entity", copy);
        with(copy, [("url", url), ("article_count", json!(count))])
    }

    /// `GET /v1/site`.
    pub fn site_page(&self) -> Value {
        let site = self.site();
        let language = site["default_language"].as_str().unwrap();
        let mut sections: Vec<&Value> = self.all("section").collect();
        sections.sort_by_key(|section| {
            let position = section["position"].as_i64();
            (position, text(&section["name"]), text(&section["id"]))
        });
        let sections = sections.into_iter().map(|section| {
            let links = self.donation_links(&section["donation_links"], "section", &[language]);
            let url = named(site, "section", section);
            let folder = format!("sections/{}/", section["slug"].as_str().unwrap());
            let feeds = feeds_below(&folder);
            with(
                section,
                [("url", url), ("donation_links", links), ("feeds", feeds)],
            )
        });
        let links = self.donation_links(&site["donation_links"], "site", &[language]);
        with(
            site,
            [
                ("sections", sections.collect()),
                ("donation_links", links),
                ("feeds", feeds_below("")),
                ("sitemap", json!("/sitemap.xml")),
                ("oembed", json!("/v1/oembed")),
            ],
        )
    }
}

/// Feeds are at the same addresses below each folder, as the documentation has it.
pub fn feeds_below(folder: &str) -> Value {
    let feeds = [
        ("rss", "application/rss+xml", "rss.xml"),
        ("atom", "application/atom+xml", "atom.xml"),
        ("json", "application/feed+json", "feed.json"),
    ];
    let feed = |(format, media, file)| json!({"format": format, "type": media, "url": format!("/feeds/{folder}{file}")});
    feeds.into_iter().map(feed).collect()
}

fn with<const N: usize>(copy: &Value, fields: [(&str, Value); N]) -> Value {
    let mut page: Map<String, Value> = copy.as_object().unwrap().clone();
    page.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    Value::Object(page)
}
