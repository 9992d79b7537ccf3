//! Nothing that was once an address of something public stops leading to it: renamed, moved, under other patterns, in other writings.

mod renames;

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::shorthand::{managed, publish_at, read, republish};

pub async fn resolve(app: &App, path: &str) -> Value {
    let encoded: String = path
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    let answer = app.get(&format!("/v1/resolve?path={encoded}")).await;
    assert!(
        [200, 404].contains(&answer.status),
        "{path}: {}",
        answer.text
    );
    if answer.status == 200 {
        answer.json
    } else {
        Value::Null
    }
}

/// State and address that a path leads to.
async fn leads(app: &App, path: &str) -> (String, String) {
    let found = resolve(app, path).await;
    let text = |value: &Value| value.as_str().unwrap_or("nowhere").to_owned();
    (text(&found["state"]), text(&found["url"]))
}

fn pair(state: &str, url: &str) -> (String, String) {
    (state.to_owned(), url.to_owned())
}

pub async fn set_site(app: &App, patch: Value) {
    let site = managed(app, "/site").await;
    app.patch("/site", &site, patch).await.expect(200);
}

pub async fn rename(app: &App, list: &str, old: &str, new: &str) -> Answer {
    let seen = managed(app, &format!("/{list}/{old}")).await;
    app.patch(&format!("/{list}/{old}"), &seen, json!({"slug": new}))
        .await
}

