//! The rules: each a pure function from the house to what breaks it.

use std::fmt;

use super::{
    house::{File, House},
    model::{How, Place, Reference},
};

pub mod direction;
pub mod door;
pub mod entrances;
pub mod handlers;
pub mod lints;
pub mod queries;
pub mod schemas;
pub mod sources;
pub mod transactions;

/// Something that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// The file, from the package's root.
    pub file: String,
    /// Its line.
    pub line: usize,
    /// What is there.
    pub what: String,
    /// The rule, in a sentence.
    pub rule: &'static str,
    /// What to do about it.
    pub cure: &'static str,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            what,
            rule,
            cure,
        } = self;
        write!(
            f,
            "{file}:{line}: {what}\n      rule: {rule}\n      do:   {cure}"
        )
    }
}

/// A rule's words.
#[derive(Clone, Copy)]
struct Rule {
    rule: &'static str,
    cure: &'static str,
}

impl Rule {
    fn broken(self, file: &str, line: usize, what: impl Into<String>) -> Violation {
        Violation {
            file: file.to_owned(),
            line,
            what: what.into(),
            rule: self.rule,
            cure: self.cure,
        }
    }
}

/// Every path of the house with every place it leads to.
fn places(house: &House) -> impl Iterator<Item = (&File, &Reference, &Place)> {
    house.files.iter().flat_map(|file| {
        let references = file.facts.references.iter();
        references.flat_map(move |reference| {
            reference
                .places
                .iter()
                .map(move |place| (file, reference, place))
        })
    })
}

/// A path as written, and where it leads when that is not the same.
fn spell(reference: &Reference, place: &Place) -> String {
    let path = place.path.join("::");
    let written = reference
        .written
        .trim_start_matches("crate::")
        .trim_start_matches("::");
    let written = written.trim_end_matches("::*");
    if written == path {
        format!("`{}`", reference.written)
    } else {
        let which = match place.how {
            How::Named => "is",
            How::Along => "brings along",
            How::Perhaps => "may be",
        };
        format!("`{}`, which {which} `{path}`,", reference.written)
    }
}

/// In order, and each once: a line that names one thing twice is one violation.
fn sorted(mut violations: Vec<Violation>) -> Vec<Violation> {
    violations.sort();
    violations.dedup();
    violations
}
