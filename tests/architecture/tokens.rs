//! Reading what is no syntax yet: the tokens inside macros and attributes.
//!
//! A macro may take anything, so this looks for what can be told from tokens alone: paths (also in the braces of an
//! import), derives and literals. A group that holds a `use` is tried as statements first, so that its aliases count.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::{Block, Lit, Path, Stmt, Token, ext::IdentExt, parse::Parser, punctuated::Punctuated};

use super::model::Text;

/// What was found.
pub enum Found {
    /// A path.
    Path {
        segments: Vec<String>,
        absolute: bool,
        glob: bool,
        line: usize,
    },
    /// The traits of a `#[derive(…)]`.
    Derive(Punctuated<Path, Token![,]>),
    /// The name of a method that is called.
    Method(Text),
    /// A string literal.
    Text(Text),
    /// A group that holds imports and could be read as statements.
    Statements(Vec<Stmt>),
}

/// Reads a stream with all groups in it.
pub fn read(stream: TokenStream) -> Vec<Found> {
    let mut found = Vec::new();
    read_stream(stream, &mut found);
    found
}

/// The name that Diesel's `table!` gives to its module: `schema.name (key) {…}` or `name (key) {…}`.
pub fn table_name(stream: TokenStream) -> Option<String> {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    tokens.windows(2).find_map(|pair| match pair {
        [TokenTree::Ident(name), TokenTree::Group(key)]
            if key.delimiter() == Delimiter::Parenthesis =>
        {
            Some(name.unraw().to_string())
        }
        _ => None,
    })
}

fn read_stream(stream: TokenStream, found: &mut Vec<Found>) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    if tokens.iter().any(|token| is_ident(token, "use"))
        && let Ok(statements) = Block::parse_within.parse2(without_dollars(&tokens))
    {
        found.push(Found::Statements(statements));
        return;
    }
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at = match token {
            TokenTree::Ident(name) if name == "derive" && group_at(&tokens, at + 1).is_some() => {
                let traits = group_at(&tokens, at + 1)
                    .map(Group::stream)
                    .unwrap_or_default();
                if let Ok(traits) = Punctuated::parse_terminated.parse2(traits) {
                    found.push(Found::Derive(traits));
                }
                at + 2
            }
            TokenTree::Ident(name) if is_member(&tokens, at) => {
                if group_at(&tokens, at + 1).is_some() {
                    let line = name.span().start().line;
                    found.push(Found::Method(Text {
                        line,
                        value: name.unraw().to_string(),
                    }));
                }
                at + 1
            }
            TokenTree::Ident(_) => {
                let absolute =
                    at >= 2 && colons_at(&tokens, at - 2) && !follows_type(&tokens, at - 2);
                let start = Start {
                    segments: Vec::new(),
                    absolute,
                };
                read_path(&tokens, at, start, found)
            }
            TokenTree::Group(group) => {
                read_stream(group.stream(), found);
                at + 1
            }
            TokenTree::Literal(literal) => {
                if let Some(value) = text(Lit::new(literal.clone())) {
                    found.push(Found::Text(Text {
                        line: literal.span().start().line,
                        value,
                    }));
                }
                at + 1
            }
            TokenTree::Punct(_) => at + 1,
        };
    }
}

/// The text of a literal, if it is one of text.
pub fn text(literal: Lit) -> Option<String> {
    match literal {
        Lit::Str(text) => Some(text.value()),
        Lit::ByteStr(bytes) => String::from_utf8(bytes.value()).ok(),
        Lit::CStr(text) => text.value().into_string().ok(),
        _ => None,
    }
}

/// How a path begins: the segments before the braces of an import.
#[derive(Clone)]
struct Start {
    segments: Vec<String>,
    absolute: bool,
}

/// Reads a path whose next name stands at `at`, and returns where the tokens go on.
fn read_path(tokens: &[TokenTree], mut at: usize, start: Start, found: &mut Vec<Found>) -> usize {
    let line = tokens.get(at).map_or(0, |token| token.span().start().line);
    let Start {
        mut segments,
        absolute,
    } = start;
    while let Some(TokenTree::Ident(name)) = tokens.get(at) {
        segments.push(name.unraw().to_string());
        at += 1;
        if !colons_at(tokens, at) {
            break;
        }
        at += 2;
        match tokens.get(at) {
            Some(TokenTree::Punct(star)) if star.as_char() == '*' => {
                found.push(Found::Path {
                    segments,
                    absolute,
                    glob: true,
                    line,
                });
                return at + 1;
            }
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                read_braces(group, &Start { segments, absolute }, found);
                return at + 1;
            }
            _ => {}
        }
    }
    found.push(Found::Path {
        segments,
        absolute,
        glob: false,
        line,
    });
    at
}

fn read_braces(group: &Group, start: &Start, found: &mut Vec<Found>) {
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let parts =
        tokens.split(|token| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ','));
    for part in parts {
        let line = part.first().map_or(0, |token| token.span().start().line);
        let Start { segments, absolute } = start.clone();
        match part.first() {
            Some(TokenTree::Ident(name)) if name == "self" => {
                found.push(Found::Path {
                    segments,
                    absolute,
                    glob: false,
                    line,
                });
            }
            Some(TokenTree::Punct(star)) if star.as_char() == '*' => {
                found.push(Found::Path {
                    segments,
                    absolute,
                    glob: true,
                    line,
                });
            }
            Some(_) => {
                read_path(part, 0, start.clone(), found);
            }
            None => {}
        }
    }
}

/// `$crate` as `crate` and `$name` as `name`: enough to read a macro's body as statements.
fn without_dollars(tokens: &[TokenTree]) -> TokenStream {
    let mut kept = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let is_dollar = matches!(token, TokenTree::Punct(punct) if punct.as_char() == '$');
        if is_dollar && matches!(tokens.get(at + 1), Some(TokenTree::Ident(_))) {
            continue;
        }
        kept.push(match token {
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                TokenTree::Group(Group::new(group.delimiter(), without_dollars(&inner)))
            }
            other => other.clone(),
        });
    }
    kept.into_iter().collect()
}

/// Whether a name is a field, a method, a lifetime, or the name in `name: value`.
fn is_member(tokens: &[TokenTree], at: usize) -> bool {
    let before = |back: usize, sign: char| at >= back && punct_at(tokens, at - back, sign);
    let dot = before(1, '.') && !before(2, '.');
    let named = punct_at(tokens, at + 1, ':') && !colons_at(tokens, at + 1);
    dot || before(1, '\'') || named
}

/// Whether `::` goes on behind a type (`Vec::<u8>::new`), and so begins no path.
fn follows_type(tokens: &[TokenTree], colons: usize) -> bool {
    colons >= 1
        && (punct_at(tokens, colons - 1, '>')
            || matches!(tokens.get(colons - 1), Some(TokenTree::Group(_))))
}

fn colons_at(tokens: &[TokenTree], at: usize) -> bool {
    punct_at(tokens, at, ':') && punct_at(tokens, at + 1, ':')
}

fn punct_at(tokens: &[TokenTree], at: usize, sign: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

fn group_at(tokens: &[TokenTree], at: usize) -> Option<&Group> {
    match tokens.get(at) {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => Some(group),
        _ => None,
    }
}

fn is_ident(token: &TokenTree, name: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == name)
}
