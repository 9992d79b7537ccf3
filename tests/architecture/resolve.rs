//! Following a path to where a name really lives: through aliases, globs, re-exports, `self`, `super` and blocks.
//!
//! One path may lead to several places, as a name may be a module, a type and a function at once; all are kept, and
//! so is what a re-export passes on the way, since that is imported too.

use std::{collections::BTreeSet, ptr};

use super::{
    model::{Binding, How, Import, Place, Reference, Role, Scope, ScopeKind, Written},
    rooms::CRATE,
};

/// Follows paths through the scopes of the house.
pub struct Resolver<'s> {
    scopes: &'s [Scope],
    library: usize,
}

/// Where a path has come to.
#[derive(Clone)]
enum Target {
    Module(usize),
    Item(Vec<String>),
    Outside { path: Vec<String>, guess: bool },
}

/// How a name is looked up.
#[derive(Clone, Copy)]
struct Look<'n> {
    name: &'n str,
    /// The scope that looks.
    from: usize,
    /// Whether the path goes on behind the name.
    goes_on: bool,
    /// Whether the scope was named by a path, rather than being where the path stands.
    named: bool,
}

/// One path being followed.
struct Walk<'s> {
    resolver: &'s Resolver<'s>,
    busy: Vec<*const Import>,
    passed: Vec<Vec<String>>,
}

impl<'s> Resolver<'s> {
    /// `library` is the scope of the library's root.
    pub fn new(scopes: &'s [Scope], library: usize) -> Self {
        Self { scopes, library }
    }

    /// Follows one path.
    pub fn follow(&self, written: Written) -> Reference {
        let mut walk = Walk {
            resolver: self,
            busy: Vec::new(),
            passed: Vec::new(),
        };
        let targets = walk.find(&written);
        let mut places: BTreeSet<Place> = targets.iter().map(|target| self.place(target)).collect();
        let passed = std::mem::take(&mut walk.passed);
        places.extend(passed.into_iter().map(|path| Place {
            path,
            outside: false,
            how: How::Named,
        }));
        if written.role == Role::Glob {
            for target in &targets {
                if let Target::Module(module) = target {
                    walk.expand(*module, written.scope, &mut places);
                }
            }
        }
        Reference {
            line: written.line,
            written: spell(&written),
            module: self.scope(written.scope).path.clone(),
            places: places.into_iter().collect(),
        }
    }

    fn scope(&self, scope: usize) -> &'s Scope {
        &self.scopes[scope]
    }

    fn place(&self, target: &Target) -> Place {
        match target {
            Target::Module(module) => Place {
                path: self.scope(*module).path.clone(),
                outside: false,
                how: How::Named,
            },
            Target::Item(path) => Place {
                path: path.clone(),
                outside: false,
                how: How::Named,
            },
            Target::Outside { path, guess } => {
                let how = if *guess { How::Perhaps } else { How::Named };
                Place {
                    path: path.clone(),
                    outside: true,
                    how,
                }
            }
        }
    }

    fn module_of(&self, mut scope: usize) -> usize {
        while let ScopeKind::Block(around) = self.scope(scope).kind {
            scope = around;
        }
        scope
    }

    fn above(&self, scope: usize) -> usize {
        match self.scope(self.module_of(scope)).kind {
            ScopeKind::Module(above) | ScopeKind::Block(above) => self.module_of(above),
            ScopeKind::Root => scope,
        }
    }

    fn root_of(&self, mut scope: usize) -> usize {
        while let ScopeKind::Module(around) | ScopeKind::Block(around) = self.scope(scope).kind {
            scope = around;
        }
        scope
    }

    /// Whether a scope stands in another, and so sees what is private there.
    fn stands_in(&self, mut scope: usize, around: usize) -> bool {
        loop {
            if scope == around {
                return true;
            }
            match self.scope(scope).kind {
                ScopeKind::Module(next) | ScopeKind::Block(next) => scope = next,
                ScopeKind::Root => return false,
            }
        }
    }
}

impl<'s> Walk<'s> {
    fn find(&mut self, written: &Written) -> Vec<Target> {
        let Some((first, rest)) = written.segments.split_first() else {
            return Vec::new();
        };
        let mut targets = self.first(written, first, !rest.is_empty());
        for (at, name) in rest.iter().enumerate() {
            let look = Look {
                name,
                from: written.scope,
                goes_on: at + 1 < rest.len(),
                named: true,
            };
            targets = targets
                .into_iter()
                .flat_map(|target| self.step(target, look))
                .collect();
        }
        targets
    }

    fn first(&mut self, written: &Written, name: &str, goes_on: bool) -> Vec<Target> {
        let resolver = self.resolver;
        let outside = Target::Outside {
            path: vec![name.to_owned()],
            guess: false,
        };
        let crate_named = (name == CRATE).then_some(Target::Module(resolver.library));
        if written.absolute {
            return vec![crate_named.unwrap_or(outside)];
        }
        match name {
            "crate" => return vec![Target::Module(resolver.root_of(written.scope))],
            "self" => return vec![Target::Module(resolver.module_of(written.scope))],
            "super" => return vec![Target::Module(resolver.above(written.scope))],
            "Self" => return Vec::new(),
            _ => {}
        }
        let mut guesses = Vec::new();
        let mut scope = written.scope;
        loop {
            let look = Look {
                name,
                from: written.scope,
                goes_on,
                named: false,
            };
            let found = self.names(scope, look);
            if found
                .iter()
                .any(|target| !matches!(target, Target::Outside { guess: true, .. }))
            {
                return found;
            }
            guesses.extend(found);
            match resolver.scope(scope).kind {
                ScopeKind::Block(around) => scope = around,
                ScopeKind::Module(_) | ScopeKind::Root => break,
            }
        }
        let is_crate = goes_on || written.role != Role::Path;
        guesses.extend(crate_named.or(is_crate.then_some(outside)));
        guesses
    }

