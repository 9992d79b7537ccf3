//! Binding names in scopes: items, imports, macros.

use syn::{Item, UseTree, ext::IdentExt};

use super::{Collector, is, is_private, line, line_span};
use crate::architecture::{
    model::{Binding, Import, Role, Written},
    tokens,
};

impl Collector<'_> {
    pub(super) fn bind(&mut self, name: impl Into<String>, binding: Binding) {
        if let Some(scope) = self.scopes.get_mut(self.scope) {
            scope.bind(name, binding);
        }
    }

    pub(super) fn bind_item(&mut self, item: &Item) {
        let (ident, visibility, leads_on) = match item {
            Item::Const(item) => (&item.ident, &item.vis, false),
            Item::Static(item) => (&item.ident, &item.vis, false),
            Item::Fn(item) => (&item.sig.ident, &item.vis, false),
            Item::Enum(item) => (&item.ident, &item.vis, true),
            Item::Struct(item) => (&item.ident, &item.vis, true),
            Item::Union(item) => (&item.ident, &item.vis, true),
            Item::Trait(item) => (&item.ident, &item.vis, true),
            Item::TraitAlias(item) => (&item.ident, &item.vis, true),
            Item::Type(item) => (&item.ident, &item.vis, true),
            _ => return,
        };
        self.bind(
            ident.unraw().to_string(),
            Binding::Item {
                leads_on,
                private: is_private(visibility),
            },
        );
    }

    /// A macro by example: known in its module, and at the root when exported.
    pub(super) fn bind_macro(&mut self, item: &syn::ItemMacro) {
        let name = item.ident.as_ref().map(|name| name.unraw().to_string());
        let name = if is(item.mac.path.segments.last(), "table") {
            tokens::table_name(item.mac.tokens.clone()).map(|name| (name, true))
        } else {
            name.map(|name| (name, false))
        };
        let Some((name, leads_on)) = name else { return };
        self.bind(
            name.clone(),
            Binding::Item {
                leads_on,
                private: false,
            },
        );
        let exported = item
            .attrs
            .iter()
            .any(|attribute| attribute.path().is_ident("macro_export"));
        let module = self.module_path();
        if exported && !module.is_empty() {
            let mut segments = vec!["crate".to_owned()];
            segments.extend(module);
            segments.push(name.clone());
            let written = Written {
                scope: 0,
                segments,
                absolute: false,
                role: Role::Import,
                line: line(line_span(&item.mac.path)),
            };
            if let Some(root) = self.scopes.first_mut() {
                root.bind(
                    name,
                    Binding::Import(Import {
                        written,
                        private: false,
                    }),
                );
            }
        }
    }

    pub(super) fn import(&mut self, tree: &UseTree, mut written: Written, private: bool) {
        let line = |ident: &syn::Ident| ident.span().start().line;
        match tree {
            UseTree::Path(path) => {
                written.line = line(&path.ident);
                written.segments.push(path.ident.unraw().to_string());
                self.import(&path.tree, written, private);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, written.clone(), private);
                }
            }
            UseTree::Name(name) => {
                written.line = line(&name.ident);
                if name.ident != "self" || written.segments.is_empty() {
                    written.segments.push(name.ident.unraw().to_string());
                }
                self.import_as(
                    written.segments.last().cloned().unwrap_or_default(),
                    written,
                    private,
                );
            }
            UseTree::Rename(rename) => {
                written.line = line(&rename.ident);
                if rename.ident != "self" || written.segments.is_empty() {
                    written.segments.push(rename.ident.unraw().to_string());
                }
                self.import_as(rename.rename.unraw().to_string(), written, private);
            }
            UseTree::Glob(_) => {
                written.role = Role::Glob;
                if let Some(scope) = self.scopes.get_mut(self.scope) {
                    scope.globs.push(Import {
                        written: written.clone(),
                        private,
                    });
                }
                self.refer(written);
            }
        }
    }

    pub(super) fn import_as(&mut self, name: String, written: Written, private: bool) {
        self.bind(
            name,
            Binding::Import(Import {
                written: written.clone(),
                private,
            }),
        );
        self.refer(written);
    }
}
