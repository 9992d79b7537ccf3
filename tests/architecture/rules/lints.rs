//! `unwrap`, `expect` and `panic!` are denied, and stay denied.

use super::{Rule, Violation, sorted};
use crate::architecture::{house::House, rooms::DENIED_LINTS};

const DENIED: Rule = Rule {
    rule: "Cargo.toml denies clippy's unwrap_used, expect_used and panic",
    cure: "add `unwrap_used = \"deny\"`, `expect_used = \"deny\"` and `panic = \"deny\"` under [lints.clippy]",
};
const LOOSENED: Rule = Rule {
    rule: "no file in src/ loosens these lints outside tests",
    cure: "return an error that says what to do next, and take the attribute away",
};

/// Checks the manifest and the attributes of the source.
pub fn check(house: &House) -> Vec<Violation> {
    let mut found = Vec::new();
    let manifest = house.tree.text("Cargo.toml").unwrap_or_default();
    for lint in DENIED_LINTS
        .iter()
        .filter(|lint| !is_denied(manifest, lint))
    {
        found.push(DENIED.broken("Cargo.toml", 1, format!("`{lint}` is not denied")));
    }
    for file in &house.files {
        for lint in &file.facts.lints {
            let name = lint.value.strip_prefix("clippy::").unwrap_or_default();
            if DENIED_LINTS.contains(&name) || name == "restriction" {
                found.push(LOOSENED.broken(
                    &file.path,
                    lint.line,
                    format!("`{}` is loosened", lint.value),
                ));
            }
        }
    }
    sorted(found)
}

/// Whether a manifest denies a lint, as `lint = "deny"` or `lint = { level = "deny", … }`.
fn is_denied(manifest: &str, lint: &str) -> bool {
    let lines = manifest.lines().map(str::trim);
    let section = lines
        .skip_while(|line| *line != "[lints.clippy]")
        .skip(1)
        .take_while(|line| !line.starts_with('['));
    let mut entries = section.filter_map(|line| line.split_once('='));
    entries.any(|(name, value)| {
        name.trim() == lint && (value.contains("\"deny\"") || value.contains("\"forbid\""))
    })
}
