//! No list reads all articles.

use std::collections::HashMap;

use kroniek::articles::queries::delivery::{Shown, Survey, list, statement};
use kroniek::articles::selection::Selection;
use kroniek::http::cursor::{Position, SortKey};
use kroniek::partners::model::Audience;
use tokio_postgres::Client;

use super::asked::{ORDERS, pairs, question, singles};
use super::fill::filled;
use super::oracle::Oracle;
use super::plan::{Cost, explain, numbers};
use crate::app::App;

const ARTICLES: u32 = 100_000;

/// A plan made for the values at hand, and one for any, as Postgres may take after five executions.
const MODES: [&str; 2] = ["force_custom_plan", "force_generic_plan"];

/// What the statements of a question cost: the one that looks how wide things are, where there is one, and the list's own.
async fn cost(sql: &Client, query: &str, after: Option<Position>, mode: &str) -> (Cost, Cost) {
    let (filters, window) = question(query, after);
    let survey = Survey::of(&filters, &window);
    let (sizes, surveying) = match survey.statement(&filters, &window) {
        None => (Vec::new(), Cost::default()),
        Some(statement) => {
            let cost = explain(sql, &statement, mode).await;
            (numbers(sql, &statement).await, cost)
        }
    };
    let selection = Selection::of_list(&Audience::Public, None, None, None);
    let shown = Shown::Whole(&selection);
    let list = statement(&filters, &window, shown, &survey.course(&sizes));
    (surveying, explain(sql, &list, mode).await)
}

/// How many values the query walks along, one after the other: the longest of its lists.
fn walks(query: &str) -> f64 {
    let parameters = query.split('&');
    let values = parameters.map(|parameter| parameter.split(',').count());
    f64::from(u32::try_from(values.max().unwrap()).unwrap())
}

/// How many links are read of each article that is passed over: itself, where links are walked and have all that is asked for; all links of
/// the article, where that is asked for others, or an article is passed over that is asked for one.
fn of_each(query: &str) -> f64 {
    let by_links = ["author=", "entity=", "entity_kind=", "entity_all="];
    match by_links.iter().filter(|name| query.contains(*name)).count() {
        2.. => 12.0,
        _ if query.contains("entity_all=") => 12.0,
        _ if query.contains("q=") => 12.0,
        _ if query.contains("section=") || query.contains("has_updates=") => 6.0,
        _ if query.contains("language=") || query.contains("type=") => 6.0,
        _ => 2.0,
    }
}

/// Of words that most have, those that have not are passed over; of words that few have, all are read: they have no order.
fn by_words(query: &str) -> f64 {
    if query.contains("q=") { 1.0 } else { 0.0 }
}

/// What may be read.
struct Budget {
    surveyed: f64,
    articles: f64,
    links: f64,
}

/// A page of 20, with room to spare: each of its articles is found, then read, and has about seven links; some more are passed over.
const PAGE: f64 = 21.0;

impl Budget {
    /// Of a page. Of two filters the one that holds less may be read whole, if that is little: only so can it be known that they have nothing
    /// in common.
    fn of_page(query: &str, narrow: usize) -> Self {
        let (walks, passed) = (walks(query), narrow.min(6_000));
        let passed = f64::from(u32::try_from(passed).unwrap());
        Self {
            surveyed: 5_500.0 * (1.0 + walks + by_words(query)),
            articles: PAGE * 10.0 * walks + 2.0 * passed + 5_000.0 * by_words(query),
            links: PAGE * 22.0 * walks + passed * of_each(query),
        }
    }

    /// To count: what the filter holds that holds less.
    fn to_count(query: &str, narrow: usize) -> Self {
        let page = Self::of_page(query, 6_000);
        let counted = f64::from(u32::try_from(narrow).unwrap());
        Self {
            surveyed: 21_000.0 * (1.0 + walks(query) + by_words(query)),
            articles: page.articles + 2.0 * counted,
            links: page.links + counted * of_each(query),
        }
    }

    fn check(&self, what: &str, (surveying, list): &(Cost, Cost)) {
        let surveyed = surveying.articles() + surveying.links();
        assert!(
            surveyed <= self.surveyed
                && list.articles() <= self.articles
                && list.links() <= self.links,
            "{what}: {surveyed} of {} rows to look around, {} of {} articles, {} of {} links\n{}\n{}",
            self.surveyed,
            list.articles(),
            self.articles,
            list.links(),
            self.links,
            surveying.text,
            list.text,
        );
    }
}

/// The worst that was seen.
#[derive(Default)]
struct Worst {
    rows: (f64, String),
    milliseconds: (f64, String),
}

impl Worst {
    fn see(&mut self, what: &str, (surveying, list): &(Cost, Cost)) {
        let rows = surveying.rows() + list.rows();
        if rows > self.rows.0 {
            self.rows = (rows, what.to_owned());
        }
        let milliseconds = surveying.milliseconds + list.milliseconds;
        if milliseconds > self.milliseconds.0 {
            self.milliseconds = (milliseconds, what.to_owned());
        }
    }