async fn publication() -> (App, Answer) {
    let app = App::start().await;
    for name in ["Water", "Lucht"] {
        app.make("/sections", json!({"name": name})).await;
    }
    app.make("/authors", json!({"name": "Fenna"})).await;
    let body = json!({"headline": "Slib", "section": "water", "authors": ["fenna"], "entities": [{"kind": "topic", "name": "Haven"}]});
    let slib = publish_at(&app, "2024-02-03T00:00:00Z", body).await;
    (app, slib)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_under_any_pattern_that_the_site_ever_had_leads_to_the_one_of_now() {
    let (app, slib) = publication().await;
    for (article, others) in [
        ("/{year}/{month}/{slug}", "/x/{slug}"),
        ("/a/{id}", "/y/{slug}"),
        ("/lees/{language}/{id}/{slug}", "/z/{id}"),
        ("/{section}/{slug}", "/t/{slug}"),
    ] {
        let paths = json!({"article": article, "section": format!("/s{others}"), "author": format!("/p{others}"), "entity": format!("/e{others}")});
        set_site(&app, json!({"paths": paths})).await;
    }
    let id = slib.id();
    let section = read(&app, "/v1/sections/water").await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let url = "http://localhost:3000/water/slib";
    assert_eq!(leads(&app, "/water/slib").await, pair("current", url));
    for old in [
        "/2024/02/slib".to_owned(),
        format!("/a/{id}"),
        format!("/lees/nl/{id}/wat-dan-ook"),
        "/lees/nl/slib/slib".to_owned(),
    ] {
        assert_eq!(leads(&app, &old).await, pair("moved", url), "{old}");
    }
    for old in [
        "/water".to_owned(),
        "/s/x/water".into(),
        "/s/y/water".into(),
        format!("/s/z/{section}"),
    ] {
        assert_eq!(
            leads(&app, &old).await,
            pair("moved", "http://localhost:3000/s/t/water"),
            "{old}"
        );
    }
    for (old, new) in [
        ("/authors/fenna", "/p/t/fenna"),
        ("/p/x/fenna", "/p/t/fenna"),
        ("/topics/haven", "/e/t/haven"),
        ("/e/y/haven", "/e/t/haven"),
    ] {
        assert_eq!(
            leads(&app, old).await,
            pair("moved", &format!("http://localhost:3000{new}")),
            "{old}"
        );
    }
    // What was never a pattern leads nowhere.
    assert_eq!(resolve(&app, "/b/slib/x/y").await, Value::Null);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_article_of_a_renamed_section_is_found_at_its_old_address() {
    let (app, slib) = publication().await;
    rename(&app, "sections", "water", "zee").await.expect(200);
    rename(&app, "sections", "zee", "kust").await.expect(200);
    republish(&app, &slib, json!({"slug": "modder"})).await;
    let url = "http://localhost:3000/kust/modder";
    for old in ["/water/slib", "/zee/slib", "/zee/modder", "/water/modder"] {
        assert_eq!(leads(&app, old).await, pair("moved", url), "{old}");
    }
    assert_eq!(leads(&app, "/kust/modder").await, pair("current", url));
    assert_eq!(
        leads(&app, "/water").await,
        pair("moved", "http://localhost:3000/kust")
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_in_another_writing_leads_to_the_same() {
    let (app, slib) = publication().await;
    let sql = app.sql().await;
    for old in [
        "/?p=12",
        "/2010/caf%c3%a9",
        "/Archief/Oud.html",
        "/blog/?page_id=7",
    ] {
        sql.execute("INSERT INTO newsroom.old_paths (path, kind, owner_id) VALUES ($1, 'article', $2::text::uuid)", &[&old, &slib.id()]).await.unwrap();
    }
    republish(&app, &slib, json!({"headline": "Slib!"})).await;
    let url = "http://localhost:3000/water/slib";
    for same in [
        "/water/slib",
        "/water/slib/",
        "/water/slib?utm_source=post&x=1",
        "/water/slib/?",
        "/water/slib#kop",
        "/water/sl%69b",
        "http://localhost:3000/water/slib",
        "HTTP://LOCALHOST:3000/water/slib/?a=b#c",
        "https://localhost:3000/water/slib",
    ] {
        assert_eq!(leads(&app, same).await, pair("current", url), "{same}");
    }
    for moved in [
        "/Water/Slib",
        "/WATER/SLIB?x",
        "/?p=12",
        "/?utm_source=x&p=12",
        "/?p=12&preview=true",
        "/2010/caf%c3%a9",
        "/2010/caf%C3%A9/",
        "/2010/café",
        "/Archief/Oud.html",
        "/blog/?page_id=7",
        "/blog?page_id=7",
        "http://localhost:3000/?p=12",
    ] {
        assert_eq!(leads(&app, moved).await, pair("moved", url), "{moved}");
    }
    for nowhere in [
        "/?p=1",
        "/?p=123",
        "/?p=",
        "https://elders.example/water/slib",
        "http://localhost:3001/water/slib",
        "http://localhost/water/slib",
        "/water/slib%00",
        "/%",
        "/water%2Fslib%2F%FF",
    ] {
        assert_eq!(resolve(&app, nowhere).await, Value::Null, "{nowhere}");
    }
    // The site moves to another address, below a path of its own.
    set_site(&app, json!({"public_url": "https://nieuw.example/krant"})).await;
    let url = "https://nieuw.example/krant/water/slib";
    for same in [
        "/water/slib",
        "/krant/water/slib",
        url,
        "http://localhost:3000/water/slib",
    ] {
        assert_eq!(leads(&app, same).await, pair("current", url), "{same}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slug_of_before_redirects_in_one_step_wherever_one_stands() {
    let (app, slib) = publication().await;
    let mut last = "slib".to_owned();
    for next in ["b", "c", "slib", "d"] {
        republish(&app, &slib, json!({"slug": next})).await;
        last = next.to_owned();
    }
    for (list, first) in [
        ("authors", "fenna"),
        ("entities", "haven"),
        ("sections", "water"),
    ] {
        rename(&app, list, first, "tussen").await.expect(200);
        rename(&app, list, "tussen", "nu").await.expect(200);
        for old in [first, "tussen"] {
            for below in ["", "/articles"] {
                if below.is_empty() || list == "entities" {
                    let moved = app
                        .get(&format!("/v1/{list}/{old}{below}"))
                        .await
                        .expect(308);
                    assert_eq!(moved.header("location"), format!("/v1/{list}/nu{below}"));
                }
            }
        }
    }
    for old in ["slib", "b", "c"] {
        for below in ["", "/updates", "/donation-links"] {
            let moved = app
                .get(&format!("/v1/articles/{old}{below}?fields=slug").replace(
                    if below.is_empty() {
                        "\0"
                    } else {
                        "?fields=slug"
                    },
                    "",
                ))
                .await
                .expect(308);
            let query = if below.is_empty() { "?fields=slug" } else { "" };
            assert_eq!(
                moved.header("location"),
                format!("/v1/articles/{last}{below}{query}")
            );
            app.get(moved.header("location")).await.expect(200);
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_its_owner_takes_an_alias_back_and_two_articles_do_not_swap() {
    let (app, slib) = publication().await;
    let zand = app
        .publish(json!({"headline": "Zand", "section": "water"}))
        .await;
    republish(&app, &slib, json!({"slug": "modder"})).await;
    for (article, wanted) in [(&zand, "slib"), (&zand, "modder"), (&slib, "zand")] {
        let path = format!("/articles/{}", article.id());
        let seen = managed(&app, &path).await;
        let refused = app
            .patch(&path, &seen, json!({"slug": wanted}))
            .await
            .expect(409);
        assert!(refused.json["detail"].as_str().unwrap().contains(wanted));
    }
    // A headline that would make a reserved slug is numbered; withdrawal frees nothing.
    let seen = managed(&app, &format!("/articles/{}", slib.id())).await;
    app.act(&seen, "withdraw", json!({})).await.expect(200);
    for headline in ["Slib", "Modder"] {
        let other = app.publish(json!({"headline": headline})).await;
        assert_eq!(other.json["slug"], format!("{}-2", headline.to_lowercase()));
    }
    assert_eq!(
        leads(&app, "/water/slib").await,
        pair("withdrawn", "nowhere")
    );
    // An address of before an import does not take one that is in use; the owner may go back.
    let old_path = "INSERT INTO newsroom.old_paths (path, kind, owner_id) VALUES ('/water/modder', 'article', $1::text::uuid)";
    app.sql()
        .await
        .execute(old_path, &[&zand.id()])
        .await
        .unwrap();
    republish(&app, &zand, json!({"headline": "Zand!"})).await;
    republish(&app, &slib, json!({"slug": "slib"})).await;
    assert_eq!(
        leads(&app, "/water/slib").await,
        pair("current", "http://localhost:3000/water/slib")
    );
    republish(&app, &slib, json!({"slug": "modder"})).await;
    assert_eq!(
        leads(&app, "/water/modder").await,
        pair("current", "http://localhost:3000/water/modder")
    );
    app.stop().await;
}
