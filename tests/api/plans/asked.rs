//! Questions: parameters of a list, as a query string has them.

use kroniek::articles::parameters::ListArticles;
use kroniek::articles::queries::delivery::{Filters, Window, Words};
use kroniek::error::Faults;
use kroniek::http::cursor::Position;
use serde_json::{Map, Value};

use super::oracle::Oracle;

/// What a query asks for, from here on.
pub fn question(query: &str, after: Option<Position>) -> (Filters, Window) {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let object: Map<String, Value> = pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap();
            (name.to_owned(), value.into())
        })
        .collect();
    let read = deserr::deserialize::<ListArticles, Value, Faults>(Value::Object(object));
    let asked = read.unwrap_or_else(|faults| panic!("{query}: {:?}", faults.into_vec()));
    let mut filters = asked.filters(&kroniek::partners::model::Audience::Public, None);
    // As what they mean is looked up where nothing has other forms of them.
    filters.words = asked.q.as_ref().map(|question| {
        let words = question.terms.iter().flat_map(|term| &term.words);
        let words: Vec<_> = words.map(|word| format!("'{word}'")).collect();
        Words {
            public_text: kroniek::values::PublicText::Full,
            loose: words.join(" & "),
            strict: None,
            any: words.join(" | "),
        }
    });
    (filters, asked.window(after))
}

/// Every sort in every order.
pub const ORDERS: [&str; 6] = [
    "sort=published&order=desc",
    "sort=published&order=asc",
    "sort=updated&order=desc",
    "sort=updated&order=asc",
    "sort=modified&order=desc",
    "sort=modified&order=asc",
];

/// Values that few filters are alike in: what much has, little, nothing; several of them; what is only at one end, or in one place.
const VALUES: [&str; 46] = [
    "section=s1",
    "section=s38",
    "section=s40",
    "section=geen",
    "section=s1,s2,s30,s40",
    "author=a1",
    "author=a280",
    "author=a290",
    "author=a299",
    "author=a300",
    "author=geen",
    "author=a1,a200,a299",
    "entity=e1",
    "entity=e300",
    "entity=e4800",
    "entity=e4990",
    "entity=e4991",
    "entity=e4992",
    "entity=e5000",
    "entity=geen",
    "entity=e1,e2,e4800",
    "entity_all=e1",
    "entity_all=e1,e2",
    "entity_all=e1,e300",
    "entity_all=e1,e4800",
    "entity_all=e4990,e4992",
    "entity_all=e1,geen",
    "entity_kind=person",
    "entity_kind=work",
    "entity_kind=event,work",
    "language=nl",
    "language=nl-BE",
    "language=fr",
    "language=fy",
    "has_updates=true",
    "has_updates=false",
    "translation_of=n50",
    "translation_of=n51",
    "translation_of=n7",
    "translation_of=geen",
    "type=page",
    "q=w1",
    "q=w20",
    "q=w4800",
    "q=w1 w30",
    "q=geen",
];

const TIMES: [&str; 4] = [
    "published_after",
    "published_before",
    "updated_after",
    "modified_after",
];

/// Each filter alone.
pub fn singles(oracle: &Oracle) -> Vec<String> {
    let mut all = VALUES.map(str::to_owned).to_vec();
    let entities: Vec<_> = (1..=100).map(|n| format!("e{}", n * 37)).collect();
    all.push(format!("entity={}", entities.join(",")));
    let slugs: Vec<_> = (1..=100).map(|n| format!("n{}", n * 29)).collect();
    all.push(format!("slugs={}", slugs.join(",")));
    let ids = oracle
        .rows
        .iter()
        .step_by(oracle.rows.len() / 100)
        .take(100);
    let ids: Vec<_> = ids.map(|row| row.id.as_str()).collect();
    all.push(format!("ids={}", ids.join(",")));
    for filter in TIMES {
        for year in ["2009", "2010", "2017", "2024", "2025", "2026"] {
            all.push(format!("{filter}={year}-01-01T00:00:00Z"));
        }
        all.push(format!("{filter}=2024-12-28T00:00:00Z"));
    }
    all
}

/// Each two filters, each with a few values.
pub fn pairs() -> Vec<String> {
    let name = |filter: &str| filter.split_once('=').unwrap().0.to_owned();
    let mut few: Vec<String> = VALUES
        .iter()
        .filter(|filter| !filter.contains("geen") && !filter.contains("a280"))
        .map(|filter| (*filter).to_owned())
        .collect();
    for filter in TIMES {
        few.push(format!("{filter}=2012-01-01T00:00:00Z"));
        few.push(format!("{filter}=2024-12-01T00:00:00Z"));
    }
    let mut all = Vec::new();
    for (place, one) in few.iter().enumerate() {
        for other in &few[place + 1..] {
            if name(one) != name(other) {
                all.push(format!("{one}&{other}"));
            }
        }
    }
    all
}
