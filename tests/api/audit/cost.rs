//! No question makes the database read all of a large audit.

use kroniek::audit::parameters::{AuditQuery, SubjectKind};
use kroniek::audit::queries::newsroom::Question;
use kroniek::http::cursor::{Position, SortKey};
use kroniek::values::{Id, Line, Reference, Timestamp};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::app::App;
use crate::plans::plan::{explain, numbers as counts};

/// A hundred thousand writes of a minute each: by twenty keys for fifty people; the newest were long ago by key 0 for nobody.
const ROWS: &str = "
    INSERT INTO newsroom.audit (id, at, key_id, key_name, actor, request_id, action, subject_kind, subject_id, version_from, version_to)
    SELECT gen_random_uuid(), timestamptz '2026-01-01 00:00:00Z' + n * interval '1 minute',
           CASE WHEN n < 100 THEN '00000000-0000-4000-8000-000000000000' ELSE ('00000000-0000-4000-8000-0000000000' || 10 + n % 20)::uuid END, 'key',
           CASE WHEN n < 100 THEN 'long ago' WHEN n % 3 > 0 THEN 'actor ' || n % 50 END, 'request-' || n,
           CASE WHEN n < 100 THEN 'long_ago' ELSE 'action_' || n % 40 END,
           CASE WHEN n < 100 THEN 'log' ELSE (ARRAY['article', 'update', 'entity', 'site'])[1 + n % 4] END,
           CASE WHEN n % 4 < 3 THEN md5('thing ' || n % 5000)::uuid END, NULL, '1'
    FROM generate_series(1, 100000) AS n;
    ANALYZE newsroom.audit";

/// A page and one more, with room for a filter that the planner reads whole, since it holds no more than that.
const PAGE: f64 = 120.0;

/// What is counted of two filters at most.
const COUNTED: f64 = 10_000.0;

type Set = fn(&mut AuditQuery);

fn id(text: &str) -> Uuid {
    text.parse().unwrap()
}

fn time(text: &str) -> Option<Timestamp> {
    Some(Timestamp::parse(text).unwrap())
}

/// Each filter with a value that many rows have and with one that few have, all of them long ago.
const FILTERS: &[(&str, Set)] = &[
    ("key", |asked| {
        asked.key = Some(Id(id("00000000-0000-4000-8000-000000000012")));
    }),
    ("key of long ago", |asked| {
        asked.key = Some(Id(id("00000000-0000-4000-8000-000000000000")));
    }),
    ("actor", |asked| {
        asked.actor = Line::parse("actor 7").ok();
    }),
    ("actor of long ago", |asked| {
        asked.actor = Line::parse("long ago").ok();
    }),
    ("actor who never was", |asked| {
        asked.actor = Line::parse("nobody").ok();
    }),
    ("action", |asked| {
        asked.action = Line::parse("action_7").ok();
    }),
    ("action of long ago", |asked| {
        asked.action = Line::parse("long_ago").ok();
    }),
    ("subject_kind", |asked| {
        asked.subject_kind = Some(SubjectKind::Entity);
    }),
    ("subject_kind of long ago", |asked| {
        asked.subject_kind = Some(SubjectKind::Log);
    }),
    ("request_id", |asked| {
        asked.request_id = Line::parse("request-77").ok();
    }),
    ("subject", |asked| {
        asked.subject = Some(Reference::Id(id("00000000-0000-4000-8000-000000000001")));
    }),
    ("after", |asked| {
        asked.after = time("2026-02-01T00:00:00Z");
    }),
    ("before", |asked| {
        asked.before = time("2026-01-02T00:00:00Z");
    }),
];

/// How many rows are counted, and how many are read, for a page of what is asked.
async fn reads(
    sql: &Client,
    asked: &AuditQuery,
    after: Option<Position>,
    mode: &str,
) -> (f64, f64) {
    let subject = sql.query_one("SELECT md5('thing 7')::uuid::text", &[]);
    let subject: String = subject.await.unwrap().get(0);
    let subjects = asked.subject.as_ref().map(|_| vec![id(&subject)]);
    let question = Question::new(asked, subjects.as_deref());
    let (mut sizes, mut counted) = (Vec::new(), 0.0);
    if let Some(survey) = question.survey() {
        counted = explain(sql, &survey, mode).await.rows();
        sizes = counts(sql, &survey).await;
    }
    let page = question.page(&sizes, after);
    (counted, explain(sql, &page, mode).await.rows())
}

/// How many rows each of the chosen filters holds alone; the least of them.
async fn narrowest(sql: &Client, chosen: &[&(&str, Set)]) -> f64 {
    let conditions = |name: &str| match name {
        "key" => "key_id = '00000000-0000-4000-8000-000000000012'",
        "key of long ago" => "key_id = '00000000-0000-4000-8000-000000000000'",
        "actor" => "actor = 'actor 7'",
        "actor of long ago" => "actor = 'long ago'",
        "actor who never was" => "false",
        "action" => "action = 'action_7'",
        "action of long ago" => "action = 'long_ago'",
        "subject_kind" => "subject_kind = 'entity'",
        "subject_kind of long ago" => "subject_kind = 'log'",
        "request_id" => "request_id = 'request-77'",
        "subject" => "subject_id = md5('thing 7')::uuid",
        "after" => "at > '2026-02-01 00:00:00Z'",
        _ => "at < '2026-01-02 00:00:00Z'",
    };
    let mut least = f64::MAX;
    for (name, _) in chosen {
        let count = format!(
            "SELECT count(*)::float8 FROM newsroom.audit WHERE {}",
            conditions(name)
        );
        least = least.min(sql.query_one(&count, &[]).await.unwrap().get(0));
    }
    least
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_filter_reads_all_of_a_large_audit() {
    let app = App::start().await;
    let sql = app.sql().await;
    sql.batch_execute(ROWS).await.unwrap();
    let middle = Position {
        key: SortKey::Number(1_769_904_000_000),
        id: Uuid::nil(),
    };
    let mut wrong = Vec::new();
    let alone = FILTERS.iter().map(|filter| vec![filter]);
    for chosen in alone.chain([vec![]]) {
        let mut asked = AuditQuery::default();
        chosen.iter().for_each(|(_, set)| set(&mut asked));
        for mode in ["force_custom_plan", "force_generic_plan"] {
            for after in [None, Some(middle.clone())] {
                let (_, rows) = reads(&sql, &asked, after, mode).await;
                if rows > PAGE {
                    let names: Vec<_> = chosen.iter().map(|(name, _)| *name).collect();
                    wrong.push(format!("{names:?}, {mode}: {rows} rows"));
                }
            }
        }
    }
    for (index, one) in FILTERS.iter().enumerate() {
        for other in FILTERS.iter().skip(index + 1) {
            let chosen = [one, other];
            let mut asked = AuditQuery::default();
            chosen.iter().for_each(|(_, set)| set(&mut asked));
            let least = narrowest(&sql, &chosen).await;
            for mode in ["force_custom_plan", "force_generic_plan"] {
                let (counted, rows) = reads(&sql, &asked, None, mode).await;
                if rows > least + PAGE || counted > COUNTED {
                    wrong.push(format!(
                        "{} and {}, {mode}: {counted} and {rows} rows, of {least}",
                        one.0, other.0
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    app.stop().await;
}
