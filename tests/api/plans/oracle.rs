//! What each filter holds, found by reading everything: the test's own understanding of the filters, in plain words.

use std::collections::HashSet;

use tokio_postgres::Client;

/// An article or page, as the filters see it.
pub struct Row {
    pub id: String,
    slug: String,
    page: bool,
    language: String,
    section: Option<String>,
    updates: i32,
    /// First publication, newest update, any change; in milliseconds.
    dates: [i64; 3],
    group: String,
    authors: Vec<String>,
    entities: Vec<String>,
    kinds: Vec<String>,
    words: Vec<String>,
}

/// All that is published.
pub struct Oracle {
    pub rows: Vec<Row>,
}

const ROWS: &str = "
    SELECT a.id::text, a.slug, a.type = 'page', a.language, s.slug, a.update_count,
           (extract(epoch FROM a.published_at) * 1000)::bigint, (extract(epoch FROM a.fresh_at) * 1000)::bigint,
           (extract(epoch FROM a.modified_at) * 1000)::bigint, coalesce(a.translation_of, a.id)::text,
           coalesce(w.slugs, '{}'), coalesce(e.slugs, '{}'), coalesce(e.kinds, '{}'), tsvector_to_array(k.vector)
    FROM delivery.articles a
    JOIN delivery.article_words k USING (id)
    LEFT JOIN delivery.sections s ON s.id = a.section_id
    LEFT JOIN (SELECT l.article_id, array_agg(t.slug) AS slugs
               FROM delivery.article_authors l JOIN delivery.authors t ON t.id = l.author_id GROUP BY 1) w ON w.article_id = a.id
    LEFT JOIN (SELECT l.article_id, array_agg(t.slug) AS slugs, array_agg(t.kind) AS kinds
               FROM delivery.article_entities l JOIN delivery.entities t ON t.id = l.entity_id GROUP BY 1) e ON e.article_id = a.id";

impl Oracle {
    /// Reads everything.
    pub async fn of(sql: &Client) -> Self {
        let rows = sql.query(ROWS, &[]).await.unwrap();
        let row = |row: tokio_postgres::Row| Row {
            id: row.get(0),
            slug: row.get(1),
            page: row.get(2),
            language: row.get(3),
            section: row.get(4),
            updates: row.get(5),
            dates: [row.get(6), row.get(7), row.get(8)],
            group: row.get(9),
            authors: row.get(10),
            entities: row.get(11),
            kinds: row.get(12),
            words: row.get(13),
        };
        Self {
            rows: rows.into_iter().map(row).collect(),
        }
    }

    /// Those that satisfy all filters of a query, sorted as it says.
    pub fn list(&self, query: &str) -> Vec<&Row> {
        let mut found = self.matching(query);
        found.sort_unstable_by_key(|row| (row.date(query), &row.id));
        if !query.contains("order=asc") {
            found.reverse();
        }
        found
    }

    /// How many satisfy all filters of a query.
    pub fn count(&self, query: &str) -> usize {
        self.matching(query).len()
    }

    /// One that stands far down in the list of a query: nine tenths of the list, or nearly, come before it.
    pub fn far_down(&self, query: &str) -> Option<&Row> {
        let mut found = self.matching(query);
        let tenth = found.len() / 10;
        let place = if query.contains("order=asc") {
            tenth * 9
        } else {
            tenth
        };
        (tenth > 100).then(|| {
            let (_, row, _) =
                found.select_nth_unstable_by_key(place, |row| (row.date(query), &row.id));
            *row
        })
    }

    fn matching(&self, query: &str) -> Vec<&Row> {
        let parameters = query.split('&').filter_map(|pair| pair.split_once('='));
        let mut conditions: Vec<Condition> = parameters
            .filter_map(|(name, value)| self.condition(name, value))
            .collect();
        if !query.contains("type=") {
            conditions.push(Box::new(|row| !row.page));
        }
        let rows = self.rows.iter();
        rows.filter(|row| conditions.iter().all(|holds| holds(row)))
            .collect()
    }

    fn condition<'a>(&'a self, name: &str, value: &'a str) -> Option<Condition<'a>> {
        let listed: HashSet<&str> = value.split(',').collect();
        let time = || {
            let time = chrono::DateTime::parse_from_rfc3339(value).unwrap();
            time.timestamp_millis()
        };
        let some = |names: &[String], of: &HashSet<&str>| {
            names.iter().any(|name| of.contains(name.as_str()))
        };
        Some(match name {
            "section" => Box::new(move |row| {
                row.section
                    .as_deref()
                    .is_some_and(|slug| listed.contains(slug))
            }),
            "author" => Box::new(move |row| some(&row.authors, &listed)),
            "entity" => Box::new(move |row| some(&row.entities, &listed)),
            "entity_kind" => Box::new(move |row| some(&row.kinds, &listed)),
            "entity_all" => Box::new(move |row| {
                listed
                    .iter()
                    .all(|slug| row.entities.iter().any(|own| own == slug))
            }),
            "q" => Box::new(move |row| {
                value
                    .split(' ')
                    .all(|word| row.words.iter().any(|own| own == word))
            }),
            "language" => Box::new(move |row| {
                row.language == value || row.language.starts_with(&format!("{value}-"))
            }),
            "has_updates" => Box::new(move |row| (row.updates > 0) == (value == "true")),
            "published_after" => after(time(), 0),
            "updated_after" => after(time(), 1),
            "modified_after" => after(time(), 2),
            "published_before" => {
                let time = time();
                Box::new(move |row| row.dates[0] < time)
            }
            "ids" => Box::new(move |row| listed.contains(row.id.as_str())),
            "slugs" => Box::new(move |row| listed.contains(row.slug.as_str())),
            "translation_of" => {
                let named = self
                    .rows
                    .iter()
                    .find(|row| row.slug == value || row.id == value);
                let group = named.map(|row| (row.group.clone(), row.id.clone()));
                Box::new(move |row| {
                    group
                        .as_ref()
                        .is_some_and(|(group, id)| row.group == *group && row.id != *id)
                })
            }
            "type" => Box::new(move |row| row.page == (value == "page")),
            _ => return None,
        })
    }
}

type Condition<'a> = Box<dyn Fn(&Row) -> bool + 'a>;

fn after<'a>(time: i64, date: usize) -> Condition<'a> {
    Box::new(move |row| row.dates[date] > time)
}

impl Row {
    /// Its date that a query sorts by, in milliseconds.
    pub fn date(&self, query: &str) -> i64 {
        match query {
            _ if query.contains("sort=updated") => self.dates[1],
            _ if query.contains("sort=modified") => self.dates[2],
            _ => self.dates[0],
        }
    }
}
