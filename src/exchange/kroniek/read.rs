//! A file, read line by line into batches of rows that are ready to be written: checked as far as they can be without a database, texts rendered.

use std::io::{self, BufRead, Read};

use serde::Deserialize;
use uuid::Uuid;

use super::file::{END, FORMAT, HEADER, Header, LONGEST, Line, Row};
use super::tables::{Anchors, TABLES, TEXTS, Table};
use crate::values::{RichTextInput, SourceFormat, update_anchor_prefix};

/// How many bytes of rows a batch holds, or one row that is longer.
const BATCH_BYTES: usize = 1 << 20;

/// How many rows a batch holds.
const BATCH_ROWS: usize = 2000;

/// Why a file is no export, or not a whole one.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file can't be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A line is not as it must be.
    #[error("line {0}: {1}")]
    Line(u64, String),
    /// It is no export.
    #[error(
        "this is not an export of Kroniek: its first line must be a header such as {{\"kind\":\"kroniek\",\"format\":1,\"version\":\"0.1.0\"}}"
    )]
    NoHeader,
    /// It was made by a newer version.
    #[error(
        "this file is of format {format}, written by Kroniek {version}, and this version reads up to format {FORMAT}; import it with that version or a newer one"
    )]
    Newer {
        /// Its format.
        format: u32,
        /// What wrote it.
        version: String,
    },
    /// Its end is missing.
    #[error(
        "the file ends after line {0}, before its own end: it was cut off. Make the export anew"
    )]
    Cut(u64),
}

/// A row, ready to be written.
#[derive(Debug)]
pub struct ReadyRow {
    /// The number of its line.
    pub line: u64,
    /// Its columns but for rich text, as JSON.
    pub plain: String,
    /// Its columns with rich text, in the order of the table, each as JSON; none where it is null or not given. They are apart because they are
    /// long, and the database would otherwise look through them once more for each JSON that they stand in.
    pub texts: [Option<String>; TEXTS],
}

impl ReadyRow {
    fn bytes(&self) -> usize {
        let texts = self.texts.iter().flatten().map(String::len);
        self.plain.len() + texts.sum::<usize>()
    }
}

/// Rows of one kind, with the same columns.
#[derive(Debug)]
pub struct Batch {
    /// The kind.
    pub table: &'static Table,
    /// Their columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<ReadyRow>,
    /// How far into the file its last line reaches, in bytes.
    pub position: u64,
    bytes: usize,
}

/// An export, read forward once.
pub struct Reader<R> {
    input: R,
    line: u64,
    position: u64,
    rows: u64,
    /// How far into the order of kinds it is.
    place: usize,
    waiting: Option<Batch>,
    ended: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    format: SourceFormat,
    source: String,
}

