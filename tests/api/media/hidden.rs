//! What must never be seen: a picture before something published uses it, and after nothing published does any more.

use serde_json::{Value, json};

use super::pictures::{jpeg, png};
use super::{image, uploaded};
use crate::app::{Answer, App};
use crate::leaks::told;
use crate::shorthand::{append, managed, markdown, remove, republish};

const FILES: [&str; 7] = [
    "large",
    "original.jpg",
    "original.png",
    "w160.webp",
    "w320.jpg",
    "w160-1x1.webp",
    "w160-1x1-c500x500.webp",
];

/// Whether readers get a picture, by all its addresses alike. What they don't get is answered as what never was.
async fn is_seen(app: &App, id: &str) -> bool {
    let mut seen = Vec::new();
    for file in FILES {
        let never = format!("/v1/media/00000000-0000-4000-8000-000000000000/{file}");
        let never = app.get(&never).await.expect(404);
        for method in ["GET", "HEAD"] {
            let path = format!("/v1/media/{id}/{file}");
            let mut call = app.call(method, &path);
            if method == "GET" {
                call = call
                    .header("if-none-match", "*")
                    .header("range", "bytes=0-9");
            }
            let answer = call.send().await;
            if answer.status == 404 && method == "GET" {
                assert_eq!(told(&answer), told(&never), "{path}");
            }
            seen.push(answer.status != 404);
        }
    }
    // Of the originals only one is there.
    let count = seen.iter().filter(|seen| **seen).count();
    assert!([0, seen.len() - 2].contains(&count), "{id}: {seen:?}");
    count > 0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_is_seen_from_the_publication_of_what_uses_it_to_its_withdrawal() {
    let app = App::start().await;
    let picture = uploaded(&app, &jpeg(400, 300)).await;
    let id = picture.id();
    assert!(!is_seen(&app, &id).await, "uploaded");
    let draft = app
        .make(
            "/articles",
            json!({"headline": "Een", "image": image(&picture)}),
        )
        .await;
    assert!(!is_seen(&app, &id).await, "in a draft");

    let published = app.act(&draft, "publish", json!({})).await.expect(200);
    assert!(is_seen(&app, &id).await, "published");

    // A second use; the first goes.
    let other = app
        .publish(json!({"headline": "Twee", "body": markdown(&format!("![x](media:{id})"))}))
        .await;
    let withdrawn = app.act(&published, "withdraw", json!({})).await.expect(200);
    assert!(is_seen(&app, &id).await, "another uses it");
    app.act(&other, "withdraw", json!({})).await.expect(200);
    assert!(
        !is_seen(&app, &id).await,
        "nothing published uses it any more"
    );
    let back = app.act(&withdrawn, "publish", json!({})).await.expect(200);
    assert!(is_seen(&app, &id).await, "published again");
    republish(&app, &back, json!({"image": null})).await;
    assert!(!is_seen(&app, &id).await, "a newer version does without");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_working_copy_shows_nothing_of_its_new_picture() {
    let app = App::start().await;
    let (old, new) = (
        uploaded(&app, &jpeg(400, 300)).await,
        uploaded(&app, &png(400, 300)).await,
    );
    let article = app
        .publish(json!({"headline": "Een", "image": image(&old)}))
        .await;
    let path = format!("/articles/{}", article.id());
    let patch =
        json!({"image": image(&new), "body": markdown(&format!("![x](media:{})", new.id()))});
    let copy = app.patch(&path, &article, patch).await.expect(200);
    assert_eq!(
        (
            is_seen(&app, &old.id()).await,
            is_seen(&app, &new.id()).await
        ),
        (true, false)
    );
    let page = app.get("/v1/articles/een").await.text;
    assert!(page.contains(&old.id()) && !page.contains(&new.id()));

    app.act(&copy, "publish", json!({})).await.expect(200);

    assert_eq!(
        (
            is_seen(&app, &old.id()).await,
            is_seen(&app, &new.id()).await
        ),
        (false, true)
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_in_an_update_is_seen_while_the_update_is() {
    let app = App::start().await;
    let picture = uploaded(&app, &jpeg(400, 300)).await;
    let id = picture.id();
    let article = app.publish(json!({"headline": "Een"})).await;
    let text = markdown(&format!("![x](media:{id})"));
    let draft = append(&app, &article, json!({"body": text, "draft": true})).await;
    assert!(!is_seen(&app, &id).await, "drafted");
    let path = format!("/articles/een/updates/{}", draft.id());
    let act = |act: &str, body: Value| {
        app.manage("POST", &format!("{path}/{act}"))
            .if_match("*")
            .json(&body)
            .send()
    };
    act("show", json!({})).await.expect(200);
    assert!(is_seen(&app, &id).await, "shown");
    let shown = managed(&app, &path).await;
    app.patch(&path, &shown, json!({"body": markdown("Zonder.")}))
        .await
        .expect(200);
    assert!(!is_seen(&app, &id).await, "revised");
    let revised = managed(&app, &path).await;
    app.patch(&path, &revised, json!({"body": text}))
        .await
        .expect(200);
    assert!(is_seen(&app, &id).await, "revised back");
    act("retract", json!({"reason": "Nee."})).await.expect(200);
    assert!(!is_seen(&app, &id).await, "retracted");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_of_people_and_of_the_site_are_seen_with_them() {
    let app = App::start().await;
    let mut made = Vec::new();
    for width in [400, 401, 402, 403, 404] {
        made.push(uploaded(&app, &jpeg(width, 300)).await);
    }
    let [author, entity, logo, biography, about] = made.try_into().unwrap();
    let text = |picture: &Answer| markdown(&format!("![x](media:{})", picture.id()));
    let fenna = json!({"name": "Fenna", "image": image(&author), "biography": text(&biography)});
    app.make("/authors", fenna).await;
    app.make(
        "/entities",
        json!({"kind": "topic", "name": "Haven", "image": image(&entity)}),
    )
    .await;
    for hidden in [&author, &entity, &biography, &logo, &about] {
        assert!(!is_seen(&app, &hidden.id()).await);
    }

    let article =
        json!({"headline": "Een", "authors": ["fenna"], "entities": [{"entity": "haven"}]});
    app.publish(article).await;
    let site = managed(&app, "/site").await;
    app.patch(
        "/site",
        &site,
        json!({"logo": image(&logo), "about": text(&about)}),
    )
    .await
    .expect(200);

    for seen in [&author, &entity, &biography, &logo, &about] {
        assert!(is_seen(&app, &seen.id()).await);
    }
    for (path, field, picture) in [
        ("/v1/authors/fenna", "image", &author),
        ("/v1/entities/haven", "image", &entity),
        ("/v1/site", "logo", &logo),
    ] {
        assert_eq!(
            app.get(path).await.json[field]["media"],
            picture.id(),
            "{path}"
        );
    }
    let seen = managed(&app, "/authors/fenna").await;
    app.patch(
        "/authors/fenna",
        &seen,
        json!({"image": null, "biography": null}),
    )
    .await
    .expect(200);
    let site = managed(&app, "/site").await;
    app.patch("/site", &site, json!({"logo": null}))
        .await
        .expect(200);
    for hidden in [&author, &biography, &logo] {
        assert!(!is_seen(&app, &hidden.id()).await);
    }
    assert!(is_seen(&app, &about.id()).await);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_purged_articles_pictures_are_erased_unless_something_else_uses_them() {
    let app = App::start().await;
    let (own, shared, earlier) = (
        uploaded(&app, &jpeg(400, 300)).await,
        uploaded(&app, &jpeg(401, 300)).await,
        uploaded(&app, &jpeg(402, 300)).await,
    );
    let article = app
        .publish(json!({"headline": "Een", "image": image(&earlier)}))
        .await;
    let text = markdown(&format!(
        "![x](media:{})\n\n![y](media:{})",
        own.id(),
        shared.id()
    ));
    let article = republish(&app, &article, json!({"image": null, "body": text})).await;
    app.make(
        "/articles",
        json!({"headline": "Twee", "image": image(&shared)}),
    )
    .await;
    is_seen(&app, &own.id()).await;

    app.act(&article, "purge", json!({"reason": "Op verzoek."}))
        .await
        .expect(204);

    for (picture, status) in [(&own, 404), (&earlier, 404), (&shared, 200)] {
        let path = format!("/media/{}", picture.id());
        assert_eq!(app.manage("GET", &path).send().await.status, status);
        assert!(!is_seen(&app, &picture.id()).await);
    }
    let folder = app.store.data_dir.join("media");
    let there = |picture: &Answer| folder.join(picture.id()).exists();
    app.clean_up().await;
    let gone = |picture: &Answer| !there(picture);
    assert!(gone(&own) && gone(&earlier) && !gone(&shared));
    let sql = app.sql().await;
    let audits = "SELECT count(*) FROM newsroom.audit WHERE subject_kind = 'media' AND action = 'purge_article' AND reason = 'Op verzoek.'";
    assert_eq!(
        sql.query_one(audits, &[]).await.unwrap().get::<_, i64>(0),
        2
    );
    // What was erased can be uploaded again, and is another picture.
    let again = uploaded(&app, &jpeg(400, 300)).await;
    assert_ne!(again.id(), own.id());
    let _ = remove(&app, &format!("/media/{}", again.id()), &again)
        .await
        .expect(204);
    app.stop().await;
}
