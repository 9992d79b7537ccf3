//! Texts word by word.

use similar::{Algorithm, ChangeTag, TextDiff};

use super::effort::Effort;
use super::view::{Op, WordChange};

/// A stretch of two texts.
enum Run {
    /// In both.
    Same(String),
    /// In the first, and in its place in the second.
    Other { before: String, after: String },
}

/// What leads from one text to the other. Words are those of Unicode (UAX #29), so that of Chinese each character is one.
pub(super) fn words(before: &str, after: &str, effort: &mut Effort) -> Vec<WordChange> {
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Myers)
        .deadline(effort.until)
        .diff_unicode_words(before, after);
    let mut runs = Vec::new();
    for change in diff.iter_all_changes() {
        push(&mut runs, change.tag(), change.value());
    }
    let mut told = told(joined(runs));
    if told.len() > effort.words {
        told = coarse(told);
    }
    effort.words = effort.words.saturating_sub(told.len());
    told
}

fn push(runs: &mut Vec<Run>, tag: ChangeTag, text: &str) {
    if tag == ChangeTag::Equal {
        match runs.last_mut() {
            Some(Run::Same(same)) => same.push_str(text),
            _ => runs.push(Run::Same(text.to_owned())),
        }
        return;
    }
    if !matches!(runs.last(), Some(Run::Other { .. })) {
        runs.push(Run::Other {
            before: String::new(),
            after: String::new(),
        });
    }
    if let Some(Run::Other { before, after }) = runs.last_mut() {
        let side = if tag == ChangeTag::Delete {
            before
        } else {
            after
        };
        side.push_str(text);
    }
}

/// A space between two words that changed is no place to stop: both are told as one change.
fn joined(runs: Vec<Run>) -> Vec<Run> {
    let mut joined = Vec::<Run>::new();
    let mut runs = runs.into_iter().peekable();
    while let Some(run) = runs.next() {
        match (joined.last_mut(), run) {
            (Some(Run::Other { before, after }), Run::Same(same))
                if runs.peek().is_some() && same.chars().all(char::is_whitespace) =>
            {
                before.push_str(&same);
                after.push_str(&same);
            }
            (
                Some(Run::Other { before, after }),
                Run::Other {
                    before: more_before,
                    after: more_after,
                },
            ) => {
                before.push_str(&more_before);
                after.push_str(&more_after);
            }
            (_, run) => joined.push(run),
        }
    }
    joined
}

fn told(runs: Vec<Run>) -> Vec<WordChange> {
    let mut told = Vec::new();
    let mut tell = |op, text: String| {
        if !text.is_empty() {
            told.push(WordChange { op, text });
        }
    };
    for run in runs {
        match run {
            Run::Same(text) => tell(Op::Same, text),
            Run::Other { before, after } => {
                tell(Op::Removed, before);
                tell(Op::Added, after);
            }
        }
    }
    told
}

/// The same, with everything between the first and the last word that changed as one change.
fn coarse(told: Vec<WordChange>) -> Vec<WordChange> {
    let last = told.len().saturating_sub(1);
    let (mut start, mut end) = (None, None);
    let (mut before, mut after) = (String::new(), String::new());
    for (index, change) in told.into_iter().enumerate() {
        match change.op {
            Op::Same if index == 0 => start = Some(change),
            Op::Same if index == last => end = Some(change),
            Op::Removed => before.push_str(&change.text),
            Op::Added => after.push_str(&change.text),
            Op::Same | Op::Changed => {
                before.push_str(&change.text);
                after.push_str(&change.text);
            }
        }
    }
    let middle = [(Op::Removed, before), (Op::Added, after)];
    let middle = middle
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(op, text)| WordChange { op, text });
    start.into_iter().chain(middle).chain(end).collect()
}
