//! Sizes and crops: which there are, and what they show.

use serde_json::json;

use super::pictures::{jpeg, stripe};
use super::shown::published;
use super::{kept, sides};
use crate::app::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crop_keeps_the_focal_point_in_view_and_an_old_name_leads_to_the_new() {
    let app = App::start().await;
    let picture = published(&app, &jpeg(900, 300)).await;
    let folder = format!("/v1/media/{}", picture.id());
    let mut seen = kept(&app, &picture).await;
    let mut before = "c500x500".to_owned();
    for (x, colour) in [(0.0, "red"), (0.5, "green"), (1.0, "blue"), (0.17, "red")] {
        let patch = json!({"focal_point": {"x": x, "y": 0.5}});
        seen = app
            .patch(&format!("/media/{}", picture.id()), &seen, patch)
            .await
            .expect(200);
        let now = format!("c{}x500", (x * 1000.0_f64).round());
        for old in [format!("w160-1x1-{before}.png"), "w160-1x1.png".to_owned()] {
            if old.contains(&now) {
                continue;
            }
            let led = app.get(&format!("{folder}/{old}")).await.expect(308);
            assert_eq!(
                led.header("location"),
                format!("{folder}/w160-1x1-{now}.png")
            );
            assert_eq!(led.header("cache-control"), "public, max-age=60");
        }
        let got = app
            .get(&format!("{folder}/w160-1x1-{now}.png"))
            .await
            .expect(200);
        let crop = image::load_from_memory(&got.bytes).unwrap();
        assert_eq!((crop.width(), crop.height()), (160, 160));
        for place in [10, 80, 150] {
            assert_eq!(stripe(&crop, place, 80), colour, "{x}");
        }
        before = now;
    }
    for (ratio, sides_are) in [
        ("4x3", (320, 240)),
        ("3x2", (320, 213)),
        ("16x9", (320, 180)),
    ] {
        let got = app
            .get(&format!("{folder}/w320-{ratio}-{before}.webp"))
            .await
            .expect(200);
        assert_eq!(sides(&got.bytes), sides_are, "{ratio}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sizes_that_are_not_offered_are_not_found() {
    let app = App::start().await;
    let picture = published(&app, &jpeg(900, 300)).await;
    let folder = format!("/v1/media/{}", picture.id());
    for file in [
        "w161.webp",
        "w1280.webp",
        "w960.webp",
        "w0.webp",
        "w160.gif",
        "w160.avif",
        "w160.jpeg",
        "original.png",
        "original",
        "x",
        "w480-1x1-c500x500.webp",
        "w320-2x1-c500x500.webp",
        "W160.webp",
        "w160.webp.jpg",
        "w160-1x1-c1001x0.webp",
        "..%2F..%2Fsecret",
        "%2e%2e",
        "original.jpg%00",
    ] {
        let got = app.get(&format!("{folder}/{file}")).await;
        assert!([400, 404].contains(&got.status), "{file}: {}", got.status);
    }
    app.get(&format!("{folder}/w320-1x1-c500x500.webp"))
        .await
        .expect(404);
    let made: Vec<_> = std::fs::read_dir(app.store.data_dir.join("media").join(picture.id()))
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    assert_eq!(made, ["original.jpg"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rendition_that_many_ask_for_at_once_is_made_once() {
    let app = App::start().await;
    let picture = published(&app, &jpeg(1400, 900)).await;
    let path = format!("/v1/media/{}/w1280.webp", picture.id());
    let answers = futures_util::future::join_all((0..8).map(|_| app.get(&path))).await;
    for answer in &answers {
        assert_eq!(
            (answer.status, answer.bytes == answers[0].bytes),
            (200, true)
        );
    }
    let folder = app.store.data_dir.join("media").join(picture.id());
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 2);
    app.stop().await;
}