    fn step(&mut self, target: Target, look: Look<'_>) -> Vec<Target> {
        match target {
            Target::Module(module) if look.name == "super" => {
                vec![Target::Module(self.resolver.above(module))]
            }
            Target::Module(module) => {
                let mut found = self.names(module, look);
                // Made by a macro, perhaps: then it is here.
                if found
                    .iter()
                    .all(|target| matches!(target, Target::Outside { .. }))
                {
                    found.push(Target::Item(self.below(module, look.name)));
                }
                found
            }
            Target::Item(path) => vec![Target::Item(longer(path, look.name))],
            Target::Outside { path, guess } => vec![Target::Outside {
                path: longer(path, look.name),
                guess,
            }],
        }
    }

    /// What a name stands for in a scope: what is bound there, else what its globs bring.
    fn names(&mut self, scope: usize, look: Look<'_>) -> Vec<Target> {
        let mut found = Vec::new();
        for binding in self
            .resolver
            .scope(scope)
            .names
            .get(look.name)
            .into_iter()
            .flatten()
        {
            if binding.private() && !self.resolver.stands_in(look.from, scope) {
                continue;
            }
            match binding {
                Binding::Module { scope, .. } => found.push(Target::Module(*scope)),
                Binding::Item { leads_on, .. } if look.goes_on && !leads_on => {}
                Binding::Item { .. } => found.push(Target::Item(self.below(scope, look.name))),
                Binding::Import(import) => {
                    // The root of the crate is nobody's: what it passes on counts only where it comes from.
                    if look.named && self.resolver.scope(scope).kind != ScopeKind::Root {
                        self.passed.push(self.below(scope, look.name));
                    }
                    found.extend(self.import(import));
                }
            }
        }
        if found.is_empty() {
            self.names_by_glob(scope, look)
        } else {
            found
        }
    }

    fn names_by_glob(&mut self, scope: usize, look: Look<'_>) -> Vec<Target> {
        let mut found = Vec::new();
        for glob in &self.resolver.scope(scope).globs {
            if glob.private && !self.resolver.stands_in(look.from, scope) || self.is_busy(glob) {
                continue;
            }
            for target in self.import(glob) {
                match target {
                    Target::Module(module) => {
                        self.busy.push(ptr::from_ref(glob));
                        let look = Look {
                            from: glob.written.scope,
                            ..look
                        };
                        found.extend(self.names(module, look));
                        self.busy.pop();
                    }
                    // Another crate's names are not known here: it may be one of them.
                    Target::Outside { path, .. } => {
                        found.push(Target::Outside {
                            path: longer(path, look.name),
                            guess: !look.named,
                        });
                    }
                    Target::Item(_) => {}
                }
            }
        }
        found
    }

    /// Follows an import, unless that is what is being done already (`use diesel;` is bound to `diesel`).
    fn import(&mut self, import: &'s Import) -> Vec<Target> {
        if self.is_busy(import) {
            return Vec::new();
        }
        self.busy.push(ptr::from_ref(import));
        let found = self.find(&import.written);
        self.busy.pop();
        found
    }

    fn is_busy(&self, import: &Import) -> bool {
        self.busy.iter().any(|busy| ptr::eq(*busy, import))
    }

    /// What a glob of a module brings along: all that the module itself imports and passes on.
    fn expand(&mut self, module: usize, from: usize, places: &mut BTreeSet<Place>) {
        let scope = self.resolver.scope(module);
        let named = scope
            .names
            .values()
            .flatten()
            .filter_map(|binding| match binding {
                Binding::Import(import) => Some((import, false)),
                Binding::Module { .. } | Binding::Item { .. } => None,
            });
        for (import, is_glob) in named.chain(scope.globs.iter().map(|glob| (glob, true))) {
            if import.private && !self.resolver.stands_in(from, module) || self.is_busy(import) {
                continue;
            }
            for target in self.import(import) {
                let place = self.resolver.place(&target);
                if place.how == How::Named {
                    places.insert(Place {
                        how: How::Along,
                        ..place
                    });
                }
                if let (true, Target::Module(next)) = (is_glob, target) {
                    self.busy.push(ptr::from_ref(import));
                    self.expand(next, import.written.scope, places);
                    self.busy.pop();
                }
            }
        }
    }

    fn below(&self, module: usize, name: &str) -> Vec<String> {
        longer(self.resolver.scope(module).path.clone(), name)
    }
}

fn longer(mut path: Vec<String>, name: &str) -> Vec<String> {
    path.push(name.to_owned());
    path
}

fn spell(written: &Written) -> String {
    let start = if written.absolute { "::" } else { "" };
    let end = if written.role == Role::Glob {
        "::*"
    } else {
        ""
    };
    format!("{start}{}{end}", written.segments.join("::"))
}
