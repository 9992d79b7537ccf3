//! Handlers: short, guarded, documented.

use super::{Rule, Violation, places, sorted, spell};
use crate::architecture::{
    house::{File, House},
    model::{Function, Place, Reference},
    rooms::{self, GUARDS, HANDLER_LINES, Kind, MANAGEMENT, ROUTES, ROUTES_BY_HAND, UNDOCUMENTED},
};

const LENGTH: Rule = Rule {
    rule: "a handler is short, counted between its braces",
    cure: "let it check, call one query or one publishing function, and shape the answer: move the rest there",
};
const GUARD: Rule = Rule {
    rule: "the scope that a management operation needs stands in its handler's signature",
    cure: "add a parameter whose type is `Authorized<Scope>` or `Writer<Scope>`, not wrapped in another type",
};
const DOCUMENT: Rule = Rule {
    rule: "every operation stands in the OpenAPI document",
    cure: "add `#[utoipa::path(…)]` below the route's attribute",
};

const ATTRIBUTE: Rule = Rule {
    rule: "every operation stands in the OpenAPI document, which is collected from route attributes",
    cure: "write `#[get(\"…\")]` or its like above the handler, and name the handler in api.rs",
};

/// Checks that handlers are short.
pub fn length(house: &House) -> Vec<Violation> {
    let long = handlers(house).filter(|(_, handler)| handler.lines > HANDLER_LINES);
    sorted(
        long.map(|(file, handler)| {
            LENGTH.broken(
                &file.path,
                handler.line,
                format!(
                    "`{}` has {} lines, {HANDLER_LINES} are allowed",
                    handler.name, handler.lines
                ),
            )
        })
        .collect(),
    )
}

/// Checks that each handler of the management surface names its scope.
pub fn guards(house: &House) -> Vec<Violation> {
    let open = handlers(house).filter(|(_, handler)| {
        let module = handler
            .attributes
            .first()
            .map(|attribute| attribute.module.as_slice())
            .unwrap_or_default();
        module.iter().any(|name| name == MANAGEMENT) && !handler.parameters.iter().any(is_guard)
    });
    sorted(
        open.map(|(file, handler)| {
            GUARD.broken(
                &file.path,
                handler.line,
                format!("`{}` names no scope", handler.name),
            )
        })
        .collect(),
    )
}

/// Checks that each operation is documented, and that no route is made in a way that has no document.
pub fn documents(house: &House) -> Vec<Violation> {
    let exempt =
        |file: &File| file.module.is_empty() || rooms::within_any(&file.module, UNDOCUMENTED);
    let by_hand = places(house).filter(|(file, _, place)| {
        place.outside && rooms::within_any(&place.path, ROUTES_BY_HAND) && !exempt(file)
    });
    let by_hand = by_hand.map(|(file, reference, place)| {
        let what = format!("the path {} makes a route by hand", spell(reference, place));
        ATTRIBUTE.broken(&file.path, reference.line, what)
    });
    let silent = handlers(house).filter(|(file, handler)| {
        let documented = handler
            .attributes
            .iter()
            .any(|attribute| is_attribute(attribute, "utoipa", &["path"]));
        !documented && !exempt(file)
    });
    sorted(
        silent
            .map(|(file, handler)| {
                DOCUMENT.broken(
                    &file.path,
                    handler.line,
                    format!("`{}` is not documented", handler.name),
                )
            })
            .chain(by_hand)
            .collect(),
    )
}

/// The functions with a route.
fn handlers(house: &House) -> impl Iterator<Item = (&File, &Function<Reference>)> {
    house.files.iter().flat_map(|file| {
        let functions = file.facts.functions.iter();
        let with_route = functions.filter(|function| {
            function
                .attributes
                .iter()
                .any(|attribute| is_attribute(attribute, "actix_web", ROUTES))
        });
        with_route.map(move |function| (file, function))
    })
}

/// Whether an attribute is one of a crate's, under whatever name.
fn is_attribute(attribute: &Reference, of: &str, names: &[&str]) -> bool {
    attribute.places.iter().any(|place| {
        let last = place
            .path
            .last()
            .is_some_and(|name| names.contains(&name.as_str()));
        last && place.outside && place.path.first().is_some_and(|name| name == of)
    })
}

/// Whether a type is an extractor with a scope, from the floor.
fn is_guard(parameter: &Reference) -> bool {
    let from_floor =
        |place: &Place| rooms::of(&place.path).is_some_and(|room| room.kind == Kind::Floor);
    parameter.places.iter().any(|place| {
        let named = place
            .path
            .last()
            .is_some_and(|name| GUARDS.contains(&name.as_str()));
        named && !place.outside && from_floor(place)
    })
}
