//! What can be asked of feeds: the filters of the list of articles, and what stands in them for itself.

use deserr::{Deserr, IntoValue, Map, Value, ValuePointerRef};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};

use super::model::Entries;
use crate::articles::parameters::{ListArticles, Sort};
use crate::error::{Error, Fault, FaultCode, Faults, Result};
use crate::publishing::Kind;

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

/// Filters of a feed.
#[derive(Debug)]
pub struct GetFeed {
    /// What stands in it for itself.
    pub entries: Entries,
    /// The filters, and the part of the list.
    pub list: ListArticles,
}

impl GetFeed {
    /// Refuses a filter by what the feed is of already.
    ///
    /// # Errors
    /// 400 naming it.
    pub fn check(&self, of: Kind) -> Result<()> {
        let (name, given) = match of {
            Kind::Section => ("section", self.list.section.is_some()),
            Kind::Author => ("author", self.list.author.is_some()),
            _ => return Ok(()),
        };
        if !given {
            return Ok(());
        }
        let detail = "does not exist here; the feed is of one already";
        let fault = Fault::parameter(name.to_owned(), FaultCode::UnknownParameter, detail);
        Err(Error::parameters(fault.into()))
    }
}

impl Deserr<Faults> for GetFeed {
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
        for name in NOT_HERE {
            if given.remove(name).is_some() {
                let detail =
                    "does not exist here; a feed has the newest first, in a form of its own";
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

impl IntoParams for GetFeed {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut all = Own::into_params(&place);
        let others = ListArticles::into_params(&place).into_iter();
        all.extend(others.filter(|other| !NOT_HERE.contains(&other.name.as_str())));
        all
    }
}
