//! A newsroom at random work: what it has made, and the dice.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::app::{Answer, App};

/// Names are few, so that slugs meet, move and come back.
const WORDS: [&str; 8] = [
    "Water", "Getij", "Haven", "Zout", "Brug", "Dijk", "Schor", "Wind",
];

/// The dice (SplitMix64): the same seed throws the same.
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below this one.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap()
    }

    /// Whether it falls to one of so many.
    pub fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    /// One of them.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        match all.len() {
            0 => None,
            count => all.get(self.below(count)),
        }
    }

    /// A few of them, each once.
    pub fn few(&mut self, all: &[String]) -> Vec<String> {
        let mut few: Vec<String> = Vec::new();
        for _ in 0..self.below(4) {
            if let Some(one) = self.pick(all)
                && !few.contains(one)
            {
                few.push(one.clone());
            }
        }
        few
    }

    /// A name of one or two words.
    pub fn name(&mut self) -> String {
        let first = WORDS[self.below(WORDS.len())];
        match self.below(3) {
            0 => first.to_owned(),
            _ => format!("{first} {}", WORDS[self.below(WORDS.len())].to_lowercase()),
        }
    }

    /// A slug, and so now and then one of before.
    pub fn slug(&mut self) -> String {
        self.name().to_lowercase().replace(' ', "-")
    }

    /// A text.
    pub fn text(&mut self) -> Value {
        let (one, other, name) = (self.name(), self.name(), self.name());
        json!({"format": "markdown", "source": format!("{one} *en* {other}.\n\n## {name}\n\nMeer.")})
    }
}

/// How often each kind of step came up.
pub type Counts = BTreeMap<&'static str, usize>;

/// What a random newsroom has made.
pub struct Newsroom<'a> {
    pub app: &'a App,
    pub dice: Dice,
    /// The ids of what it made of each kind, by the kind's path.
    pub things: BTreeMap<&'static str, Vec<String>>,
    /// The paths of updates.
    pub updates: Vec<String>,
    /// How often each kind of step was done.
    pub done: Counts,
    /// How often each was refused.
    pub refused: Counts,
}

impl<'a> Newsroom<'a> {
    pub fn new(app: &'a App, seed: u64) -> Self {
        Self {
            app,
            dice: Dice(seed),
            things: BTreeMap::new(),
            updates: Vec::new(),
            done: Counts::new(),
            refused: Counts::new(),
        }
    }

    /// The ids of a kind.
    pub fn all(&self, kind: &str) -> Vec<String> {
        self.things.get(kind).cloned().unwrap_or_default()
    }

    /// One of a kind, if there is any.
    pub fn one(&mut self, kind: &str) -> Option<String> {
        let all = self.all(kind);
        self.dice.pick(&all).cloned()
    }

    /// Sends a request of management and notes what came of it. What random requests may not do is refused, which is no failure.
    pub async fn send(
        &mut self,
        step: &'static str,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Answer {
        let call = self.app.manage(method, path);
        // Nobody else writes here.
        let acts = ["/publish", "/withdraw", "/retract", "/purge", "/merge"];
        let call = if method != "POST" || acts.iter().any(|act| path.ends_with(act)) {
            call.if_match("*")
        } else {
            call
        };
        let call = if body.is_null() {
            call
        } else {
            call.json(body)
        };
        let answer = call.send().await;
        let count = if answer.status < 300 {
            &mut self.done
        } else {
            assert!(
                [404, 409, 410, 422].contains(&answer.status),
                "{step}: {}",
                answer.text
            );
            &mut self.refused
        };
        *count.entry(step).or_default() += 1;
        answer
    }

    /// Keeps what was made.
    pub fn keep(&mut self, kind: &'static str, made: &Answer) {
        if made.status == 201 {
            self.things.entry(kind).or_default().push(made.id());
        }
    }

    /// Forgets what is gone, most of the time: it is named again now and then, as by an editor who has not heard.
    pub fn forget(&mut self, kind: &'static str, id: &str, gone: &Answer) {
        if gone.status == 204 && !self.dice.one_in(4) {
            self.things
                .entry(kind)
                .or_default()
                .retain(|known| known != id);
        }
    }
}
