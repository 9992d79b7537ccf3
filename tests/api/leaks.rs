//! Hostile cases 1 and 3: what is hidden changes no answer of delivery, and answers like what never existed.

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::watch::{head, holding};

/// Stands in everything that is hidden.
pub const WORD: &str = "zwijgplicht";

/// Status, headers and body.
pub type Told = (u16, Vec<(String, String)>, String);

pub fn text(source: &str) -> Value {
    json!({"format": "markdown", "source": source})
}

/// What a reader can tell of an answer: all but its request id, its date and whether another has asked before.
pub fn told(answer: &Answer) -> Told {
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        // A 404 names what was asked for, as a key for caches.
        .filter(|(name, _)| answer.status != 404 || name != "surrogate-key")
        .filter(|(name, _)| !["x-request-id", "date", "cache-status"].contains(&name.as_str()))
        .cloned()
        .collect();
    headers.sort();
    (
        answer.status,
        headers,
        answer.text.replace(answer.header("x-request-id"), "-"),
    )
}

/// Reads an address as GET and HEAD.
async fn look(app: &App, path: &str) -> [Told; 2] {
    let get = app.get(path).await;
    let head = app.call("HEAD", path).send().await;
    assert_eq!(head.text, "");
    assert_eq!(told(&head).1, told(&get).1, "HEAD {path}");
    [told(&get), told(&head)]
}

/// Every address of delivery through which something called `name` might show: by its own name, in lists, filters, sorts and relations.
pub fn addresses(name: &str) -> Vec<String> {
    let mut all = vec![
        "/v1/site".to_owned(),
        "/v1/sections".to_owned(),
        "/v1/sections/water".to_owned(),
    ];
    for body in ["", "?body=html,blocks,text"] {
        all.extend([
            format!("/v1/articles/openbaar{body}"),
            format!("/v1/articles/openbaar/updates{body}"),
            format!("/v1/authors{body}"),
        ]);
    }
    let everything = "include=section,authors,updates,entities,related,donation_links,translations,aliases&body=html,blocks,text&count=true";
    for filter in [
        "",
        "type=page&",
        "section=water&",
        "language=nl&",
        "has_updates=true&",
        "has_updates=false&",
        "author=auteur&",
        "entity=onderwerp&",
        "entity_all=onderwerp&",
        "entity_kind=topic&",
        "entity_kind=person&",
        "translation_of=openbaar&",
        "published_after=2000-01-01T00:00:00Z&",
        "published_before=2100-01-01T00:00:00Z&",
        "updated_after=2000-01-01T00:00:00Z&",
        "modified_after=2000-01-01T00:00:00Z&",
        "slugs=openbaar&",
        "limit=1&",
    ] {
        all.push(format!("/v1/articles?{filter}{everything}"));
    }
    for sort in ["published", "updated", "modified"] {
        all.extend(
            ["asc", "desc"]
                .map(|order| format!("/v1/articles?sort={sort}&order={order}&count=true&limit=1")),
        );
    }
    all.push(format!("/v1/articles?translation_of={name}&count=true"));
    for filter in ["slugs", "author", "entity", "entity_all", "section"] {
        all.push(format!("/v1/articles?{filter}={name}&count=true"));
        all.push(format!(
            "/v1/articles?{filter}={name},openbaar,auteur,onderwerp,water&count=true"
        ));
    }
    for place in ["related", "donation-links", "json-ld"] {
        all.extend([
            format!("/v1/articles/openbaar/{place}"),
            format!("/v1/articles/{name}/{place}"),
        ]);
    }
    for kind in ["person", "topic", "organisation"] {
        all.push(format!("/v1/entities?kind={kind}"));
    }
    for q in [name, "zwijg", "onder", "openbaar", "-openbaar"] {
        all.extend([
            format!("/v1/entities?q={q}"),
            format!("/v1/articles?q={q}&{everything}"),
            format!("/v1/search?q={q}&facets=true&{everything}"),
            format!("/v1/search?q={q}&type=page"),
        ]);
    }
    for path in [
        "/v1/authors?limit=1",
        "/v1/entities",
        "/v1/entities?limit=1",
        "/v1/entities/onderwerp",
        "/v1/entities/onderwerp/articles?count=true",
        "/v1/authors/auteur",
    ] {
        all.push(path.to_owned());
    }
    for file in ["rss.xml", "atom.xml", "feed.json"] {
        for scope in [
            "",
            "sections/water/",
            "authors/auteur/",
            "entities/onderwerp/",
        ] {
            all.extend([
                format!("/feeds/{scope}{file}"),
                format!("/feeds/{scope}{file}?updates=items"),
            ]);
        }
        all.push(format!("/feeds/{file}?q=zwijg"));
    }
    all.push("/robots.txt".to_owned());
    all.push("/v1/oembed?url=http://localhost:3000/water/openbaar".to_owned());
    all.push("/sitemap.xml".to_owned());
    for file in [
        "articles",
        "articles-0",
        "sections",
        "authors",
        "entities",
        "news",
    ] {
        all.push(format!("/sitemaps/{file}.xml"));
    }
    all.extend(direct(name));
    all
}

