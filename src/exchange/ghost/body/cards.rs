//! What Ghost's cards become. Their fields are the same in both of its documents, their names nearly.

use serde_json::Value;

use super::Written;
use crate::exchange::html::escape;

/// A card's fields.
#[derive(Clone, Copy)]
pub(super) struct Card<'a>(pub &'a Value);

impl<'a> Card<'a> {
    /// A field that is a text and says something.
    fn get(self, name: &str) -> Option<&'a str> {
        self.0
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.trim().is_empty())
    }

    /// The first of these fields that says something.
    fn first(self, names: &[&str]) -> Option<&'a str> {
        names.iter().find_map(|name| self.get(name))
    }
}

/// What a page of elsewhere is called there.
#[derive(Default)]
pub(super) struct Bookmark {
    pub url: String,
    pub title: String,
    pub description: String,
    /// Its author and publisher.
    pub origin: Vec<String>,
    /// HTML.
    pub caption: String,
}

/// The fields in which a card that is not known may have words.
const WORDS: [&str; 14] = [
    "header",
    "heading",
    "title",
    "subheader",
    "subheading",
    "html",
    "text",
    "textValue",
    "content",
    "description",
    "disclaimer",
    "caption",
    "label",
    "buttonText",
];

impl Written {
    /// Writes a card of this name.
    pub(super) fn card(&mut self, name: &str, card: Card<'_>) {
        match name {
            "image" => self.image(card),
            "gallery" => self.gallery(card),
            "markdown" | "card-markdown" => {
                self.markdown(card.first(&["markdown", "value"]).unwrap_or_default())
            }
            "html" => {
                self.push(card.get("html").unwrap_or_default());
                self.push("\n");
            }
            "code" | "codeblock" => self.code(card),
            "embed" => self.embed(card),
            "bookmark" => self.bookmark(&Bookmark::of(card)),
            "hr" | "horizontalrule" => self.push("<hr>\n"),
            "button" => self.button(card),
            "callout" => self.callout(card),
            "toggle" => {
                self.element("h4", card.get("heading").unwrap_or_default());
                self.section(card.get("content"));
            }
            "product" => self.product(card),
            "header" | "call-to-action" => self.call(card),
            "video" | "audio" | "file" => self.file(name, card),
            // Where the part for members begins; it shows nothing.
            "paywall" => {}
            // For mails alone, and forms: they never were the article's.
            "email" | "email-cta" | "signup" => self.note(&format!("card {name}")),
            _ => self.unknown(name, card),
        }
    }

    fn caption(&mut self, card: Card<'_>) {
        if let Some(caption) = card.get("caption") {
            self.push(&format!("<figcaption>{caption}</figcaption>"));
        }
    }

    fn image(&mut self, card: Card<'_>) {
        let Some(src) = card.get("src") else {
            return;
        };
        self.push("<figure>");
        let picture = picture(src, card.get("alt"));
        match card.get("href") {
            Some(href) => self.push(&format!("<a href=\"{}\">{picture}</a>", escape(href))),
            None => self.push(&picture),
        }
        self.caption(card);
        self.push("</figure>\n");
    }

    fn gallery(&mut self, card: Card<'_>) {
        let images = card.0.get("images").and_then(Value::as_array);
        self.push("<figure>");
        for image in images.into_iter().flatten() {
            if let Some(src) = Card(image).get("src") {
                self.push(&picture(src, Card(image).get("alt")));
            }
        }
        self.caption(card);
        self.push("</figure>\n");
    }

    fn code(&mut self, card: Card<'_>) {
        let text = card.get("code").unwrap_or_default();
        let language = card.get("language").unwrap_or_default();
        let class = if language.is_empty() {
            String::new()
        } else {
            format!(" class=\"language-{}\"", escape(language))
        };
        self.push(&format!(
            "<pre><code{class}>{}</code></pre>\n",
            escape(text)
        ));
        self.element("p", card.get("caption").unwrap_or_default());
    }

    /// The address, of which the renderer makes an embed when it knows the place; else the frame that the place gave.
    fn embed(&mut self, card: Card<'_>) {
        match (card.get("url"), card.get("html")) {
            (Some(url), _) => {
                let url = escape(url);
                self.push(&format!("<figure><a href=\"{url}\">{url}</a>"));
            }
            (None, Some(html)) => self.push(&format!("<figure>{html}")),
            (None, None) => return,
        }
        self.caption(card);
        self.push("</figure>\n");
    }

