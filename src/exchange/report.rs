//! What an import did: counts, a few examples of each, and every line in a file where one is asked for.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write};

/// How many examples of each outcome are shown on the screen.
const EXAMPLES: usize = 8;

/// The report of one run, of bounded size whatever the size of what is imported.
#[derive(Default)]
pub struct Report {
    outcomes: BTreeMap<String, Outcome>,
    file: Option<BufWriter<File>>,
}

#[derive(Default)]
struct Outcome {
    count: u64,
    examples: Vec<String>,
}

impl Report {
    /// A report that also writes each line to this file, one JSON object a line.
    pub fn with_file(file: Option<File>) -> Self {
        Self {
            outcomes: BTreeMap::new(),
            file: file.map(BufWriter::new),
        }
    }

    /// Notes one outcome of one thing.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn note(&mut self, outcome: &str, what: &str) -> io::Result<()> {
        let entry = self.outcomes.entry(outcome.to_owned()).or_default();
        entry.count += 1;
        if entry.examples.len() < EXAMPLES {
            entry.examples.push(what.chars().take(120).collect());
        }
        if let Some(file) = &mut self.file {
            serde_json::to_writer(
                &mut *file,
                &serde_json::json!({"outcome": outcome, "what": what}),
            )?;
            file.write_all(b"\n")?;
        }
        Ok(())
    }

    /// How often an outcome was noted.
    pub fn count(&self, outcome: &str) -> u64 {
        self.outcomes
            .get(outcome)
            .map_or(0, |outcome| outcome.count)
    }

    /// Writes what is not yet in the file.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn finish(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), BufWriter::flush)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, outcome) in &self.outcomes {
            writeln!(f, "{:>8}  {name}", outcome.count)?;
            if !name.starts_with("article") && !name.starts_with("page") {
                for example in &outcome.examples {
                    writeln!(f, "            {example}")?;
                }
                let more = outcome.count.saturating_sub(outcome.examples.len() as u64);
                if more > 0 {
                    writeln!(f, "            … and {more} more")?;
                }
            }
        }
        Ok(())
    }
}
