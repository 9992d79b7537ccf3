//! Writing parts out: the page's HTML, the blocks, the plain text and the outline, in one pass.
//!
//! Everything is written in one form only, the form in which the HTML serialiser would write it, so
//! that reading what was written and writing it again changes nothing.

mod inline;

use super::anchors::Anchors;
use super::blocks::{Block, Cell, Footnote, ListItem, OutlineItem};
use super::embeds::Embed;
use super::footnotes::Numbers;
use super::inline::{Paragraph, Picture};
use super::read::{Item, Part, Parts, Row, Source};
use super::tree::NodeId;

use inline::{InlineWriter, escape_attribute, escape_text};

/// What was written.
#[derive(Default, Debug)]
pub(super) struct Written {
    pub html: String,
    pub blocks: Vec<Block>,
    pub text: String,
    pub outline: Vec<OutlineItem>,
    /// Whether a link within the source had to be led to a new anchor. Links side by side may have
    /// become one, which only reading again tells.
    pub has_led_links: bool,
}

/// Writes a text out, `prefix` before each anchor. `None` when it would come out longer than `limit`
/// bytes: a long address around countless paragraphs is repeated in each.
pub(super) fn write(parts: &Parts, prefix: &str, limit: usize) -> Option<Written> {
    let anchors = Anchors::of(&parts.body, prefix);
    let numbers = Numbers::of(parts);
    let mut writer = Writer {
        inline: InlineWriter::new(&anchors, &numbers, prefix, limit),
        anchors: &anchors,
        headings: 0,
        written: Written::default(),
    };
    for part in &parts.body {
        writer.part(part);
    }
    if !numbers.order().is_empty() {
        writer.footnotes(parts, numbers.order());
    }
    writer.written.has_led_links = writer.inline.has_led_links;
    (!writer.inline.is_full()).then_some(writer.written)
}

struct Writer<'a> {
    inline: InlineWriter<'a>,
    anchors: &'a Anchors,
    headings: usize,
    written: Written,
}

/// Running text in its two forms, a paragraph each.
struct Prose {
    html: Vec<String>,
    text: Vec<String>,
}

impl Prose {
    fn inline_html(&self) -> String {
        self.html.join("<br><br>")
    }

    fn plain(&self) -> String {
        self.text.join("\n\n")
    }
}

