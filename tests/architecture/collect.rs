//! Reading one file: its names go into scopes, what it says into facts.
//!
//! What is compiled for tests only leaves no facts.

use proc_macro2::Span;
use syn::{
    Attribute, Block, ImplItem, Item, ItemFn, Stmt, Visibility, ext::IdentExt, visit, visit::Visit,
};

pub use self::attributes::is_for_tests;
use super::{
    model::{Binding, Facts, Function, Role, Scope, ScopeKind, Text, Written},
    tokens::{self, Found},
    tree::{self, Tree},
};

mod attributes;
mod names;
mod signature;

/// A file that a `mod` declaration names.
pub struct Declared {
    /// The files it may be in; the first that exists is taken.
    pub candidates: Vec<String>,
    /// Its scope.
    pub scope: usize,
    /// Whether it is compiled for tests only.
    pub test: bool,
}

/// Reads one file.
pub struct Collector<'h> {
    /// The package's text, for SQL in files of its own.
    pub tree: &'h Tree,
    /// The scopes of the house, which grow.
    pub scopes: &'h mut Vec<Scope>,
    /// The file.
    pub path: &'h str,
    /// The folder of the files of child modules.
    pub folder: String,
    /// The scope being read.
    pub scope: usize,
    /// Whether what is being read is compiled for tests only.
    pub test: bool,
    /// What the file says.
    pub facts: Facts<Written>,
    /// The files it declares.
    pub declared: Vec<Declared>,
}

