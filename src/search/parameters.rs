//! What can be asked of search: a question, and the filters and form of the list of articles.

use deserr::{Deserr, IntoValue, Map, Value, ValuePointerRef};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use super::queries::delivery::Search;
use crate::articles::parameters::ListArticles;
use crate::articles::selection::Selection;
use crate::error::{Fault, FaultCode, Faults};
use crate::http::cursor::Position;
use crate::partners::model::Audience;
use crate::question::model::Question;
use crate::values::Flag;

/// What search has of its own.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Own {
    /// What is looked for: words, which must all be there, in the headline, the introduction, the text or an update, or as the name of an entity that the article names; phrases in quotes; and with a `-` before it what must not be there. Accents and case do not matter; of the last word more may follow. At most 32 words.
    #[param(value_type = String, min_length = 1, max_length = 200, pattern = r"^[^\x00-\x1F\x7F-\x9F]*[^\s\x00-\x1F\x7F-\x9F][^\x00-\x1F\x7F-\x9F]*$", example = "haven")]
    q: Question,
    /// Whether to tell how what was found divides by section, entity, year and language.
    #[deserr(default)]
    #[param(value_type = Option<bool>)]
    facets: Option<Flag>,
}

/// Parameters of the list that search does not have: it has a question of its own, and its own order.
const NOT_HERE: &[&str] = &["sort", "order"];

/// A question, filters, and the form of the answer.
#[derive(Debug)]
pub struct SearchArticles {
    /// What is looked for.
    pub question: Question,
    /// Whether facets are told.
    pub facets: bool,
    /// The filters and the form.
    pub list: ListArticles,
}

impl SearchArticles {
    /// What is shown of what is found.
    pub fn selection(&self) -> Selection {
        let ListArticles {
            fields,
            include,
            body,
            ..
        } = &self.list;
        Selection::of_list(
            &Audience::Public,
            fields.as_ref(),
            include.as_ref(),
            body.as_ref(),
        )
    }

    /// What is to be searched, after this position.
    pub fn search<'a>(&'a self, selection: &'a Selection, after: Option<Position>) -> Search<'a> {
        Search {
            question: &self.question,
            filters: self.list.filters(selection.audience(), None),
            selection,
            probe: self.list.limit.probe(),
            after,
            count: self.list.count == Some(Flag(true)),
            facets: self.facets,
        }
    }
}

impl Deserr<Faults> for SearchArticles {
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
        for name in ["q", "facets"] {
            if let Some(Value::String(text)) = given.remove(name).map(IntoValue::into_value) {
                own.insert(name.to_owned(), text.into());
            }
        }
        for name in NOT_HERE {
            if given.remove(name).is_some() {
                let detail =
                    "does not exist here; what was found comes in the order of how well it fits";
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
                question: own.q,
                facets: own.facets == Some(Flag(true)),
                list,
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

impl IntoParams for SearchArticles {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut all = Own::into_params(&place);
        let others = ListArticles::into_params(&place).into_iter();
        let others = others.filter(|other| {
            !NOT_HERE.contains(&other.name.as_str()) && all.iter().all(|own| own.name != other.name)
        });
        let mut others: Vec<Parameter> = others.collect();
        for other in others.iter_mut().filter(|other| other.name == "count") {
            other.description = Some("Whether to tell how many were found, in `page.total`; no more than 10,000 are counted.".to_owned());
        }
        all.append(&mut others);
        all
    }
}
