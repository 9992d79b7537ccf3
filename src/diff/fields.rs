//! Fields that are no rich text: words of texts, items of lists, members of objects.

use serde_json::{Map, Value};
use similar::{Algorithm, DiffTag, capture_diff_slices_deadline};

use super::effort::Effort;
use super::view::{FieldChange, ItemChange, Op};
use super::words::words;

/// What changed in these fields, by name.
pub(super) fn fields(
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    effort: &mut Effort,
) -> Vec<FieldChange> {
    let mut told = Vec::new();
    members("", (before, after), effort, &mut told);
    told
}

fn members(
    within: &str,
    (before, after): (&Map<String, Value>, &Map<String, Value>),
    effort: &mut Effort,
    told: &mut Vec<FieldChange>,
) {
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let of = |side: &Map<String, Value>| side.get(name).cloned().unwrap_or_default();
        let (before, after) = (of(before), of(after));
        if before == after || (is_nothing(&before) && is_nothing(&after)) {
            continue;
        }
        let field = format!("{within}{name}");
        match (&before, &after) {
            // What is something of its own, and not a part of this, is told whole.
            (Value::Object(old), Value::Object(new)) if !new.contains_key("id") => {
                members(&format!("{field}."), (old, new), effort, told);
            }
            _ => told.push(change(field, before, after, effort)),
        }
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

fn change(field: String, before: Value, after: Value, effort: &mut Effort) -> FieldChange {
    let (mut in_words, mut items) = (None, None);
    match (&before, &after) {
        (Value::String(_), Value::String(_) | Value::Null) | (Value::Null, Value::String(_)) => {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let (old, new) = (text(&before), text(&after));
            // A slug, an address or a kind has no words.
            if [&old, &new].iter().any(|text| text.contains(' ')) {
                in_words = Some(words(&old, &new, effort));
            }
        }
        (Value::Array(_), Value::Array(_) | Value::Null) | (Value::Null, Value::Array(_)) => {
            let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
            items = Some(told_items(&list(&before), &list(&after), effort));
        }
        _ => {}
    }
    FieldChange {
        field,
        before,
        after,
        words: in_words,
        items,
    }
}

/// An item with an id is the same thing as long as it has that.
fn told_items(before: &[Value], after: &[Value], effort: &Effort) -> Vec<ItemChange> {
    let keys = |items: &[Value]| -> Vec<String> {
        let key = |item: &Value| item.get("id").unwrap_or(item).to_string();
        items.iter().map(key).collect()
    };
    let ops = capture_diff_slices_deadline(
        Algorithm::Myers,
        &keys(before),
        &keys(after),
        Some(effort.until),
    );
    let mut told = Vec::new();
    for op in ops {
        if op.tag() == DiffTag::Equal {
            for (old, new) in op.old_range().zip(op.new_range()) {
                let alike = before.get(old) == after.get(new);
                told.push(ItemChange {
                    op: if alike { Op::Same } else { Op::Changed },
                    before: Some(old),
                    after: Some(new),
                });
            }
            continue;
        }
        told.extend(op.old_range().map(|old| ItemChange {
            op: Op::Removed,
            before: Some(old),
            after: None,
        }));
        told.extend(op.new_range().map(|new| ItemChange {
            op: Op::Added,
            before: None,
            after: Some(new),
        }));
    }
    told
}
