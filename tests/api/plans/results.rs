//! Whichever way a list is read by, it is the same list.

use kroniek::articles::queries::delivery as queries;
use kroniek::articles::selection::Selection;
use kroniek::http::cursor::{Position, SortKey};
use kroniek::partners::model::Audience;

use super::asked::{ORDERS, question, singles};
use super::fill::filled;
use super::oracle::Oracle;
use crate::app::App;

/// Follows a list from its beginning, in pages, and counts it.
async fn whole(app: &App, query: &str) -> (Vec<String>, i64) {
    let selection = Selection::of_list(&Audience::Public, None, None, None);
    let mut conn = app.store.pools.delivery().await.unwrap();
    let (mut all, mut after, mut total) = (Vec::new(), None, None);
    loop {
        let (filters, mut window) = question(query, after);
        window.count = total.is_none();
        let found = queries::list(&mut conn, (filters.clone(), None), &window, &selection);
        let found = found.await.unwrap();
        total = total.or(found.total);
        let page = usize::try_from(window.probe).unwrap() - 1;
        let Some(last) = found.rows.get(page - 1).filter(|_| found.rows.len() > page) else {
            all.extend(found.rows.iter().map(|row| row.id.to_string()));
            return (all, total.unwrap());
        };
        let at = match window.sort {
            queries::SortBy::Published => last.published_at,
            queries::SortBy::Updated => last.fresh_at,
            queries::SortBy::Modified => last.modified_at,
        };
        let key = SortKey::Number(at.timestamp_millis());
        after = Some(Position { key, id: last.id });
        all.extend(found.rows[..page].iter().map(|row| row.id.to_string()));
    }
}

/// Numbers that are drawn the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_filters_in_any_order_give_what_reading_everything_gives() {
    let app = filled(2_500).await;
    let oracle = Oracle::of(&app.sql().await).await;
    let singles = singles(&oracle);
    let (much, _): (Vec<_>, Vec<_>) = singles.iter().partition(|filter| oracle.count(filter) > 30);
    let mut dice = Dice(5);
    let mut found = 0;
    for number in 0..450 {
        // Each alone first; then up to four together.
        let mut query = match singles.get(number) {
            Some(filter) => filter.clone(),
            None => String::new(),
        };
        let more = if number < singles.len() {
            0
        } else {
            2 + dice.below(3)
        };
        for _ in 0..more {
            let filter = match dice.below(8) {
                0 => &singles[dice.below(singles.len())],
                _ => much[dice.below(much.len())],
            };
            let (name, _) = filter.split_once('=').unwrap();
            if !query.contains(&format!("{name}=")) {
                query = format!("{query}&{filter}");
            }
        }
        let limit = [1, 7, 20, 21, 50, 100][dice.below(6)];
        let query = format!("{query}&{}", ORDERS[dice.below(6)]);
        let expected = oracle.list(&query);
        let expected: Vec<&str> = expected.iter().map(|row| row.id.as_str()).collect();
        // Long lists in long pages.
        let limit = if expected.len() > 300 { 100 } else { limit };
        let (all, total) = whole(&app, &format!("{query}&limit={limit}")).await;
        assert!(
            all == expected,
            "{query}: {} of {}",
            all.len(),
            expected.len()
        );
        assert_eq!(usize::try_from(total).unwrap(), expected.len(), "{query}");
        found += usize::from(!expected.is_empty());
    }
    assert!(found > 200, "only {found} found anything");
    app.stop().await;
}
