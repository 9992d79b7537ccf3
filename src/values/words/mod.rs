//! Texts as they are searched: their words, folded, each with its place in the text. One function makes them, for what is kept, what is asked
//! and what is marked.

use deunicode::deunicode_char;

use super::name_key::{is_alphabetic, is_joined, is_mark};

/// The most letters of a word that count: no search tells longer ones apart.
const LETTERS: usize = 100;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Where it begins in the text, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The word in lower case and without accents; of Latin, Greek, Cyrillic and Armenian script as plain ASCII.
    pub folded: String,
    /// The word in lower case with its accents, where it has any: some stems can only be told by them.
    pub accented: Option<String>,
}

/// The words of a text, in order. A word is what letters and digits stand together without anything between; where a script has no spaces
/// (Chinese, Japanese), each character is a word.
pub fn words(text: &str) -> impl Iterator<Item = Word> + '_ {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let mut word: Option<Word> = None;
        while let Some(&(at, character)) = rest.peek() {
            let end = at + character.len_utf8();
            let alone = is_unspaced(character);
            if let Some(word) = &mut word {
                // An accent that stands beside its letter belongs to it.
                if is_accent(character) {
                    word.end = end;
                } else if alone || !fold(character, &mut word.folded) {
                    break;
                } else {
                    word.end = end;
                }
            } else {
                let mut folded = String::new();
                if alone {
                    folded.push(character);
                } else {
                    fold(character, &mut folded);
                }
                if !folded.is_empty() {
                    word = Some(Word {
                        start: at,
                        end,
                        folded,
                        accented: None,
                    });
                }
            }
            rest.next();
            if alone {
                break;
            }
        }
        word.map(|word| whole(word, text))
    })
}

/// Adds a letter or digit to the word, and tells whether it was one.
fn fold(character: char, word: &mut String) -> bool {
    let before = word.len();
    for character in character.to_lowercase() {
        if character.is_ascii_alphanumeric() {
            word.push(character);
        } else if is_alphabetic(character) {
            let plain = deunicode_char(character).unwrap_or_default();
            word.extend(
                plain
                    .chars()
                    .filter(char::is_ascii_alphanumeric)
                    .map(|letter| letter.to_ascii_lowercase()),
            );
        } else if character.is_alphanumeric() || is_joined(character) {
            word.push(character);
        }
    }
    word.len() > before
}

fn is_accent(character: char) -> bool {
    is_mark(character)
        && !character.is_ascii_punctuation()
        && !matches!(character, '\u{2bc}' | '\u{2018}' | '\u{2019}')
}

/// Characters of scripts that are written without spaces.
fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        && character.is_alphanumeric()
}

fn whole(mut word: Word, text: &str) -> Word {
    if let Some((at, _)) = word.folded.char_indices().nth(LETTERS) {
        word.folded.truncate(at);
    } else {
        let written = text.get(word.start..word.end).unwrap_or_default();
        if !written.is_ascii() {
            let lower = written.to_lowercase();
            word.accented = Some(lower).filter(|lower| *lower != word.folded);
        }
    }
    word
}

/// A text in which letters with accents have none; all else is as it was.
pub fn without_accents(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() || !fold(character, &mut plain) {
            plain.push(character);
        }
    }
    plain
}

/// How words of a language are brought to their stems: a text search configuration of Postgres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stemming {
    /// Dutch.
    Dutch,
    /// English.
    English,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
    /// Portuguese.
    Portuguese,
    /// Italian.
    Italian,
    /// Any other language: words as they are.
    Simple,
}

impl Stemming {
    /// Every one.
    pub const ALL: [Stemming; 8] = [
        Stemming::Dutch,
        Stemming::English,
        Stemming::German,
        Stemming::French,
        Stemming::Spanish,
        Stemming::Portuguese,
        Stemming::Italian,
        Stemming::Simple,
    ];

    /// That of a text with this language tag.
    pub fn of(language: &str) -> Self {
        let primary = language.split('-').next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "nl" => Stemming::Dutch,
            "en" => Stemming::English,
            "de" => Stemming::German,
            "fr" => Stemming::French,
            "es" => Stemming::Spanish,
            "pt" => Stemming::Portuguese,
            "it" => Stemming::Italian,
            _ => Stemming::Simple,
        }
    }

    /// That of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|stemming| stemming.as_str() == name)
    }

    /// The configuration's name in `pg_catalog`.
    pub fn as_str(self) -> &'static str {
        match self {
            Stemming::Dutch => "dutch",
            Stemming::English => "english",
            Stemming::German => "german",
            Stemming::French => "french",
            Stemming::Spanish => "spanish",
            Stemming::Portuguese => "portuguese",
            Stemming::Italian => "italian",
            Stemming::Simple => "simple",
        }
    }

    /// Whether words are written together in it.
    pub fn compounds(self) -> bool {
        matches!(self, Stemming::Dutch | Stemming::German)
    }
}

#[cfg(test)]
mod tests;
