//! Marking what was found. Every character of a text is escaped; the only markup that comes out is `<mark>` around words of it.

use std::collections::{HashMap, HashSet};

use crate::search::model::Texts;
use crate::values::{Word, words};

/// How many words stand before the first marked one of a snippet.
const BEFORE: usize = 8;

/// How many words a snippet has.
const LONG: usize = 30;

/// How many bytes of a text a snippet shows at most, whatever a word is there.
const BYTES: usize = 500;

/// How many different words of a page are looked at.
const CANDIDATES: usize = 5_000;

/// A word of a language, folded.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Candidate {
    /// The stemming of its language.
    pub stemming: String,
    /// The word.
    pub word: String,
    /// The word with its accents, where it has any.
    pub accented: Option<String>,
}

/// The words that are to be marked.
#[derive(Debug, Default)]
pub struct Sought(HashMap<String, HashSet<String>>);

impl Sought {
    /// Another word.
    pub fn add(&mut self, word: Candidate) {
        self.0.entry(word.stemming).or_default().insert(word.word);
    }

    fn of(&self, stemming: &str) -> Option<&HashSet<String>> {
        self.0.get(stemming)
    }
}

/// The words of texts that may have one of the stems: those that begin as one does. A stem never begins otherwise than its word.
pub fn candidates<'t>(
    stems: &HashMap<&str, HashSet<&str>>,
    texts: impl Iterator<Item = &'t Texts>,
) -> Vec<Candidate> {
    let beginnings: HashMap<&str, HashSet<String>> = stems
        .iter()
        .map(|(stemming, stems)| {
            (
                *stemming,
                stems.iter().map(|stem| beginning(stem)).collect(),
            )
        })
        .collect();
    let mut found = HashSet::new();
    for texts in texts {
        let Some(beginnings) = beginnings.get(texts.stemming.as_str()) else {
            continue;
        };
        let of_updates = texts
            .updates
            .iter()
            .flat_map(|update| [&update.headline, &update.text]);
        let others = [&texts.standfirst, &texts.body]
            .into_iter()
            .chain(of_updates);
        let all = others.flatten().chain([&texts.headline]);
        for word in all.flat_map(|text| words(text)) {
            if found.len() >= CANDIDATES {
                break;
            }
            if beginnings.contains(&beginning(&word.folded)) {
                found.insert(Candidate {
                    stemming: texts.stemming.clone(),
                    word: word.folded,
                    accented: word.accented,
                });
            }
        }
    }
    found.into_iter().collect()
}

fn beginning(word: &str) -> String {
    word.chars().take(2).collect()
}

/// A text with its words marked; none when none is.
pub fn marked(text: &str, stemming: &str, sought: &Sought) -> Option<String> {
    let found = found(text, stemming, sought);
    let marks: Vec<&Word> = found
        .iter()
        .filter(|(_, mark)| *mark)
        .map(|(word, _)| word)
        .collect();
    (!marks.is_empty()).then(|| written(text, (0, text.len()), &marks))
}

/// The places of a text that have the most marked words, in their order; at most so many.
pub fn snippets(text: &str, stemming: &str, sought: &Sought, most: usize) -> Vec<String> {
    let found = found(text, stemming, sought);
    let mut places: Vec<(usize, usize, usize)> = Vec::new();
    for (at, (word, _)) in found.iter().enumerate().filter(|(_, (_, mark))| *mark) {
        match places.last_mut() {
            Some((_, last, marks)) if at < *last => *marks += usize::from(!word.folded.is_empty()),
            _ => places.push((
                at.saturating_sub(BEFORE),
                at.saturating_sub(BEFORE) + LONG,
                1,
            )),
        }
    }
    let mut best: Vec<usize> = (0..places.len()).collect();
    best.sort_by_key(|at| (std::cmp::Reverse(places.get(*at).map(|place| place.2)), *at));
    best.truncate(most);
    best.sort_unstable();
    let shown = best.into_iter().filter_map(|at| places.get(at));
    shown
        .filter_map(|(first, last, _)| snippet(text, found.get(*first..found.len().min(*last))?))
        .collect()
}

fn found(text: &str, stemming: &str, sought: &Sought) -> Vec<(Word, bool)> {
    let Some(sought) = sought.of(stemming) else {
        return Vec::new();
    };
    words(text)
        .map(|word| {
            let mark = sought.contains(&word.folded);
            (word, mark)
        })
        .collect()
}

/// These words of a text, with what stands between them.
fn snippet(text: &str, found: &[(Word, bool)]) -> Option<String> {
    let first_mark = found.iter().position(|(_, mark)| *mark)?;
    let mut from = found.first()?.0.start;
    // What comes before the first marked word does not push it out.
    let mark = &found.get(first_mark)?.0;
    if mark.end - from > BYTES {
        from = mark.start;
    }
    let inside = |word: &&(Word, bool)| word.0.start >= from && word.0.end <= from + BYTES;
    let last = found.iter().rev().find(inside)?;
    let to = last.0.end;
    let marks: Vec<&Word> = found
        .iter()
        .filter(inside)
        .filter(|(_, mark)| *mark)
        .map(|(word, _)| word)
        .collect();
    let lead = text
        .get(..from)
        .is_some_and(|before| !before.trim().is_empty());
    let more = text
        .get(to..)
        .is_some_and(|rest| rest.chars().any(char::is_alphanumeric));
    // What ends the text ends the snippet too: a full stop, a closing quote.
    let end = if more {
        to
    } else {
        text.trim_end().len().max(to)
    };
    let shown = written(text, (from, end.min(to + 8)), &marks);
    Some(format!(
        "{}{shown}{}",
        if lead { "… " } else { "" },
        if more { " …" } else { "" }
    ))
}

/// A part of a text, escaped, in one line, with these words of it marked.
fn written(text: &str, (from, to): (usize, usize), marks: &[&Word]) -> String {
    let mut out = String::new();
    let mut at = from;
    for word in marks {
        escape(text.get(at..word.start).unwrap_or_default(), &mut out);
        out.push_str("<mark>");
        escape(text.get(word.start..word.end).unwrap_or_default(), &mut out);
        out.push_str("</mark>");
        at = word.end;
    }
    escape(text.get(at..to).unwrap_or_default(), &mut out);
    out
}

fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            space if space.is_whitespace() || space.is_control() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests;
