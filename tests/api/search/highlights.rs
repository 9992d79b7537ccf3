//! Highlights: where it stands, safe to show.

use serde_json::json;

use super::{ask, publish};
use crate::app::App;
use crate::shorthand::{append, html, markdown};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_are_marked_where_they_stand() {
    let app = App::start().await;
    let made = app
        .publish(json!({
            "headline": "De sluizen van Wendemond", "language": "nl",
            "standfirst": markdown("Over elke sluis."),
            "body": markdown(&format!("Een **Sluis** is geen brug.\n\n{}\n\nDe zeesluis is oud.", "Verder niets. ".repeat(60))),
        }))
        .await;
    append(&app, &made, json!({"body": markdown("Niets.")})).await;
    append(
        &app,
        &made,
        json!({"headline": "Weer open", "body": markdown("De sluis is open.")}),
    )
    .await;
    let hit = ask(&app, "sluis", "").await["data"][0]["highlights"].clone();
    assert_eq!(
        hit["headline"],
        json!(null),
        "sluizen has another stem in Dutch"
    );
    assert_eq!(hit["standfirst"], "Over elke <mark>sluis</mark>.");
    let body: Vec<_> = hit["body"]
        .as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap())
        .collect();
    assert!(
        body[0].starts_with("Een <mark>Sluis</mark> is geen brug. Verder"),
        "{body:?}"
    );
    assert!(
        body[1].contains("De <mark>zeesluis</mark> is oud."),
        "{body:?}"
    );
    assert_eq!(
        hit["updates"],
        json!([{"number": 2, "text": "De <mark>sluis</mark> is open."}])
    );
    let hit = ask(&app, "sluizen", "").await["data"][0]["highlights"].clone();
    assert_eq!(hit["headline"], "De <mark>sluizen</mark> van Wendemond");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_markup_of_a_text_comes_out_of_them() {
    let app = App::start().await;
    let evil = "<script>alert(\"sluis\")</script> & <img src=x onerror=sluis> </mark><mark onclick='sluis'>";
    let made = app
        .publish(json!({
            "headline": evil, "language": "nl",
            "standfirst": html(&evil.replace('<', "&lt;")),
            "body": markdown(&format!("`{evil}`\n\n```\n{evil}\n```")),
        }))
        .await;
    append(
        &app,
        &made,
        json!({"headline": evil, "body": markdown(&format!("`{evil}`"))}),
    )
    .await;
    let hit = ask(&app, "sluis", "").await["data"][0]["highlights"].clone();
    let mut texts = vec![hit["headline"].clone(), hit["standfirst"].clone()];
    texts.extend(hit["body"].as_array().unwrap().iter().cloned());
    texts.extend(
        hit["updates"]
            .as_array()
            .unwrap()
            .iter()
            .map(|update| update["text"].clone()),
    );
    assert_eq!(texts.len(), 4, "{texts:?}");
    for text in texts {
        let text = text.as_str().unwrap();
        assert!(text.contains("<mark>sluis</mark>"), "{text}");
        let bare = text.replace("<mark>", "").replace("</mark>", "");
        assert!(!bare.contains(['<', '>', '"', '\'']), "{text}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accents_are_shown_and_other_languages_are_marked_by_their_own_stems() {
    let app = App::start().await;
    super::publish_in(&app, "fr", "Les élections", "Une élection régionale.").await;
    publish(&app, "Election", "De Election was een schip.").await;
    let hits = ask(&app, "election", "&language=fr").await["data"][0]["highlights"].clone();
    assert_eq!(hits["headline"], "Les <mark>élections</mark>");
    assert_eq!(
        hits["body"],
        json!(["Une <mark>élection</mark> régionale."])
    );
    app.stop().await;
}
