//! A page of a list of articles, as one statement; before it, where more than one filter could be walked along, one that tells which is the
//! narrowest. That one only advises: whatever it says, the list is the same.

use chrono::DateTime;
use diesel::sql_types::{Array, BigInt};
use diesel_async::RunQueryDsl;

use super::cards::CARD;
use super::filters::{Bound, Filters, Window};
use super::satisfy::count_freely;
use super::walk::{self, Source, Stretch};
use super::words::words;
use super::{Sql, allowed, asked, cards, item};
use crate::articles::model::PublicArticle;
use crate::articles::selection::Selection;
use crate::db::DeliveryConn;
use crate::db::statement::{Bind, Snapshot, Statement, in_time, snapshot};
use crate::error::{Error, Result};
use crate::http::cursor::{Position, SortKey};
use crate::publishing::card::VERSION_SQL;
use crate::question::model::Question;
use crate::values::frontend::{FRONTEND_SQL, Frontend};

/// How many rows are read of what could be walked, to tell how narrow it is. What has more is taken to be wide. About 0.3 ms.
const WIDE: i64 = 5000;
const WIDE_SQL: &str = "5000";
/// Likewise where all is counted, which is worth a longer look.
const WIDE_TO_COUNT: i64 = 20_000;
const WIDE_TO_COUNT_SQL: &str = "20000";
/// How many articles may have a bound between their dates for these to be read apart.
const FEW: i64 = 1000;
const FEW_SQL: &str = "1000";

/// How often words are looked up anew, when what may be searched changes meanwhile.
const TRIES: usize = 3;

/// A page of a list, of what a question in words finds where there is one, and one row more.
///
/// # Errors
/// The database.
pub async fn list(
    conn: &mut DeliveryConn,
    (filters, question): (Filters, Option<&Question>),
    window: &Window,
    selection: &Selection,
) -> Result<Snapshot<Vec<PublicArticle>>> {
    let Some(question) = question else {
        return without_words(conn, &filters, window, selection).await;
    };
    for _ in 0..TRIES {
        let words = words(conn, question, &filters).await?;
        let searched = words.public_text;
        let filters = Filters {
            words: Some(words),
            ..filters.clone()
        };
        let found = without_words(conn, &filters, window, selection).await?;
        if Frontend::of(found.site.as_deref())?.public_text == searched {
            return Ok(found);
        }
    }
    Err(Error::unavailable(
        "What may be searched is just being changed. Try again shortly.",
    ))
}

/// A page of a list whose words have been looked up.
async fn without_words(
    conn: &mut DeliveryConn,
    filters: &Filters,
    window: &Window,
    selection: &Selection,
) -> Result<Snapshot<Vec<PublicArticle>>> {
    let survey = Survey::of(filters, window);
    let course = match survey.statement(filters, window) {
        None => survey.course(&[]),
        Some(statement) => {
            let patience = conn.patience();
            let (sizes,): (Vec<i64>,) =
                in_time(patience, statement.get_result(&mut **conn)).await??;
            survey.course(&sizes)
        }
    };
    if selection.is_on_card() {
        let sql = statement(filters, window, Shown::Cards, &course);
        if let Some(list) = cards::all(snapshot(conn, sql).await?, selection) {
            return Ok(list);
        }
    }
    let sql = statement(filters, window, Shown::Whole(selection), &course);
    allowed(snapshot(conn, sql).await?, selection)
}

/// What is read of each article of a list.
#[derive(Debug, Clone, Copy)]
pub enum Shown<'s> {
    /// Its card, or null.
    Cards,
    /// What was asked for, put together.
    Whole(&'s Selection),
}

/// The way through the indexes that a list is read by.
#[derive(Debug, Clone, Copy)]
pub struct Course {
    /// What is walked for the page.
    page: Source,
    /// What is walked to count; nothing where all of it is wide.
    total: Option<Source>,
    /// Whether what has a bound between its dates is read apart.
    apart: bool,
}

