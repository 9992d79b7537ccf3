//! Stems that a node puts together of words that it has met are those that Postgres finds in a text as a whole.

use serde_json::json;

use super::publish_in;
use crate::app::App;
use crate::history::rebuilt;
use crate::shorthand::{append, markdown, republish};

/// A text with more words that were not met than a node asks for one by one: it is left to Postgres.
const MANY: usize = 2_100;

const ODD: &str = "De héle straat, 's avonds om 17.30 uur: zo'n 3,5 km auto's — *naïeve* kooplui (e-mail: piet.jansen@example.org) kochten \
    café-bonnen, l'été d'aujourd'hui. Ἀθῆναι Москва 東京 naïeve façade Straße CO₂ 2026-11-27 https://example.org/een/pad?x=1 x_y ⅷ ﬁets Ünïcode, \
    running runners' ran de de de.";

fn strange(from: usize, to: usize) -> String {
    (from..to)
        .map(|number| format!("vreemd{number} "))
        .collect()
}

async fn vectors(app: &App, language: &str) -> Vec<String> {
    let query = "SELECT vector::text FROM delivery.article_search WHERE language = $1 AND slug LIKE 'héél-%' OR language = $1 AND slug LIKE 'heel-%'";
    let rows = app.sql().await.query(query, &[&language]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stems_put_together_are_those_of_the_text_as_a_whole() {
    let app = App::start().await;
    for language in ["nl", "fr", "en"] {
        let body = format!("{ODD}\n\n{}\n\n{ODD}", strange(0, MANY));
        let update = json!({"headline": "Ook later: l'été", "body": markdown(ODD)});
        let whole = publish_in(&app, language, "Héél vreemde havens", &body).await;
        append(&app, &whole, update.clone()).await;
        append(&app, &whole, json!({"body": markdown("De naïeve de.")})).await;
        // Now the words are met, some at a time.
        publish_in(&app, language, "Les", &strange(0, MANY / 2)).await;
        publish_in(&app, language, "Les", &strange(MANY / 2, MANY)).await;
        let together = publish_in(&app, language, "Héél vreemde havens", &body).await;
        append(&app, &together, update).await;
        append(&app, &together, json!({"body": markdown("De naïeve de.")})).await;
        let [one, other] = vectors(&app, language).await.try_into().unwrap();
        assert!(
            one.contains("vreemd2099")
                && one.contains("'naïv") | one.contains("'naiev") | one.contains("'naiv"),
            "{one}"
        );
        assert_eq!(one, other, "{language}");
        // The same texts, analysed with their updates at once: by Postgres, then by the words that were met.
        let again = format!("{}\n\nNaïeve de.", strange(MANY, 2 * MANY));
        republish(&app, &whole, json!({"body": markdown(&again)})).await;
        publish_in(&app, language, "Les", &strange(MANY, MANY + MANY / 2)).await;
        publish_in(&app, language, "Les", &strange(MANY + MANY / 2, 2 * MANY)).await;
        republish(&app, &together, json!({"body": markdown(&again)})).await;
        let [one, other] = vectors(&app, language).await.try_into().unwrap();
        assert!(one.contains("vreemd4199"), "{one}");
        assert_eq!(one, other, "{language}");
        // And each update alone, behind them.
        append(&app, &whole, json!({"body": markdown("Été, de.")})).await;
        append(&app, &whole, json!({"body": markdown(ODD)})).await;
        assert_eq!(rebuilt(&app).await.changed, 0, "{language}");
    }
    app.stop().await;
}
