//! Dates as people write them in front of an update, in Dutch and in English.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

/// A place in a line of characters.
#[derive(Clone)]
pub(super) struct Scan<'a> {
    text: &'a [char],
    at: usize,
}

impl<'a> Scan<'a> {
    pub fn new(text: &'a [char]) -> Self {
        Self { text, at: 0 }
    }

    pub fn at(text: &'a [char], at: usize) -> Self {
        Self { text, at }
    }

    pub fn position(&self) -> usize {
        self.at
    }

    pub fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    pub fn peek_second(&self) -> Option<char> {
        self.text.get(self.at + 1).copied()
    }

    /// Passes over such characters and tells how many there were.
    pub fn skip(&mut self, is_one: impl Fn(char) -> bool) -> usize {
        let start = self.at;
        while self.peek().is_some_and(&is_one) {
            self.at += 1;
        }
        self.at - start
    }

    /// Passes over one such character, if it is next.
    pub fn eat(&mut self, is_one: impl Fn(char) -> bool) -> bool {
        let next = self.peek().is_some_and(is_one);
        self.at += usize::from(next);
        next
    }

    /// The letters that come next.
    pub fn word(&mut self) -> String {
        let start = self.at;
        self.skip(char::is_alphabetic);
        self.text
            .get(start..self.at)
            .unwrap_or_default()
            .iter()
            .collect()
    }

