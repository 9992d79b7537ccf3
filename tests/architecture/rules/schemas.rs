//! API schemas stand on views and input types.

use super::{Rule, Violation, sorted};
use crate::architecture::{
    house::House,
    rooms::{API_TRAITS, API_TYPES, within_any},
};

const SCHEMAS: Rule = Rule {
    rule: "only views (view), input types (model, input), http/, error and openapi derive or implement utoipa's schemas",
    cure: "give the type that the API shows a place in the slice's view.rs, and what it takes one in model.rs or input.rs",
};

/// Checks derives and implementations.
pub fn check(house: &House) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in &house.files {
        for reference in file
            .facts
            .traits
            .iter()
            .filter(|reference| !within_any(&reference.module, API_TYPES))
        {
            let is_schema = reference.places.iter().any(|place| {
                let named = place
                    .path
                    .last()
                    .is_some_and(|name| API_TRAITS.contains(&name.as_str()));
                place.outside && named && place.path.first().is_some_and(|name| name == "utoipa")
            });
            if is_schema {
                let what = format!("`{}` is derived or implemented here", reference.written);
                found.push(SCHEMAS.broken(&file.path, reference.line, what));
            }
        }
    }
    sorted(found)
}
