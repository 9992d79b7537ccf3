//! Files: all understood, short, and named for what they hold.

use std::collections::BTreeSet;

use super::{Rule, Violation, sorted};
use crate::architecture::{
    house::House,
    rooms::{EMPTY_NAMES, FILE_LINES, LONG_FILES},
};

const UNDERSTOOD: Rule = Rule {
    rule: "every file in src/ is a module where its path says, so that no rule can miss it",
    cure: "declare it with `mod` in the module above, or delete it",
};
const LENGTH: Rule = Rule {
    rule: "source files are short",
    cure: "make it a folder with a file for each thing it holds",
};
const NAMES: Rule = Rule {
    rule: "nothing is called utils, helpers, common, misc, manager or info",
    cure: "name the module for what it holds; if that is several things, give each the module it belongs to",
};

/// Checks that every file could be read.
pub fn check(house: &House) -> Vec<Violation> {
    let faults = house.faults.iter();
    sorted(
        faults
            .map(|(path, fault)| UNDERSTOOD.broken(path, fault.line, fault.value.clone()))
            .collect(),
    )
}

/// Checks that files are short.
pub fn length(house: &House) -> Vec<Violation> {
    let files = house
        .tree
        .rust()
        .filter(|(path, _)| !LONG_FILES.iter().any(|allowed| path.starts_with(allowed)));
    let counted = files.map(|(path, text)| (path, text.lines().count()));
    let long = counted.filter(|(_, lines)| *lines > FILE_LINES);
    sorted(
        long.map(|(path, lines)| {
            LENGTH.broken(
                path,
                FILE_LINES + 1,
                format!("has {lines} lines, {FILE_LINES} are allowed"),
            )
        })
        .collect(),
    )
}

/// Checks the names of files, folders and modules.
pub fn names(house: &House) -> Vec<Violation> {
    let mut found = Vec::new();
    for (path, _) in house.tree.rust() {
        let parts: BTreeSet<&str> = path.trim_end_matches(".rs").split('/').collect();
        for name in parts.into_iter().filter(|name| is_empty(name)) {
            found.push(NAMES.broken(path, 1, format!("is called `{name}`")));
        }
    }
    for file in &house.files {
        for module in file
            .facts
            .modules
            .iter()
            .filter(|module| is_empty(&module.value))
        {
            found.push(NAMES.broken(
                &file.path,
                module.line,
                format!("has a module called `{}`", module.value),
            ));
        }
    }
    sorted(found)
}

/// Whether a name, or its last word, says nothing.
fn is_empty(name: &str) -> bool {
    name.rsplit('_')
        .next()
        .is_some_and(|last| EMPTY_NAMES.contains(&last))
}
