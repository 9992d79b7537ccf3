//! Imports point one way.

use super::{Rule, Violation, places, sorted, spell};
use crate::architecture::{
    house::House,
    rooms::{self, FOR_HANDLERS, Kind, Room},
};

const ORDER: Rule = Rule {
    rule: "a slice imports only the floor and earlier slices; its handlers also publishing, resolve, changes and cache",
    cure: "move what both need into the earlier slice, or let the handler fetch it and pass it on",
};
const FLOOR: Rule = Rule {
    rule: "the floor imports no slice",
    cure: "move the type into the floor, or let the caller pass a value or a closure",
};
const BESIDE: Rule = Rule {
    rule: "resolve and the cache are called by handlers only, and the cache knows no slice",
    cure: "let the handler call it and pass on the result",
};
const ROOF: Rule = Rule {
    rule: "nothing imports the roof (lib.rs, main.rs, api.rs, server.rs, cli/)",
    cure: "move what is needed into the floor: the application's state lives in http/ or db/",
};
const TABLE: Rule = Rule {
    rule: "every module at the root has a line in the table of rooms",
    cure: "add it to ROOMS in tests/architecture/rooms.rs, or move it into a room that is there",
};

/// Checks every import, and that every file has a room.
pub fn check(house: &House) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in house
        .files
        .iter()
        .filter(|file| !file.module.is_empty() && rooms::of(&file.module).is_none())
    {
        found.push(TABLE.broken(
            &file.path,
            1,
            format!("`{}` has no room", file.module.join("::")),
        ));
    }
    for (file, reference, place) in
        places(house).filter(|(_, _, place)| !place.outside && !place.path.is_empty())
    {
        let Some(from) = rooms::of(&reference.module) else {
            continue;
        };
        let handler = rooms::is_handler(&reference.module);
        let broken = match rooms::of(&place.path) {
            Some(to) => judge(from, to, handler),
            None => {
                let in_module = place
                    .path
                    .first()
                    .is_some_and(|top| house.top.contains(top));
                (!in_module && from.kind != Kind::Roof).then_some(ROOF)
            }
        };
        if let Some(rule) = broken {
            let what = format!("{} imports {}", from.path, spell(reference, place));
            found.push(rule.broken(&file.path, reference.line, what.trim_end_matches(',')));
        }
    }
    sorted(found)
}

/// The rule that an import breaks.
fn judge(from: &Room, to: &Room, handler: bool) -> Option<Rule> {
    if from == to || from.kind == Kind::Roof {
        return None;
    }
    let for_handlers = handler
        && FOR_HANDLERS
            .iter()
            .any(|room| to.path.split("::").next() == Some(room));
    match (from.kind, to.kind) {
        (_, Kind::Roof) => Some(ROOF),
        (_, Kind::Floor) | (Kind::Floor, Kind::Service) => None,
        (Kind::Floor, _) => Some(FLOOR),
        (Kind::Service, _) => Some(BESIDE),
        (Kind::Slice, Kind::Slice) => {
            (rooms::order(to) > rooms::order(from) && !for_handlers).then_some(ORDER)
        }
        (Kind::Beside, Kind::Slice) => None,
        _ => (!for_handlers).then_some(BESIDE),
    }
}