    /// Tries to read something, and stays where it is when that is not there.
    pub fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let start = self.at;
        let found = read(self);
        if found.is_none() {
            self.at = start;
        }
        found
    }

    /// A number of at most that many digits, and no more digits.
    fn digits(&mut self, most: usize) -> Option<u32> {
        let start = self.at;
        let length = self.skip(|letter| letter.is_ascii_digit());
        if length == 0 || length > most {
            return None;
        }
        let digits: String = self.text.get(start..self.at)?.iter().collect();
        digits.parse().ok()
    }

    /// The number of an update: `2`, `#2`, `nr. 2`. Not the start of a time or of a date.
    pub fn number(&mut self) -> Option<u32> {
        self.attempt(|scan| {
            scan.one_of(&["nr", "no"])
                .map(|_| scan.eat(|letter| letter == '.'))
        });
        self.skip(|letter| letter == '#' || letter == ' ');
        let number = self.digits(3)?;
        let mut ahead = self.clone();
        if ahead.eat(|letter| matches!(letter, ':' | '.' | '-' | '/')) && ahead.digits(4).is_some()
        {
            return None;
        }
        if self.peek().is_some_and(char::is_alphanumeric) {
            return None;
        }
        let mut ahead = self.clone();
        ahead.skip(char::is_whitespace);
        ahead.month().is_none().then_some(number)
    }

    /// Whether a time, or a day without its year, comes next.
    pub fn looks_dated(&self) -> bool {
        let mut scan = self.clone();
        scan.introduction();
        let mut day = scan.clone();
        let is_day = day.digits(2).is_some_and(|day| (1..=31).contains(&day))
            && day.skip(char::is_whitespace) > 0
            && day.month().is_some();
        is_day || scan.time().is_some()
    }

    /// A date, perhaps with a time, in brackets or behind `op`, `on`, a comma or a weekday.
    pub fn introduced_date(&mut self) -> Option<DateTime<Utc>> {
        let bracket = self.introduction();
        let date = self.date()?;
        let has_clock = self.peek() == Some('T')
            && self.peek_second().is_some_and(|next| next.is_ascii_digit());
        if !has_clock && self.peek().is_some_and(char::is_alphanumeric) {
            return None;
        }
        let time = self.attempt(|scan| {
            let spaced = scan.skip(|letter| {
                letter.is_whitespace() && letter != '\n' || matches!(letter, ',' | '-' | '–' | 'T')
            });
            scan.attempt(|scan| scan.one_of(&["om", "at", "rond"]));
            scan.skip(char::is_whitespace);
            if spaced == 0 { None } else { scan.time() }
        });
        if bracket {
            self.skip(|letter| matches!(letter, ')' | ']'));
        }
        Some(date.and_time(time.unwrap_or_default()).and_utc())
    }

    /// What may stand before a date; true when that opens a bracket.
    fn introduction(&mut self) -> bool {
        self.skip(|letter| matches!(letter, ',' | ' '));
        let bracket = self.eat(|letter| matches!(letter, '(' | '['));
        self.skip(char::is_whitespace);
        self.attempt(|scan| {
            scan.one_of(&["op", "on", "van", "of", "d"])?;
            // `d.d.`
            scan.skip(|letter| matches!(letter, '.' | 'd'));
            (scan.skip(char::is_whitespace) > 0).then_some(())
        });
        self.attempt(|scan| {
            let word = scan.word().to_lowercase();
            scan.skip(|letter| matches!(letter, ',' | '.'));
            let spaced = scan.skip(char::is_whitespace) > 0;
            (spaced && WEEKDAYS.iter().any(|day| *day == word)).then_some(())
        });
        bracket
    }

    fn one_of(&mut self, words: &[&str]) -> Option<()> {
        let word = self.word().to_lowercase();
        words.contains(&word.as_str()).then_some(())
    }

    fn date(&mut self) -> Option<NaiveDate> {
        self.attempt(Self::numeric_date)
            .or_else(|| self.attempt(Self::day_first))
            .or_else(|| self.attempt(Self::month_first))
    }

    /// `2024-03-12`, `12-03-2024`, `12.3.2024`, and with slashes when only one reading is a date.
    fn numeric_date(&mut self) -> Option<NaiveDate> {
        let first = self.digits(4)?;
        let sign = self.peek().filter(|sign| matches!(sign, '-' | '.' | '/'))?;
        self.at += 1;
        let second = self.digits(2)?;
        if !self.eat(|letter| letter == sign) {
            return None;
        }
        let third = self.digits(4)?;
        if first > 31 {
            return calendar(first, second, third);
        }
        let day_first = calendar(third, second, first);
        let month_first = calendar(third, first, second);
        match (sign, day_first, month_first) {
            ('/', Some(one), Some(other)) => (one == other).then_some(one),
            ('/', one, other) => one.or(other),
            (_, one, _) => one,
        }
    }

    /// `12 maart 2024`, `12 mrt. 2024`, `12th of March, 2024`.
    fn day_first(&mut self) -> Option<NaiveDate> {
        let day = self.digits(2)?;
        self.attempt(|scan| scan.one_of(&["e", "st", "nd", "rd", "th"]));
        self.skip(char::is_whitespace);
        self.attempt(|scan| {
            scan.one_of(&["of"])?;
            Some(scan.skip(char::is_whitespace))
        });
        let month = self.month()?;
        self.skip(|letter| letter.is_whitespace() || matches!(letter, '.' | ','));
        let year = self.digits(4)?;
        calendar(year, month, day)
    }

    /// `March 12, 2024`.
    fn month_first(&mut self) -> Option<NaiveDate> {
        let month = self.month()?;
        self.skip(|letter| letter.is_whitespace() || letter == '.');
        let day = self.digits(2)?;
        self.attempt(|scan| scan.one_of(&["st", "nd", "rd", "th"]));
        if self.skip(|letter| letter.is_whitespace() || letter == ',') == 0 {
            return None;
        }
        let year = self.digits(4)?;
        calendar(year, month, day)
    }

    fn month(&mut self) -> Option<u32> {
        let word = self.word().to_lowercase();
        let found = MONTHS
            .iter()
            .position(|names| names.contains(&word.as_str()))?;
        u32::try_from(found + 1).ok()
    }

    /// `14:30`, `14.30 uur`, `2:30 pm`.
    fn time(&mut self) -> Option<NaiveTime> {
        let hour = self.digits(2)?;
        let sign = self.peek().filter(|sign| matches!(sign, ':' | '.'))?;
        self.at += 1;
        let start = self.at;
        let minute = self.digits(2).filter(|_| self.at == start + 2)?;
        let mut second = 0;
        if let Some(found) =
            self.attempt(|scan| scan.eat(|letter| letter == ':').then(|| scan.digits(2))?)
        {
            second = found;
        }
        let unit = self.attempt(|scan| {
            scan.skip(|letter| letter == ' ' || letter == '\u{a0}');
            let unit = scan.word().to_lowercase();
            let is_unit = matches!(unit.as_str(), "uur" | "u" | "h" | "am" | "pm" | "hrs" | "z");
            is_unit.then_some(unit)
        });
        // `12.30` alone may be an amount.
        if sign == '.' && unit.is_none() {
            return None;
        }
        let hour = match unit.as_deref() {
            Some("pm") if hour < 12 => hour + 12,
            Some("am") if hour == 12 => 0,
            _ => hour,
        };
        NaiveTime::from_hms_opt(hour, minute, second)
    }
}

/// A day of the calendar in a year in which someone kept a blog, or wrote of it.
fn calendar(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    let year = i32::try_from(year)
        .ok()
        .filter(|year| (1900..=2100).contains(year))?;
    NaiveDate::from_ymd_opt(year, month, day)
}

const WEEKDAYS: &[&str] = &[
    "maandag",
    "dinsdag",
    "woensdag",
    "donderdag",
    "vrijdag",
    "zaterdag",
    "zondag",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "ma",
    "di",
    "wo",
    "do",
    "vr",
    "za",
    "zo",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
];

const MONTHS: &[&[&str]] = &[
    &["januari", "january", "jan"],
    &["februari", "february", "feb", "febr"],
    &["maart", "march", "mrt", "mar"],
    &["april", "apr"],
    &["mei", "may"],
    &["juni", "june", "jun"],
    &["juli", "july", "jul"],
    &["augustus", "august", "aug"],
    &["september", "sept", "sep"],
    &["oktober", "october", "okt", "oct"],
    &["november", "nov"],
    &["december", "dec"],
];
