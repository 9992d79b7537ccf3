//! The query of Postgres that a question comes to. Every word in it is quoted; what is not a word is written here.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::question::model::{Meaning, Question, StemmedQuestion, StemmedTerm};
use crate::values::NameKey;

/// The most words of a question that a name is looked for in.
const NAME_WORDS: usize = 6;

/// The most entities that a term stands for.
const ENTITIES: usize = 16;

/// A run of terms that may be a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The first of its terms.
    pub first: usize,
    /// The last of its terms.
    pub last: usize,
    /// What it is looked up by.
    pub key: String,
    /// Whether more may follow it.
    pub open: bool,
}

/// What may be a name in a question: each phrase, each excluded term, and each run of other terms.
pub fn runs(question: &Question) -> Vec<Run> {
    let mut found = Vec::new();
    for (first, begin) in question.terms.iter().enumerate() {
        for (last, end) in question.terms.iter().enumerate().skip(first) {
            let alone = |at: usize| {
                question
                    .terms
                    .get(at)
                    .is_none_or(|term| term.excluded || term.quoted)
            };
            if last > first && (last - first >= NAME_WORDS || alone(first) || alone(last)) {
                break;
            }
            let text = question.text.get(begin.start..end.end).unwrap_or_default();
            let key = NameKey::of(text).as_str().to_owned();
            found.push(Run {
                first,
                last,
                open: end.open && key.chars().count() >= 3,
                key,
            });
        }
    }
    found
}

/// A query for what is no word, so that no text has it.
const NO_WORD: &str = "'='";

/// The queries that a question comes to.
#[derive(Debug, Default, PartialEq)]
pub struct Queries {
    /// Finds every article that may be a hit by the index alone: phrases count as words that are all there.
    pub loose: String,
    /// Finds the hits among those; none when they all are.
    pub strict: Option<String>,
    /// Finds hits that have all of it in their headline.
    pub headline: String,
    /// Finds texts with any of the words that one of these asks for or excludes: what has none is the same to all of them.
    pub any: String,
    /// What hits are weighed by: every stem that was asked for.
    pub exact: Weighed,
    /// And every word that what was asked is a part of.
    pub wide: Weighed,
}

impl Queries {
    /// Queries that find nothing.
    pub fn nothing() -> Self {
        let none = || NO_WORD.to_owned();
        let exact = Weighed {
            query: none(),
            weight: 0,
        };
        Self {
            loose: none(),
            headline: none(),
            any: none(),
            exact,
            ..Self::default()
        }
    }
}

/// Stems by which hits are weighed.
#[derive(Debug, Default, PartialEq)]
pub struct Weighed {
    /// Any of them.
    pub query: String,
    /// How much they weigh together in thousandths. Postgres divides by how many there are.
    pub weight: i64,
}

/// Makes the queries; none when nothing of the question can be looked for. Who may not read the texts `whole` finds by headline, introduction and
/// names alone: else yes and no would spell them out.
pub fn queries(question: &Question, meaning: &Meaning, whole: bool) -> Option<Queries> {
    let entities = entities_of_terms(question, meaning);
    let (mut loose, mut strict, mut headline) = (Vec::new(), Vec::new(), Vec::new());
    let (mut exact, mut wide) = (BTreeSet::new(), BTreeSet::new());
    for stemmed in &meaning.stemmings {
        let own = match meaning.stemmings.len() {
            1 => String::new(),
            _ => format!(" & '={}'", stemmed.stemming),
        };
        let asked = Asked {
            question,
            stemmed,
            entities: &entities,
            whole,
        };
        let Some(positive) = asked.positive() else {
            continue;
        };
        loose.push(asked.query(&positive, Form::Loose) + &own);
        strict.push(asked.query(&positive, Form::Strict) + &own);
        headline.push(asked.query(&positive, Form::Headline) + &own);
        for (term, at) in &positive {
            exact.extend(term.stems.iter().chain(&term.also).map(|stem| quoted(stem)));
            exact.extend(asked.marks(*at));
            wide.extend(term.wide.iter().map(|word| quoted(word)));
        }
    }
    let any = |groups: Vec<String>| {
        groups
            .iter()
            .map(|group| format!("({group})"))
            .collect::<Vec<_>>()
            .join(" | ")
    };
    if loose.is_empty() {
        return None;
    }
    let phrases = question.terms.iter().any(|term| term.words.len() > 1);
    let terms = question.terms.iter().filter(|term| !term.excluded).count();
    let (loose, strict, headline) = (any(loose), any(strict), any(headline));
    Some(Queries {
        any: any_word(&[&loose, &strict, &headline]),
        loose,
        strict: phrases.then_some(strict),
        headline,
        exact: weighed(&exact, 1000 / terms.max(1)),
        wide: weighed(&wide, 250 / terms.max(1)),
    })
}

fn weighed(stems: &BTreeSet<String>, each: usize) -> Weighed {
    Weighed {
        query: stems
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" | "),
        weight: i64::try_from(stems.len() * each).unwrap_or_default(),
    }
}

