//! Rich texts block by block.

use similar::{Algorithm, DiffTag, capture_diff_slices_deadline};

use super::effort::Effort;
use super::pairs::{Fate, pair};
use super::view::{BlockChange, Op, WordChange};
use super::words::words;
use crate::rich_text::{Block, ListItem};

/// A block as it is compared: its type, and its text.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) kind: &'static str,
    pub(super) text: String,
}

/// A step from the blocks before to those after: what happened to how many, from which indexes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    op: Op,
    before: usize,
    after: usize,
    count: usize,
}

/// What leads from some blocks to others.
pub(super) fn blocks(before: &[Block], after: &[Block], effort: &mut Effort) -> Vec<BlockChange> {
    let mut steps = steps(before, after, effort);
    let changed = |steps: &[Step]| steps.iter().filter(|step| step.op != Op::Same).count();
    if changed(&steps) > effort.blocks {
        steps = gathered(steps);
    }
    if changed(&steps) > effort.blocks {
        steps = coarse(&steps, before.len(), after.len());
    }
    effort.blocks = effort.blocks.saturating_sub(changed(&steps));
    steps
        .into_iter()
        .map(|step| tell(step, before, after, effort))
        .collect()
}

fn steps(before: &[Block], after: &[Block], effort: &Effort) -> Vec<Step> {
    let keys = |blocks: &[Block]| -> Vec<String> {
        let key = |block| serde_json::to_string(block).unwrap_or_default();
        blocks.iter().map(key).collect()
    };
    let ops = capture_diff_slices_deadline(
        Algorithm::Myers,
        &keys(before),
        &keys(after),
        Some(effort.until),
    );
    let mut steps = Vec::new();
    // Where the first and the second stretch that differ begin, and how long they are.
    let mut differ = (0..0, 0..0);
    for op in ops {
        if op.tag() != DiffTag::Equal {
            if differ.0.is_empty() && differ.1.is_empty() {
                differ = (op.old_range(), op.new_range());
            } else {
                differ = (
                    differ.0.start..op.old_range().end,
                    differ.1.start..op.new_range().end,
                );
            }
            continue;
        }
        hunk(&mut steps, &mut differ, (before, after), effort);
        steps.push(Step {
            op: Op::Same,
            before: op.old_range().start,
            after: op.new_range().start,
            count: op.old_range().len(),
        });
    }
    hunk(&mut steps, &mut differ, (before, after), effort);
    steps
}

/// The steps of two stretches that have nothing in common, whose place is taken by nothing.
fn hunk(
    steps: &mut Vec<Step>,
    differ: &mut (std::ops::Range<usize>, std::ops::Range<usize>),
    (before, after): (&[Block], &[Block]),
    effort: &Effort,
) {
    let (old, new) = std::mem::take(differ);
    let told = |blocks: &[Block], range: std::ops::Range<usize>| -> Vec<Told> {
        blocks
            .get(range)
            .into_iter()
            .flatten()
            .map(Told::of)
            .collect()
    };
    let fates = pair(
        &told(before, old.clone()),
        &told(after, new.clone()),
        effort,
    );
    let (mut at, mut to) = (old.start, new.start);
    for fate in fates {
        let op = match fate {
            Fate::Changed(..) => Op::Changed,
            Fate::Removed(_) => Op::Removed,
            Fate::Added(_) => Op::Added,
        };
        steps.push(Step {
            op,
            before: at,
            after: to,
            count: 1,
        });
        at += usize::from(op != Op::Added);
        to += usize::from(op != Op::Removed);
    }
}

/// The same steps, those of a kind that follow each other as one.
fn gathered(steps: Vec<Step>) -> Vec<Step> {
    let mut gathered = Vec::<Step>::new();
    for step in steps {
        match gathered.last_mut() {
            Some(last) if last.op == step.op => last.count += step.count,
            _ => gathered.push(step),
        }
    }
    gathered
}

