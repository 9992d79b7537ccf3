//! What a statement reads, as the database explains it.

use std::collections::BTreeMap;

use kroniek::db::statement::{Bind, Statement};
use serde_json::Value;
use tokio_postgres::{Client, SimpleQueryMessage};

/// Rows read of each table, and how long all took.
#[derive(Debug, Default, Clone)]
pub struct Cost {
    pub rows: BTreeMap<String, f64>,
    pub milliseconds: f64,
    pub text: String,
}

impl Cost {
    /// Rows read of the articles themselves, and of what they are searched by.
    pub fn articles(&self) -> f64 {
        let rows = ["articles", "article_search"]
            .map(|table| self.rows.get(table).copied().unwrap_or_default());
        rows.iter().sum()
    }

    /// Rows read of what links to them.
    pub fn links(&self) -> f64 {
        let links = ["article_authors", "article_entities", "article_related"];
        let rows = links.map(|table| self.rows.get(table).copied().unwrap_or_default());
        rows.iter().sum()
    }

    /// Rows read of all tables.
    pub fn rows(&self) -> f64 {
        self.rows.values().sum()
    }
}

/// Runs a statement, prepared, with a plan for these values or for any.
pub async fn explain<ST>(sql: &Client, statement: &Statement<ST>, mode: &str) -> Cost {
    let (text, binds) = statement.text();
    let types: Vec<_> = binds.iter().map(|bind| spelt(bind).0).collect();
    let values: Vec<_> = binds.iter().map(|bind| spelt(bind).1).collect();
    let (types, values) = match types.as_slice() {
        [] => (String::new(), String::new()),
        _ => (
            format!("({})", types.join(", ")),
            format!("({})", values.join(", ")),
        ),
    };
    let all = format!(
        "SET plan_cache_mode = {mode};
         PREPARE asked {types} AS {text};
         EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE asked {values};
         DEALLOCATE asked"
    );
    let answers = sql.simple_query(&all).await;
    let answers = answers.unwrap_or_else(|error| panic!("{error:?}\n{all}"));
    let plan = answers.iter().find_map(|answer| match answer {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    });
    let text = plan.unwrap();
    let plan: Value = serde_json::from_str(&text).unwrap();
    let mut cost = Cost {
        milliseconds: plan[0]["Execution Time"].as_f64().unwrap(),
        text,
        ..Cost::default()
    };
    read(&plan[0]["Plan"], &mut cost);
    cost
}

fn read(node: &Value, cost: &mut Cost) {
    let number = |name: &str| node[name].as_f64().unwrap_or_default();
    if let Some(table) = node["Relation Name"].as_str() {
        let each = number("Actual Rows")
            + number("Rows Removed by Filter")
            + number("Rows Removed by Index Recheck");
        // A look that finds nothing is one, too.
        *cost.rows.entry(table.to_owned()).or_default() += number("Actual Loops") * each.max(1.0);
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        read(child, cost);
    }
}

/// A value's type and how it is written in SQL.
fn spelt(bind: &Bind) -> (&'static str, String) {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let array = |texts: Vec<String>| format!("ARRAY[{}]", texts.join(", "));
    match bind {
        Bind::Text(text) => ("text", quoted(text)),
        Bind::Id(id) => ("uuid", quoted(&id.to_string())),
        Bind::Number(number) => ("bigint", number.to_string()),
        Bind::Numbers(numbers) => {
            let numbers = numbers.iter().map(i64::to_string).collect();
            ("bigint[]", format!("{}::bigint[]", array(numbers)))
        }
        Bind::Time(time) => ("timestamptz", quoted(&time.to_rfc3339())),
        Bind::Texts(texts) => {
            let texts = texts.iter().map(|text| quoted(text)).collect();
            ("text[]", format!("{}::text[]", array(texts)))
        }
        Bind::Ids(ids) => {
            let ids = ids.iter().map(|id| quoted(&id.to_string())).collect();
            ("uuid[]", format!("{}::uuid[]", array(ids)))
        }
    }
}

/// The numbers that a statement answers with.
pub async fn numbers<ST>(sql: &Client, statement: &Statement<ST>) -> Vec<i64> {
    let (text, binds) = statement.text();
    let mut whole = text;
    for (place, bind) in binds.iter().enumerate().rev() {
        let (kind, value) = spelt(bind);
        whole = whole.replace(&format!("${}", place + 1), &format!("({value})::{kind}"));
    }
    sql.query_one(&whole, &[]).await.unwrap().get(0)
}