    fn tell(&self, of: &str) {
        println!("{of}: most rows {:.0} ({:.120})", self.rows.0, self.rows.1);
        println!(
            "{of}: longest {:.1} ms ({:.120})",
            self.milliseconds.0, self.milliseconds.1
        );
    }
}

/// How much each filter holds alone.
struct Sizes<'o> {
    oracle: &'o Oracle,
    known: HashMap<String, usize>,
}

impl Sizes<'_> {
    fn of(&mut self, filter: String) -> usize {
        let oracle = self.oracle;
        *self
            .known
            .entry(filter)
            .or_insert_with_key(|filter| oracle.count(filter))
    }

    /// The least of what the filters of a query hold. All of several entities are as many filters. Pages are few, and always walked.
    fn narrowest(&mut self, query: &str) -> usize {
        if query.contains("type=page") {
            return self.of("type=page".to_owned());
        }
        let filters = query.split('&').filter(|filter| !filter.is_empty());
        let each = filters.flat_map(|filter| match filter.strip_prefix("entity_all=") {
            Some(all) => all.split(',').map(|one| format!("entity={one}")).collect(),
            None => vec![filter.to_owned()],
        });
        let sizes: Vec<usize> = each.map(|filter| self.of(filter)).collect();
        sizes.into_iter().min().unwrap_or_default()
    }
}

async fn alone(sql: &Client, sizes: &mut Sizes<'_>) {
    let oracle = sizes.oracle;
    let (mut pages, mut counts) = (Worst::default(), Worst::default());
    for filter in singles(oracle).iter().chain([&String::new()]) {
        let narrow = sizes.narrowest(filter);
        let passed = if filter.starts_with("entity_all") || filter.starts_with("q=") {
            narrow
        } else {
            0
        };
        for order in ORDERS {
            let query = format!("{filter}&{order}");
            let far_down = oracle.far_down(&query).map(|row| Position {
                key: SortKey::Number(row.date(order)),
                id: row.id.parse().unwrap(),
            });
            let places = [Some(None), far_down.map(Some)];
            for mode in MODES {
                for place in places.iter().flatten() {
                    let what = format!("{query} from {place:?}, {mode}");
                    let found = cost(sql, &query, place.clone(), mode).await;
                    Budget::of_page(&query, passed).check(&what, &found);
                    pages.see(&what, &found);
                }
            }
        }
        let query = format!("{filter}&count=true&limit=1");
        for mode in MODES.iter().filter(|_| !filter.is_empty()) {
            let found = cost(sql, &query, None, mode).await;
            Budget::to_count(&query, narrow).check(&format!("{query}, {mode}"), &found);
            counts.see(&query, &found);
        }
    }
    pages.tell("one filter");
    counts.tell("one filter, counted");
}

/// How many a list is said to have.
async fn total(app: &App, query: &str) -> usize {
    let mut conn = app.store.pools.delivery().await.unwrap();
    let (filters, window) = question(&format!("{query}&count=true&limit=1"), None);
    let selection = Selection::of_list(&Audience::Public, None, None, None);
    let found = list(&mut conn, (filters.clone(), None), &window, &selection)
        .await
        .unwrap();
    usize::try_from(found.total.unwrap()).unwrap()
}

async fn in_pairs(app: &App, sql: &Client, sizes: &mut Sizes<'_>) {
    let (mut pages, mut counts) = (Worst::default(), Worst::default());
    for (number, pair) in pairs().iter().enumerate() {
        let narrow = sizes.narrowest(pair);
        for (order, mode) in [(number % 6, 0), ((number + 3) % 6, 1)] {
            let query = format!("{pair}&{}", ORDERS[order]);
            let what = format!("{query}, {}", MODES[mode]);
            let found = cost(sql, &query, None, MODES[mode]).await;
            Budget::of_page(&query, narrow).check(&what, &found);
            pages.see(&what, &found);
        }
        // Where both hold a fifth of everything, it may be best to read everything: then it is only looked whether it counts right.
        if narrow >= 20_000 {
            assert_eq!(total(app, pair).await, sizes.oracle.count(pair), "{pair}");
        } else {
            let query = format!("{pair}&count=true&limit=1&{}", ORDERS[number % 6]);
            let found = cost(sql, &query, None, MODES[number % 2]).await;
            Budget::to_count(&query, narrow)
                .check(&format!("{query}, {}", MODES[number % 2]), &found);
            counts.see(&query, &found);
        }
    }
    pages.tell("two filters");
    counts.tell("two filters, counted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_list_reads_all_articles_whatever_it_is_filtered_and_sorted_by() {
    let app = filled(ARTICLES).await;
    let sql = app.sql().await;
    let oracle = Oracle::of(&sql).await;
    let (oracle, known) = (&oracle, HashMap::new());
    let mut sizes = Sizes { oracle, known };
    alone(&sql, &mut sizes).await;
    in_pairs(&app, &sql, &mut sizes).await;
    app.stop().await;
}
