//! The rules of the house, held by a test.
//!
//! `rooms` is the table of what may stand on what: the file to change when the house changes. `house` reads `src/`
//! into plain facts, `resolve` follows aliases, globs and re-exports to where a name really lives, `rules` holds one
//! pure function a rule, and `selftest` shows each of them an invented house that breaks it and one that does not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)] // a test that panics has failed, as it should

use std::sync::LazyLock;

use architecture::{
    house::{self, House},
    rules::{self, Violation},
    tree::Tree,
};

mod architecture {
    pub mod collect;
    pub mod house;
    pub mod model;
    pub mod resolve;
    pub mod rooms;
    pub mod rules;
    mod selftest;
    pub mod tokens;
    pub mod tree;
}

/// The house as it stands in this package, read once for all rules.
static HOUSE: LazyLock<Result<House, String>> = LazyLock::new(|| {
    Tree::read(env!("CARGO_MANIFEST_DIR").as_ref())
        .map(house::build)
        .map_err(|error| format!("src/ and tests/ could not be read: {error}"))
});

/// Fails with every violation of a rule, one a line.
fn hold(rule: fn(&House) -> Vec<Violation>) {
    let found = match &*HOUSE {
        Ok(house) => rule(house)
            .iter()
            .map(|violation| format!("  {violation}\n"))
            .collect(),
        Err(error) => error.clone(),
    };
    assert!(
        found.is_empty(),
        "a rule of the house is broken (tests/architecture/rooms.rs has the tables):\n{found}"
    );
}

#[test]
fn every_source_file_can_be_read_and_is_where_its_module_path_says() {
    hold(rules::sources::check);
}

#[test]
fn imports_point_one_way() {
    hold(rules::direction::check);
}

#[test]
fn another_slice_is_never_entered_through_its_handlers() {
    hold(rules::entrances::check);
}

#[test]
fn only_some_rooms_run_diesel_queries() {
    hold(rules::queries::check);
}

#[test]
fn only_the_door_writes_delivery() {
    hold(rules::door::writes);
}

#[test]
fn newsroom_and_delivery_meet_only_at_the_door() {
    hold(rules::door::meetings);
}

#[test]
fn only_views_and_input_types_carry_api_schemas() {
    hold(rules::schemas::check);
}

#[test]
fn handlers_are_short() {
    hold(rules::handlers::length);
}

#[test]
fn management_handlers_name_their_scope() {
    hold(rules::handlers::guards);
}

#[test]
fn every_handler_is_documented() {
    hold(rules::handlers::documents);
}

#[test]
fn files_are_short() {
    hold(rules::sources::length);
}

#[test]
fn names_say_something() {
    hold(rules::sources::names);
}

#[test]
fn unwrap_expect_and_panic_are_denied() {
    hold(rules::lints::check);
}

#[test]
fn a_write_does_no_other_io() {
    hold(rules::transactions::check);
}
