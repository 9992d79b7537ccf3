//! What readers get of a picture.

use serde_json::json;

use super::pictures::{glass, jpeg, moving, png};
use super::{image, sides, uploaded};
use crate::app::{Answer, App, serve_settings};
use crate::postgres;
use crate::shorthand::{markdown, read};

/// A published article with this picture.
pub async fn published(app: &App, bytes: &[u8]) -> Answer {
    let picture = uploaded(app, bytes).await;
    app.publish(json!({"headline": "Een", "image": image(&picture)}))
        .await;
    picture
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_articles_image_has_its_sizes_and_its_words() {
    let app = App::start().await;
    let picture = uploaded(&app, &jpeg(1000, 667)).await;
    let path = format!("/media/{}", picture.id());
    let patch = json!({"alt": "Haven", "caption": "In mei", "credit": "Ada", "focal_point": {"x": 0.2, "y": 0.75}});
    let told = app.patch(&path, &picture, patch).await.expect(200);
    let own = json!({"media": picture.id(), "caption": "Bij dit stuk"});
    app.publish(json!({"headline": "Een", "image": own})).await;

    let shown = read(&app, "/v1/articles/een").await["image"].clone();

    let folder = format!("/v1/media/{}", picture.id());
    let sizes = [(160, 107), (320, 213), (480, 320), (640, 427), (960, 640)];
    let mut renditions: Vec<_> = sizes
        .iter()
        .map(|(width, height)| {
            json!({"url": format!("{folder}/w{width}.webp"), "width": width, "height": height, "type": "image/webp"})
        })
        .collect();
    renditions.push(json!({"url": format!("{folder}/original.jpg"), "width": 1000, "height": 667, "type": "image/jpeg"}));
    let srcset: Vec<String> = sizes
        .iter()
        .map(|(width, _)| format!("{folder}/w{width}.webp {width}w"))
        .collect();
    assert_eq!(
        shown,
        json!({
            "url": format!("{folder}/w960.webp"), "alt": "Haven", "caption": "Bij dit stuk", "credit": "Ada", "width": 960, "height": 640,
            "media": picture.id(), "srcset": srcset.join(", "), "renditions": renditions,
            "crop_template": format!("{folder}/w{{width}}-{{ratio}}-c200x750.{{format}}"), "focal_point": {"x": 0.2, "y": 0.75}
        })
    );
    for rendition in renditions {
        let got = app
            .get(rendition["url"].as_str().unwrap())
            .await
            .expect(200);
        assert_eq!(
            got.header("content-type"),
            rendition["type"].as_str().unwrap()
        );
        let expected = (
            rendition["width"].as_u64().unwrap(),
            rendition["height"].as_u64().unwrap(),
        );
        let (width, height) = sides(&got.bytes);
        assert_eq!((u64::from(width), u64::from(height)), expected);
    }
    assert_eq!(read(&app, "/v1/articles").await["data"][0]["image"], shown);
    let ld = read(&app, "/v1/articles/een/json-ld").await.to_string();
    assert!(ld.contains("/w960.webp"), "{ld}");
    // What is told of it goes live at once, the article's own words stay.
    let patch = json!({"alt": "Kade", "caption": "Nee", "focal_point": null});
    app.patch(&path, &told, patch).await.expect(200);
    for shown in [
        read(&app, "/v1/articles/een").await["image"].clone(),
        read(&app, "/v1/articles").await["data"][0]["image"].clone(),
    ] {
        assert_eq!(
            (&shown["alt"], &shown["caption"], &shown["focal_point"]),
            (&json!("Kade"), &json!("Bij dit stuk"), &json!(null))
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_comes_with_the_headers_that_keep_it_a_picture_and_keep_it_for_long() {
    let app = App::start().await;
    let picture = published(&app, &jpeg(400, 300)).await;
    let folder = format!("/v1/media/{}", picture.id());
    for (file, media_type) in [
        ("original.jpg", "image/jpeg"),
        ("w320.webp", "image/webp"),
        ("w320.jpg", "image/jpeg"),
        ("w320.png", "image/png"),
        ("large", "image/webp"),
        ("w160-16x9-c500x500.jpg", "image/jpeg"),
    ] {
        let path = format!("{folder}/{file}");
        let got = app.get(&path).await.expect(200);
        for (name, value) in [
            ("content-type", media_type),
            ("cache-control", "public, max-age=31536000, immutable"),
            ("x-content-type-options", "nosniff"),
            ("content-disposition", "inline"),
            ("content-security-policy", "default-src 'none'; sandbox"),
            ("accept-ranges", "bytes"),
            ("access-control-allow-origin", "*"),
        ] {
            assert_eq!(got.header(name), value, "{file} {name}");
        }
        assert_eq!(
            got.header("surrogate-key"),
            format!("media:{}", picture.id())
        );
        let format = image::guess_format(&got.bytes).unwrap();
        assert_eq!(format.to_mime_type(), media_type);
        let etag = got.etag();
        assert!(etag.starts_with('"') && etag.len() > 10, "{etag}");
        assert_eq!(app.get(&path).await.bytes, got.bytes);
        let head = app.call("HEAD", &path).send().await.expect(200);
        assert_eq!(head.header("content-length"), got.bytes.len().to_string());
        assert_eq!((head.etag(), head.text.as_str()), (etag.clone(), ""));
        for known in [
            etag.clone(),
            format!("W/{etag}"),
            format!("\"x\", {etag}"),
            "*".to_owned(),
        ] {
            let call = app.call("GET", &path).header("if-none-match", &known);
            let same = call.send().await.expect(304);
            assert_eq!((same.etag(), same.text.as_str()), (etag.clone(), ""));
        }
        let call = app.call("GET", &path).header("if-none-match", "\"other\"");
        call.send().await.expect(200);
    }
    let refused = app
        .call("GET", &format!("{folder}/large"))
        .header("accept", "text/html");
    refused.send().await.expect(406);
    app.get(&format!("{folder}/large?x=1")).await.expect(400);
    app.call("POST", &format!("{folder}/large"))
        .send()
        .await
        .expect(405);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_of_a_file_is_sent_when_one_is_asked_for() {
    let app = App::start().await;
    let picture = published(&app, &jpeg(400, 300)).await;
    for file in ["original.jpg", "w320.webp"] {
        let path = format!("/v1/media/{}/{file}", picture.id());
        let whole = app.get(&path).await;
        let (bytes, etag) = (whole.bytes.as_slice(), whole.etag());
        let length = bytes.len();
        let last = length - 1;
        for (range, part) in [
            ("bytes=0-9".to_owned(), 0..10),
            ("bytes=0-0".to_owned(), 0..1),
            ("bytes=100-".to_owned(), 100..length),
            ("bytes=-7".to_owned(), length - 7..length),
            ("bytes=-99999999".to_owned(), 0..length),
            (format!("bytes={last}-{last}"), last..length),
            ("bytes=5-99999999999999999999999".to_owned(), 5..length),
        ] {
            let got = app
                .call("GET", &path)
                .header("range", &range)
                .send()
                .await
                .expect(206);
            assert_eq!(got.bytes, bytes[part.clone()], "{range}");
            let told = format!("bytes {}-{}/{length}", part.start, part.end - 1);
            assert_eq!(got.header("content-range"), told);
            assert_eq!(
                got.header("content-length"),
                (part.end - part.start).to_string()
            );
            assert_eq!(got.etag(), etag);
        }
        for range in [
            format!("bytes={length}-"),
            "bytes=99999999999999999999-".to_owned(),
            "bytes=-0".to_owned(),
        ] {
            let got = app
                .call("GET", &path)
                .header("range", &range)
                .send()
                .await
                .expect(416);
            assert_eq!(got.header("content-range"), format!("bytes */{length}"));
            assert_eq!(got.problem(), "range-not-satisfiable");
        }
        for range in [
            "bytes=9-5",
            "bytes=a-b",
            "bytes=",
            "bytes=-",
            "lines=0-9",
            "bytes=0-1,5-6",
            "0-9",
            "bytes=+1-2",
        ] {
            let got = app
                .call("GET", &path)
                .header("range", range)
                .send()
                .await
                .expect(200);
            assert_eq!(got.bytes.len(), length, "{range}");
        }
        for (known, status) in [(etag.as_str(), 206), ("\"other\"", 200)] {
            let call = app.call("GET", &path).header("range", "bytes=0-9");
            call.header("if-range", known).send().await.expect(status);
        }
        let call = app.call("GET", &path).header("range", "bytes=0-9");
        call.header("if-none-match", &etag).send().await.expect(304);
        let call = app.call("HEAD", &path).header("range", "bytes=0-9");
        assert_eq!(call.send().await.expect(206).header("content-length"), "10");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_in_a_text_is_shown_in_a_size_that_suits_a_page() {
    let app = App::start().await;
    let picture = uploaded(&app, &png(2000, 100)).await;
    let gif = uploaded(&app, &moving(600, 400)).await;
    let small = uploaded(&app, &glass(100, 100)).await;
    let source = format!(
        "![Een kade](media:{} \"In mei\")\n\n![Beweegt](media:{})\n\nEn ![klein](media:{}).",
        picture.id(),
        gif.id(),
        small.id()
    );
    app.publish(json!({"headline": "Een", "body": markdown(&source)}))
        .await;

    let body = read(&app, "/v1/articles/een?body=html,blocks").await["body"].clone();

    let path = |picture: &Answer| format!("/v1/media/{}/large", picture.id());
    let html = body["html"].as_str().unwrap();
    assert!(
        html.contains(&format!(
            "<img src=\"{}\" alt=\"Een kade\">",
            path(&picture)
        )),
        "{html}"
    );
    assert_eq!(body["blocks"][0]["url"], path(&picture));
    assert_eq!(body["blocks"][0]["caption"], "In mei");
    for (picture, media_type, expected) in [
        (&picture, "image/webp", (1280, 64)),
        (&gif, "image/gif", (600, 400)),
        (&small, "image/png", (100, 100)),
    ] {
        let got = app.get(&path(picture)).await.expect(200);
        assert_eq!(
            (got.header("content-type"), sides(&got.bytes)),
            (media_type, expected)
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_are_whole_where_it_is_told_where_the_api_is() {
    let database = postgres::database().await;
    let flags = ["--workers=1", "--api-url=https://api.example.org/"];
    let app = App::as_told(
        &database,
        &postgres::settings(&database),
        serve_settings(&flags),
    )
    .await;
    let picture = uploaded(&app, &jpeg(400, 300)).await;
    let body = markdown(&format!("![x](media:{})", picture.id()));
    app.publish(json!({"headline": "Een", "image": image(&picture), "body": body}))
        .await;
    let page = app
        .get("/v1/articles/een?body=html,blocks")
        .await
        .expect(200);
    let whole = format!("https://api.example.org/v1/media/{}/", picture.id());
    let article = &page.json;
    assert_eq!(article["image"]["url"], format!("{whole}w320.webp"));
    assert_eq!(
        article["image"]["srcset"],
        format!("{whole}w160.webp 160w, {whole}w320.webp 320w")
    );
    assert!(
        article["body"]["html"]
            .as_str()
            .unwrap()
            .contains(&format!("src=\"{whole}large\""))
    );
    assert_eq!(article["body"]["blocks"][0]["url"], format!("{whole}large"));
    assert_eq!(
        page.text.matches("/v1/media/").count(),
        page.text.matches(&whole).count()
    );
    app.stop().await;
}
