//! What is exported in the tests, and how.

use std::path::{Path, PathBuf};

use kroniek::exchange::import::{Categories, Options};
use kroniek::exchange::{demo, kroniek as exchange, wordpress};
use serde_json::json;

use crate::app::{Answer, App};
use crate::entity_merge::merge;
use crate::media::pictures::png;
use crate::media::uploaded;
use crate::postgres::temporary_folder;
use crate::shorthand::{append, managed, markdown, put, remove, republish};

pub async fn export(app: &App) -> Vec<u8> {
    let mut file = Vec::new();
    exchange::export(&app.store.pools, &mut file, |_, _| ())
        .await
        .unwrap();
    file
}

pub fn kept(name: &str, bytes: &[u8]) -> PathBuf {
    let file = temporary_folder("exporting").join(name);
    std::fs::write(&file, bytes).unwrap();
    file
}

pub async fn import(app: &App, file: &Path) -> Result<exchange::Counts, String> {
    let done = exchange::import(&app.store.pools, file, false, |_, _| ()).await;
    done.map_err(|error| error.to_string())
}

/// Numbers that are the same on every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// Everything that a newsroom can have: the demo publication, an import from elsewhere, and what editors did since.
pub async fn publication() -> App {
    let app = App::start().await;
    demo::load(&app.store.pools).await.unwrap();
    let options = Options {
        file: PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("tests/fixtures/wordpress-updates.wxr.xml"),
        dry_run: false,
        categories: Categories::Section,
        report: None,
    };
    wordpress::import(&app.store.pools, &options, |_, _| ())
        .await
        .unwrap();
    let author = app.make("/authors", json!({"name": "Tijdelijk"})).await;
    app.make(
        "/authors",
        json!({"name": "Nooit genoemd", "biography": markdown("Een *nieuwe* stem.")}),
    )
    .await;
    let body =
        markdown("Tekst.\n\n## Kop\n\n[link](https://example.org) & \"meer\" \u{1f600}\u{2028}\\");
    let article = app
        .publish(json!({"headline": "Van alles", "authors": ["tijdelijk"], "body": body, "entities": [{"kind": "topic", "name": "Zand"}]}))
        .await;
    let update = append(
        &app,
        &article,
        json!({"kind": "update", "body": markdown("## Een kop\n\nMeer.")}),
    )
    .await;
    let path = format!("/articles/{}/updates/{}", article.id(), update.id());
    let revised = app
        .patch(
            &path,
            &update,
            json!({"body": markdown("## Een kop\n\nMeer, en beter.")}),
        )
        .await;
    revised.expect(200);
    // Known to readers once: an author whose article is withdrawn, one with a new name, an entity that is gone from its article.
    app.patch("/authors/tijdelijk", &author, json!({"slug": "voorgoed"}))
        .await
        .expect(200);
    republish(
        &app,
        &article,
        json!({"slug": "van-alles-wat", "entities": []}),
    )
    .await;
    let seen = managed(&app, &format!("/articles/{}", article.id())).await;
    app.act(&seen, "withdraw", json!({"reason": "Klopt niet."}))
        .await
        .expect(200);
    let section = app.make("/sections", json!({"name": "Kort bestaan"})).await;
    remove(&app, "/sections/kort-bestaan", &section)
        .await
        .expect(204);
    let link = app
        .make("/donation-links", json!({"provider": "paypal", "url": "https://paypal.example/x", "call_to_action": {"nl": "Steun ons"}, "thank_you": {}, "placement": "article_end"}))
        .await;
    let site = managed(&app, "/site").await;
    put(&app, "/site/donation-links", &site, json!([link.id()]))
        .await
        .expect(200);
    let site = managed(&app, "/site").await;
    let site = app
        .patch(
            "/site",
            &site,
            json!({"paths": {"article": "/lezen/{slug}"}}),
        )
        .await
        .expect(200);
    app.patch(
        "/site",
        &site,
        json!({"public_url": "https://nieuw.example"}),
    )
    .await
    .expect(200);
    merged(&app).await;
    pictured(&app).await;
    wander(&app, 60).await;
    app
}

/// Entities that became one: one that readers knew and one they did not, and a campaign that is still ahead.
async fn merged(app: &App) {
    for name in [
        "Baggerbedrijf Noord",
        "Baggeraars Noord",
        "B. Noord",
        "Nooit genoemde baggeraar",
    ] {
        app.make(
            "/entities",
            json!({"kind": "organisation", "name": name, "names": {"en": format!("{name} (en)")}}),
        )
        .await;
    }
    let named = json!([{"entity": "baggerbedrijf-noord", "relation": "about"}, {"entity": "b-noord", "relation": "mentions"}]);
    app.publish(json!({"headline": "Bagger", "entities": named}))
        .await;
    merge(app, "nooit-genoemde-baggeraar", "b-noord").await;
    merge(app, "b-noord", "baggeraars-noord").await;
    merge(app, "baggerbedrijf-noord", "baggeraars-noord").await;
    let campaign = json!({"provider": "paypal", "url": "https://paypal.example/later", "call_to_action": {"nl": "Straks"}, "thank_you": {}, "placement": "article_end", "from": "2999-01-01T00:00:00Z"});
    let link = app.make("/donation-links", campaign).await;
    let section = managed(app, "/sections/water").await;
    put(
        app,
        "/sections/water/donation-links",
        &section,
        json!([link.id()]),
    )
    .await
    .expect(200);
}

/// Pictures: one that readers see, one that they don't, and one that is told of and used nowhere.
async fn pictured(app: &App) {
    let mut made = Vec::new();
    for width in [400, 401, 402] {
        made.push(uploaded(app, &png(width, 40)).await);
    }
    let text = markdown(&format!("![x](media:{})", made[1].id()));
    let seen = json!({"media": made[0].id(), "alt": "Op deze plaats"});
    app.publish(json!({"headline": "Met beeld", "image": seen}))
        .await;
    app.make("/articles", json!({"headline": "Nog niet", "body": text}))
        .await;
    let patch = json!({"credit": "Ada", "focal_point": {"x": 0.1, "y": 0.2}});
    app.patch(&format!("/media/{}", made[2].id()), &made[2], patch)
        .await
        .expect(200);
}

/// Writes at random, but the same ones on every run.
pub async fn wander(app: &App, writes: usize) {
    let mut dice = Dice(20_261_124);
    let mut articles: Vec<Answer> = Vec::new();
    for number in 0..writes {
        let known = dice.below(articles.len().max(1));
        match (dice.below(6), articles.get(known).cloned()) {
            (0 | 1, _) | (_, None) => {
                let body = json!({"headline": format!("Bericht {number}"), "body": markdown(&"Woorden en *nadruk*. ".repeat(dice.below(30))), "authors": ["fenna-oldewaert"]});
                articles.push(app.make("/articles", body).await);
            }
            (act, Some(article)) => {
                let path = format!("/articles/{}", article.id());
                let seen = managed(app, &path).await;
                let answer = match act {
                    2 => app.act(&seen, "publish", json!({})).await,
                    3 => app.patch(&path, &seen, json!({"slug": format!("bericht-anders-{number}"), "headline": format!("Anders {number}")})).await,
                    4 => app.act(&seen, "withdraw", json!({})).await,
                    _ => {
                        let update = json!({"kind": "correction", "body": markdown("Toch *niet*."), "draft": seen.json["status"] != "published"});
                        app.manage("POST", &format!("{path}/updates")).json(&update).send().await
                    }
                };
                assert!([200, 201, 409].contains(&answer.status), "{}", answer.text);
            }
        }
    }
}
