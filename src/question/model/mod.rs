//! What is asked, and what it means.

use deserr::Deserr;
use serde::Deserialize;
use uuid::Uuid;

use crate::error::{Fault, FaultCode};
use crate::values::{Line, PublicText, without_accents, words};

/// The most words of a question.
const WORDS: usize = 32;

/// What somebody looks for.
#[derive(Debug, Clone, PartialEq, Eq, Deserr)]
#[deserr(try_from(String) = Question::take -> Fault)]
pub struct Question {
    /// As it was asked.
    pub text: String,
    /// What it consists of, in order.
    pub terms: Vec<Term>,
}

/// A part of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Its words, folded. One, or those of a phrase.
    pub words: Vec<String>,
    /// The one word with its accents, where it has any.
    pub accented: Option<String>,
    /// Where it begins in the question, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Whether it stood in quotes.
    pub quoted: bool,
    /// Whether it must not be there.
    pub excluded: bool,
    /// Whether more may follow it: it is the last word.
    pub open: bool,
}

impl Question {
    /// Reads a question: words, phrases in quotes, and with a `-` before them what must not be there. Any other mark counts for a space.
    ///
    /// # Errors
    /// Over 200 characters or 32 words; control characters; nothing at all.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        if text.trim().is_empty() {
            let detail = "must have a word to look for";
            return Err(Fault::value(FaultCode::InvalidValue, detail));
        }
        let text = Line::<200>::parse(text)?.into_string();
        let mut terms: Vec<Term> = pieces(&text)
            .filter_map(|piece| term(&text, piece))
            .collect();
        if terms.iter().map(|term| term.words.len()).sum::<usize>() > WORDS {
            let detail = format!("must have at most {WORDS} words");
            return Err(Fault::value(FaultCode::TooLong, detail));
        }
        if let Some(last) = terms.last_mut() {
            last.open = !last.excluded && !last.quoted && last.words.len() == 1;
        }
        Ok(Self { text, terms })
    }

    fn take(text: String) -> Result<Self, Fault> {
        Self::parse(&text)
    }

    /// The question with this in place of the term.
    pub fn with(&self, replaced: &[(usize, String)]) -> String {
        let mut text = String::new();
        let mut from = 0;
        for (at, term) in self.terms.iter().enumerate() {
            if let Some((_, other)) = replaced.iter().find(|(which, _)| *which == at) {
                text.push_str(self.text.get(from..term.start).unwrap_or_default());
                text.push_str(other);
                from = term.end;
            }
        }
        text + self.text.get(from..).unwrap_or_default()
    }
}

/// A piece of a question between spaces, or between quotes.
struct Piece {
    start: usize,
    end: usize,
    quoted: bool,
    excluded: bool,
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '“' | '”' | '„' | '«' | '»')
}

fn pieces(text: &str) -> impl Iterator<Item = Piece> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        at += rest.len() - rest.trim_start().len();
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let excluded = rest.starts_with('-');
        let start = at + usize::from(excluded);
        let rest = text.get(start..)?;
        let opening = rest.chars().next().filter(|first| is_quote(*first));
        let start = start + opening.map_or(0, char::len_utf8);
        let rest = text.get(start..)?;
        let ends = |character: char| {
            is_quote(character) || (opening.is_none() && character.is_whitespace())
        };
        let end = start + rest.find(ends).unwrap_or(rest.len());
        // A closing quote belongs to its phrase; an opening one to the next.
        let closing = text
            .get(end..)?
            .chars()
            .next()
            .filter(|_| opening.is_some());
        at = end + closing.map_or(0, char::len_utf8);
        Some(Piece {
            start,
            end,
            quoted: opening.is_some(),
            excluded,
        })
    })
}

fn term(text: &str, piece: Piece) -> Option<Term> {
    let found: Vec<_> = words(text.get(piece.start..piece.end)?).collect();
    let (first, last) = (found.first()?, found.last()?);
    Some(Term {
        start: piece.start + first.start,
        end: piece.start + last.end,
        quoted: piece.quoted,
        excluded: piece.excluded,
        open: false,
        accented: first.accented.clone().filter(|_| found.len() == 1),
        words: found.into_iter().map(|word| word.folded).collect(),
    })
}

/// What a question means to what is published.
#[derive(Debug, Deserialize)]
pub struct Meaning {
    /// Whether so little is published that it needs no dividing.
    pub small: bool,
    /// How much of a text anyone may read.
    #[serde(default)]
    pub public_text: PublicText,
    /// The entities of each of the names that were looked up.
    pub entities: Vec<Vec<Uuid>>,
    /// Its terms in each language that something is published in.
    pub stemmings: Vec<StemmedQuestion>,
}

/// The terms of a question in a language.
#[derive(Debug, Deserialize)]
pub struct StemmedQuestion {
    /// The language's stemming, as `Stemming::as_str`.
    pub stemming: String,
    /// The terms, in order.
    pub terms: Vec<StemmedTerm>,
}

/// A term in a language.
#[derive(Debug, Deserialize)]
pub struct StemmedTerm {
    /// Whether it must not be there.
    pub excluded: bool,
    /// As a query of Postgres; empty when all its words say too little, such as "the".
    pub query: String,
    /// Its stems.
    pub stems: Vec<String>,
    /// Other stems of the same word.
    pub also: Vec<String>,
    /// Stems of the word with its accents, which they still have.
    #[serde(default)]
    pub accented: Vec<String>,
    /// Words that it is a part of.
    pub wide: Vec<String>,
}

impl Meaning {
    /// With the stems that only the accents of a word tell, as they are kept: without accents.
    #[must_use]
    pub fn with_accented(mut self) -> Self {
        let terms = self
            .stemmings
            .iter_mut()
            .flat_map(|stemmed| &mut stemmed.terms);
        for term in terms {
            let told = std::mem::take(&mut term.accented).into_iter();
            for stem in told.map(|stem| without_accents(&stem)) {
                if !term.stems.contains(&stem) && !term.also.contains(&stem) {
                    term.also.push(stem);
                }
            }
        }
        self
    }
}

#[cfg(test)]
mod tests;
