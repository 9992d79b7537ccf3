//! A write is one transaction without other I/O in it.

use super::{Rule, Violation, places, sorted, spell};
use crate::architecture::{
    house::House,
    rooms::{OTHER_IO, WRITES, within_any},
};

const IO: Rule = Rule {
    rule: "a write is one transaction without other I/O: publishing/ and queries/newsroom touch no files, sockets or processes",
    cure: "do it before the transaction and pass the result, or leave a row that a worker acts on after the commit",
};

/// Checks that the modules of writes reach nothing that waits for the world outside.
pub fn check(house: &House) -> Vec<Violation> {
    let found = places(house).filter(|(_, reference, place)| {
        place.outside && within_any(&place.path, OTHER_IO) && within_any(&reference.module, WRITES)
    });
    sorted(
        found
            .map(|(file, reference, place)| {
                IO.broken(
                    &file.path,
                    reference.line,
                    format!("the path {} does other I/O", spell(reference, place)),
                )
            })
            .collect(),
    )
}
