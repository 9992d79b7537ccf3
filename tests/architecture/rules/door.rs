//! `publishing/` is the only door between the schemas of the database.

use super::{Rule, Violation, sorted, spell};
use crate::architecture::{
    house::{File, House},
    model::How,
    rooms::{BOTH_CONNECTIONS, BOTH_IN_SQL, DELIVERY, DOOR, NEWSROOM, Schema, within, within_any},
};

const WRITES: Rule = Rule {
    rule: "only publishing/ (and db/) writes `delivery`",
    cure: "call publishing/, which writes under its lock and records the change",
};
const TABLES: Rule = Rule {
    rule: "a file names the tables and the SQL of one schema",
    cure: "split it: queries/delivery for what readers may see, queries/newsroom for all else; only publishing/ holds both",
};
const CONNECTIONS: Rule = Rule {
    rule: "only publishing/, db/ and http/ name both NewsroomConn and DeliveryConn",
    cure: "take the one connection that the work needs; what needs both belongs in publishing/",
};
const OWN: Rule = Rule {
    rule: "queries/delivery names only `delivery`, queries/newsroom only `newsroom`",
    cure: "move the query to its sibling; what needs both belongs in publishing/",
};

/// Diesel's ways to write, as functions, traits and derives.
const DIESEL_WRITES: &[&str] = &[
    "insert_into",
    "insert_or_ignore_into",
    "replace_into",
    "update",
    "delete",
    "copy_from",
    "Insertable",
    "AsChangeset",
    "SaveChangesDsl",
];

/// Diesel's ways to write, as methods.
const WRITING_METHODS: &[&str] = &["insert_into", "copy_from", "save_changes"];

/// SQL's ways to write a table.
const SQL_WRITES: &[&str] = &[
    "insert into",
    "update",
    "update only",
    "delete from",
    "delete from only",
    "merge into",
    "merge into only",
    "truncate",
    "truncate table",
    "truncate only",
    "truncate table only",
    "copy",
];

/// Where a file first names something.
type First<'h> = Option<(usize, String)>;

/// Checks that no other module writes `delivery`: none that names its tables also names a way to write.
pub fn writes(house: &House) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in house
        .files
        .iter()
        .filter(|file| !within_any(&file.module, DOOR))
    {
        for text in &file.facts.texts {
            let sql = plain_sql(&text.value);
            if SQL_WRITES
                .iter()
                .any(|write| sql.contains(&format!(" {write} {}.", DELIVERY.name)))
            {
                found.push(WRITES.broken(&file.path, text.line, "SQL that writes `delivery`"));
            }
        }
        let Some((_, table)) = first_table(file, &DELIVERY) else {
            continue;
        };
        for reference in &file.facts.references {
            let write = reference.places.iter().find(|place| {
                let first = place
                    .path
                    .first()
                    .is_some_and(|name| name == "diesel" || name == "diesel_async");
                let last = place
                    .path
                    .last()
                    .is_some_and(|name| DIESEL_WRITES.contains(&name.as_str()));
                place.outside && first && last && place.how == How::Named
            });
            if let Some(place) = write {
                let what = format!("{} in a file that names {table}", spell(reference, place));
                found.push(WRITES.broken(&file.path, reference.line, what));
            }
        }
        let methods = file
            .facts
            .methods
            .iter()
            .filter(|method| WRITING_METHODS.contains(&method.value.as_str()));
        for method in methods {
            let what = format!("`.{}(…)` in a file that names {table}", method.value);
            found.push(WRITES.broken(&file.path, method.line, what));
        }
    }
    sorted(found)
}

/// Checks that one file does not hold both schemas, be it as tables, as SQL or as connections.
pub fn meetings(house: &House) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in &house.files {
        let mut meet =
            |rule: Rule, allowed: &[&str], first: fn(&File, &Schema) -> First<'static>| {
                if within_any(&file.module, allowed) {
                    return;
                }
                if let (Some((one, newsroom)), Some((other, delivery))) =
                    (first(file, &NEWSROOM), first(file, &DELIVERY))
                {
                    found.push(rule.broken(
                        &file.path,
                        one.max(other),
                        format!("{newsroom} and {delivery} in one file"),
                    ));
                }
            };
        meet(TABLES, DOOR, first_table);
        meet(TABLES, BOTH_IN_SQL, first_sql);
        meet(CONNECTIONS, BOTH_CONNECTIONS, first_connection);
        for (own, other) in [(&NEWSROOM, &DELIVERY), (&DELIVERY, &NEWSROOM)] {
            if within(&file.module, own.own) {
                let named = [
                    first_table(file, other),
                    first_sql(file, other),
                    first_connection(file, other),
                ];
                found.extend(
                    named
                        .into_iter()
                        .flatten()
                        .map(|(line, what)| OWN.broken(&file.path, line, what)),
                );
            }
        }
    }
    sorted(found)
}

fn first_table(file: &File, schema: &Schema) -> First<'static> {
    first(file, |path| within(path, schema.tables))
}

fn first_connection(file: &File, schema: &Schema) -> First<'static> {
    first(file, |path| {
        path.iter().any(|name| name == schema.connection)
    })
}

fn first(file: &File, named: impl Fn(&[String]) -> bool) -> First<'static> {
    file.facts.references.iter().find_map(|reference| {
        let mut places = reference.places.iter();
        let place =
            places.find(|place| !place.outside && place.how == How::Named && named(&place.path))?;
        Some((
            reference.line,
            spell(reference, place).trim_end_matches(',').to_owned(),
        ))
    })
}

fn first_sql(file: &File, schema: &Schema) -> First<'static> {
    let text = file
        .facts
        .texts
        .iter()
        .find(|text| names_table(&plain_sql(&text.value), schema.name))?;
    Some((text.line, format!("SQL on `{}`", schema.name)))
}

/// SQL in lower case, without quotes, with single spaces, one of them in front. `format!` and `concat!` may build
/// names from parts: whole names in the parts are still seen.
fn plain_sql(text: &str) -> String {
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| word.replace('"', "").to_lowercase())
        .collect();
    format!(" {}", words.join(" "))
        .replace(['(', ';'], " ")
        .replace("  ", " ")
        .replace(" .", ".")
}

/// Whether SQL names something in a schema: `newsroom.articles`, and not the end of a sentence.
fn names_table(sql: &str, schema: &str) -> bool {
    sql.match_indices(schema).any(|(at, _)| {
        let before = sql.get(..at).and_then(|start| start.chars().next_back());
        let mut after = sql.get(at + schema.len()..).unwrap_or_default().chars();
        let whole = !before.is_some_and(|sign| sign.is_alphanumeric() || "_.-/".contains(sign));
        whole
            && after.next() == Some('.')
            && after
                .next()
                .is_some_and(|sign| sign.is_alphabetic() || "_{*".contains(sign))
    })
}