impl Writer<'_> {
    fn part(&mut self, part: &Part) {
        if self.inline.is_full() {
            return;
        }
        if !self.written.html.is_empty() {
            self.html("\n");
        }
        match part {
            Part::Paragraph(lines) => self.paragraph(lines),
            Part::Heading { level, line, .. } => {
                let heading = self.inline.paragraph(std::slice::from_ref(line));
                self.heading(*level, heading);
            }
            Part::List { ordered, items } => {
                let mut text = String::new();
                let block = self.list(*ordered, items, &mut text);
                self.text(&text);
                self.written.blocks.push(block);
            }
            Part::Quote { paragraphs, cite } => self.quote(paragraphs, cite.as_ref()),
            Part::Image(picture) => self.image(picture),
            Part::Code { language, text } => self.code(language.as_deref(), text),
            Part::Table { header, rows } => self.table(header, rows),
            Part::Embed { embed, title } => self.embed(embed, title.as_deref()),
            Part::Divider => {
                self.html("<hr>");
                self.written.blocks.push(Block::Divider {});
            }
        }
    }

    fn html(&mut self, html: &str) {
        self.written.html.push_str(html);
    }

    /// Adds to the plain text, a blank line after what is there.
    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if !self.written.text.is_empty() {
            self.written.text.push_str("\n\n");
        }
        self.written.text.push_str(text);
    }

    fn prose(&mut self, paragraphs: &[Paragraph]) -> Prose {
        let (html, text) = paragraphs
            .iter()
            .map(|lines| self.inline.paragraph(lines))
            .unzip();
        Prose { html, text }
    }

    fn paragraph(&mut self, lines: &Paragraph) {
        let (html, text) = self.inline.paragraph(lines);
        self.html("<p>");
        self.html(&html);
        self.html("</p>");
        self.text(&text);
        self.written.blocks.push(Block::Paragraph { html, text });
    }

    fn heading(&mut self, level: u8, (html, text): (String, String)) {
        let anchor = self
            .anchors
            .get(self.headings)
            .unwrap_or_default()
            .to_owned();
        self.headings += 1;
        self.html(&format!("<h{level} id=\"{anchor}\">{html}</h{level}>"));
        self.text(&text);
        self.written.outline.push(OutlineItem {
            level,
            text: text.clone(),
            anchor: anchor.clone(),
        });
        self.written.blocks.push(Block::Heading {
            level,
            anchor,
            html,
            text,
        });
    }

    /// A list and those in it; `plain` gets a line for each item.
    fn list(&mut self, ordered: bool, items: &[Item], plain: &mut String) -> Block {
        let name = if ordered { "ol" } else { "ul" };
        self.html(&format!("<{name}>"));
        let items = items.iter().map(|item| self.item(item, plain)).collect();
        self.html(&format!("</{name}>"));
        Block::List { ordered, items }
    }

    fn item(&mut self, item: &Item, plain: &mut String) -> ListItem {
        let prose = self.prose(&item.paragraphs);
        self.html("<li>");
        match prose.html.as_slice() {
            [only] => self.html(only),
            many => self.paragraphs(many),
        }
        let text = prose.plain();
        if !text.is_empty() {
            if !plain.is_empty() {
                plain.push('\n');
            }
            plain.push_str(&text);
        }
        let mut children = Vec::with_capacity(item.lists.len());
        for list in &item.lists {
            if let Part::List { ordered, items } = list {
                children.push(self.list(*ordered, items, plain));
            }
        }
        self.html("</li>");
        ListItem {
            html: prose.inline_html(),
            text,
            children,
        }
    }

    fn paragraphs(&mut self, paragraphs: &[String]) {
        for paragraph in paragraphs {
            self.html("<p>");
            self.html(paragraph);
            self.html("</p>");
        }
    }

    fn quote(&mut self, paragraphs: &[Paragraph], cite: Option<&Source>) {
        let prose = self.prose(paragraphs);
        match cite {
            Some(Source::Address(address)) => {
                self.html(&format!(
                    "<blockquote cite=\"{}\">",
                    escape_attribute(address)
                ));
            }
            _ => self.html("<blockquote>"),
        }
        self.paragraphs(&prose.html);
        let text = prose.plain();
        let mut told = text.clone();
        if let Some(Source::Name(name)) = cite {
            self.html(&format!(
                "<footer><cite>{}</cite></footer>",
                escape_text(name)
            ));
            told.push('\n');
            told.push_str(name);
        }
        self.html("</blockquote>");
        self.text(&told);
        let cite = cite.map(|(Source::Name(cite) | Source::Address(cite))| cite.clone());
        self.written.blocks.push(Block::Quote {
            html: prose.inline_html(),
            text,
            cite,
        });
    }

    fn image(&mut self, picture: &Picture) {
        self.html("<figure>");
        let image = inline::image(picture);
        self.html(&image);
        let credit = picture
            .credit
            .as_deref()
            .map(|credit| format!("<cite>{}</cite>", escape_text(credit)));
        let caption = picture
            .caption
            .as_deref()
            .map(|caption| escape_text(caption).into_owned());
        let told: Vec<String> = [caption, credit].into_iter().flatten().collect();
        if !told.is_empty() {
            self.html(&format!("<figcaption>{}</figcaption>", told.join(" ")));
        }
        self.html("</figure>");
        let told: Vec<&str> = [&picture.caption, &picture.credit]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        self.text(&told.join("\n"));
        self.written.blocks.push(Block::Image {
            url: picture.address.clone(),
            alt: picture.alt.clone(),
            caption: picture.caption.clone(),
            credit: picture.credit.clone(),
        });
    }

    fn code(&mut self, language: Option<&str>, text: &str) {
        match language {
            Some(language) => self.html(&format!("<pre><code class=\"language-{language}\">")),
            None => self.html("<pre><code>"),
        }
        self.html(&escape_text(text));
        self.html("\n</code></pre>");
        self.text(text);
        self.written.blocks.push(Block::Code {
            language: language.map(str::to_owned),
            text: text.to_owned(),
        });
    }

    fn table(&mut self, header: &[Row], rows: &[Row]) {
        let mut text = String::new();
        self.html("<table>");
        let header = self.rows(header, ("thead", "th"), &mut text);
        let rows = self.rows(rows, ("tbody", "td"), &mut text);
        self.html("</table>");
        self.text(&text);
        self.written.blocks.push(Block::Table { header, rows });
    }

    /// Rows in a section of a table, of cells, both called as told; `plain` gets a line for each row,
    /// with tabs between its cells.
    fn rows(
        &mut self,
        rows: &[Row],
        (section, name): (&str, &str),
        plain: &mut String,
    ) -> Vec<Vec<Cell>> {
        if rows.is_empty() {
            return Vec::new();
        }
        self.html(&format!("<{section}>"));
        let mut written = Vec::with_capacity(rows.len());
        for row in rows {
            self.html("<tr>");
            let mut cells = Vec::with_capacity(row.len());
            for cell in row {
                let prose = self.prose(cell);
                let cell = Cell {
                    html: prose.inline_html(),
                    text: prose.plain(),
                };
                self.html(&format!("<{name}>{}</{name}>", cell.html));
                cells.push(cell);
            }
            self.html("</tr>");
            if !plain.is_empty() {
                plain.push('\n');
            }
            let texts: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
            plain.push_str(&texts.join("\t"));
            written.push(cells);
        }
        self.html(&format!("</{section}>"));
        written
    }

    fn embed(&mut self, embed: &Embed, title: Option<&str>) {
        let shown = title.unwrap_or(&embed.address);
        let address = escape_attribute(&embed.address);
        let link = format!(
            "<a href=\"{address}\" rel=\"noopener\">{}</a>",
            escape_text(shown)
        );
        self.html(&format!("<figure>{link}</figure>"));
        self.text(shown);
        self.written.blocks.push(Block::Embed {
            provider: embed.provider.to_owned(),
            url: embed.address.clone(),
            title: title.map(str::to_owned),
        });
    }

    fn footnotes(&mut self, parts: &Parts, order: &[NodeId]) {
        let nothing = Vec::new();
        let proses: Vec<Prose> = order
            .iter()
            .map(|&note| self.prose(parts.note(note).unwrap_or(&nothing)))
            .collect();
        if !self.written.html.is_empty() {
            self.html("\n");
        }
        self.html("<section role=\"doc-endnotes\"><ol>");
        let mut items = Vec::with_capacity(order.len());
        let mut lines = Vec::with_capacity(order.len());
        for (index, (note, prose)) in order.iter().zip(proses).enumerate() {
            let (html, text) = (prose.inline_html(), prose.plain());
            let (start, ways_back) = self.inline.note_ends(*note);
            self.html(&format!("{start}{html}{ways_back}</li>"));
            lines.extend(Some(text.clone()).filter(|text| !text.is_empty()));
            items.push(Footnote {
                label: (index + 1).to_string(),
                html,
                text,
            });
        }
        self.html("</ol></section>");
        self.text(&lines.join("\n"));
        self.written.blocks.push(Block::Footnotes { items });
    }
}