    pub(super) fn bookmark(&mut self, bookmark: &Bookmark) {
        let title = if bookmark.title.is_empty() {
            &bookmark.url
        } else {
            &bookmark.title
        };
        let link = format!(
            "<a href=\"{}\">{}</a>",
            escape(&bookmark.url),
            escape(title)
        );
        let origin = bookmark.origin.join(", ");
        let lines: Vec<String> = [&bookmark.description, &origin]
            .into_iter()
            .filter(|line| !line.is_empty())
            .map(|line| format!("<br>\n{}", escape(line)))
            .collect();
        self.element("p", &format!("{link}{}", lines.concat()));
        self.element("p", &bookmark.caption);
    }

    fn button(&mut self, card: Card<'_>) {
        if let (Some(url), Some(text)) = (
            card.get("buttonUrl"),
            card.first(&["buttonText", "buttonUrl"]),
        ) {
            self.element(
                "p",
                &format!("<a href=\"{}\">{}</a>", escape(url), escape(text)),
            );
        }
    }

    fn callout(&mut self, card: Card<'_>) {
        let emoji = card.get("calloutEmoji").map(escape).unwrap_or_default();
        let text = card.get("calloutText").unwrap_or_default();
        // Its text is inline, or in newer documents paragraphs.
        if text.trim_start().starts_with("<p") {
            self.push(&format!("<blockquote>{text}</blockquote>\n"));
        } else if !text.is_empty() {
            let space = if emoji.is_empty() { "" } else { " " };
            self.push(&format!(
                "<blockquote><p>{emoji}{space}{text}</p></blockquote>\n"
            ));
        }
    }

    /// Text that may be paragraphs already.
    fn section(&mut self, html: Option<&str>) {
        match html {
            Some(html) if html.trim_start().starts_with('<') => {
                self.push(html);
                self.push("\n");
            }
            Some(html) => self.element("p", html),
            None => {}
        }
    }

    fn product(&mut self, card: Card<'_>) {
        if let Some(src) = card.get("productImageSrc") {
            self.element("figure", &picture(src, None));
        }
        self.element("h4", card.get("productTitle").unwrap_or_default());
        self.section(card.get("productDescription"));
        if let (Some(url), Some(text)) = (
            card.get("productUrl"),
            card.first(&["productButton", "productUrl"]),
        ) {
            self.element(
                "p",
                &format!("<a href=\"{}\">{}</a>", escape(url), escape(text)),
            );
        }
    }

    fn call(&mut self, card: Card<'_>) {
        if let Some(src) = card.first(&["backgroundImageSrc", "imageUrl"]) {
            self.element("figure", &picture(src, None));
        }
        let heading = card.first(&["header", "heading"]).unwrap_or_default();
        self.element("h2", heading);
        self.section(card.first(&["subheader", "subheading"]));
        self.section(card.get("textValue"));
        self.button(card);
    }

    /// A film, a sound or a link to a file, and its caption.
    fn file(&mut self, name: &str, card: Card<'_>) {
        let Some(src) = card.get("src") else {
            return;
        };
        let called = card
            .first(&["fileTitle", "title", "fileName"])
            .unwrap_or_else(|| src.rsplit('/').next().unwrap_or(name));
        let (src, called) = (escape(src), escape(called));
        let link = match name {
            "file" => format!("<a href=\"{src}\">{called}</a>"),
            player => format!("<{player} src=\"{src}\" title=\"{called}\">{called}</{player}>"),
        };
        self.element("p", &link);
        self.section(card.first(&["fileCaption", "caption"]));
    }

    /// A card of some other program: its words.
    fn unknown(&mut self, name: &str, card: Card<'_>) {
        self.note(&format!("card {name}, of which only the words were kept"));
        for field in WORDS {
            self.section(card.get(field));
        }
    }
}

impl Bookmark {
    fn of(card: Card<'_>) -> Self {
        let about = Card(card.0.get("metadata").unwrap_or(&Value::Null));
        let text = |name| about.get(name).unwrap_or_default().trim().to_owned();
        let url = card.get("url").or(about.get("url")).unwrap_or_default();
        Self {
            url: url.to_owned(),
            title: text("title"),
            description: text("description"),
            origin: [text("author"), text("publisher")]
                .into_iter()
                .filter(|name| !name.is_empty())
                .collect(),
            caption: card.get("caption").unwrap_or_default().to_owned(),
        }
    }
}

fn picture(src: &str, alt: Option<&str>) -> String {
    let alt = escape(alt.unwrap_or_default());
    format!("<img src=\"{}\" alt=\"{alt}\">", escape(src))
}
