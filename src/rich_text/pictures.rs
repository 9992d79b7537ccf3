//! A rendered text for who may not have its pictures.

use std::sync::LazyLock;

use ammonia::Builder;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::sanitize::policy;
use crate::error::{Error, Result};

/// The policy of all texts, but for pictures.
static WITHOUT: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut without = policy();
    without.rm_tags(["img"]);
    without
});

/// What a picture that stands alone is written as, with its caption; what is written as text never looks so.
const FIGURE: (&str, &str) = ("<figure><img ", "</figure>");

/// HTML that was rendered here, without its pictures and what stands below them.
pub fn without_pictures(html: &str) -> String {
    if !html.contains("<img ") {
        return html.to_owned();
    }
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, figure)) = rest.split_once(FIGURE.0) {
        kept.push_str(before);
        rest = match figure.split_once(FIGURE.1) {
            Some((_, after)) => after.strip_prefix('\n').unwrap_or(after),
            None => "",
        };
    }
    kept.push_str(rest);
    WITHOUT.clean(&kept).to_string()
}

/// The same of a text as blocks.
pub fn blocks_without_pictures(mut blocks: Value) -> Value {
    if let Some(list) = blocks.as_array_mut() {
        list.retain(|block| block.get("type").is_none_or(|kind| kind != "image"));
        list.iter_mut().for_each(within);
    }
    blocks
}

/// Takes pictures out of whatever HTML stands in a block.
fn within(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(within),
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                match field {
                    Value::String(html) if name == "html" => *html = without_pictures(html),
                    other => within(other),
                }
            }
        }
        _ => {}
    }
}

/// A JSON value, changed.
fn turned<T: DeserializeOwned, U: Serialize>(
    json: &mut Option<Box<RawValue>>,
    turn: impl FnOnce(T) -> U,
) -> Result<()> {
    if let Some(raw) = json {
        let value = serde_json::from_str(raw.get()).map_err(Error::internal)?;
        *raw = to_raw_value(&turn(value)).map_err(Error::internal)?;
    }
    Ok(())
}

/// Takes the pictures out of HTML that stands as JSON, if there is any.
///
/// # Errors
/// None in practice: the texts are those that were rendered here.
pub fn strip_html(json: &mut Option<Box<RawValue>>) -> Result<()> {
    turned(json, |html: Option<String>| {
        html.map(|html| without_pictures(&html))
    })
}

/// Takes the pictures out of blocks, if there are any.
///
/// # Errors
/// None in practice: the texts are those that were rendered here.
pub fn strip_blocks(json: &mut Option<Box<RawValue>>) -> Result<()> {
    turned(json, blocks_without_pictures)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{blocks_without_pictures, without_pictures};
    use crate::rich_text::{Format, render};

    const SOURCE: &str = "Voor.\n\n![Een \"kade\" > hoog](https://example.org/kade.jpg \"De kade\")\n\nIn de ![](https://example.org/klein.png) regel.\n\n| a |\n|---|\n| ![x](https://example.org/cel.png) b |\n\n> Na &lt;img &gt;.";

    #[test]
    fn no_picture_is_left_and_nothing_else_goes() {
        let rendered = render(Format::Markdown, SOURCE, "");
        assert_eq!(rendered.html.matches("<img ").count(), 3);
        let html = without_pictures(&rendered.html);
        assert!(
            !html.contains("<img") && !html.contains("example.org"),
            "{html}"
        );
        assert!(
            !html.contains("De kade") && !html.contains("<figure"),
            "{html}"
        );
        for word in ["Voor.", "In de", "regel.", "b", "Na &lt;img &gt;."] {
            assert!(html.contains(word), "{word}: {html}");
        }
        assert_eq!(without_pictures(&html), html);
        let blocks = serde_json::to_value(&rendered.blocks).unwrap();
        let blocks = blocks_without_pictures(blocks);
        assert!(!blocks.to_string().contains("example.org"), "{blocks}");
        assert!(blocks.to_string().contains("regel."));
    }

    #[test]
    fn what_has_none_stays_as_it_is() {
        let html = "<p>Een <b>onbekende</b> vorm</p>";
        assert_eq!(without_pictures(html), html);
        assert_eq!(blocks_without_pictures(Value::Null), Value::Null);
        let blocks = json!([{"type": "divider"}]);
        assert_eq!(blocks_without_pictures(blocks.clone()), blocks);
    }
}
