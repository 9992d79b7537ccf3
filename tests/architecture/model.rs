//! What is known of the source: scopes with the names bound in them, and facts file by file.
//!
//! All plain data, so that the house is read once and shared between tests.

use std::collections::HashMap;

/// A path as the source has it, and where it stands.
#[derive(Clone, Debug)]
pub struct Written {
    /// The scope it is looked up in.
    pub scope: usize,
    /// Its segments, without generic arguments.
    pub segments: Vec<String>,
    /// Whether it begins with `::`.
    pub absolute: bool,
    /// What it stands for.
    pub role: Role,
    /// Its line.
    pub line: usize,
}

/// What a path stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A type, a value, a macro: one segment that leads nowhere is a local name.
    Path,
    /// A `use`: one segment that leads nowhere is a crate.
    Import,
    /// A `use …::*`.
    Glob,
}

/// A path that has been followed.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Its line.
    pub line: usize,
    /// As the source has it.
    pub written: String,
    /// The module it stands in.
    pub module: Vec<String>,
    /// Where it leads, and what it passes on the way.
    pub places: Vec<Place>,
}

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The full path, beginning with a crate's name when `outside`.
    pub path: Vec<String>,
    /// Whether it is another crate's.
    pub outside: bool,
    /// How sure that is.
    pub how: How,
}

/// How a path leads to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// By name.
    Named,
    /// It comes along with a glob, and nobody wrote its name here.
    Along,
    /// A name that nothing here explains, so it may be of another crate whose glob is in scope.
    Perhaps,
}

/// What one file says. `P` is a path: written at first, then followed.
#[derive(Clone, Debug)]
pub struct Facts<P> {
    /// Every path in imports, types, expressions, attributes and macros.
    pub references: Vec<P>,
    /// The traits that are derived or implemented.
    pub traits: Vec<P>,
    /// The functions that have attributes.
    pub functions: Vec<Function<P>>,
    /// The string literals, documentation left out.
    pub texts: Vec<Text>,
    /// The names of the methods that are called.
    pub methods: Vec<Text>,
    /// The lints that are loosened.
    pub lints: Vec<Text>,
    /// The modules that are declared.
    pub modules: Vec<Text>,
    /// What keeps the file from being understood.
    pub faults: Vec<Text>,
}

/// A function with its attributes.
#[derive(Clone, Debug)]
pub struct Function<P> {
    /// Its name.
    pub name: String,
    /// The line of its name.
    pub line: usize,
    /// The lines between its braces.
    pub lines: usize,
    /// The paths of its attributes.
    pub attributes: Vec<P>,
    /// The types of its parameters that have a type argument.
    pub parameters: Vec<P>,
}

/// A text and its line.
#[derive(Clone, Debug)]
pub struct Text {
    /// The line it begins on.
    pub line: usize,
    /// What it says.
    pub value: String,
}

impl<P> Default for Facts<P> {
    fn default() -> Self {
        Self {
            references: Vec::new(),
            traits: Vec::new(),
            functions: Vec::new(),
            texts: Vec::new(),
            methods: Vec::new(),
            lints: Vec::new(),
            modules: Vec::new(),
            faults: Vec::new(),
        }
    }
}

impl<P> Facts<P> {
    /// The same facts, with every path followed.
    pub fn follow<Q>(self, follow: impl Fn(P) -> Q) -> Facts<Q> {
        let all = |paths: Vec<P>| paths.into_iter().map(&follow).collect();
        Facts {
            references: all(self.references),
            traits: all(self.traits),
            functions: self
                .functions
                .into_iter()
                .map(|function| Function {
                    name: function.name,
                    line: function.line,
                    lines: function.lines,
                    attributes: all(function.attributes),
                    parameters: all(function.parameters),
                })
                .collect(),
            texts: self.texts,
            methods: self.methods,
            lints: self.lints,
            modules: self.modules,
            faults: self.faults,
        }
    }
}

/// A module, or a block that has items of its own.
#[derive(Debug)]
pub struct Scope {
    /// The path of the module; a block has that of the module around it.
    pub path: Vec<String>,
    /// What it is.
    pub kind: ScopeKind,
    /// The names bound in it. `_` holds what is imported without a name.
    pub names: HashMap<String, Vec<Binding>>,
    /// The globs in it.
    pub globs: Vec<Import>,
}

/// What a scope is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// The root of the library or of the binary.
    Root,
    /// A module, and the one above it.
    Module(usize),
    /// A block, and the scope around it.
    Block(usize),
}

/// What a name is bound to.
#[derive(Clone, Debug)]
pub enum Binding {
    /// A module.
    Module { scope: usize, private: bool },
    /// An item; `leads_on` when a path can go on behind it (a type, not a function).
    Item { leads_on: bool, private: bool },
    /// Something from elsewhere.
    Import(Import),
}

/// A `use`.
#[derive(Clone, Debug)]
pub struct Import {
    /// The path.
    pub written: Written,
    /// Whether only this module and those below it see it.
    pub private: bool,
}

impl Binding {
    /// Whether only this module and those below it see it.
    pub fn private(&self) -> bool {
        match self {
            Self::Module { private, .. } | Self::Item { private, .. } => *private,
            Self::Import(import) => import.private,
        }
    }
}

impl Scope {
    /// A scope without names.
    pub fn new(path: Vec<String>, kind: ScopeKind) -> Self {
        Self {
            path,
            kind,
            names: HashMap::new(),
            globs: Vec::new(),
        }
    }

    /// Binds a name.
    pub fn bind(&mut self, name: impl Into<String>, binding: Binding) {
        self.names.entry(name.into()).or_default().push(binding);
    }
}
