//! Contracts in the statements of delivery: the only SQL that tells who may read what.

use crate::db::statement::{Bind, Statement};
use crate::partners::model::{Audience, ContractText};

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
    if let Some(sections) = &contract.sections {
        sql.sql(" AND ").sql(row.section).sql(" = ANY(");
        sql.bind(Bind::Ids(sections.clone())).sql(")");
    }
    if let Some(languages) = &contract.languages {
        sql.sql(" AND EXISTS (SELECT FROM unnest(")
            .bind(Bind::Texts(languages.clone()))
            .sql(") AS covered (tag) WHERE ")
            .sql(row.language)
            .sql(" = covered.tag OR starts_with(")
            .sql(row.language)
            .sql(", covered.tag || '-'))");
    }
    if let Some(entities) = &contract.entities {
        sql.sql(" AND EXISTS (SELECT FROM delivery.article_entities covered WHERE covered.article_id = ")
            .sql(row.id)
            .sql(" AND (covered.entity_id = ANY(")
            .bind(Bind::Ids(entities.clone()))
            .sql(") OR covered.entity_id IN (SELECT m.into_id FROM delivery.merged_entities m WHERE m.id = ANY(")
            .bind(Bind::Ids(entities.clone()))
            .sql("))))");
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
