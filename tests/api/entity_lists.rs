//! Entities in lists.

use crate::app::App;
use crate::shorthand::{managed, names, read, slugs, texts};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_has_its_own_group_and_filter() {
    let app = App::start().await;
    let kinds = [
        ("person", "people"),
        ("organisation", "organisations"),
        ("place", "places"),
        ("topic", "topics"),
        ("event", "events"),
        ("work", "works"),
    ];
    let links: Vec<_> = kinds
        .iter()
        .map(|(kind, _)| json!({"kind": kind, "name": format!("Een {kind}")}))
        .collect();
    app.publish(json!({"headline": "H", "entities": links}))
        .await;
    let page = read(&app, "/v1/articles/h").await;
    for (kind, group) in kinds {
        assert_eq!(
            texts(&page["entities"][group], "name"),
            [format!("Een {kind}")]
        );
        assert_eq!(
            slugs(&app, &format!("/v1/entities?kind={kind}")).await,
            [format!("een-{kind}")]
        );
    }
    assert_eq!(
        slugs(&app, "/v1/entities?kind=work,person").await,
        ["een-person", "een-work"]
    );
    for (query, fault) in [
        ("kind=thing", "invalid_value at kind"),
        ("q=", "invalid_value at q"),
    ] {
        assert_eq!(
            app.get(&format!("/v1/entities?{query}"))
                .await
                .expect(400)
                .faults(),
            [fault]
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_of_entities_come_by_name_in_pages() {
    let app = App::start().await;
    let links: Vec<_> = ["Bo", "Aap", "Bo 100%", "Cor", "Bo_x"]
        .iter()
        .map(|name| json!({"kind": "person", "name": name}))
        .collect();
    app.publish(json!({"headline": "H", "entities": links}))
        .await;
    app.make("/entities", json!({"kind": "place", "name": "Bo"}))
        .await;
    let pages = async |path: &str, management: bool| {
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("{path}limit=2{cursor}");
            let page = if management {
                managed(&app, &path).await.json
            } else {
                read(&app, &path).await
            };
            all.extend(texts(&page["data"], "name"));
            match page["page"]["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return all,
            }
        }
    };
    assert_eq!(
        pages("/v1/entities?", false).await,
        ["Aap", "Bo", "Bo 100%", "Bo_x", "Cor"]
    );
    assert_eq!(
        pages("/entities?", true).await,
        ["Aap", "Bo", "Bo", "Bo 100%", "Bo_x", "Cor"]
    );
    assert_eq!(
        pages("/entities?q=bO&", true).await,
        ["Bo", "Bo", "Bo 100%", "Bo_x"]
    );
    assert_eq!(pages("/entities?q=0%25&", true).await, ["Bo 100%"]);
    assert_eq!(pages("/entities?q=_&", true).await, ["Bo_x"]);
    let first = managed(&app, "/entities?limit=2").await.json;
    let cursor = first["page"]["next_cursor"].as_str().unwrap();
    let refused = app
        .manage("GET", &format!("/entities?limit=2&q=bo&cursor={cursor}"))
        .send()
        .await
        .expect(400);
    assert_eq!(refused.faults(), ["invalid_cursor at cursor"]);
    assert_eq!(
        names(&first["data"][0]),
        names(&managed(&app, "/entities/aap").await.json)
    );
    app.stop().await;
}
