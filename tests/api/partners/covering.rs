//! What a contract covers is there; what it does not cover does not exist.

use serde_json::{Value, json};

use super::{Chance, Partner, publication, slugs};
use crate::app::App;
use crate::leaks::told;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_covered_answers_like_what_never_was() {
    let app = App::start().await;
    publication(&app).await;
    let renamed = app.manage("GET", "/articles/raad").send().await;
    let renamed = app
        .patch("/articles/raad", &renamed, json!({"slug": "raadzaal"}))
        .await;
    app.act(&renamed.expect(200), "publish", json!({}))
        .await
        .expect(200);
    let partner = Partner::new(&app, json!({"sections": ["water"], "languages": ["nl"]})).await;
    assert_eq!(partner.slugs(&app, "count=true").await, ["haven"]);

    let raad = app.get("/v1/articles/raadzaal").await.id();
    let never = "11111111-2222-4333-8444-555555555555";
    for (hidden, nothing) in [
        ("raadzaal", "nergens"),
        ("raad", "nergens"),
        ("weg", "nergens"),
        ("tide", "nergens"),
        (raad.as_str(), never),
    ] {
        for place in ["", "/updates"] {
            let asked = |name: &str| format!("/articles/{name}{place}");
            let (one, other) = (
                partner.get(&app, &asked(hidden)).await,
                partner.get(&app, &asked(nothing)).await,
            );
            assert_eq!(one.status, 404, "{hidden}: {}", one.text);
            assert_eq!(told(&one), told(&other), "{hidden}{place}");
        }
        let filter = if hidden == raad { "ids" } else { "slugs" };
        for query in [
            format!("{filter}={hidden}&count=true"),
            format!("translation_of={hidden}&count=true"),
        ] {
            let list = partner.get(&app, &format!("/articles?{query}")).await;
            let list = list.expect(200);
            assert_eq!(
                (&list.json["data"], &list.json["page"]["total"]),
                (&json!([]), &json!(0)),
                "{query}"
            );
        }
    }
    for query in [
        "section=politiek",
        "language=en",
        "entity=dijk",
        "q=raad",
        "sort=updated&published_after=2000-01-01T00:00:00Z&section=politiek",
    ] {
        let list = partner
            .get(&app, &format!("/articles?{query}&count=true"))
            .await;
        let list = list.expect(200);
        assert_eq!(
            (&list.json["data"], &list.json["page"]["total"]),
            (&json!([]), &json!(0)),
            "{query}"
        );
        let feed = partner
            .get(
                &app,
                &format!("/feeds/feed.json?{}", query.replace("sort=updated&", "")),
            )
            .await;
        assert_eq!(feed.expect(200).json["items"], json!([]), "{query}");
    }
    // Nor is it named by what is covered.
    let page = partner.get(&app, "/articles/haven").await.expect(200);
    let related = page.json["related"].as_array().unwrap();
    assert_eq!(related.len(), 0, "{related:?}");
    let public = app.get("/v1/articles/haven").await;
    assert_eq!(public.json["related"].as_array().map(Vec::len), Some(2));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_covered_article_is_read_as_it_is_and_under_its_old_slug() {
    let app = App::start().await;
    publication(&app).await;
    let partner = Partner::new(&app, json!({"entities": ["slib"], "licence": "Met bron."})).await;
    let article = app.manage("GET", "/articles/haven").send().await;
    let update = json!({"body": {"format": "markdown", "source": "Later."}});
    app.make(&format!("/articles/{}/updates", article.id()), update)
        .await;
    let renamed = app
        .patch("/articles/haven", &article, json!({"slug": "kade"}))
        .await;
    app.act(&renamed.expect(200), "publish", json!({}))
        .await
        .expect(200);
    let mut page = partner.get(&app, "/articles/kade").await.expect(200);
    assert_eq!(page.json["contract_licence"], "Met bron.");
    page.json
        .as_object_mut()
        .unwrap()
        .remove("contract_licence");
    let public = app.get("/v1/articles/kade").await.expect(200);
    let mut shown = public.json.clone();
    // Another that it points to is not covered.
    shown["related"]
        .as_array_mut()
        .unwrap()
        .retain(|one| one["slug"] != "tide");
    assert_eq!(page.json, shown);
    let old = partner.get(&app, "/articles/haven").await;
    assert_eq!(
        (old.status, old.header("location")),
        (308, "/v1/syndication/articles/kade")
    );
    let updates = partner
        .get(&app, "/articles/kade/updates")
        .await
        .expect(200);
    assert_eq!(updates.json["contract_licence"], "Met bron.");
    assert_eq!(updates.json["data"], public.json["updates"]);
    let list = partner.get(&app, "/articles").await.expect(200);
    assert_eq!(list.json["contract_licence"], "Met bron.");
    assert_eq!(slugs(&list), ["raad", "kade"]);
    let feed = partner.get(&app, "/feeds/rss.xml").await.expect(200);
    assert!(
        feed.text.contains("<copyright>Met bron.</copyright>"),
        "{}",
        feed.text
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_and_pictures_are_as_the_contract_has_them() {
    let app = App::start().await;
    let picture = json!({"url": "https://example.org/kop.jpg", "alt": "Kop"});
    let source = format!(
        "{}\n\n![Kade](https://example.org/kade.jpg)\n\nHet slot.",
        "Wat er staat. ".repeat(40)
    );
    let article = app
        .publish(json!({"headline": "Haven", "image": picture, "body": {"format": "markdown", "source": source}}))
        .await;
    let update = json!({"body": {"format": "markdown", "source": "Erbij: ![Slib](https://example.org/slib.jpg) en verder."}});
    app.make(&format!("/articles/{}/updates", article.id()), update)
        .await;
    let whole = Partner::new(&app, json!({})).await;
    let bare = Partner::new(&app, json!({"media": false})).await;
    let excerpt = Partner::new(&app, json!({"text": "excerpt"})).await;
    for place in [
        "/articles/haven?body=html,blocks",
        "/articles?body=html,blocks",
        "/articles/haven/updates?body=html,blocks",
        "/feeds/atom.xml",
        "/feeds/feed.json?updates=items",
    ] {
        let read = async |partner: &Partner| partner.get(&app, place).await.expect(200).text;
        let (whole, bare) = (read(&whole).await, read(&bare).await);
        assert!(
            whole.contains("slib.jpg") || whole.contains("kade.jpg"),
            "{place}"
        );
        assert!(!bare.contains(".jpg"), "{place}: {bare}");
        assert!(
            bare.contains("verder") || bare.contains("Het slot"),
            "{place}: {bare}"
        );
        let excerpt = read(&excerpt).await;
        assert!(
            !excerpt.contains("Het slot") && !excerpt.contains("verder."),
            "{place}: {excerpt}"
        );
        assert!(excerpt.contains('…'), "{place}: {excerpt}");
    }
    // Who has no more than excerpts finds nothing by what they don't have.
    assert_eq!(whole.slugs(&app, "q=slot").await, ["haven"]);
    assert_eq!(excerpt.slugs(&app, "q=slot").await, [""; 0]);
    assert_eq!(excerpt.slugs(&app, "q=haven").await, ["haven"]);
    // What anyone may read is another matter.
    let site = app.manage("GET", "/site").send().await;
    let nothing = json!({"public_text": "none"});
    app.patch("/site", &site, nothing).await.expect(200);
    assert_eq!(
        app.get("/v1/articles/haven").await.json["body"],
        Value::Null
    );
    let page = whole.get(&app, "/articles/haven").await.expect(200);
    assert!(page.text.contains("Het slot"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_under_any_contract_hold_what_it_covers() {
    const SECTIONS: [&str; 3] = ["water", "politiek", "sport"];
    const LANGUAGES: [&str; 4] = ["nl", "nl-BE", "en", "de"];
    const TOPICS: [&str; 3] = ["slib", "dijk", "sluis"];
    let app = App::start().await;
    let mut chance = Chance(7);
    for name in SECTIONS {
        app.make("/sections", json!({"name": name})).await;
    }
    for name in TOPICS {
        app.make("/entities", json!({"kind": "topic", "name": name}))
            .await;
    }
    let mut articles = Vec::new();
    for number in 0..40 {
        let slug = format!("stuk-{number}");
        let (section, language) = (SECTIONS[chance.below(3)], LANGUAGES[chance.below(4)]);
        let topics = chance.some(&TOPICS).unwrap_or_default();
        let named: Vec<Value> = topics.iter().map(|one| json!({"entity": one})).collect();
        app.publish(json!({"headline": slug, "slug": slug, "section": section, "language": language, "entities": named}))
            .await;
        articles.push((slug, section, language, topics));
    }
    for _ in 0..25 {
        let (sections, topics) = (chance.some(&SECTIONS), chance.some(&TOPICS));
        let languages = chance.some(&["nl", "en", "de"]);
        let contract = json!({"sections": sections, "languages": languages, "entities": topics});
        let partner = Partner::new(&app, contract.clone()).await;
        let asked = [
            ("", None, None),
            ("section=water", Some("water"), None),
            ("entity=slib", None, Some("slib")),
            (
                "section=water&entity=slib&sort=updated",
                Some("water"),
                Some("slib"),
            ),
        ];
        let (query, section, topic) = asked[chance.below(4)];
        let covers = |article: &&(String, &str, &str, Vec<&str>)| {
            let (_, own, language, named) = article;
            let tag = language.split('-').next().unwrap();
            sections.as_ref().is_none_or(|all| all.contains(own))
                && languages.as_ref().is_none_or(|all| all.contains(&tag))
                && topics
                    .as_ref()
                    .is_none_or(|all| named.iter().any(|one| all.contains(one)))
                && section.is_none_or(|asked| asked == *own)
                && topic.is_none_or(|asked| named.contains(&asked))
        };
        let mut wanted: Vec<String> = articles
            .iter()
            .filter(covers)
            .map(|one| one.0.clone())
            .collect();
        wanted.reverse();
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/articles?{query}&limit=3&count=true&cursor={cursor}");
            let page = partner.get(&app, &path).await.expect(200);
            assert_eq!(
                page.json["page"]["total"],
                json!(wanted.len()),
                "{contract}: {query}"
            );
            found.extend(slugs(&page));
            match page.json["page"]["next_cursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(found, wanted, "{contract}: {query}");
    }
    app.stop().await;
}