/// The addresses that name a thing.
pub fn direct(name: &str) -> Vec<String> {
    let mut all: Vec<String> = ["", "/updates", "/related", "/donation-links", "/json-ld"]
        .iter()
        .map(|part| format!("/v1/articles/{name}{part}"))
        .collect();
    all.extend([
        format!("/v1/articles/{name}?fields=headline"),
        format!("/v1/articles/{name}?include=related&body=text"),
        format!("/v1/articles/{name}/updates?kind=correction&after_number=0"),
        format!("/v1/authors/{name}"),
        format!("/v1/entities/{name}"),
        format!("/v1/entities/{name}/articles"),
        format!("/v1/sections/{name}"),
        format!("/feeds/sections/{name}/rss.xml"),
        format!("/feeds/authors/{name}/atom.xml"),
        format!("/feeds/entities/{name}/feed.json"),
        format!("/v1/donation-links/{name}/qr.svg"),
        format!("/v1/resolve?path=/water/{name}"),
        format!("/v1/resolve?path=/authors/{name}"),
        format!("/v1/resolve?path=/topics/{name}"),
        format!("/v1/resolve?path=/{name}"),
        format!("/v1/oembed?url=http://localhost:3000/{name}"),
        format!("/v1/oembed?url=http://localhost:3000/water/{name}"),
    ]);
    all
}

pub async fn everything(app: &App, name: &str) -> Vec<(String, [Told; 2])> {
    let mut seen = Vec::new();
    for address in addresses(name) {
        let answer = look(app, &address).await;
        seen.push((address, answer));
    }
    seen
}

/// A small publication: one article with an update, an author, a topic, a section and a link.
pub async fn publication() -> (App, Answer) {
    let app = App::start().await;
    app.make("/sections", json!({"name": "Water"})).await;
    app.make("/authors", json!({"name": "Auteur"})).await;
    app.make("/entities", json!({"kind": "topic", "name": "Onderwerp"}))
        .await;
    let link = app
        .make(
            "/donation-links",
            json!({"provider": "other", "url": "https://example.org/geef"}),
        )
        .await;
    let site = app.manage("GET", "/site").send().await;
    app.manage("PUT", "/site/donation-links")
        .if_match(&site.etag())
        .json(&json!([link.id()]))
        .send()
        .await
        .expect(200);
    app.publish(json!({"headline": "Ander"})).await;
    let article = app
        .publish(json!({
            "headline": "Openbaar", "section": "water", "authors": ["auteur"], "entities": [{"entity": "onderwerp"}], "body": text("Wat er staat."),
            "related": [{"article": "ander"}]
        }))
        .await;
    app.make(
        &format!("/articles/{}/updates", article.id()),
        json!({"body": text("Later.")}),
    )
    .await;
    let article = app.manage("GET", "/articles/openbaar").send().await;
    (app, article)
}