/// The same, with everything between the first and the last block that changed as one removal and one addition.
fn coarse(steps: &[Step], before: usize, after: usize) -> Vec<Step> {
    let same = |step: Option<&Step>| step.copied().filter(|step| step.op == Op::Same);
    let (start, end) = (same(steps.first()), same(steps.last()));
    let (from, to) = start.map_or((0, 0), |step| {
        (step.before + step.count, step.after + step.count)
    });
    let (until_before, until_after) = end.map_or((before, after), |step| (step.before, step.after));
    let removed = Step {
        op: Op::Removed,
        before: from,
        after: to,
        count: until_before - from,
    };
    let added = Step {
        op: Op::Added,
        before: until_before,
        after: to,
        count: until_after - to,
    };
    let middle = [removed, added].into_iter().filter(|step| step.count > 0);
    start.into_iter().chain(middle).chain(end).collect()
}

fn tell(step: Step, before: &[Block], after: &[Block], effort: &mut Effort) -> BlockChange {
    let mut change = BlockChange {
        op: step.op,
        before: (step.op != Op::Added).then_some(step.before),
        after: (step.op != Op::Removed).then_some(step.after),
        count: step.count,
        block_type: None,
        words: None,
        formatting: false,
    };
    if step.count > 1 {
        return change;
    }
    let told = |blocks: &[Block], at: Option<usize>| at.and_then(|at| blocks.get(at)).map(Told::of);
    let (old, new) = (told(before, change.before), told(after, change.after));
    change.block_type = new.as_ref().or(old.as_ref()).map(|told| told.kind);
    let only = |op, text: String| {
        let words = Some(WordChange { op, text }).filter(|words| !words.text.is_empty());
        words.into_iter().collect()
    };
    change.words = match (step.op, old, new) {
        (Op::Removed, Some(old), _) => Some(only(Op::Removed, old.text)),
        (Op::Added, _, Some(new)) => Some(only(Op::Added, new.text)),
        (Op::Changed, Some(old), Some(new)) => {
            change.formatting = old.text == new.text;
            Some(words(&old.text, &new.text, effort))
        }
        _ => None,
    };
    change
}

impl Told {
    fn of(block: &Block) -> Self {
        let lines = |parts: Vec<Option<&String>>| {
            let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
            parts.join("\n")
        };
        let (kind, text) = match block {
            Block::Paragraph { text, .. } => ("paragraph", text.clone()),
            Block::Heading { text, .. } => ("heading", text.clone()),
            Block::List { items, .. } => ("list", list(items)),
            Block::Quote { text, cite, .. } => ("quote", lines(vec![Some(text), cite.as_ref()])),
            Block::Image {
                url,
                alt,
                caption,
                credit,
            } => (
                "image",
                lines(vec![
                    Some(url),
                    alt.as_ref(),
                    caption.as_ref(),
                    credit.as_ref(),
                ]),
            ),
            Block::Code { text, .. } => ("code", text.clone()),
            Block::Table { header, rows } => {
                let row = |cells: &Vec<crate::rich_text::Cell>| {
                    let cells: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
                    cells.join("\t")
                };
                let rows: Vec<String> = header.iter().chain(rows).map(row).collect();
                ("table", rows.join("\n"))
            }
            Block::Embed { url, title, .. } => ("embed", lines(vec![title.as_ref(), Some(url)])),
            Block::Footnotes { items } => {
                let item =
                    |item: &crate::rich_text::Footnote| format!("{} {}", item.label, item.text);
                let items: Vec<String> = items.iter().map(item).collect();
                ("footnotes", items.join("\n"))
            }
            Block::Divider {} => ("divider", String::new()),
        };
        Self { kind, text }
    }
}

/// The text of a list, a line for each item.
fn list(items: &[ListItem]) -> String {
    let item = |item: &ListItem| {
        let below = item.children.iter().map(|child| Told::of(child).text);
        let lines: Vec<String> = std::iter::once(item.text.clone()).chain(below).collect();
        lines.join("\n")
    };
    let items: Vec<String> = items.iter().map(item).collect();
    items.join("\n")
}
