//! Reading attributes: derives, loosened lints, what is for tests only, and the paths in all others.

use proc_macro2::TokenStream;
use syn::{
    Attribute, Expr, ExprLit, Item, Meta, MetaNameValue, Token, parse::Parser,
    punctuated::Punctuated, visit::Visit,
};

use super::{Collector, is, line_span};
use crate::architecture::{
    model::{Role, Text, Written},
    tokens::{self, Found},
};

impl Collector<'_> {
    pub(super) fn meta(&mut self, meta: &Meta) {
        let name = meta
            .path()
            .get_ident()
            .map(ToString::to_string)
            .unwrap_or_default();
        match (name.as_str(), meta) {
            ("doc" | "cfg", _) => {}
            ("path", Meta::NameValue(value)) => self.fault(
                line_span(&value.path),
                "`#[path]` hides where a module lives: move the file to where its module path says",
            ),
            ("cfg_attr", Meta::List(list)) => {
                let metas =
                    Punctuated::<Meta, Token![,]>::parse_terminated.parse2(list.tokens.clone());
                let mut metas = metas.into_iter().flatten();
                if !metas.next().is_some_and(|condition| needs_test(&condition)) {
                    metas.for_each(|meta| self.meta(&meta));
                }
            }
            ("derive", Meta::List(list)) => {
                if let Ok(traits) = Punctuated::parse_terminated.parse2(list.tokens.clone()) {
                    self.derive(&traits);
                }
            }
            ("allow" | "expect" | "warn", Meta::List(list)) => {
                for found in tokens::read(list.tokens.clone()) {
                    if let (Found::Path { segments, line, .. }, false) = (found, self.test) {
                        self.facts.lints.push(Text {
                            line,
                            value: segments.join("::"),
                        });
                    }
                }
            }
            (_, meta) => {
                let written = self.written(meta.path(), Role::Path);
                self.refer(written);
                match meta {
                    Meta::List(list) => self.attribute_tokens(list.tokens.clone()),
                    Meta::NameValue(value) => self.visit_expr(&value.value),
                    Meta::Path(_) => {}
                }
            }
        }
    }

    /// Attributes name paths in strings too: `#[serde(with = "crate::http::time")]`.
    fn attribute_tokens(&mut self, stream: TokenStream) {
        for found in tokens::read(stream) {
            match found {
                Found::Text(text) => {
                    if let Ok(path) = syn::parse_str::<syn::Path>(&text.value)
                        && path.segments.len() > 1
                    {
                        self.refer(Written {
                            line: text.line,
                            ..self.written(&path, Role::Path)
                        });
                    }
                }
                other => self.take(other),
            }
        }
    }

    pub(super) fn derive(&mut self, traits: &Punctuated<syn::Path, Token![,]>) {
        for path in traits {
            let written = self.written(path, Role::Path);
            if !self.test {
                self.facts.traits.push(written.clone());
            }
            self.refer(written);
        }
    }
}

/// Whether an item is compiled for tests only: `#[cfg(test)]`, `#[test]`, `#[tokio::test]`.
pub fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        if attribute.path().is_ident("cfg") {
            attribute
                .parse_args::<Meta>()
                .is_ok_and(|condition| needs_test(&condition))
        } else {
            is(attribute.path().segments.last(), "test")
        }
    })
}

fn needs_test(condition: &Meta) -> bool {
    let Meta::List(list) = condition else {
        return condition.path().is_ident("test");
    };
    let inner = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(list.tokens.clone());
    let mut inner = inner.iter().flatten();
    if list.path.is_ident("all") {
        inner.any(needs_test)
    } else {
        list.path.is_ident("any") && inner.all(needs_test)
    }
}

/// The file that `#[path = "…"]` names.
pub(super) fn path(attributes: &[Attribute]) -> Option<String> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("path"))
        .find_map(|attribute| match &attribute.meta {
            Meta::NameValue(MetaNameValue {
                value: Expr::Lit(ExprLit { lit, .. }),
                ..
            }) => tokens::text(lit.clone()),
            _ => None,
        })
}

/// The attributes of an item.
pub(super) fn of(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
