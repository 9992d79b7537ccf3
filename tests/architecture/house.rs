//! Building the house: files are found as the compiler finds them, read, and their paths followed.

use std::collections::BTreeSet;

use super::{
    collect::{self, Collector, Declared},
    model::{Binding, Facts, Reference, Scope, ScopeKind, Text, Written},
    resolve::Resolver,
    tree::{self, Tree},
};

/// The package as the rules see it.
pub struct House {
    /// Its text.
    pub tree: Tree,
    /// The files of `src/` that are compiled outside tests.
    pub files: Vec<File>,
    /// The names of the modules at the library's root.
    pub top: BTreeSet<String>,
    /// What keeps files from being understood: path, line, text.
    pub faults: Vec<(String, Text)>,
}

/// One file.
pub struct File {
    /// Its path from the package's root.
    pub path: String,
    /// The module that it is.
    pub module: Vec<String>,
    /// What it says.
    pub facts: Facts<Reference>,
}

/// A file whose paths have not been followed.
struct Read {
    path: String,
    scope: usize,
    facts: Facts<Written>,
}

/// Reads a package from its text. What can't be read becomes a fault.
pub fn build(tree: Tree) -> House {
    let mut scopes = vec![
        Scope::new(Vec::new(), ScopeKind::Root),
        Scope::new(vec!["main".to_owned()], ScopeKind::Root),
    ];
    let mut waiting: Vec<Declared> = ["src/lib.rs", "src/main.rs"]
        .into_iter()
        .enumerate()
        .filter(|(_, path)| tree.text(path).is_some())
        .map(|(scope, path)| Declared {
            candidates: vec![path.to_owned()],
            scope,
            test: false,
        })
        .collect();
    let mut reached = BTreeSet::new();
    let mut faults = Vec::new();
    if tree.text("src/lib.rs").is_none() {
        faults.push((
            "src/lib.rs".to_owned(),
            note("is not there: no rule can be checked"),
        ));
    }
    let mut read = Vec::new();
    while let Some(declared) = waiting.pop() {
        let found = declared
            .candidates
            .iter()
            .find_map(|path| Some((path.clone(), tree.text(path)?)));
        let Some((path, text)) = found else {
            faults.extend(
                declared
                    .candidates
                    .first()
                    .map(|path| (path.clone(), note("is declared but not there"))),
            );
            continue;
        };
        reached.insert(path.clone());
        let syntax = match syn::parse_file(text) {
            Ok(syntax) => syntax,
            Err(error) => {
                let line = error.span().start().line;
                faults.push((
                    path,
                    Text {
                        line,
                        value: format!("can't be parsed: {error}"),
                    },
                ));
                continue;
            }
        };
        let mut collector = Collector {
            tree: &tree,
            folder: folder_of_children(&path),
            path: &path,
            scope: declared.scope,
            test: declared.test || collect::is_for_tests(&syntax.attrs),
            scopes: &mut scopes,
            facts: Facts::default(),
            declared: Vec::new(),
        };
        syn::visit::Visit::visit_file(&mut collector, &syntax);
        waiting.append(&mut collector.declared);
        let facts = collector.facts;
        faults.extend(
            facts
                .faults
                .iter()
                .map(|fault| (path.clone(), fault.clone())),
        );
        read.push(Read {
            path,
            scope: declared.scope,
            facts,
        });
    }
    for (path, _) in tree
        .rust()
        .filter(|(path, _)| path.starts_with("src/") && !reached.contains(*path))
    {
        faults.push((
            path.to_owned(),
            note("is declared by no module: nothing compiles it"),
        ));
    }
    let files = follow(&scopes, read);
    let top = scopes.first().map(modules_of).unwrap_or_default();
    House {
        tree,
        files,
        top,
        faults,
    }
}

fn follow(scopes: &[Scope], read: Vec<Read>) -> Vec<File> {
    let resolver = Resolver::new(scopes, 0);
    let mut files: Vec<File> = read
        .into_iter()
        .map(|file| File {
            path: file.path,
            module: scopes
                .get(file.scope)
                .map(|scope| scope.path.clone())
                .unwrap_or_default(),
            facts: file.facts.follow(|written| resolver.follow(written)),
        })
        .collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn modules_of(root: &Scope) -> BTreeSet<String> {
    let is_module = |binding: &Binding| matches!(binding, Binding::Module { .. });
    root.names
        .iter()
        .filter(|(_, bound)| bound.iter().any(is_module))
        .map(|(name, _)| name.clone())
        .collect()
}

/// `src/a.rs` has its children in `src/a/`, and `src/a/mod.rs` too.
fn folder_of_children(path: &str) -> String {
    match path.rsplit('/').next() {
        Some("mod.rs" | "lib.rs" | "main.rs") => tree::folder(path).to_owned(),
        _ => path.trim_end_matches(".rs").to_owned(),
    }
}

fn note(value: &str) -> Text {
    Text {
        line: 1,
        value: value.to_owned(),
    }
}
