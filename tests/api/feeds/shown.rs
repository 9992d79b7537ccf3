//! What feeds tell of articles and of their updates.

use serde_json::json;

use super::{API, FORMATS, app, content, each, feed, parsed, titles};
use crate::donation_links::{hang, paypal};
use crate::media::pictures::jpeg;
use crate::media::{image, uploaded};
use crate::shorthand::{append, managed, markdown, publish_at, republish};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_format_tells_all_of_an_article() {
    let app = app().await;
    app.make("/sections", json!({"name": "Water"})).await;
    app.make("/authors", json!({"name": "Fenna Loman"})).await;
    let body = "Zie [hier](/water/ander) en [daar](#voet) & verder.";
    let made = json!({
        "headline": "De haven & <het> slib", "slug": "haven", "language": "nl-BE", "section": "water", "authors": ["fenna-loman"],
        "standfirst": markdown("De *inleiding*."), "body": markdown(body),
        "entities": [{"kind": "organisation", "name": "Havenbedrijf", "relation": "about"}],
    });
    let article = publish_at(&app, "2026-02-03T04:05:06.000Z", made).await;
    let site = app.get("/v1/site").await.json;
    let url = app.get("/v1/articles/haven").await.json["url"].clone();
    for (file, media) in FORMATS {
        let answer = app.get(&format!("/feeds/{file}")).await.expect(200);
        assert_eq!(answer.header("content-type"), media);
        assert!(
            answer.text.contains(&format!("{API}/feeds/{file}")),
            "{}",
            answer.text
        );
        let feed = parsed(&answer);
        assert_eq!(feed.title.unwrap().content, site["title"].as_str().unwrap());
        let [entry] = feed.entries.as_slice() else {
            panic!("{:?}", feed.entries);
        };
        let urn = format!("urn:uuid:{}", article.id());
        assert!([&article.id(), &urn].contains(&&entry.id), "{}", entry.id);
        assert_eq!(
            entry.title.as_ref().unwrap().content,
            "De haven & <het> slib"
        );
        assert_eq!(entry.links[0].href, url.as_str().unwrap());
        assert_eq!(entry.authors[0].name.as_deref(), Some("Fenna Loman"));
        assert_eq!(
            entry.published.unwrap().to_rfc3339(),
            "2026-02-03T04:05:06+00:00"
        );
        assert_eq!(entry.summary.as_ref().unwrap().content, "De inleiding.");
        let categories: Vec<&str> = entry
            .categories
            .iter()
            .map(|category| category.label.as_deref().unwrap_or(&category.term))
            .collect();
        assert_eq!(categories, ["Water", "Havenbedrijf"], "{file}");
        let root = site["public_url"].as_str().unwrap();
        let told = content(entry);
        assert!(
            told.contains(&format!("href=\"{root}/water/ander\"")),
            "{told}"
        );
        assert!(
            told.contains(&format!("href=\"{}#", url.as_str().unwrap())),
            "{told}"
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_appended_update_moves_its_article_and_a_typo_does_not() {
    let app = app().await;
    let old = publish_at(
        &app,
        "2026-01-01T00:00:00.000Z",
        json!({"headline": "Oud", "language": "nl"}),
    )
    .await;
    publish_at(
        &app,
        "2026-02-01T00:00:00.000Z",
        json!({"headline": "Nieuw"}),
    )
    .await;
    for (file, feed) in each(&app, "").await {
        assert_eq!(titles(&feed), ["Nieuw", "Oud"], "{file}");
    }
    republish(&app, &old, json!({"headline": "Oudt"})).await;
    let before = each(&app, "").await;
    let rss = app.get("/feeds/rss.xml").await.text;
    assert!(
        rss.contains("<dcterms:modified>2026-01-01T00:00:00+00:00</dcterms:modified>"),
        "{rss}"
    );
    for feed in before.values() {
        assert_eq!(titles(feed), ["Nieuw", "Oudt"]);
    }
    let update =
        json!({"kind": "correction", "headline": "Toch niet", "body": markdown("Het was anders.")});
    let update = append(&app, &old, update).await;
    let at = update.json["published_at"].as_str().unwrap().to_owned();
    for (file, feed) in each(&app, "").await {
        assert_eq!(titles(&feed), ["Oudt", "Nieuw"], "{file}");
        let entry = &feed.entries[0];
        assert_eq!(entry.published, before[file].entries[1].published);
        let told = content(entry);
        assert!(
            told.contains("<h2>Correctie: Toch niet</h2>")
                && told.contains("<p>Het was anders.</p>"),
            "{told}"
        );
        assert!(
            told.contains(&format!("<time datetime=\"{at}\">")),
            "{told}"
        );
    }
    let atom = each(&app, "").await.remove("atom.xml").unwrap();
    let updated: chrono::DateTime<chrono::Utc> = at.parse().unwrap();
    assert_eq!(
        (atom.entries[0].updated, atom.updated),
        (Some(updated), Some(updated))
    );
    let told = app.get("/feeds/feed.json").await.json["items"][0].clone();
    assert_eq!(told["date_modified"], at);
    assert_eq!(told["_kroniek"]["updates"][0]["kind"], "correction");

    // One that is taken back leaves its place and its reason, and not its text.
    let path = format!("/articles/{}/updates/{}", old.id(), update.id());
    let seen = managed(&app, &path).await;
    let retract = app
        .manage("POST", &format!("{path}/retract"))
        .if_match(&seen.etag());
    retract
        .json(&json!({"reason": "Vergissing"}))
        .send()
        .await
        .expect(200);
    let taken = managed(&app, &path).await.json["retracted_at"].clone();
    let told = app.get("/feeds/feed.json").await.json["items"][1].clone();
    assert_eq!(
        told["date_modified"], taken,
        "who has it is to read it anew"
    );
    let apart = app.get("/feeds/feed.json?updates=items").await.json["items"][0].clone();
    assert_eq!(
        (&apart["id"], &apart["date_modified"]),
        (&json!(update.id()), &taken)
    );
    assert_eq!(
        apart["content_html"],
        "<p><em>Ingetrokken. Vergissing</em></p>"
    );
    assert_eq!(apart["title"], "Correctie: Oudt");
    for (file, feed) in each(&app, "").await {
        assert_eq!(titles(&feed), ["Nieuw", "Oudt"], "{file}");
        let told = content(&feed.entries[1]);
        assert!(
            told.contains("Ingetrokken. Vergissing") && !told.contains("anders"),
            "{told}"
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn updates_stand_for_themselves_where_that_is_asked() {
    let app = app().await;
    let article = publish_at(
        &app,
        "2026-01-01T00:00:00.000Z",
        json!({"headline": "Oud", "language": "nl", "body": markdown("Het begin.")}),
    )
    .await;
    publish_at(
        &app,
        "2026-02-01T00:00:00.000Z",
        json!({"headline": "Nieuw"}),
    )
    .await;
    let first = append(
        &app,
        &article,
        json!({"kind": "correction", "body": markdown("Niet zes, maar zeven.")}),
    )
    .await;
    append(
        &app,
        &article,
        json!({"headline": "Klaar", "body": markdown("Het is af.")}),
    )
    .await;
    for (file, feed) in each(&app, "?updates=items").await {
        assert_eq!(
            titles(&feed),
            ["Update: Klaar", "Correctie: Oud", "Nieuw", "Oud"],
            "{file}"
        );
        let correction = &feed.entries[1];
        assert!(correction.id.ends_with(&first.id()));
        assert_eq!(content(correction), "<p>Niet zes, maar zeven.</p>");
        let anchor = format!("#u{}", &first.id()[..8]);
        assert!(correction.links[0].href.ends_with(&anchor));
        assert_eq!(content(&feed.entries[3]), "<p>Het begin.</p>");
    }
    app.get("/feeds/rss.xml?updates=alles").await.expect(400);
    // Those who wrote an update stand there in its order, whatever their ids.
    let names = ["Ada", "Bas", "Cas"];
    for name in names {
        app.make("/authors", json!({"name": name})).await;
    }
    for authors in [["cas", "ada", "bas"], ["bas", "cas", "ada"]] {
        append(
            &app,
            &article,
            json!({"authors": authors, "body": markdown("Nog wat.")}),
        )
        .await;
        let feed = feed(&app, "/feeds/atom.xml?updates=items").await;
        let told: Vec<String> = feed.entries[0]
            .authors
            .iter()
            .map(|author| author.name.clone().unwrap().to_lowercase())
            .collect();
        assert_eq!(told, authors);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_choose_a_summary_and_whether_support_is_asked_for() {
    let app = app().await;
    let link = app
        .make("/donation-links", paypal(json!({"nl": "Steun dit werk"})))
        .await;
    hang(&app, "/site", &[&link]).await.expect(200);
    let body = markdown(&"Een lange tekst. ".repeat(60));
    let article = app
        .publish(json!({"headline": "Een", "language": "nl", "body": body}))
        .await;
    append(
        &app,
        &article,
        json!({"headline": "Vervolg", "body": markdown("Later.")}),
    )
    .await;
    let call = "<p><a href=\"https://www.paypal.com/donate\">Steun dit werk</a></p>";
    for feed in each(&app, "").await.values() {
        assert!(
            content(&feed.entries[0]).ends_with(call),
            "{}",
            content(&feed.entries[0])
        );
    }
    let seen = managed(&app, "/site").await;
    assert_eq!(
        seen.json["feeds"],
        json!({"text": "full", "donation_call": true})
    );
    let changed = app
        .patch("/site", &seen, json!({"feeds": {"donation_call": false}}))
        .await
        .expect(200);
    for feed in each(&app, "").await.values() {
        assert!(!content(&feed.entries[0]).contains("Steun dit werk"));
    }
    app.patch("/site", &changed, json!({"feeds": {"text": "summary"}}))
        .await
        .expect(200);
    for (file, feed) in each(&app, "").await {
        let entry = &feed.entries[0];
        let told = match file {
            "feed.json" => content(entry),
            _ => entry.summary.clone().unwrap().content,
        };
        assert!(
            told.starts_with("Een lange tekst.") && told.ends_with("… Update: Vervolg"),
            "{told}"
        );
        assert!(
            told.chars().count() < 340 && !told.contains("Later"),
            "{told}"
        );
    }
    let seen = managed(&app, "/site").await;
    app.patch("/site", &seen, json!({"feeds": {"text": "alles"}}))
        .await
        .expect(422);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_comes_with_its_true_size() {
    let app = app().await;
    let picture = uploaded(&app, &jpeg(400, 300)).await;
    let mut shown = image(&picture);
    shown["alt"] = json!("De haven");
    shown["credit"] = json!("Jan & Piet");
    app.publish(json!({"headline": "Een", "image": shown}))
        .await;
    let elsewhere = json!({"url": "https://example.org/b.jpg", "alt": "x"});
    app.publish(json!({"headline": "Twee", "image": elsewhere}))
        .await;
    let original = format!("/v1/media/{}/original.jpg", picture.id());
    let bytes = app.get(&original).await.expect(200).bytes.len();
    let rss = app.get("/feeds/rss.xml").await.text;
    let enclosure =
        format!("<enclosure url=\"{API}{original}\" length=\"{bytes}\" type=\"image/jpeg\"/>");
    assert!(rss.contains(&enclosure), "{rss}");
    assert_eq!(
        rss.matches("<enclosure").count(),
        1,
        "only where the size is known"
    );
    assert_eq!(rss.matches("<media:content").count(), 2);
    assert!(
        rss.contains("<media:credit>Jan &amp; Piet</media:credit>"),
        "{rss}"
    );
    let told = app.get("/feeds/feed.json").await.json["items"][1].clone();
    assert_eq!(
        told["attachments"],
        json!([{"url": format!("{API}{original}"), "mime_type": "image/jpeg", "size_in_bytes": bytes}])
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_long_live_report_the_newest_updates_stand_in_the_feed() {
    let app = app().await;
    let article = app.publish(json!({"headline": "Verslag"})).await;
    for number in 1..=102 {
        append(
            &app,
            &article,
            json!({"body": markdown(&format!("Nummer {number}."))}),
        )
        .await;
    }
    let told = content(&feed(&app, "/feeds/atom.xml").await.entries[0]);
    assert!(
        !told.contains("Nummer 2.") && told.contains("Nummer 3.") && told.contains("Nummer 102.")
    );
    app.stop().await;
}
