//! What can be asked of feeds: the filters of the list of articles, and what stands in them for itself.

use std::marker::PhantomData;

use deserr::{Deserr, IntoValue, Map, Value, ValuePointerRef};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};

use super::model::Entries;
use crate::articles::parameters::{ListArticles, Sort};
use crate::error::{Fault, FaultCode, Faults};

/// The formats of feeds, by the last segment of their addresses.
#[derive(ToSchema)]
#[schema(as = FeedFormat)]
#[allow(dead_code)] // paths are read by `Format`
pub enum FormatSchema {
    /// RSS 2.0.
    #[schema(rename = "rss.xml")]
    Rss,
    /// Atom.
    #[schema(rename = "atom.xml")]
    Atom,
    /// JSON Feed 1.1.
    #[schema(rename = "feed.json")]
    Json,
}

/// The value of `updates`.
#[derive(ToSchema)]
#[schema(as = FeedUpdates)]
#[allow(dead_code)] // read by `Entries`
pub enum UpdatesSchema {
    /// Within their articles.
    #[schema(rename = "within")]
    Within,
    /// Each for itself.
    #[schema(rename = "items")]
    Items,
}

/// What feeds have of their own.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Own {
    /// Whether updates stand within their articles, or each as an entry of its own beside them; within unless told.
    #[deserr(default)]
    #[param(value_type = Option<UpdatesSchema>)]
    updates: Entries,
}

/// Parameters of the list that feeds do not have: their order and form are given.
const NOT_HERE: &[&str] = &["sort", "order", "count", "fields", "include", "body"];

/// What a feed is of, as far as it decides which filters there are.
pub trait Within {
    /// The filter that it is already.
    const FILTER: Option<&'static str>;
}

/// Feeds of the site and of entities: all filters.
#[derive(Debug)]
pub enum All {}

impl Within for All {
    const FILTER: Option<&'static str> = None;
}

/// Feeds of a section.
#[derive(Debug)]
pub enum InSection {}

impl Within for InSection {
    const FILTER: Option<&'static str> = Some("section");
}

/// Feeds of an author.
#[derive(Debug)]
pub enum ByAuthor {}

impl Within for ByAuthor {
    const FILTER: Option<&'static str> = Some("author");
}

/// Filters of a feed.
#[derive(Debug)]
pub struct GetFeed<W = All> {
    /// What stands in it for itself.
    pub entries: Entries,
    /// The filters, and the part of the list.
    pub list: ListArticles,
    within: PhantomData<W>,
}

impl<W: Within> Deserr<Faults> for GetFeed<W> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Faults> {
        let Value::Map(mut given) = value else {
            return Err(
                Fault::at(String::new(), FaultCode::WrongType, "must be parameters").into(),
            );
        };
        let mut faults = Faults::default();
        let mut own = serde_json::Map::new();
        if let Some(Value::String(text)) = given.remove("updates").map(IntoValue::into_value) {
            own.insert("updates".to_owned(), text.into());
        }
        for name in NOT_HERE.iter().copied().chain(W::FILTER) {
            if given.remove(name).is_some() {
                let detail = "does not exist here; a feed has the newest first, in a form of its own, and is of one thing";
                faults.push(Fault::at(
                    format!("/{name}"),
                    FaultCode::UnknownField,
                    detail,
                ));
            }
        }
        let own = Own::deserialize_from_value(Value::<serde_json::Value>::Map(own), location);
        let list = ListArticles::deserialize_from_value(Value::<V>::Map(given), location);
        match (own, list) {
            (Ok(own), Ok(list)) if faults.is_empty() => Ok(Self {
                entries: own.updates,
                list: ListArticles {
                    sort: Sort::Updated,
                    ..list
                },
                within: PhantomData,
            }),
            (own, list) => {
                [own.err(), list.err()]
                    .into_iter()
                    .flatten()
                    .for_each(|found| faults.append(found));
                Err(faults)
            }
        }
    }
}

impl<W: Within> IntoParams for GetFeed<W> {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut all = Own::into_params(&place);
        let others = ListArticles::into_params(&place).into_iter();
        all.extend(others.filter(|other| {
            let name = other.name.as_str();
            !NOT_HERE.contains(&name) && W::FILTER != Some(name)
        }));
        all
    }
}
