//! Diesel queries run in few rooms.

use super::{Rule, Violation, places, sorted, spell};
use crate::architecture::{
    house::House,
    model::How,
    rooms::{QUERY_CRATES, ROW_TRAITS, ROW_TYPES, RUNS_QUERIES, within_any},
};

const DIESEL: Rule = Rule {
    rule: "only queries/, publishing/, changes/, auth/, db/ and http/idempotency name Diesel",
    cure: "move the query, with its row type, into the slice's queries/ and call that; errors of the database become ours in db/",
};

/// Checks that no other module reaches Diesel, not even through what `db/` passes on.
pub fn check(house: &House) -> Vec<Violation> {
    let found = places(house).filter(|(_, reference, place)| {
        let named = place
            .path
            .first()
            .is_some_and(|name| QUERY_CRATES.contains(&name.as_str()));
        // A name that may come from another crate's glob is no news: the glob is told.
        place.outside
            && named
            && place.how != How::Perhaps
            && !within_any(&reference.module, RUNS_QUERIES)
            && !(within_any(&reference.module, ROW_TYPES)
                && ROW_TRAITS.contains(&place.path.join("::").as_str()))
    });
    sorted(
        found
            .map(|(file, reference, place)| {
                let what = format!("the path {} reaches Diesel", spell(reference, place));
                DIESEL.broken(&file.path, reference.line, what)
            })
            .collect(),
    )
}
