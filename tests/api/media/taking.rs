//! Taking pictures in.

use serde_json::json;

use super::pictures::{
    PLACE, exif, glass, jpeg, moving, photo, png, stripe, webp, with_chunk, with_segment,
};
use super::{file, form, holds, kept, sides, upload, uploaded};
use crate::app::App;
use crate::shorthand::managed;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_is_uploaded_with_what_is_told_of_it() {
    let app = App::start().await;
    let fields = [
        ("alt", "Een haven"),
        ("caption", "De haven in mei"),
        ("credit", "Fenna Loman"),
        ("focal_point", "0.25, 0.3"),
    ];

    let made = upload(&app, &fields, ("haven.JPG", &jpeg(600, 400)))
        .await
        .expect(201);

    let path = format!("/v1/manage/media/{}", made.id());
    assert_eq!(made.header("location"), path);
    assert_eq!(made.etag(), "\"1\"");
    let mut told = made.json.clone();
    for name in [
        "id",
        "file",
        "public_path",
        "created_at",
        "modified_at",
        "bytes",
    ] {
        assert!(
            told.as_object_mut().unwrap().remove(name).is_some(),
            "{name}"
        );
    }
    assert_eq!(
        told,
        json!({
            "version": 1, "type": "image/jpeg", "width": 600, "height": 400, "animated": false, "widths": [160, 320, 480],
            "file_name": "haven.JPG", "source_url": null, "alt": "Een haven", "caption": "De haven in mei", "credit": "Fenna Loman",
            "focal_point": {"x": 0.25, "y": 0.3}
        })
    );
    assert_eq!(kept(&app, &made).await.json, made.json);
    let seen = managed(&app, &format!("/media/{}/file", made.id())).await;
    assert_eq!(seen.header("content-type"), "image/jpeg");
    assert_eq!(seen.header("cache-control"), "no-store, no-transform");
    assert_eq!(sides(&seen.bytes), (600, 400));
    assert_eq!(
        seen.bytes.len(),
        made.json["bytes"].as_u64().unwrap() as usize
    );
    let small = managed(&app, &format!("/media/{}/file?width=320", made.id())).await;
    assert_eq!(small.header("content-type"), "image/webp");
    assert_eq!(sides(&small.bytes), (320, 213));
    let other = format!("/media/{}/file?width=321", made.id());
    assert_eq!(
        app.manage("GET", &other).send().await.expect(400).faults(),
        ["invalid_value at width"]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_photo_is_turned_upright_and_rid_of_where_it_was_taken_and_keeps_its_credit() {
    let app = App::start().await;
    let place: Vec<u8> = PLACE
        .iter()
        .flat_map(|number| number.to_be_bytes())
        .collect();
    for (orientation, upright) in [(1, false), (6, true), (3, false), (8, true), (5, true)] {
        let name = format!("Fenna Loman {orientation}");
        let sent = photo(300, 200, &exif(orientation, Some(&name)));
        assert!(holds(&sent, &place) && holds(&sent, name.as_bytes()));

        let made = uploaded(&app, &sent).await;

        assert_eq!(made.json["credit"], name);
        let stored = file(&app, &made).await;
        assert!(!holds(&stored, &place), "{orientation}: the place");
        assert!(!holds(&stored, b"Exif"), "{orientation}: Exif");
        assert!(!holds(&stored, b"Fenna"), "{orientation}: the name");
        let expected = if upright { (200, 300) } else { (300, 200) };
        assert_eq!(sides(&stored), expected, "{orientation}");
        assert_eq!(
            (&made.json["width"], &made.json["height"]),
            (&json!(expected.0), &json!(expected.1))
        );
        let seen = image::load_from_memory(&stored).unwrap();
        let (top, left) = (stripe(&seen, 100, 10), stripe(&seen, 10, 100));
        match orientation {
            1 => assert_eq!(left, "red"),
            3 => assert_eq!(left, "blue"),
            6 | 5 => assert_eq!(top, "red"),
            _ => assert_eq!(top, "blue"),
        }
    }
    // Lying upright, every pixel stays as it is.
    let plain = jpeg(301, 200);
    let made = uploaded(&app, &photo_of(&plain)).await;
    assert_eq!(file(&app, &made).await, plain);
    app.stop().await;
}

fn photo_of(jpeg: &[u8]) -> Vec<u8> {
    let content = [b"Exif\0\0".as_slice(), &exif(1, None)].concat();
    let file = with_segment(jpeg, 0xe1, &content);
    with_segment(&file, 0xfe, b"made with a secret program")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metadata_of_every_format_goes_and_tells_only_who_made_it() {
    let app = App::start().await;
    let xmp = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='r'><rdf:Description photoshop:Credit='Het Agentschap' exif:GPSLatitude='52,22.1N'>
        <dc:rights><rdf:Alt><rdf:li>Niet dit</rdf:li></rdf:Alt></dc:rights><dc:creator><rdf:Seq><rdf:li>Ada &amp; Co</rdf:li></rdf:Seq></dc:creator>
        </rdf:Description></rdf:RDF></x:xmpmeta>";
    let iptc = {
        let set = |number: u8, text: &str| {
            let length = u16::try_from(text.len()).unwrap().to_be_bytes();
            [&[0x1c, 2, number], &length[..], text.as_bytes()].concat()
        };
        let sets = [set(80, "Bea"), set(116, "Rechten van Bea")].concat();
        let length = u32::try_from(sets.len()).unwrap().to_be_bytes();
        [b"Photoshop 3.0\08BIM\x04\x04\0\0", &length[..], &sets].concat()
    };
    let in_riff = |kind: &[u8; 4], content: &[u8]| {
        let mut file = webp(50, 40);
        file.extend(kind);
        file.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
        file.extend(content);
        if content.len() % 2 == 1 {
            file.push(0);
        }
        let length = u32::try_from(file.len() - 8).unwrap().to_le_bytes();
        file[4..8].copy_from_slice(&length);
        file
    };
    let in_jpeg = [b"http://ns.adobe.com/xap/1.0/\0", xmp.as_bytes()].concat();
    let in_png = [b"XML:com.adobe.xmp\0\0\0\0\0", xmp.as_bytes()].concat();
    let both = "Ada & Co / Het Agentschap";
    for (sent, credit, secret) in [
        (
            with_segment(&jpeg(50, 40), 0xe1, &in_jpeg),
            Some(both),
            "GPSLatitude",
        ),
        (
            with_segment(&jpeg(51, 40), 0xed, &iptc),
            Some("Bea"),
            "Rechten",
        ),
        (with_segment(&jpeg(52, 40), 0xfe, b"geheim"), None, "geheim"),
        (
            with_chunk(&png(50, 40), b"iTXt", &in_png),
            Some(both),
            "GPSLatitude",
        ),
        (
            with_chunk(&png(51, 40), b"eXIf", &exif(1, Some("Cornelis"))),
            Some("Cornelis"),
            "Cor",
        ),
        (
            with_chunk(&png(52, 40), b"tEXt", b"Author\0Dirk"),
            Some("Dirk"),
            "Dirk",
        ),
        (with_chunk(&png(53, 40), b"prVt", b"geheim"), None, "geheim"),
        (
            in_riff(b"EXIF", &exif(1, Some("Evelien"))),
            Some("Evelien"),
            "Evel",
        ),
        (in_riff(b"XMP ", xmp.as_bytes()), Some(both), "GPSLatitude"),
        (in_riff(b"HIDE", b"geheim"), None, "geheim"),
    ] {
        assert!(holds(&sent, secret.as_bytes()));
        let made = uploaded(&app, &sent).await;
        assert_eq!(made.json["credit"].as_str(), credit, "{secret}");
        let stored = file(&app, &made).await;
        assert!(!holds(&stored, secret.as_bytes()), "{secret}");
        assert_eq!(sides(&stored).1, 40);
    }
    let told = upload(
        &app,
        &[("credit", "Wie het weet")],
        ("", &photo(60, 40, &exif(1, Some("Niet deze")))),
    )
    .await
    .expect(201);
    assert_eq!(told.json["credit"], "Wie het weet");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_file_is_kept_once_and_a_retry_is_done_once() {
    let app = App::start().await;
    let bytes = jpeg(200, 100);
    let first = upload(&app, &[("alt", "Eerst")], ("a.jpg", &bytes))
        .await
        .expect(201);

    let again = upload(&app, &[("alt", "Later")], ("b.jpg", &bytes))
        .await
        .expect(200);

    assert_eq!(again.json, first.json);
    let sql = app.sql().await;
    let count = sql
        .query_one("SELECT count(*) FROM newsroom.media", &[])
        .await
        .unwrap();
    assert_eq!(count.get::<_, i64>(0), 1);
    let audits = "SELECT count(*) FROM newsroom.audit WHERE subject_kind = 'media'";
    assert_eq!(
        sql.query_one(audits, &[]).await.unwrap().get::<_, i64>(0),
        1
    );
    let with_key = |file: Vec<u8>, boundary: &str| {
        let (content_type, body) = form(&[], Some(("x.png", &file)));
        let swap = |text: &[u8]| {
            let from = b"grens-van-het-formulier";
            let mut out = Vec::new();
            let mut rest = text;
            while let Some(at) = rest.windows(from.len()).position(|window| window == from) {
                out.extend_from_slice(&rest[..at]);
                out.extend_from_slice(boundary.as_bytes());
                rest = &rest[at + from.len()..];
            }
            out.extend_from_slice(rest);
            out
        };
        let content_type = String::from_utf8(swap(content_type.as_bytes())).unwrap();
        app.manage("POST", "/media")
            .header("idempotency-key", "een")
            .body(&content_type, swap(&body))
            .send()
    };
    let one = with_key(png(30, 20), "een").await.expect(201);
    let two = with_key(png(30, 20), "twee").await.expect(201);
    assert_eq!((one.json, one.status), (two.json, two.status));
    let other = with_key(png(31, 20), "drie").await.expect(422);
    assert_eq!(other.problem(), "idempotency-key-reused");
    // Four at once: one makes it, the others find it.
    let raced = jpeg(210, 100);
    let answers =
        futures_util::future::join_all((0..4).map(|_| upload(&app, &[], ("", &raced)))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 201]);
    assert!(answers.iter().all(|answer| answer.id() == answers[0].id()));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_moves_is_kept_moving_and_one_that_is_seen_through_is_kept_so() {
    let app = App::start().await;
    let gif = uploaded(&app, &moving(400, 300)).await;
    assert_eq!(
        (&gif.json["animated"], &gif.json["type"]),
        (&json!(true), &json!("image/gif"))
    );
    let stored = file(&app, &gif).await;
    let decoder = image::codecs::gif::GifDecoder::new(std::io::Cursor::new(stored)).unwrap();
    assert_eq!(image::AnimationDecoder::into_frames(decoder).count(), 2);
    let glass = uploaded(&app, &glass(200, 100)).await;
    let small = managed(&app, &format!("/media/{}/file?width=160", glass.id())).await;
    let seen = image::load_from_memory(&small.bytes).unwrap().to_rgba8();
    assert_eq!(
        (seen.dimensions(), seen.get_pixel(80, 40).0[3]),
        ((160, 80), 0)
    );
    app.stop().await;
}
