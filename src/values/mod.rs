//! Values that can't be wrong once made: slugs, language tags, addresses, times, bounded texts. They know nothing of tables or HTTP.
//!
//! Each is read from a JSON string (or a query parameter) with every fault told, and describes itself in the OpenAPI document.

mod asked_path;
mod bank;
pub mod blocks;
pub mod candidates;
mod draft;
mod feed_format;
pub mod frontend;
mod id;
mod image;
mod language;
mod limits;
mod list;
mod localized;
mod money;
mod name_key;
mod public_text;
mod reference;
mod rich_text;
mod slug;
mod text;
mod timestamp;
mod url;
mod words;

pub use asked_path::AskedPath;
pub use bank::{Bic, Iban, Sepa};
pub use draft::{Draft, Items, Perhaps, Presence};
pub use feed_format::FeedFormat;
pub use id::Id;
pub use image::{FocalPoint, Image, ImageSchema, LabelledLink, Logo};
pub use language::LanguageTag;
pub use limits::{Body, Limit, RichTextUpTo, Short, Standfirst};
pub use list::{Flag, List, UpTo};
pub use localized::{LocalizedName, LocalizedText, pick_language};
pub use money::{Amounts, EuroCents, Money};
pub use name_key::NameKey;
pub use public_text::PublicText;
pub use reference::Reference;
pub use rich_text::{
    ManagedRichText, Representation, Representations, RichText, RichTextInput, RichTextView,
    SourceFormat, update_anchor, update_anchor_prefix,
};
pub use slug::Slug;
pub use text::{Line, Prose};
pub use timestamp::{Timestamp, to_rfc3339};
pub use url::{PathPattern, WebUrl};
pub use words::{Stemming, Word, without_accents, words};

/// Implements reading from JSON, writing to JSON and the schema for a value made from a string by `parse(&str) -> Result<Self, Fault>`.
macro_rules! string_value {
    ($name:ident, $schema:expr) => {
        impl deserr::Deserr<crate::error::Faults> for $name {
            fn deserialize_from_value<V: deserr::IntoValue>(
                value: deserr::Value<V>,
                location: deserr::ValuePointerRef<'_>,
            ) -> Result<Self, crate::error::Faults> {
                let text =
                    <String as deserr::Deserr<crate::error::Faults>>::deserialize_from_value(
                        value, location,
                    )?;
                $name::parse(&text).map_err(|fault| crate::values::placed(fault, location))
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                let builder = utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String);
                #[allow(clippy::redundant_closure_call)]
                utoipa::openapi::RefOr::T(($schema)(builder).into())
            }
        }
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
    };
}
use string_value;

/// A fault found while reading a value, told at the value's place.
fn placed(
    fault: crate::error::Fault,
    location: deserr::ValuePointerRef<'_>,
) -> crate::error::Faults {
    let merged = <crate::error::Faults as deserr::MergeWithError<crate::error::Fault>>::merge(
        None, fault, location,
    );
    deserr::take_cf_content(merged)
}

#[cfg(test)]
mod tests;
