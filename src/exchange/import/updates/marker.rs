//! The marker that an update begins with: `UPDATE`, `Update 2:`, `[UPDATE 12 maart 2024]`, `Correctie:`.

use chrono::{DateTime, Utc};

use super::UpdateKind;
use super::dates::Scan;
use crate::exchange::html::{self, Piece, pieces};

/// How much of a paragraph is looked at, in characters.
const MAX_LEAD: usize = 160;

/// A marker, and what remains without it.
pub(super) struct Marker {
    pub kind: UpdateKind,
    pub at: Option<DateTime<Utc>>,
    /// The inside of the element without the marker.
    pub rest: String,
}

const WORDS: &[(&str, UpdateKind)] = &[
    ("update", UpdateKind::Update),
    ("correction", UpdateKind::Correction),
    ("correctie", UpdateKind::Correction),
    ("rectification", UpdateKind::Correction),
    ("rectificatie", UpdateKind::Correction),
];

/// What the word marks, in any case.
pub(in crate::exchange) fn marker_word(word: &str) -> Option<UpdateKind> {
    let found = WORDS
        .iter()
        .find(|(known, _)| word.eq_ignore_ascii_case(known));
    found.map(|&(_, kind)| kind)
}

/// Whether a marker can be anywhere in it: most articles have none, and need no further look.
pub(super) fn may_occur(html: &str) -> bool {
    let lower = html.to_ascii_lowercase();
    WORDS.iter().any(|(word, _)| lower.contains(word))
}

/// One character that a reader sees at the start of a paragraph.
struct Letter {
    letter: char,
    /// Where its source ends.
    end: usize,
    is_bold: bool,
}

/// The marker that the inside of an element begins with. All of a heading counts as bold.
pub(super) fn read(inside: &str, is_heading: bool) -> Option<Marker> {
    let letters = lead(inside, is_heading);
    let text: Vec<char> = letters.iter().map(|letter| letter.letter).collect();
    let mut scan = Scan::new(&text);
    scan.skip(|letter| letter.is_whitespace() || is_ornament(letter));
    let bracket = scan.eat(|letter| matches!(letter, '[' | '('));
    scan.skip(char::is_whitespace);
    let word = scan.word();
    let kind = marker_word(&word)?;
    if !ends_word(&scan) {
        return None;
    }
    let found = after_word(&mut scan, bracket);
    let bold_ends = ends_bold(&letters, found.end);
    let in_upper = word.chars().all(|letter| letter.is_ascii_uppercase());
    if !(found.is_told || bold_ends || in_upper && !shouts(&text, found.end)) {
        return None;
    }
    let mut scan = Scan::at(&text, found.end);
    let mut at = found.at;
    if at.is_none() && found.has_colon {
        at = date_behind_colon(&mut scan, &letters);
    }
    scan.skip(|letter| letter.is_whitespace());
    let cut = scan
        .position()
        .checked_sub(1)
        .and_then(|last| letters.get(last))
        .map_or(0, |last| last.end);
    Some(Marker {
        kind,
        at,
        rest: without(inside, cut),
    })
}

/// What stands behind the word.
struct Lead {
    at: Option<DateTime<Utc>>,
    /// Where the marker ends.
    end: usize,
    /// Whether what follows the word makes it a marker in any case.
    is_told: bool,
    has_colon: bool,
}

fn after_word(scan: &mut Scan<'_>, bracket: bool) -> Lead {
    let spaced = scan.skip(is_space) > 0;
    let mut at = scan.attempt(Scan::introduced_date);
    let mut numbered = false;
    if at.is_none() && scan.attempt(Scan::number).is_some() {
        numbered = true;
        scan.skip(is_space);
        at = scan.attempt(Scan::introduced_date);
    }
    // A time or a day without its year says nothing exact, so it stays in the text.
    let told_loosely = at.is_none() && !numbered && scan.looks_dated();
    let mut end = scan.position();
    let gap = scan.skip(is_space) > 0 || spaced;
    let closed = scan.skip(|letter| matches!(letter, ')' | ']')) > 0;
    scan.skip(is_space);
    let sign = scan.peek();
    let dash = matches!(sign, Some('–' | '—' | '|')) || (sign == Some('-') && gap);
    let colon = sign == Some(':');
    let stop = matches!(sign, Some('.' | '!'));
    if colon || dash || stop {
        scan.skip(|letter| matches!(letter, ':' | '–' | '—' | '-' | '|' | '.' | '!'));
    }
    scan.skip(is_space);
    let ornamented = scan.skip(|letter| matches!(letter, '*' | '=' | '~' | '_')) > 0;
    if closed || colon || dash || stop || ornamented {
        end = scan.position();
    }
    let line_ends = matches!(scan.peek(), None | Some('\n'));
    Lead {
        at,
        end,
        is_told: colon
            || dash
            || at.is_some()
            || told_loosely
            || line_ends
            || (bracket && closed)
            || (numbered && (closed || stop)),
        has_colon: colon,
    }
}

/// `UPDATE: 12 maart 2024 – …`; a date that begins a sentence is none of the marker's.
fn date_behind_colon(scan: &mut Scan<'_>, letters: &[Letter]) -> Option<DateTime<Utc>> {
    let mut ahead = scan.clone();
    ahead.skip(char::is_whitespace);
    let at = ahead.attempt(Scan::introduced_date)?;
    let bold_ends = ends_bold(letters, ahead.position());
    ahead.skip(is_space);
    let signs = ahead.skip(|letter| matches!(letter, ')' | ']' | ':' | '–' | '—' | '-' | '|'));
    if signs == 0 && !bold_ends && !matches!(ahead.peek(), None | Some('\n')) {
        return None;
    }
    *scan = ahead;
    Some(at)
}

