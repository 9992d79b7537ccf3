//! Files, names and lints.

use super::{finds, found, invent, passes};
use crate::architecture::rules::{
    lints::check as lints,
    sources::{check as understood, length, names},
};

const MANIFEST: &str = "[package]\nname = \"kroniek\"\n[lints.clippy]\nunwrap_used = \"deny\"\nexpect_used = { level = \"deny\", priority = 1 }\npanic = \"forbid\"\n";

#[test]
fn a_file_that_the_rules_would_miss_is_told() {
    let house = invent(&[
        (
            "src/lib.rs",
            "mod site; mod articles; mod media; mod updates; mod gone;",
        ),
        (
            "src/site/mod.rs",
            "#[path = \"../somewhere.rs\"] mod elsewhere;",
        ),
        ("src/somewhere.rs", "fn f() {}"),
        ("src/articles/mod.rs", "include!(\"more.rs\");"),
        ("src/articles/more.rs", "fn f() {}"),
        ("src/media.rs", "fn f( {}"),
        (
            "src/updates.rs",
            "#[cfg(test)] #[path = \"odd.rs\"] mod tests;",
        ),
        ("src/odd.rs", ""),
    ]);
    let told: Vec<(String, String)> = understood(&house)
        .into_iter()
        .map(|found| (found.file, found.what))
        .collect();
    let is_told = |file: &str, part: &str| {
        told.iter()
            .any(|(path, what)| path == file && what.contains(part))
    };
    assert!(is_told("src/site/mod.rs", "`#[path]` hides"), "{told:?}");
    assert!(
        is_told("src/articles/mod.rs", "`include!` hides"),
        "{told:?}"
    );
    assert!(is_told("src/media.rs", "can't be parsed"), "{told:?}");
    assert!(is_told("src/gone.rs", "not there"), "{told:?}");
    assert!(
        told.iter()
            .all(|(path, _)| path != "src/updates.rs" && path != "src/odd.rs"),
        "{told:?}"
    );
}

#[test]
fn a_file_that_nothing_declares_is_told() {
    let house = invent(&[("src/lib.rs", "// mod site"), ("src/site.rs", "")]);
    found(
        understood,
        &house,
        &[("src/site.rs", 1, "declared by no module")],
    );
    found(
        understood,
        &invent(&[("src/main.rs", "fn main() {}")]),
        &[("src/lib.rs", 1, "is not there")],
    );
}

#[test]
fn files_end_at_400_lines() {
    let (fits, long) = ("//\n".repeat(400), "//\n".repeat(401));
    finds(
        length,
        &[
            ("src/site/model.rs", &fits),
            ("src/site/view.rs", &long),
            ("src/db/schema/newsroom.rs", &long),
            (
                "src/db/mod.rs",
                &format!("mod schema; #[cfg(test)] mod tests;\n{fits}"),
            ),
            ("src/db/tests.rs", &long),
            ("tests/api/site.rs", &long),
        ],
        &[
            ("src/db/mod.rs", 401, "has 401 lines"),
            ("src/db/tests.rs", 401, "has 401 lines"),
            ("src/site/view.rs", 401, "has 401 lines"),
            ("tests/api/site.rs", 401, "has 401 lines"),
        ],
    );
}

#[test]
fn a_name_says_what_a_module_holds() {
    finds(
        names,
        &[
            ("src/site/utils.rs", ""),
            (
                "src/http/request_info/mod.rs",
                "mod r#common {} #[cfg(test)] mod helpers {}",
            ),
            ("src/media/information.rs", "mod command {} mod infos {}"),
            ("tests/helpers/mod.rs", ""),
        ],
        &[
            ("src/http/mod.rs", 2, "has a module called `request_info`"),
            (
                "src/http/request_info/mod.rs",
                1,
                "has a module called `common`",
            ),
            (
                "src/http/request_info/mod.rs",
                1,
                "has a module called `helpers`",
            ),
            (
                "src/http/request_info/mod.rs",
                1,
                "is called `request_info`",
            ),
            ("src/site/mod.rs", 2, "has a module called `utils`"),
            ("src/site/utils.rs", 1, "is called `utils`"),
            ("tests/helpers/mod.rs", 1, "is called `helpers`"),
        ],
    );
}

#[test]
fn lints_are_denied_and_stay_so() {
    passes(
        lints,
        &[
            ("Cargo.toml", MANIFEST),
            (
                "src/site.rs",
                "#![cfg_attr(test, allow(clippy::unwrap_used))] #[allow(dead_code)] fn f() {} #[cfg(test)] mod tests { #![allow(clippy::unwrap_used)] }",
            ),
        ],
    );
    let other = "[lints.rust]\nunwrap_used = \"deny\"\n[lints.clippy]\nexpect_used = \"warn\"\n[other]\npanic = \"deny\"\n";
    finds(
        lints,
        &[
            ("Cargo.toml", other),
            ("src/lib.rs", "#![allow(clippy::restriction)]"),
            (
                "src/site.rs",
                "#[expect(clippy::panic, reason = \"x\")]\nfn f() { #[allow(unused, clippy::unwrap_used)] let x = 1; }\n#[cfg_attr(feature = \"x\", allow(clippy::expect_used))] struct S;",
            ),
        ],
        &[
            ("Cargo.toml", 1, "`expect_used` is not denied"),
            ("Cargo.toml", 1, "`panic` is not denied"),
            ("Cargo.toml", 1, "`unwrap_used` is not denied"),
            ("src/lib.rs", 1, "`clippy::restriction` is loosened"),
            ("src/site.rs", 1, "`clippy::panic` is loosened"),
            ("src/site.rs", 2, "`clippy::unwrap_used` is loosened"),
            ("src/site.rs", 3, "`clippy::expect_used` is loosened"),
        ],
    );
}