/// What could be walked, and what has to be measured to choose.
#[derive(Debug)]
pub struct Survey {
    /// What filters hold; where two are as narrow, the first is taken.
    held: Vec<Source>,
    /// Everything, by the date that the list is sorted by.
    all: Source,
    /// Everything, by dates that are bound; to count where nothing else is held, or nothing in the order of a date.
    dated: Vec<Source>,
    /// Whether what is held is few rows, or can't be gone through in the list's order in any case.
    whole: bool,
    /// Bounds of other dates than the list is sorted by.
    across: Vec<Bound>,
    /// Whether more is asked of what is counted than one walk along an index holds.
    sifted: bool,
}

impl Survey {
    /// Looks at the filters alone.
    pub fn of(filters: &Filters, window: &Window) -> Self {
        let mut survey = Self {
            held: Vec::new(),
            all: Source::Dated(window.sort),
            dated: Vec::new(),
            whole: false,
            across: Vec::new(),
            sifted: false,
        };
        let few = [
            (filters.ids.is_some(), Source::Ids),
            (filters.slugs.is_some(), Source::Slugs),
            (filters.translation_of.is_some(), Source::Translations),
            // What has a phrase is known once the words are found and looked through.
            (
                filters
                    .words
                    .as_ref()
                    .is_some_and(|words| words.strict.is_some())
                    && !filters.pages,
                Source::Words,
            ),
            // Pages are few, and links to them have no dates to walk by.
            (filters.pages, survey.all),
        ];
        if let Some((_, source)) = few.into_iter().find(|(asked, _)| *asked) {
            survey.held.push(source);
            survey.whole = true;
            return survey;
        }
        let many = [
            (filters.words.is_some(), Source::Words),
            (filters.all_entities.is_some(), Source::AllEntities),
            (filters.within_entity.is_some(), Source::Within),
            (filters.entities.is_some(), Source::Entities),
            (filters.authors.is_some(), Source::Authors),
            (filters.sections.is_some(), Source::Sections),
            (filters.has_updates == Some(true), Source::Updated),
            (filters.entity_kinds.is_some(), Source::Kinds),
            (filters.language.is_some(), Source::Language),
        ];
        let asked = many.into_iter().filter(|(asked, _)| *asked);
        survey.held.extend(asked.map(|(_, source)| source));
        for bound in filters.bounds() {
            if bound.date != window.sort {
                survey.across.push(bound);
            }
            let source = Source::Dated(bound.date);
            let unordered = survey.held.iter().all(|held| held.unordered());
            if window.count && unordered && !survey.dated.contains(&source) {
                survey.dated.push(source);
            }
        }
        survey.sifted = window.count
            && (filters.has_updates == Some(false) || survey.held.len() + survey.dated.len() > 1);
        survey
    }

    /// Whether it matters how much the filters hold.
    fn weighs(&self) -> bool {
        !self.whole
            && (self.held.len() > 1
                || !self.held.is_empty() && (self.sifted || !self.across.is_empty())
                || self.held.contains(&Source::Words))
    }

    /// How much is held, how much has each date, how much each bound is between the dates of: none where there is no choice. Each reads only as
    /// many rows as make it wide.
    pub fn statement(
        &self,
        filters: &Filters,
        window: &Window,
    ) -> Option<Statement<(Array<BigInt>,)>> {
        let mut sql = asked::begin(filters, &self.held);
        let mut begin = "SELECT ARRAY[";
        let mut next = |sql: &mut Statement<_>| {
            sql.sql(std::mem::replace(&mut begin, ", "));
        };
        let mut stretch = stretch(window);
        stretch.rows = WIDE_SQL;
        if window.count {
            (stretch.after, stretch.rows) = (None, WIDE_TO_COUNT_SQL);
        }
        if self.weighs() {
            for source in &self.held {
                next(&mut sql);
                walk::measure(&mut sql, (filters, *source), stretch);
            }
        }
        if self.sifted {
            for source in &self.dated {
                if let Source::Dated(sort) = *source {
                    next(&mut sql);
                    let whole = Stretch {
                        sort,
                        after: None,
                        ..stretch
                    };
                    walk::measure(&mut sql, (filters, *source), whole);
                }
            }
        }
        for bound in &self.across {
            next(&mut sql);
            walk::measure_spanning(&mut sql, *bound, FEW_SQL);
        }
        sql.sql("]");
        (begin == ", ").then_some(sql)
    }

