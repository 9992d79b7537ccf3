//! What was probably meant.

use serde_json::json;

use super::{ask, found, publish};
use crate::app::App;

async fn meant(app: &App, q: &str, more: &str) -> Option<String> {
    let answer = ask(app, q, more).await;
    let meant = answer["did_you_mean"].as_str().map(str::to_owned);
    assert!(meant.is_none() || answer["data"] == json!([]), "{answer}");
    meant
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nothing_is_found_a_question_is_suggested_that_finds_something() {
    let app = App::start().await;
    publish(
        &app,
        "Een",
        "De Rotterdamse vaargeul wordt uitgebaggerd door het waterschap.",
    )
    .await;
    app.publish(json!({"headline": "Over haar", "language": "nl", "entities": [{"kind": "person", "name": "Marijke Duinkerken"}]}))
        .await;
    assert_eq!(meant(&app, "vaargeull", "").await.unwrap(), "vaargeul");
    assert_eq!(meant(&app, "waterschpa", "").await.unwrap(), "waterschap");
    assert_eq!(
        meant(&app, "Rotterdamse vaargul", "").await.unwrap(),
        "Rotterdamse vaargeul"
    );
    assert_eq!(
        meant(&app, "\"Rotterdamse\" vaargul -brug", "")
            .await
            .unwrap(),
        "\"Rotterdamse\" vaargeul -brug"
    );
    assert_eq!(
        meant(&app, "marijke duinkreken", "").await.unwrap(),
        "Marijke Duinkerken"
    );
    for q in ["vaargeull", "waterschpa", "marijke duinkreken"] {
        let suggested = meant(&app, q, "").await.unwrap();
        assert!(!found(&app, &suggested).await.is_empty(), "{suggested}");
    }
    assert_eq!(meant(&app, "vaargeul", "").await, None, "it is found");
    assert_eq!(meant(&app, "xyzzy", "").await, None);
    assert_eq!(
        meant(&app, "vaargeull", "&language=en").await,
        None,
        "with the filters that were given"
    );
    assert_eq!(
        meant(&app, "vaargeull brug", "").await,
        None,
        "the other word is nowhere"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_word_is_suggested_as_it_is_written() {
    let app = App::start().await;
    publish(&app, "Een", "In Vlieland eten zij crêpes.").await;
    assert_eq!(meant(&app, "vlielamd", "").await.unwrap(), "Vlieland");
    assert_eq!(meant(&app, "crpes", "").await.unwrap(), "crêpes");
    app.stop().await;
}
