//! Out: one snapshot, a line for each row, as the database gives them.

use std::io::{self, Write};

use futures_util::{Stream, StreamExt, pin_mut};

use super::file::{END, End, Header};
use super::queries::newsroom as queries;
use super::tables::TABLES;
use crate::db::Pools;
use crate::error::Error;

/// Why an export broke off.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The newsroom can't be read.
    #[error("the export broke off: {0}")]
    Newsroom(#[from] Error),
    /// The file can't be written.
    #[error("the export can't be written: {0}")]
    File(#[from] io::Error),
}

/// A file being written.
struct Lines<W> {
    out: W,
    rows: u64,
    bytes: u64,
}

impl<W: Write> Lines<W> {
    fn line(&mut self, text: &str) -> io::Result<()> {
        self.bytes += text.len() as u64 + 1;
        self.out.write_all(text.as_bytes())?;
        self.out.write_all(b"\n")
    }

    /// A line for each row.
    async fn rows(
        &mut self,
        kind: &str,
        rows: impl Stream<Item = Result<String, Error>>,
        progress: &mut impl FnMut(u64, u64),
    ) -> Result<(), ExportError> {
        pin_mut!(rows);
        while let Some(row) = rows.next().await {
            // A line break within JSON can only stand between its parts.
            let row = row?.replace(['\n', '\r'], " ");
            self.line(&format!("{{\"kind\":\"{kind}\",\"row\":{row}}}"))?;
            self.rows += 1;
            progress(self.rows, self.bytes);
        }
        Ok(())
    }
}

/// Writes everything that is content, as it stands at this moment, and gives how many rows that was. Memory does not grow with it. `progress` is
/// told how many rows and bytes have been written.
///
/// # Errors
/// The database; the file.
pub async fn export(
    pools: &Pools,
    out: impl Write,
    mut progress: impl FnMut(u64, u64),
) -> Result<u64, ExportError> {
    let mut lines = Lines {
        out,
        rows: 0,
        bytes: 0,
    };
    lines.line(&serde_json::to_string(&Header::own()).map_err(io::Error::from)?)?;
    let mut conn = pools.newsroom().await?;
    queries::begin_snapshot(&mut conn).await?;
    for table in TABLES {
        let rows = queries::rows(&mut conn, table).await?;
        lines.rows(table.name, rows, &mut progress).await?;
    }
    queries::end_snapshot(&mut conn).await?;
    let end = End {
        kind: END,
        rows: lines.rows,
    };
    lines.line(&serde_json::to_string(&end).map_err(io::Error::from)?)?;
    lines.out.flush()?;
    Ok(lines.rows)
}