/// Whether the word is a word of its own, and not part of one like `update-server` or `updates`.
fn ends_word(scan: &Scan<'_>) -> bool {
    match scan.peek() {
        None => true,
        Some('-' | '\'' | '’' | '_' | '.' | '/') => scan
            .peek_second()
            .is_none_or(|next| !next.is_alphanumeric()),
        Some(letter) => !letter.is_alphanumeric(),
    }
}

/// Whether bold type ends with the marker that ends at `end`.
fn ends_bold(letters: &[Letter], end: usize) -> bool {
    let in_marker = letters.get(..end).unwrap_or_default();
    let last = in_marker
        .iter()
        .rev()
        .find(|letter| !letter.letter.is_whitespace());
    let next = letters
        .get(end..)
        .unwrap_or_default()
        .iter()
        .find(|letter| !letter.letter.is_whitespace());
    last.is_some_and(|last| last.is_bold) && next.is_none_or(|next| !next.is_bold)
}

/// Whether capitals go on behind the word, as in `UPDATE YOUR BROWSER`.
fn shouts(text: &[char], end: usize) -> bool {
    let mut scan = Scan::at(text, end);
    scan.skip(char::is_whitespace);
    let next = scan.word();
    next.chars().count() > 1 && next.chars().all(char::is_uppercase)
}

/// A space within a line.
fn is_space(letter: char) -> bool {
    letter.is_whitespace() && letter != '\n'
}

fn is_ornament(letter: char) -> bool {
    matches!(
        letter,
        '*' | '>' | '»' | '•' | '–' | '—' | '-' | '=' | '~' | '_' | '#'
    )
}

/// The first characters that a reader sees; a line break is `\n`.
fn lead(inside: &str, is_heading: bool) -> Vec<Letter> {
    let mut letters = Vec::new();
    let mut bold = usize::from(is_heading);
    let mut at = 0;
    for piece in pieces(inside) {
        match piece {
            Piece::Text(text) => read_text(text, at, bold > 0, &mut letters),
            Piece::Open(tag) if is_bold(tag.name) => bold += 1,
            Piece::Close(tag) if is_bold(tag.name) => bold = bold.saturating_sub(1),
            Piece::Open(tag) if tag.is("br") => letters.push(Letter {
                letter: '\n',
                end: at + tag.source.len(),
                is_bold: bold > 0,
            }),
            Piece::Open(tag) if tag.is("img") => break,
            Piece::Raw(_) => break,
            _ => {}
        }
        if letters.len() >= MAX_LEAD {
            break;
        }
        at += piece.source().len();
    }
    letters
}

fn read_text(text: &str, start: usize, is_bold: bool, letters: &mut Vec<Letter>) {
    let mut at = 0;
    while let Some(rest) = text.get(at..)
        && let Some(first) = rest.chars().next()
        && letters.len() < MAX_LEAD
    {
        let length = (first == '&')
            .then(|| rest.bytes().take(33).position(|byte| byte == b';'))
            .flatten()
            .map(|end| end + 1);
        let (letter, length) = match length.and_then(|length| Some((rest.get(..length)?, length))) {
            Some((source, length)) => (html::text(source).chars().next().unwrap_or(' '), length),
            // A newline in the source is a space to the reader.
            None if first.is_whitespace() => (' ', first.len_utf8()),
            None => (first, first.len_utf8()),
        };
        at += length;
        letters.push(Letter {
            letter,
            end: start + at,
            is_bold,
        });
    }
}

fn is_bold(name: &str) -> bool {
    ["b", "strong", "mark", "u"]
        .iter()
        .any(|bold| name.eq_ignore_ascii_case(bold))
}

/// `inside` without the text of its first `cut` bytes. Tags stay, but for those that then hold nothing.
fn without(inside: &str, cut: usize) -> String {
    let mut kept: Vec<(&str, &str)> = Vec::new();
    let mut at = 0;
    let mut rest = inside;
    for piece in pieces(inside) {
        let source = piece.source();
        let past = at >= cut;
        match piece {
            Piece::Close(tag) => match kept.last() {
                Some((name, _)) if name.eq_ignore_ascii_case(tag.name) => {
                    kept.pop();
                }
                _ if past => break,
                _ => kept.push(("", source)),
            },
            Piece::Open(tag) if !past && !tag.is("br") => kept.push((tag.name, source)),
            Piece::Open(tag) if tag.is("br") => {}
            Piece::Text(text) if past && !text.trim().is_empty() => break,
            Piece::Text(text) if !past && at + text.len() > cut => {
                rest = inside.get(cut..).unwrap_or_default();
                break;
            }
            Piece::Text(_) | Piece::Comment(_) => {}
            _ if past => break,
            _ => {}
        }
        at += source.len();
        rest = inside.get(at..).unwrap_or_default();
    }
    let mut result: String = kept.iter().map(|&(_, source)| source).collect();
    result.push_str(rest.trim());
    result
}

/// Whether all of it is one bold phrase, and so a title and not a sentence.
pub(super) fn is_bold_line(html: &str) -> bool {
    let mut depth = 0_usize;
    let mut all_bold = true;
    for piece in pieces(html) {
        match piece {
            Piece::Open(tag) if is_bold(tag.name) => depth += 1,
            Piece::Close(tag) if is_bold(tag.name) => depth = depth.saturating_sub(1),
            Piece::Text(text) => all_bold &= depth > 0 || text.trim().is_empty(),
            _ => {}
        }
    }
    all_bold && !html::text(html).ends_with(['.', '!', '?'])
}
