//! Counting words and the time it takes to read them.

/// Words an adult reads in a minute.
const WORDS_A_MINUTE: i32 = 230;

/// The number of words: runs of characters between white space that hold a letter or a digit. Chinese
/// characters and Japanese kana stand for a word each, as those scripts put no space between words.
pub(super) fn count_words(text: &str) -> i32 {
    let mut words = 0_i32;
    let mut in_word = false;
    for c in text.chars() {
        if c.is_ascii() {
            if c.is_ascii_whitespace() {
                in_word = false;
            } else if !in_word && c.is_ascii_alphanumeric() {
                in_word = true;
                words = words.saturating_add(1);
            }
        } else if is_word_by_itself(c) {
            in_word = false;
            words = words.saturating_add(1);
        } else if c.is_whitespace() {
            in_word = false;
        } else if !in_word && c.is_alphanumeric() {
            in_word = true;
            words = words.saturating_add(1);
        }
    }
    words
}

/// Minutes to read so many words, begun ones counted; 0 only for none.
pub(super) fn reading_minutes(words: i32) -> i32 {
    let words = words.max(0);
    words / WORDS_A_MINUTE + i32::from(words % WORDS_A_MINUTE > 0)
}

/// Han, hiragana and katakana.
fn is_word_by_itself(c: char) -> bool {
    matches!(c,
        '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Whether a text shows nothing: white space, no-break spaces and characters without a width.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || matches!(
                c,
                '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
            )
    })
}

/// Whether a character may stand in a text: not the controls that XML forbids or discourages.
pub(super) fn is_allowed(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// The words of a text on one line, single spaces between them, forbidden characters taken out.
pub(super) fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_ascii_whitespace() {
        let start = line.len();
        if start > 0 {
            line.push(' ');
        }
        let before = line.len();
        line.extend(word.chars().filter(|&c| is_allowed(c)));
        if line.len() == before {
            line.truncate(start);
        }
    }
    line
}

#[cfg(test)]
mod tests;
