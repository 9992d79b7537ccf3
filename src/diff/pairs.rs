//! Which block has become which, where several changed next to each other.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::blocks::Told;
use super::effort::Effort;

/// How many pairs are looked at; where there are more, nothing is paired.
const MOST: usize = 40_000;

/// How many in a thousand of their words two blocks must share to be one block that changed.
const ALIKE: u64 = 300;

/// What became of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// The first has become the second; indexes into the two stretches.
    Changed(usize, usize),
    /// It is gone.
    Removed(usize),
    /// It is new.
    Added(usize),
}

/// Pairs the blocks of two stretches, in order, so that what is paired shares as many words as can be.
pub(super) fn pair(before: &[Told], after: &[Told], effort: &Effort) -> Vec<Fate> {
    let scores = match before.len().checked_mul(after.len()) {
        Some(1..=MOST) => scores(before, after, effort),
        _ => None,
    };
    match scores {
        Some(scores) => best(&scores, before.len(), after.len()),
        None => apart(before.len(), after.len()),
    }
}

fn apart(before: usize, after: usize) -> Vec<Fate> {
    (0..before)
        .map(Fate::Removed)
        .chain((0..after).map(Fate::Added))
        .collect()
}

/// How alike each of the first is to each of the second; nothing when the time is over.
fn scores(before: &[Told], after: &[Told], effort: &Effort) -> Option<Vec<Vec<u64>>> {
    let mut known = HashMap::new();
    let old: Vec<Vec<u32>> = before
        .iter()
        .map(|one| bag(&one.text, &mut known))
        .collect();
    let new: Vec<Vec<u32>> = after.iter().map(|one| bag(&one.text, &mut known)).collect();
    let mut scores = Vec::with_capacity(before.len());
    for (one, words) in before.iter().zip(&old) {
        if effort.is_over() {
            return None;
        }
        let row = after.iter().zip(&new).map(|(other, others)| {
            if one.kind != other.kind {
                return 0;
            }
            let score = share(words, others);
            if score < ALIKE { 0 } else { score }
        });
        scores.push(row.collect());
    }
    Some(scores)
}

/// The words of a text, each as a number, sorted.
fn bag<'t>(text: &'t str, known: &mut HashMap<&'t str, u32>) -> Vec<u32> {
    let mut bag: Vec<u32> = text
        .split_whitespace()
        .map(|word| {
            let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
            *known.entry(word).or_insert(next)
        })
        .collect();
    bag.sort_unstable();
    bag
}

/// How many in a thousand of their words two have in common (Dice's coefficient). Two without words are as alike as can be told.
fn share(one: &[u32], other: &[u32]) -> u64 {
    let all = (one.len() + other.len()) as u64;
    if all == 0 {
        return 1000;
    }
    let (mut left, mut right) = (one.iter().peekable(), other.iter().peekable());
    let mut common = 0_u64;
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        match a.cmp(b) {
            Ordering::Less => {
                left.next();
            }
            Ordering::Greater => {
                right.next();
            }
            Ordering::Equal => {
                common += 1;
                left.next();
                right.next();
            }
        }
    }
    common * 2000 / all
}

/// The pairing whose scores add up to the most: `sums[i][j]` is the most that the blocks from `i` and from `j` on can give.
fn best(scores: &[Vec<u64>], before: usize, after: usize) -> Vec<Fate> {
    let mut sums = vec![vec![0_u64; after + 1]; before + 1];
    let at = |sums: &[Vec<u64>], i: usize, j: usize| -> u64 {
        sums.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0)
    };
    for i in (0..before).rev() {
        for j in (0..after).rev() {
            let score = at(scores, i, j);
            let paired = if score > 0 {
                score + at(&sums, i + 1, j + 1)
            } else {
                0
            };
            let most = paired.max(at(&sums, i + 1, j)).max(at(&sums, i, j + 1));
            if let Some(sum) = sums.get_mut(i).and_then(|row| row.get_mut(j)) {
                *sum = most;
            }
        }
    }
    let (mut fates, mut i, mut j) = (Vec::new(), 0, 0);
    while i < before && j < after {
        let (score, sum) = (at(scores, i, j), at(&sums, i, j));
        if score > 0 && score + at(&sums, i + 1, j + 1) >= sum {
            fates.push(Fate::Changed(i, j));
            (i, j) = (i + 1, j + 1);
        } else if at(&sums, i + 1, j) >= sum {
            fates.push(Fate::Removed(i));
            i += 1;
        } else {
            fates.push(Fate::Added(j));
            j += 1;
        }
    }
    fates.extend((i..before).map(Fate::Removed));
    fates.extend((j..after).map(Fate::Added));
    fates
}
