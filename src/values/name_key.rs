//! Names as they are compared and looked for: without case, accents and punctuation.

use deunicode::deunicode_char;

/// A name that is compared and looked for. One function makes it, for what is kept and for what is asked.
///
/// Latin, Greek, Cyrillic and Armenian letters become plain lower-case ASCII (`É` and `e` are one, so are `ß` and `ss`); other scripts stay as
/// they are, in lower case: two Chinese names that only sound alike are two names. Apostrophes go, any other mark or space is one space.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameKey(String);

/// Words of a name from which it is found; a name has no more than this many that anybody begins to type.
const WORDS: usize = 12;

impl NameKey {
    /// The key of a name. One without a letter or digit is its own key.
    pub fn of(name: &str) -> Self {
        let mut key = String::with_capacity(name.len());
        for character in name.chars().flat_map(char::to_lowercase) {
            let plain = if is_alphabetic(character) {
                deunicode_char(character).unwrap_or_default()
            } else {
                ""
            };
            if plain.is_empty() && !is_mark(character) {
                push(&mut key, character);
            }
            plain.chars().for_each(|letter| push(&mut key, letter));
        }
        let key = key.trim_end();
        Self(if key.is_empty() {
            name.trim().to_lowercase()
        } else {
            key.to_owned()
        })
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first text, byte by byte, that begins with none of what this key begins; an index finds what this key begins between the two.
    pub fn after(&self) -> String {
        format!("{}\u{10FFFF}", self.0)
    }

    /// What a name is found by: its key, and that from each later word on. With each whether it is the whole.
    pub fn all(name: &str) -> impl Iterator<Item = (String, bool)> {
        let key = Self::of(name).0;
        let starts: Vec<usize> = std::iter::once(0)
            .chain(key.match_indices(' ').map(|(at, _)| at + 1))
            .take(WORDS)
            .collect();
        starts
            .into_iter()
            .filter_map(move |at| Some((key.get(at..)?.to_owned(), at == 0)))
    }
}

/// Letters of alphabets that are read alike with and without their marks.
pub(super) fn is_alphabetic(character: char) -> bool {
    matches!(character,
        '\u{80}'..='\u{58f}' | '\u{1d00}'..='\u{1fff}' | '\u{2c60}'..='\u{2c7f}' | '\u{a720}'..='\u{a7ff}' | '\u{fb00}'..='\u{fb17}'
        | '\u{ff01}'..='\u{ff5e}')
}

/// Accents that stand beside their letter, and apostrophes.
pub(super) fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\'' | '\u{2bc}' | '\u{2018}' | '\u{2019}')
}

fn push(key: &mut String, character: char) {
    if character.is_alphanumeric() || is_joined(character) {
        key.push(character.to_ascii_lowercase());
    } else if !key.is_empty() && !key.ends_with(' ') && character != '\'' {
        key.push(' ');
    }
}

/// Vowel signs and the like, without which words of other scripts are others.
pub(super) fn is_joined(character: char) -> bool {
    matches!(character, '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{65f}' | '\u{900}'..='\u{dff}' | '\u{e31}'..='\u{e4e}' | '\u{1100}'..='\u{11ff}' | '\u{3099}' | '\u{309a}')
}

#[cfg(test)]
mod tests;
