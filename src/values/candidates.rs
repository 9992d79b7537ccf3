//! What a path may mean: the names that may stand in it, the likeliest first.
//!
//! Exactly what was asked goes before the same in another writing, an address of before an import before a pattern, a pattern of now before one
//! of before. In the end case is let go of, as many a site that was imported from did.

use std::fmt::Write as _;

use serde::Deserialize;
use url::Url;

use super::Reference;
use super::asked_path::{AskedPath, trimmed};
use super::frontend::{Frontend, names_in};

/// How many parts of a query are tried as the name of a thing.
const QUERY_PARTS: usize = 8;

/// The site as far as it decides addresses, now and before.
#[derive(Debug, Deserialize)]
pub struct Addresses {
    /// Of now.
    #[serde(flatten)]
    pub frontend: Frontend,
    /// Of before, the newest first.
    pub old: Vec<OldAddress>,
}

/// Where the frontend showed things of a kind before.
#[derive(Debug, Deserialize)]
pub struct OldAddress {
    kind: String,
    pattern: String,
}

/// What may be meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidates {
    /// `path` for an address of before an import, else the kind of thing that `names` names.
    pub kinds: Vec<String>,
    /// A path, or a slug or id.
    pub names: Vec<String>,
    /// The writings of the path that are the same address.
    pub same: Vec<String>,
}

impl Candidates {
    /// What this path may mean on a site with these addresses; nothing when it is an address of another site.
    pub fn of(asked: &AskedPath, addresses: &Addresses) -> Self {
        let mut found = Self::default();
        for path in on_site(asked, addresses) {
            let decoded = decoded(&path);
            for form in [path, decoded] {
                if !found.same.contains(&form) {
                    found.same.push(form);
                }
            }
        }
        let patterns = patterns(addresses);
        let folded: Vec<String> = found.same.iter().map(|path| path.to_lowercase()).collect();
        for forms in [found.same.clone(), folded] {
            for path in forms.iter().flat_map(|form| old_paths(form, asked)) {
                found.add("path", &path);
            }
            for (kind, pattern) in &patterns {
                for name in forms.iter().flat_map(|form| names_in(pattern, form)) {
                    if Reference::parse(name).is_ok() {
                        found.add(kind, name);
                    }
                }
            }
        }
        found
    }

    fn add(&mut self, kind: &str, name: &str) {
        let known = self.kinds.iter().zip(&self.names);
        if known
            .clone()
            .all(|known| known != (&kind.to_owned(), &name.to_owned()))
        {
            self.kinds.push(kind.to_owned());
            self.names.push(name.to_owned());
        }
    }
}

/// The path as the site counts it: below its `public_url`, where that has a path of its own. Of a whole address only one of this site is taken.
fn on_site(asked: &AskedPath, addresses: &Addresses) -> Vec<String> {
    let old = addresses.old.iter().filter(|old| old.kind == "site");
    let roots = std::iter::once(&addresses.frontend.public_url).chain(old.map(|old| &old.pattern));
    let address = asked.address.as_deref().map(Url::parse);
    let mut paths = Vec::new();
    for root in roots.filter_map(|root| Url::parse(root).ok()) {
        let here = match &address {
            None => true,
            Some(Ok(url)) => (url.host(), url.port()) == (root.host(), root.port()),
            Some(Err(_)) => false,
        };
        if !here {
            continue;
        }
        let below = asked.path.strip_prefix(root.path().trim_end_matches('/'));
        let below = below.filter(|rest| rest.is_empty() || rest.starts_with('/'));
        paths.extend(below.map(|rest| trimmed(rest).to_owned()));
        paths.push(asked.path.clone());
    }
    paths
}

/// The patterns of each kind: those of now, with the fewest placeholders first, then those of before.
fn patterns(addresses: &Addresses) -> Vec<(&str, &str)> {
    let paths = &addresses.frontend.paths;
    let mut patterns = vec![
        ("article", paths.article.as_str()),
        ("section", paths.section.as_str()),
        ("author", paths.author.as_str()),
        ("entity", paths.entity.as_str()),
    ];
    patterns.sort_by_key(|(_, pattern)| pattern.matches('{').count());
    let old = addresses.old.iter().filter(|old| old.kind != "site");
    patterns.extend(old.map(|old| (old.kind.as_str(), old.pattern.as_str())));
    patterns
}

/// How a site of before may have written this path, with what of the query names a thing first.
fn old_paths(path: &str, asked: &AskedPath) -> Vec<String> {
    let mut forms = vec![path.to_owned()];
    for hex in [lower_hex, upper_hex] {
        let encoded = encoded(path, hex);
        if !forms.contains(&encoded) {
            forms.push(encoded);
        }
    }
    let mut paths = Vec::new();
    if let Some(query) = &asked.query {
        let bare = query.trim_end_matches('/');
        let parts = bare.split('&').take(QUERY_PARTS);
        for part in [query, bare].into_iter().chain(parts) {
            for form in &forms {
                paths.push(format!("{}/?{part}", form.trim_end_matches('/')));
                paths.push(format!("{form}?{part}"));
            }
        }
    }
    paths.extend(forms);
    paths
}

/// The path, or a part of one, without percent-encoding, where that is text; else as it is.
pub fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let digit = |byte: Option<u8>| char::from(byte.unwrap_or_default()).to_digit(16);
        match (byte, digit(ahead.next()), digit(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                bytes.extend(u8::try_from(high * 16 + low));
                rest = ahead;
            }
            _ => bytes.push(byte),
        }
    }
    match String::from_utf8(bytes) {
        Ok(text) if !text.chars().any(char::is_control) => text,
        _ => path.to_owned(),
    }
}

/// The path with everything but ASCII percent-encoded.
fn encoded(path: &str, hex: fn(&mut String, u8)) -> String {
    let mut text = String::with_capacity(path.len());
    for character in path.chars() {
        if character.is_ascii() && character != ' ' {
            text.push(character);
        } else {
            let mut buffer = [0; 4];
            for byte in character.encode_utf8(&mut buffer).bytes() {
                hex(&mut text, byte);
            }
        }
    }
    text
}

fn lower_hex(text: &mut String, byte: u8) {
    let _ = write!(text, "%{byte:02x}");
}

fn upper_hex(text: &mut String, byte: u8) {
    let _ = write!(text, "%{byte:02X}");
}

#[cfg(test)]
mod tests;
