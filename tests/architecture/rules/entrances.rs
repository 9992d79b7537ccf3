//! Another slice is entered through its queries, model or view.

use super::{Rule, Violation, places, sorted, spell};
use crate::architecture::{
    house::House,
    rooms::{self, Kind},
};

const HANDLERS: Rule = Rule {
    rule: "another slice is entered through its queries, model or view, never through its handlers",
    cure: "call the query that the handler calls; what both handlers do beyond that belongs in a query, a view or publishing/",
};

/// Checks that only the roof, and a slice itself, name its handlers.
pub fn check(house: &House) -> Vec<Violation> {
    let found =
        places(house).filter(|(_, _, place)| !place.outside && rooms::is_handler(&place.path));
    let found = found.filter(|(_, reference, place)| {
        let from = rooms::of(&reference.module);
        // The root of the library, which has no room, is the roof too.
        !reference.module.is_empty()
            && from != rooms::of(&place.path)
            && from.is_none_or(|room| room.kind != Kind::Roof)
    });
    sorted(
        found
            .map(|(file, reference, place)| {
                let what = format!("the path {} enters handlers", spell(reference, place));
                HANDLERS.broken(&file.path, reference.line, what)
            })
            .collect(),
    )
}
