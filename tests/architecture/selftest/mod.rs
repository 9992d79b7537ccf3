//! Each rule against invented houses: one that breaks it, as well hidden as the language allows, and one that does not.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    house::{self, House},
    rules::Violation,
    tree::Tree,
};

mod direction;
mod door;
mod handlers;
mod hiding;
mod sources;

/// A house from the files that matter: the modules above them, and the root, are made.
fn invent(files: &[(&str, &str)]) -> House {
    let mut tree: BTreeMap<String, String> = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    let mut children: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let sources = files
        .iter()
        .filter_map(|(path, _)| path.strip_prefix("src/")?.strip_suffix(".rs"));
    for path in sources.filter(|path| !matches!(*path, "lib" | "main")) {
        let mut above = String::new();
        for name in path.trim_end_matches("/mod").split('/') {
            children
                .entry(above.clone())
                .or_default()
                .insert(name.to_owned());
            above = format!("{above}{name}/");
        }
    }
    for (above, names) in children {
        let single = format!("src/{}.rs", above.trim_end_matches('/'));
        let file = match above.as_str() {
            "" => "src/lib.rs".to_owned(),
            _ if tree.contains_key(&single) => single,
            _ => format!("src/{above}mod.rs"),
        };
        let text = tree.entry(file).or_default();
        let missing = names
            .iter()
            .filter(|name| !text.contains(&format!("mod {name}")));
        let declared: String = missing.map(|name| format!("\npub mod {name};")).collect();
        text.push_str(&declared);
    }
    house::build(Tree(tree))
}

/// Asserts that a rule finds exactly these, each told by its file, its line and a part of what it says.
#[track_caller]
fn finds(
    rule: fn(&House) -> Vec<Violation>,
    files: &[(&str, &str)],
    expected: &[(&str, usize, &str)],
) {
    let house = invent(files);
    assert!(
        house.faults.is_empty(),
        "the invented house can't be read: {:?}",
        house.faults
    );
    found(rule, &house, expected);
}

/// The same for a house that need not be understood.
#[track_caller]
fn found(rule: fn(&House) -> Vec<Violation>, house: &House, expected: &[(&str, usize, &str)]) {
    let violations = rule(house);
    let report: String = violations
        .iter()
        .map(|violation| format!("{violation}\n"))
        .collect();
    let matches = violations.len() == expected.len()
        && violations
            .iter()
            .zip(expected)
            .all(|(violation, (file, line, part))| {
                violation.file == *file && violation.line == *line && violation.what.contains(part)
            });
    assert!(matches, "expected {expected:#?}, found:\n{report}");
}

/// Asserts that a rule finds nothing.
#[track_caller]
fn passes(rule: fn(&House) -> Vec<Violation>, files: &[(&str, &str)]) {
    finds(rule, files, &[]);
}