impl Collector<'_> {
    fn written(&self, path: &syn::Path, role: Role) -> Written {
        Written {
            scope: self.scope,
            segments: path
                .segments
                .iter()
                .map(|segment| segment.ident.unraw().to_string())
                .collect(),
            absolute: path.leading_colon.is_some(),
            role,
            line: path
                .segments
                .first()
                .map_or(0, |segment| line(segment.ident.span())),
        }
    }

    fn refer(&mut self, written: Written) {
        if !self.test {
            self.facts.references.push(written);
        }
    }

    fn text(&mut self, line: usize, value: String) {
        if !self.test {
            self.facts.texts.push(Text { line, value });
        }
    }

    fn method(&mut self, line: usize, value: String) {
        if !self.test {
            self.facts.methods.push(Text { line, value });
        }
    }

    fn fault(&mut self, span: Span, value: impl Into<String>) {
        if !self.test {
            self.facts.faults.push(Text {
                line: line(span),
                value: value.into(),
            });
        }
    }

    fn add_scope(&mut self, path: Vec<String>, kind: ScopeKind) -> usize {
        self.scopes.push(Scope::new(path, kind));
        self.scopes.len() - 1
    }

    fn module_path(&self) -> Vec<String> {
        self.scopes
            .get(self.scope)
            .map(|scope| scope.path.clone())
            .unwrap_or_default()
    }

    fn take(&mut self, found: Found) {
        match found {
            Found::Path {
                segments,
                absolute,
                glob,
                line,
            } => {
                let role = if glob { Role::Glob } else { Role::Path };
                self.refer(Written {
                    scope: self.scope,
                    segments,
                    absolute,
                    role,
                    line,
                });
            }
            Found::Derive(traits) => self.derive(&traits),
            Found::Text(text) => self.text(text.line, text.value),
            Found::Method(method) => self.method(method.line, method.value),
            Found::Statements(statements) => self.in_block(|block| {
                for statement in &statements {
                    block.visit_stmt(statement);
                }
            }),
        }
    }

    fn in_block(&mut self, read: impl FnOnce(&mut Self)) {
        let around = self.scope;
        self.scope = self.add_scope(self.module_path(), ScopeKind::Block(around));
        read(self);
        self.scope = around;
    }

    fn if_test(&mut self, test: bool, read: impl FnOnce(&mut Self)) {
        let before = self.test;
        self.test |= test;
        read(self);
        self.test = before;
    }
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let test = is_for_tests(attributes::of(item));
        if !test {
            self.bind_item(item);
        }
        self.if_test(test, |items| visit::visit_item(items, item));
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let test = matches!(item, ImplItem::Fn(function) if is_for_tests(&function.attrs));
        self.if_test(test, |items| visit::visit_impl_item(items, item));
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let name = module.ident.unraw().to_string();
        module
            .attrs
            .iter()
            .for_each(|attribute| self.visit_attribute(attribute));
        self.facts.modules.push(Text {
            line: line(module.ident.span()),
            value: name.clone(),
        });
        let mut path = self.module_path();
        path.push(name.clone());
        let scope = self.add_scope(path, ScopeKind::Module(self.scope));
        self.bind(
            name.clone(),
            Binding::Module {
                scope,
                private: is_private(&module.vis),
            },
        );
        let folder = format!("{}/{name}", self.folder);
        let Some((_, items)) = &module.content else {
            let candidates = match attributes::path(&module.attrs) {
                Some(path) => vec![tree::beside(self.path, &path)],
                None => vec![format!("{folder}.rs"), format!("{folder}/mod.rs")],
            };
            self.declared.push(Declared {
                candidates,
                scope,
                test: self.test,
            });
            return;
        };
        let around = (self.scope, std::mem::replace(&mut self.folder, folder));
        self.scope = scope;
        items.iter().for_each(|item| self.visit_item(item));
        (self.scope, self.folder) = around;
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if is_for_tests(&item.attrs) {
            return;
        }
        let absolute = item.leading_colon.is_some();
        let written = Written {
            scope: self.scope,
            segments: Vec::new(),
            absolute,
            role: Role::Import,
            line: 0,
        };
        self.import(&item.tree, written, is_private(&item.vis));
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        let own = item.ident == "self";
        let segments = vec![if own {
            "crate".to_owned()
        } else {
            item.ident.to_string()
        }];
        let name = item.rename.as_ref().map_or(&item.ident, |(_, name)| name);
        let line = line(item.ident.span());
        let written = Written {
            scope: self.scope,
            segments,
            absolute: !own,
            role: Role::Import,
            line,
        };
        self.import_as(name.to_string(), written, is_private(&item.vis));
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        self.bind_macro(item);
        visit::visit_item_macro(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if let (Some((_, path, _)), false) = (&item.trait_, self.test) {
            let written = self.written(path, Role::Path);
            self.facts.traits.push(written);
        }
        visit::visit_item_impl(self, item);
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        if !self.test && !function.attrs.is_empty() {
            let braces = &function.block.brace_token.span;
            let lines = line(braces.close())
                .saturating_sub(line(braces.open()) + 1)
                .max(1);
            let attributes = function
                .attrs
                .iter()
                .map(|attribute| self.written(attribute.path(), Role::Path))
                .collect();
            let parameters = signature::scoped_parameters(&function.sig)
                .map(|path| self.written(path, Role::Path))
                .collect();
            let name = function.sig.ident.to_string();
            let line = line(function.sig.ident.span());
            self.facts.functions.push(Function {
                name,
                line,
                lines,
                attributes,
                parameters,
            });
        }
        visit::visit_item_fn(self, function);
    }

    fn visit_block(&mut self, block: &'ast Block) {
        if block
            .stmts
            .iter()
            .any(|statement| matches!(statement, Stmt::Item(_)))
        {
            self.in_block(|inner| visit::visit_block(inner, block));
        } else {
            visit::visit_block(self, block);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let written = self.written(path, Role::Path);
        self.refer(written);
        visit::visit_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.method(line(call.method.span()), call.method.unraw().to_string());
        visit::visit_expr_method_call(self, call);
    }

    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        self.meta(&attribute.meta);
    }

    fn visit_lit(&mut self, literal: &'ast syn::Lit) {
        if let Some(value) = tokens::text(literal.clone()) {
            self.text(line(literal.span()), value);
        }
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        let written = self.written(&item.path, Role::Path);
        let (name, at) = (
            written.segments.last().cloned().unwrap_or_default(),
            written.line,
        );
        self.refer(written);
        let found = tokens::read(item.tokens.clone());
        let texts = || {
            found.iter().filter_map(|found| {
                if let Found::Text(text) = found {
                    Some(text.value.as_str())
                } else {
                    None
                }
            })
        };
        match name.as_str() {
            "concat" => self.text(at, texts().collect()),
            "include" => self.fault(
                line_span(&item.path),
                "`include!` hides code from the rules: make the file a module, or write what it includes here",
            ),
            "include_str" => {
                let file = tree::beside(self.path, &texts().collect::<String>());
                if let Some(text) = self.tree.text(&file) {
                    self.text(at, text.to_owned());
                }
            }
            _ => {}
        }
        found.into_iter().for_each(|found| self.take(found));
    }
}

fn is_private(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Inherited)
}

fn is(segment: Option<&syn::PathSegment>, name: &str) -> bool {
    segment.is_some_and(|segment| segment.ident == name)
}

fn line_span(path: &syn::Path) -> Span {
    path.segments
        .first()
        .map_or_else(Span::call_site, |segment| segment.ident.span())
}

fn line(span: Span) -> usize {
    span.start().line
}