    /// The way to go, by what the statement told.
    pub fn course(&self, sizes: &[i64]) -> Course {
        let mut sizes = sizes.iter().copied();
        let mut weigh = |sources: &[Source], weighed: bool| -> Vec<(Source, Option<i64>)> {
            let weigh = |source: &Source| (*source, if weighed { sizes.next() } else { None });
            sources.iter().map(weigh).collect()
        };
        let held = weigh(&self.held, self.weighs());
        let dated = weigh(&self.dated, self.sifted);
        let between: i64 = sizes.sum();
        let narrowest =
            |of: &[(Source, Option<i64>)]| of.iter().copied().min_by_key(|(_, size)| *size);
        // What many have, and has no order, is sooner met on a walk of something that has.
        let mut walked = held.clone();
        walked.retain(|(source, size)| {
            *source != Source::Words || size.is_none_or(|size| size < WIDE)
        });
        let (page, size) = narrowest(&walked).unwrap_or((self.all, None));
        let total = narrowest(&[held, dated].concat());
        let (total, counted) = total.unwrap_or((self.all, None));
        let wide = counted.is_none_or(|size| size >= WIDE_TO_COUNT);
        Course {
            page,
            total: (!(self.sifted && wide)).then_some(total),
            apart: !self.across.is_empty() && size.is_none_or(|size| size >= FEW) && between < FEW,
        }
    }
}

fn stretch(window: &Window) -> Stretch {
    let after = match &window.after {
        Some(Position {
            key: SortKey::Number(at),
            id,
        }) => Some((
            DateTime::from_timestamp_millis(*at).unwrap_or_default(),
            *id,
        )),
        _ => None,
    };
    Stretch {
        sort: window.sort,
        ascending: window.ascending,
        after,
        // As text: of a bound number the planner would think that it is a tenth of all.
        rows: if window.probe <= 21 { "21" } else { "101" },
    }
}

/// The list's statement. Indexes: see [`Source`].
pub fn statement(filters: &Filters, window: &Window, shown: Shown<'_>, course: &Course) -> Sql {
    let mut sql: Sql = asked::begin(filters, &[course.page, course.total.unwrap_or(course.page)]);
    let (order, end) = if window.ascending {
        ("p.at, p.id", ") c ORDER BY c.at, c.id LIMIT ")
    } else {
        (
            "p.at DESC, p.id DESC",
            ") c ORDER BY c.at DESC, c.id DESC LIMIT ",
        )
    };
    let row = match shown {
        Shown::Cards => "c.card",
        Shown::Whole(_) => "r",
    };
    sql.sql("SELECT h.epoch, h.seq, ")
        .sql(FRONTEND_SQL)
        .sql(", (SELECT coalesce(json_agg(")
        .sql(row)
        .sql(" ORDER BY ")
        .sql(order)
        .sql("), '[]')::text FROM (SELECT DISTINCT c.at, c.id FROM (");
    let stretch = stretch(window);
    walk::walk(&mut sql, (filters, course.page), stretch, course.apart);
    if course.apart {
        for bound in filters.bounds().filter(|bound| bound.date != window.sort) {
            sql.sql(" UNION ALL ");
            walk::spanning(&mut sql, filters, bound, stretch);
        }
    }
    sql.sql(end).bind(Bind::Number(window.probe));
    match shown {
        Shown::Cards => drop(sql.sql(CARD).sql(VERSION_SQL).sql("), ")),
        Shown::Whole(selection) => {
            sql.sql(") p CROSS JOIN LATERAL (");
            item(&mut sql, selection);
            sql.sql("a.id = p.id LIMIT 1) r), ");
        }
    }
    match course.total {
        _ if !window.count => drop(sql.sql("NULL::bigint")),
        Some(source) => walk::count(&mut sql, filters, source),
        None => count_freely(&mut sql, filters),
    }
    sql.sql(" FROM delivery.head h");
    sql
}
