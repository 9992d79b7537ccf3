//! Contracts in the statements of delivery: the only SQL that tells who may read what.

use uuid::Uuid;

use crate::db::statement::{Bind, Statement};
use crate::partners::model::{Audience, Contract, ContractText};

/// How much of a text these readers may have, as SQL that gives `full`, `excerpt` or `none`: for the second argument of
/// `delivery.update_within` and its like. It is what the statement's own snapshot tells.
pub fn may_read(audience: &Audience) -> &'static str {
    match audience.text() {
        None => "(SELECT public_text FROM delivery.site)",
        Some(ContractText::Full) => "'full'",
        Some(ContractText::Excerpt) => "'excerpt'",
    }
}

/// Whether such SQL is `full` whatever the database holds.
pub fn reads_all(audience: &Audience) -> bool {
    audience.text() == Some(ContractText::Full)
}

/// A row of `delivery.articles` in a statement: the names of its columns.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    id: &'static str,
    section: &'static str,
    language: &'static str,
    published: &'static str,
}

macro_rules! row {
    ($(#[$doc:meta])* $name:ident, $alias:literal) => {
        $(#[$doc])*
        pub const $name: Row = Row {
            id: concat!($alias, ".id"),
            section: concat!($alias, ".section_id"),
            language: concat!($alias, ".language"),
            published: concat!($alias, ".published_at"),
        };
    };
}

row!(
    /// The row `a`.
    A, "a"
);
row!(
    /// The row `t`.
    T, "t"
);
row!(
    /// The row `o`.
    O, "o"
);

/// Goes on, with `AND`, to those articles that these readers' contract covers. Indexes: the primary keys of the links and of `merged_entities`.
pub fn covering<ST>(sql: &mut Statement<ST>, audience: &Audience, row: Row) {
    let Some(contract) = audience.contract() else {
        return;
    };
    in_place(sql, contract, (row.section, row.language));
    if let Some(entities) = &contract.entities {
        sql.sql(" AND EXISTS (SELECT FROM delivery.article_entities covered WHERE covered.article_id = ")
            .sql(row.id)
            .sql(" AND covered.entity_id = ANY(");
        with_merged(sql, entities);
        sql.sql("))");
    }
    if contract.embargo_seconds > 0 {
        // Of an embargo that nobody has begun, nothing is released.
        sql.sql(" AND ")
            .sql(row.published)
            .sql(" <= (SELECT released_until FROM delivery.embargoes WHERE seconds = ")
            .bind(Bind::Number(contract.embargo_seconds.into()))
            .sql(")");
    }
}

/// Goes on, with `AND`, to those departures `d` of articles that the contract covered.
pub fn departed<ST>(sql: &mut Statement<ST>, contract: &Contract) {
    in_place(sql, contract, ("d.section_id", "d.language"));
    if let Some(entities) = &contract.entities {
        sql.sql(" AND d.entity_ids && (");
        with_merged(sql, entities);
        sql.sql(")");
    }
    if contract.embargo_seconds > 0 {
        sql.sql(" AND ")
            .bind(Bind::Number(contract.embargo_seconds.into()))
            .sql(" <> ALL(d.held)");
    }
}

/// The sections and languages of a contract.
fn in_place<ST>(
    sql: &mut Statement<ST>,
    contract: &Contract,
    (section, language): (&'static str, &'static str),
) {
    if let Some(sections) = &contract.sections {
        sql.sql(" AND ").sql(section).sql(" = ANY(");
        sql.bind(Bind::Ids(sections.clone())).sql(")");
    }
    if let Some(languages) = &contract.languages {
        sql.sql(" AND EXISTS (SELECT FROM unnest(")
            .bind(Bind::Texts(languages.clone()))
            .sql(") AS covered (tag) WHERE ")
            .sql(language)
            .sql(" = covered.tag OR starts_with(")
            .sql(language)
            .sql(", covered.tag || '-'))");
    }
}

/// The ids of entities, and of what they were merged into.
fn with_merged<ST>(sql: &mut Statement<ST>, entities: &[Uuid]) {
    sql.bind(Bind::Ids(entities.to_vec()))
        .sql(" || ARRAY(SELECT m.into_id FROM delivery.merged_entities m WHERE m.id = ANY(")
        .bind(Bind::Ids(entities.to_vec()))
        .sql("))");
}
