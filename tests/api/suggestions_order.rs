//! Which articles are suggested before others.

use serde_json::json;

use crate::app::App;
use crate::entity_merge::merge;
use crate::shorthand::slugs;
use crate::suggestions::{about, publish, suggested};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_few_share_counts_for_more_than_what_many_do() {
    let app = App::start().await;
    about(&app, "Hier", &["Veel", "Weinig"]).await;
    about(&app, "Zeldzaam", &["Weinig"]).await;
    for number in 0..6 {
        about(&app, &format!("Gewoon {number}"), &["Veel"]).await;
    }
    about(&app, "Geen van beide", &["Iets anders"]).await;
    let found = suggested(&app, "hier").await;
    assert_eq!(found[..2], ["zeldzaam", "gewoon-5"]);
    assert_eq!(found.len(), 7);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn being_about_a_thing_counts_for_more_than_mentioning_it() {
    let app = App::start().await;
    about(&app, "Hier", &["Water", "Wind"]).await;
    about(&app, "Erover", &["Water"]).await;
    let mention = json!({"entities": [{"kind": "topic", "name": "Wind", "relation": "mentions"}]});
    publish(&app, "Noemt", &[], mention).await;
    assert_eq!(suggested(&app, "hier").await, ["erover", "noemt"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_equals_the_same_section_goes_before_and_then_the_newest() {
    let app = App::start().await;
    for name in ["Een", "Twee"] {
        app.make("/sections", json!({"name": name})).await;
    }
    let section = |slug: &str| json!({"section": slug});
    publish(&app, "Hier", &["Water"], section("een")).await;
    for (headline, slug) in [("A", "een"), ("B", "twee"), ("C", "een"), ("D", "twee")] {
        publish(&app, headline, &["Water"], section(slug)).await;
    }
    assert_eq!(suggested(&app, "hier").await, ["c", "a", "d", "b"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_newest_of_the_section_fill_what_is_missing() {
    let app = App::start().await;
    for name in ["Een", "Twee"] {
        app.make("/sections", json!({"name": name})).await;
    }
    let section = |slug: &str| json!({"section": slug});
    publish(&app, "Deelt", &["Water"], section("twee")).await;
    for headline in ["A", "B", "C"] {
        publish(&app, headline, &[], section("een")).await;
    }
    publish(&app, "Elders", &[], section("twee")).await;
    let mut here = section("een");
    here["related"] = json!([{"article": "b"}]);
    publish(&app, "Hier", &["Water"], here).await;
    assert_eq!(suggested(&app, "hier").await, ["b", "deelt", "c", "a"]);
    let few = slugs(&app, "/v1/articles/hier/related?limit=3").await;
    assert_eq!(few, ["b", "deelt", "c"]);
    publish(&app, "Nergens", &[], json!({})).await;
    assert!(suggested(&app, "nergens").await.is_empty());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_articles_of_the_same_language_are_suggested() {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Een"})).await;
    let of = |language: &str| json!({"language": language, "section": "een"});
    for (headline, language) in [
        ("Nederlands", "nl"),
        ("Vlaams", "nl-BE"),
        ("English", "en"),
        ("Lower German", "nds"),
    ] {
        publish(&app, headline, &["Water"], of(language)).await;
    }
    publish(&app, "Hier", &["Water"], of("nl-NL")).await;
    assert_eq!(suggested(&app, "hier").await, ["vlaams", "nederlands"]);
    assert_eq!(suggested(&app, "nederlands").await, ["hier", "vlaams"]);
    assert!(suggested(&app, "english").await.is_empty());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_article_that_shares_a_common_thing_too_goes_before_one_that_does_not() {
    let app = App::start().await;
    about(&app, "Beide", &["Weinig", "Veel"]).await;
    about(&app, "Een", &["Weinig"]).await;
    for number in 0..70 {
        about(&app, &format!("Gewoon {number}"), &["Veel"]).await;
    }
    about(&app, "Hier", &["Weinig", "Veel"]).await;
    assert_eq!(
        suggested(&app, "hier").await[..3],
        ["beide", "een", "gewoon-69"]
    );
    assert_eq!(
        slugs(&app, "/v1/articles/hier/related?limit=100")
            .await
            .len(),
        65
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entities_that_are_merged_bring_their_articles_together() {
    let app = App::start().await;
    about(&app, "Hier", &["Havenbedrijf"]).await;
    about(&app, "Daar", &["HBW"]).await;
    assert!(suggested(&app, "hier").await.is_empty());
    merge(&app, "hbw", "havenbedrijf").await;
    assert_eq!(suggested(&app, "hier").await, ["daar"]);
    app.stop().await;
}