impl<R: BufRead> Reader<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// There is none; it is of a newer format.
    pub fn new(input: R) -> Result<Self, ReadError> {
        let mut reader = Self {
            input,
            line: 0,
            position: 0,
            rows: 0,
            place: 0,
            waiting: None,
            ended: false,
        };
        let first = reader.text().map_err(|error| match error {
            ReadError::Line(..) => ReadError::NoHeader,
            other => other,
        })?;
        let header = first.and_then(|first| serde_json::from_str::<Header>(&first).ok());
        match header.filter(|header| header.kind == HEADER) {
            None => Err(ReadError::NoHeader),
            Some(Header {
                format, version, ..
            }) if format > FORMAT => Err(ReadError::Newer { format, version }),
            Some(_) => Ok(reader),
        }
    }

    /// The next batch; nothing after the file's own end.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn batch(&mut self) -> Result<Option<Batch>, ReadError> {
        while !self.ended {
            let Some(text) = self.text()? else {
                return Err(ReadError::Cut(self.line));
            };
            let line: Line =
                serde_json::from_str(&text).map_err(|fault| self.fault(place(&fault)))?;
            match line {
                Line {
                    kind,
                    row: None,
                    rows: Some(rows),
                } if kind == END => self.end(rows)?,
                Line {
                    kind,
                    row: Some(row),
                    rows: None,
                } => {
                    if let Some(full) = self.row(&kind, row)? {
                        return Ok(Some(full));
                    }
                }
                _ => return Err(self.fault("must have a kind, and a row or at the end rows")),
            }
        }
        Ok(self.waiting.take())
    }

    /// The last line.
    fn end(&mut self, rows: u64) -> Result<(), ReadError> {
        if rows != self.rows {
            let read = self.rows;
            return Err(self.fault(format!("tells of {rows} rows, but {read} were there: lines are missing. Make the export anew")));
        }
        self.ended = true;
        match self.text()? {
            None => Ok(()),
            Some(_) => Err(self.fault("stands after the end")),
        }
    }

    /// Takes a row; gives the batch that it does not belong to any more.
    fn row(&mut self, kind: &str, row: Row) -> Result<Option<Batch>, ReadError> {
        let mut tables = TABLES.iter().enumerate();
        let Some((place, table)) = tables.find(|(_, table)| table.name == kind) else {
            return Err(self.fault(format!("there is no kind \"{kind}\"")));
        };
        let kind = table.name;
        if place < self.place {
            return Err(self.fault(format!(
                "a row of {kind} stands too late: kinds come in the order of an export"
            )));
        }
        self.place = place;
        self.rows += 1;
        let columns: Vec<String> = row.keys().cloned().collect();
        let row = self.ready(table, row)?;
        let bytes = row.bytes();
        let fits = self.waiting.as_ref().is_some_and(|batch| {
            batch.table.name == kind
                && batch.columns == columns
                && batch.rows.len() < BATCH_ROWS
                && batch.bytes + bytes <= BATCH_BYTES
        });
        let full = if fits { None } else { self.waiting.take() };
        let batch = self.waiting.get_or_insert(Batch {
            table,
            columns,
            rows: Vec::new(),
            position: 0,
            bytes: 0,
        });
        batch.bytes += bytes;
        batch.rows.push(row);
        batch.position = self.position;
        Ok(full)
    }

    /// The row with its rich texts rendered, as this version does it.
    fn ready(&self, table: &Table, mut row: Row) -> Result<ReadyRow, ReadError> {
        let mut texts = [const { None }; TEXTS];
        for ((column, anchors), text) in table.rich.iter().zip(&mut texts) {
            let Some(value) = row.remove(*column).filter(|value| value.get() != "null") else {
                continue;
            };
            let Source { format, source } = serde_json::from_str(value.get()).map_err(|_| {
                self.fault(format!(
                    "{column} must have a format, markdown or html, and a source"
                ))
            })?;
            let prefix = match anchors {
                Anchors::Bare => String::new(),
                Anchors::OfUpdate => {
                    let update = row.get("update_id").map(|id| id.get().trim_matches('"'));
                    let id = update.and_then(|id| Uuid::try_parse(id).ok());
                    update_anchor_prefix(id.ok_or_else(|| self.fault("update_id must be an id"))?)
                }
            };
            let rendered = RichTextInput { format, source }.render(&prefix);
            *text = Some(serde_json::to_string(&rendered).map_err(|fault| self.fault(fault))?);
        }
        let plain = serde_json::to_string(&row).map_err(|fault| self.fault(fault))?;
        Ok(ReadyRow {
            line: self.line,
            plain,
            texts,
        })
    }

    /// The next line; nothing at the end of the file. A last line without a line break was cut.
    fn text(&mut self) -> Result<Option<String>, ReadError> {
        let mut bytes = Vec::new();
        let read = (&mut self.input)
            .take(LONGEST)
            .read_until(b'\n', &mut bytes)?;
        if read == 0 {
            return Ok(None);
        }
        self.line += 1;
        self.position += read as u64;
        if bytes.pop() != Some(b'\n') {
            return Err(match read as u64 {
                LONGEST => self.fault(format!("is longer than {} MB", LONGEST >> 20)),
                _ => ReadError::Cut(self.line),
            });
        }
        String::from_utf8(bytes)
            .map(Some)
            .map_err(|_| self.fault("is not UTF-8"))
    }

    fn fault(&self, fault: impl ToString) -> ReadError {
        ReadError::Line(self.line, fault.to_string())
    }
}

/// What serde says, with the column alone: the line is ours.
fn place(fault: &serde_json::Error) -> String {
    let words = fault.to_string();
    let words = words.split(" at line ").next().unwrap_or_default();
    format!("{words}, at column {}", fault.column())
}

#[cfg(test)]
mod tests;