/// The entities that each term stands for.
fn entities_of_terms(question: &Question, meaning: &Meaning) -> Vec<Vec<Uuid>> {
    let mut of_terms = vec![Vec::new(); question.terms.len()];
    for (run, found) in runs(question).iter().zip(&meaning.entities) {
        for ids in of_terms.iter_mut().take(run.last + 1).skip(run.first) {
            let new: Vec<Uuid> = found
                .iter()
                .copied()
                .filter(|id| !ids.contains(id))
                .collect();
            ids.extend(new);
            ids.truncate(ENTITIES);
        }
    }
    of_terms
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Loose,
    Strict,
    Headline,
}

/// A question in one language.
struct Asked<'a> {
    question: &'a Question,
    stemmed: &'a StemmedQuestion,
    entities: &'a [Vec<Uuid>],
    whole: bool,
}

impl Asked<'_> {
    /// The terms that hits must have. One whose words say too little only counts when there are no others.
    fn positive(&self) -> Option<Vec<(&StemmedTerm, usize)>> {
        let all = || {
            let terms = self
                .question
                .terms
                .iter()
                .zip(&self.stemmed.terms)
                .enumerate();
            terms
                .filter(|(_, (asked, _))| !asked.excluded)
                .map(|(at, (_, term))| (term, at))
        };
        let telling: Vec<_> = all().filter(|(term, _)| !term.query.is_empty()).collect();
        if !telling.is_empty() {
            return Some(telling);
        }
        let named: Vec<_> = all().filter(|(_, at)| self.named(*at)).collect();
        Some(named).filter(|named| !named.is_empty())
    }

    fn named(&self, at: usize) -> bool {
        self.entities.get(at).is_some_and(|ids| !ids.is_empty())
    }

    fn query(&self, positive: &[(&StemmedTerm, usize)], form: Form) -> String {
        let mut query: Vec<String> = positive
            .iter()
            .map(|(term, at)| format!("({})", self.term(term, *at, form)))
            .collect();
        for (at, (asked, term)) in self
            .question
            .terms
            .iter()
            .zip(&self.stemmed.terms)
            .enumerate()
        {
            // That a phrase is not there is not known before its words have been looked at.
            let known = form == Form::Strict || asked.words.len() == 1;
            if asked.excluded && known && (!term.query.is_empty() || self.named(at)) {
                query.push(format!("!({})", self.term(term, at, Form::Strict)));
            }
        }
        query.join(" & ")
    }

    fn term(&self, term: &StemmedTerm, at: usize, form: Form) -> String {
        // Marks have no places in a text, and so no weight.
        let (mark, weights) = match form {
            Form::Headline => ("^", ""),
            _ if self.whole => ("", ""),
            _ => ("", PUBLIC),
        };
        let each = |stem: &String| quoted(&format!("{mark}{stem}")) + weights;
        let mut any = Vec::new();
        if form == Form::Strict && !term.query.is_empty() {
            any.push(format!("({})", weighing(&term.query, weights)));
        } else if !term.stems.is_empty() {
            let stems: Vec<String> = term.stems.iter().map(each).collect();
            any.push(format!("({})", stems.join(" & ")));
        }
        any.extend(term.also.iter().map(each));
        // Which words there are that it is a part of, is told by hidden texts too.
        if form != Form::Headline && self.whole {
            any.extend(term.wide.iter().map(each));
        }
        any.extend(self.marks(at));
        any.join(" | ")
    }

    /// The marks of the entities that a term stands for.
    fn marks(&self, at: usize) -> Vec<String> {
        let ids = self.entities.get(at).into_iter().flatten();
        ids.map(|id| format!("'=e{}'", id.simple())).collect()
    }
}

/// The weights of what is always public: headline and introduction.
const PUBLIC: &str = ":AB";

/// A query of Postgres with weights at each of its words.
fn weighing(query: &str, weights: &str) -> String {
    let mut weighed = String::with_capacity(query.len());
    for (piece, is_word) in pieces(query) {
        weighed.push_str(piece);
        weighed.push_str(if is_word { weights } else { "" });
    }
    weighed
}

/// How marks begin, which are no words.
const MARKS: [&str; 2] = ["'=", "'^"];

/// A query for any of the words of these, without their weights.
fn any_word(queries: &[&str]) -> String {
    let words: BTreeSet<&str> = queries
        .iter()
        .flat_map(|query| pieces(query))
        .filter(|(piece, is_word)| *is_word && !MARKS.iter().any(|mark| piece.starts_with(mark)))
        .map(|(piece, _)| piece)
        .collect();
    match words.is_empty() {
        true => NO_WORD.to_owned(),
        false => words.into_iter().collect::<Vec<_>>().join(" | "),
    }
}

/// Takes a query of Postgres apart into its words, with their quotes, and what is between them. A quote within a word is doubled.
fn pieces(query: &str) -> Vec<(&str, bool)> {
    let mut pieces = Vec::new();
    let (mut begin, mut within) = (0, false);
    let mut rest = query.char_indices().peekable();
    while let Some((at, character)) = rest.next() {
        if character != '\'' {
            continue;
        }
        if within && rest.next_if(|(_, next)| *next == '\'').is_some() {
            continue;
        }
        let end = if within { at + 1 } else { at };
        pieces.extend(query.get(begin..end).map(|piece| (piece, within)));
        (begin, within) = (end, !within);
    }
    pieces.extend(query.get(begin..).map(|piece| (piece, false)));
    pieces
}

/// A word as it stands in a query of Postgres.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\\', "\\\\").replace('\'', "''"))
}

#[cfg(test)]
mod tests;
