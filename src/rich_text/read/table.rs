//! Tables: rows of cells with running text.

use super::{Part, Place, Reader, Row};
use crate::rich_text::inline::Paragraph;
use crate::rich_text::tree::NodeId;

/// The rows of a table while they are read, and for each whether all its cells are headers.
#[derive(Default)]
struct Rows {
    head: Vec<Row>,
    body: Vec<(Row, bool)>,
    foot: Vec<Row>,
}

impl Reader<'_> {
    pub(super) fn table(&mut self, id: NodeId) {
        self.end_paragraph();
        let tree = self.tree;
        let mut rows = Rows::default();
        for child in tree.children(id) {
            match tree.name(child) {
                Some("thead") => {
                    let read = self.rows(child);
                    rows.head.extend(read.into_iter().map(|(row, _)| row));
                }
                Some("tbody") => {
                    let read = self.rows(child);
                    rows.body.extend(read);
                }
                Some("tfoot") => {
                    let read = self.rows(child);
                    rows.foot.extend(read.into_iter().map(|(row, _)| row));
                }
                Some("tr") => {
                    let read = self.row(child);
                    rows.body.extend(read);
                }
                // A caption is a paragraph above, as is what should not stand in a table at all.
                _ => self.node(child),
            }
        }
        self.end_paragraph();
        // Without a head, the rows of headers at the top are it.
        let of_headers = rows
            .body
            .iter()
            .take_while(|(_, is_header)| *is_header)
            .count();
        let of_headers = if rows.head.is_empty() { of_headers } else { 0 };
        let mut body: Vec<Row> = rows.body.into_iter().map(|(row, _)| row).collect();
        let below = body.split_off(of_headers);
        rows.head.extend(body);
        let (header, rows) = (
            rows.head,
            below.into_iter().chain(rows.foot).collect::<Vec<Row>>(),
        );
        if header
            .iter()
            .chain(&rows)
            .flatten()
            .any(|cell| !cell.is_empty())
        {
            self.body.push(Part::Table { header, rows });
        }
    }

    fn rows(&mut self, id: NodeId) -> Vec<(Row, bool)> {
        let tree = self.tree;
        let mut rows = Vec::new();
        for child in tree.children(id) {
            if tree.name(child) == Some("tr") {
                rows.extend(self.row(child));
            } else {
                self.node(child);
            }
        }
        rows
    }

    fn row(&mut self, id: NodeId) -> Option<(Row, bool)> {
        let tree = self.tree;
        let mut row: Vec<Vec<Paragraph>> = Vec::new();
        let mut is_header = true;
        for child in tree.children(id) {
            match tree.name(child) {
                Some(cell @ ("td" | "th")) => {
                    is_header &= cell == "th";
                    row.push(self.gather(child, Place::Flat).0);
                }
                _ => self.node(child),
            }
        }
        (!row.is_empty()).then_some((row, is_header))
    }
}