/// What the editors write without publishing it: a draft with an author, an entity and a link that only it names, and a working copy and a
/// drafted update of the public article. Gives the ids of the hidden things.
async fn hide(app: &App, public: &Answer) -> Vec<String> {
    let author = app
        .make("/authors", json!({"name": WORD, "biography": text(WORD)}))
        .await;
    let entity = app
        .make(
            "/entities",
            json!({"kind": "person", "name": WORD, "description": WORD}),
        )
        .await;
    let link = app
        .make(
            "/donation-links",
            json!({"provider": "other", "url": format!("https://example.org/{WORD}")}),
        )
        .await;
    let draft = app
        .make("/articles", json!({
            "headline": WORD, "section": "water", "authors": [WORD, "auteur"], "entities": [{"entity": WORD}, {"entity": "onderwerp"}],
            "body": text(WORD), "related": [{"article": "openbaar"}], "donation_links": [link.id()]
        }))
        .await;
    app.make(
        &format!("/articles/{}/updates", draft.id()),
        json!({"body": text(WORD), "draft": true}),
    )
    .await;
    let update = json!({"headline": WORD, "kind": "correction", "body": text(WORD), "authors": [WORD], "draft": true});
    let update = app
        .make(&format!("/articles/{}/updates", public.id()), update)
        .await;
    let change = json!({
        "headline": WORD, "slug": "openbaar-zwijgplicht", "type": "page", "language": "en", "standfirst": text(WORD), "body": text(WORD),
        "section": null, "authors": [WORD], "entities": [{"entity": WORD}], "related": [{"article": WORD}], "donation_links": [link.id()],
        "seo": {"title": WORD}
    });
    app.patch(&format!("/articles/{}", public.id()), public, change)
        .await
        .expect(200);
    vec![author.id(), entity.id(), link.id(), draft.id(), update.id()]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_editors_hide_changes_any_answer() {
    let (app, public) = publication().await;
    let (before, seq) = (everything(&app, WORD).await, head(&app).await);
    let etag = app.get("/v1/articles/openbaar").await.etag();

    hide(&app, &public).await;

    for ((address, before), (_, after)) in before.iter().zip(everything(&app, WORD).await) {
        assert_eq!(*before, after, "{address}");
    }
    assert_eq!(head(&app).await, seq);
    assert_eq!(holding(&app, WORD).await, Vec::<String>::new());
    app.call("GET", "/v1/articles/openbaar")
        .header("if-none-match", &etag)
        .send()
        .await
        .expect(304);
    app.get("/v1/articles/openbaar-zwijgplicht")
        .await
        .expect(404);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_goes_live_beside_hidden_things_brings_none_of_them_along() {
    let (app, public) = publication().await;
    let hidden = hide(&app, &public).await;
    for (path, change) in [
        (format!("/authors/{}", hidden[0]), json!({"links": []})),
        (
            format!("/entities/{}", hidden[1]),
            json!({"aliases": [WORD]}),
        ),
        (
            format!("/donation-links/{}", hidden[2]),
            json!({"placement": WORD}),
        ),
        ("/authors/auteur".to_owned(), json!({"name": "Auteur"})),
        ("/sections/water".to_owned(), json!({"position": 1})),
        ("/site".to_owned(), json!({"title": "De Peilschaal"})),
    ] {
        let seen = app.manage("GET", &path).send().await.expect(200);
        app.patch(&path, &seen, change).await.expect(200);
    }
    app.make(
        &format!("/articles/{}/updates", public.id()),
        json!({"body": text("Nog later.")}),
    )
    .await;

    assert_eq!(holding(&app, WORD).await, Vec::<String>::new());
    for id in &hidden {
        assert_eq!(holding(&app, id).await, Vec::<String>::new());
    }
    for (address, [get, _]) in everything(&app, WORD).await {
        assert!(!get.2.contains(WORD), "{address}: {}", get.2);
    }
    assert_eq!(
        app.get("/v1/articles/openbaar").await.json["update_count"],
        2
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_hidden_answers_like_what_never_existed() {
    let (app, public) = publication().await;
    let mut pairs = vec![
        (WORD.to_owned(), "bestaatniet".to_owned()),
        (
            "openbaar-zwijgplicht".to_owned(),
            "openbaar-bestaatniet".to_owned(),
        ),
    ];
    for hidden in hide(&app, &public).await {
        pairs.push((hidden, uuid::Uuid::new_v4().to_string()));
    }
    for (hidden, unknown) in pairs {
        let mut both: Vec<_> = direct(&hidden).into_iter().zip(direct(&unknown)).collect();
        for filter in [
            "author",
            "entity",
            "entity_all",
            "section",
            "translation_of",
        ] {
            both.push((
                format!("/v1/articles?{filter}={hidden}&count=true"),
                format!("/v1/articles?{filter}={unknown}&count=true"),
            ));
        }
        if hidden.len() == 36 {
            both.push((
                format!("/v1/articles?ids={hidden}&count=true"),
                format!("/v1/articles?ids={unknown}&count=true"),
            ));
            both.push((
                format!("/v1/articles?ids={hidden},{}&count=true", public.id()),
                format!("/v1/articles?ids={unknown},{}&count=true", public.id()),
            ));
        }
        for (at_hidden, at_unknown) in both {
            // A key for caches names what was asked for.
            let without = |told: [Told; 2], name: &str| {
                told.map(|(status, mut headers, text)| {
                    for (_, value) in &mut headers {
                        let mut words: Vec<_> = value.split(' ').collect();
                        words.sort_by_key(|word| word.replace(name, "-"));
                        *value = words.join(" ").replace(name, "-");
                    }
                    (status, headers, text)
                })
            };
            assert_eq!(
                without(look(&app, &at_hidden).await, &hidden),
                without(look(&app, &at_unknown).await, &unknown),
                "{at_hidden}"
            );
        }
    }
    app.stop().await;
}
