//! Hostile case 4: to the second. Two nodes whose caches are warm, asked for everything through which an article might show: before its time
//! no answer holds it, and from its withdrawal on none does.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use serde_json::json;

use crate::app::{Answer, App};
use crate::leaks::{WORD, addresses, publication};
use crate::shorthand::markdown;

/// Stands in the article's texts, and in no address.
const SECRET: &str = "Binnenwerk";

/// How long another node may take to hear of a change.
const HEARD: Duration = Duration::from_secs(1);

/// An answer that was looked at.
struct Look {
    node: usize,
    address: String,
    asked: DateTime<Utc>,
    answered: DateTime<Utc>,
    status: u16,
    holds: bool,
}

/// Asks a node for everything, again and again until this time, so that all of it is kept.
async fn watch(node: usize, app: &App, until: impl Fn() -> bool) -> Vec<Look> {
    let mut looks = Vec::new();
    while !until() {
        for address in addresses(WORD) {
            let asked = Utc::now();
            let answer = app.get(&address).await;
            looks.push(Look {
                node,
                address,
                asked,
                answered: Utc::now(),
                status: answer.status,
                holds: answer.text.contains(SECRET),
            });
        }
    }
    looks
}

/// An article that is connected with everything that is public.
async fn hidden(app: &App) -> Answer {
    let named = json!([{"entity": "onderwerp", "relation": "about"}]);
    let body = json!({
        "headline": SECRET, "slug": WORD, "standfirst": markdown(SECRET), "body": markdown(SECRET), "section": "water", "authors": ["auteur"],
        "entities": named, "related": [{"article": "openbaar"}], "language": "nl",
    });
    app.make("/articles", body).await
}

/// The picks of the public article, with it among them.
async fn picked(app: &App, hidden: &Answer) {
    let picks = json!([{"article": hidden.id()}]);
    let set = app
        .manage("PUT", "/articles/openbaar/related")
        .if_match("*")
        .json(&picks);
    let seen = set.send().await.expect(200);
    let publish = app
        .manage("POST", "/articles/openbaar/publish")
        .if_match(&seen.etag());
    publish.json(&json!({})).send().await.expect(200);
}

#[track_caller]
fn expect_seen(looks: &[Look]) {
    for node in 0..2 {
        let seen = looks.iter().filter(|look| look.node == node && look.holds);
        let mut places: Vec<&str> = seen.map(|look| look.address.as_str()).collect();
        places.sort_unstable();
        places.dedup();
        assert!(
            places.len() > 20,
            "node {node} showed it in {} places only, so this test proves little",
            places.len()
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_withdrawn_is_gone_with_the_answer_and_a_second_later_on_every_node() {
    let (app, _) = publication().await;
    let other = App::on(&app.database_url).await;
    let made = hidden(&app).await;
    let published = app.act(&made, "publish", json!({})).await.expect(200);
    picked(&app, &made).await;
    let nodes = [&app, &other];
    let warm = AtomicUsize::new(0);
    let gone = Mutex::new(None);
    let withdraw = async {
        while warm.load(Ordering::Relaxed) < 4 {
            tokio::task::yield_now().await;
        }
        let begun = Utc::now();
        app.act(&published, "withdraw", json!({})).await.expect(200);
        *gone.lock().unwrap() = Some((begun, Utc::now()));
    };
    let over = || {
        warm.fetch_add(1, Ordering::Relaxed);
        let gone = *gone.lock().unwrap();
        gone.is_some_and(|(_, at): (_, DateTime<Utc>)| Utc::now() > at + 3 * HEARD)
    };
    let watched = nodes
        .iter()
        .enumerate()
        .map(|(node, app)| watch(node, app, over));
    let (looks, ()) = tokio::join!(join_all(watched), withdraw);
    let looks: Vec<Look> = looks.into_iter().flatten().collect();

    expect_seen(&looks);
    let (begun, at) = gone.lock().unwrap().unwrap();
    for look in &looks {
        // The node that took the withdrawal knows of it at once.
        let heard = if look.node == 0 { at } else { at + HEARD };
        assert!(
            look.asked < heard || !look.holds,
            "node {} at {}, {} after",
            look.node,
            look.address,
            look.asked - at
        );
        assert!(
            look.answered > begun || look.status != 410,
            "{}",
            look.address
        );
    }
    app.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_of_any_node_holds_it_before_its_time_nor_a_second_after_its_end() {
    let (app, _) = publication().await;
    let other = App::on(&app.database_url).await;
    let made = hidden(&app).await;
    picked(&app, &made).await;
    let begins = Utc::now() + Duration::from_secs(3);
    let ends = begins + Duration::from_secs(4);
    let time = |at: DateTime<Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let publish = json!({"at": time(begins)});
    let planned = app.act(&made, "publish", publish).await.expect(200);
    let withdraw = json!({"at": time(ends)});
    app.act(&planned, "withdraw", withdraw).await.expect(200);
    let over = || Utc::now() > ends + 4 * HEARD;
    let watched = [&app, &other].into_iter().enumerate();
    let watched = watched.map(|(node, app)| watch(node, app, over));
    let looks: Vec<Look> = join_all(watched).await.into_iter().flatten().collect();

    expect_seen(&looks);
    let acts = "SELECT (extract(epoch FROM at) * 1000)::bigint FROM newsroom.audit WHERE key_name = 'kroniek schedule' ORDER BY at";
    let acts = app.sql().await.query(acts, &[]).await.unwrap();
    let [shown, hidden] =
        [0, 1].map(|act: usize| DateTime::from_timestamp_millis(acts[act].get(0)).unwrap());
    assert!(shown >= begins && hidden >= ends, "too early");
    for look in &looks {
        let place = format!("node {} at {}", look.node, look.address);
        assert!(look.answered >= begins || !look.holds, "{place} too early");
        assert!(
            look.asked < hidden + HEARD || !look.holds,
            "{place} too late"
        );
        if look.address == format!("/v1/articles/{WORD}") {
            if look.answered < begins {
                assert_eq!(look.status, 404, "{place}");
            }
            if look.asked > shown + HEARD && look.answered < ends {
                assert_eq!(look.status, 200, "{place}");
            }
            if look.asked > hidden + HEARD {
                assert_eq!(look.status, 410, "{place}");
            }
        }
    }
    app.stop().await;
    other.stop().await;
}
