//! What is not taken as a picture.

use super::pictures::{crc, jpeg, moving, png, webp, with_chunk, with_segment};
use super::{file, form, upload, uploaded};
use crate::app::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_picture_or_more_than_one_is_refused_and_told_why() {
    let app = App::start().await;
    let svg =
        b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    for (name, bytes, words) in [
        ("x.svg", &svg[..], "SVG"),
        ("x.jpg", &svg[..], "SVG"),
        ("x.png", b"<html><script>alert(1)</script>", "markup"),
        ("x.jpg", b"%PDF-1.7 ...", "PDF"),
        ("x.avif", b"\0\0\0\x1cftypavif....", "AVIF"),
        ("x.heic", b"\0\0\0\x1cftypheic....", "HEIC"),
        ("x.jpg", b"", "empty"),
        ("x.jpg", b"hallo", "not a picture"),
    ] {
        let answer = upload(&app, &[], (name, bytes)).await.expect(415);
        assert_eq!(answer.problem(), "unsupported-media");
        let detail = answer.json["detail"].as_str().unwrap();
        assert!(
            detail.contains(words) && detail.contains("JPEG"),
            "{detail}"
        );
    }
    let end = |mut file: Vec<u8>, more: &[u8]| {
        file.extend_from_slice(more);
        file
    };
    let archive = b"PK\x03\x04 a file PK\x01\x02 its name PK\x05\x06 the end";
    let cut = jpeg(60, 40);
    for (name, bytes, words) in [
        ("x.jpg", end(jpeg(60, 40), archive), "archive"),
        ("x.gif", end(moving(60, 40), archive), "archive"),
        (
            "x.png",
            end(png(60, 40), b"<script>alert(1)</script>"),
            "script",
        ),
        (
            "x.jpg",
            with_segment(&jpeg(60, 40), 0xfe, b"<?php system($_GET['c']); ?>"),
            "PHP",
        ),
        (
            "x.jpg",
            with_segment(&jpeg(60, 40), 0xe1, b"<svg onload=alert(1)>"),
            "SVG",
        ),
        (
            "x.png",
            with_chunk(&png(60, 40), b"tEXt", b"Comment\0%PDF-1.4 1 0 obj"),
            "PDF",
        ),
        ("x.png", jpeg(60, 40), "JPEG"),
        ("x.jpg", png(60, 40), "PNG"),
        ("x.svg", png(60, 40), "PNG"),
        ("x.html", webp(60, 40), "WebP"),
        ("x.jpg", cut[..cut.len() / 2].to_vec(), "damaged"),
        ("x.jpg", cut[..4].to_vec(), "damaged"),
        ("x.png", png(60, 40)[..60].to_vec(), "damaged"),
        ("x.webp", webp(60, 40)[..20].to_vec(), "damaged"),
        ("x.gif", b"GIF89a".to_vec(), "damaged"),
    ] {
        let answer = upload(&app, &[], (name, &bytes)).await.expect(422);
        assert_eq!(
            answer.faults(),
            ["invalid_value at /file"],
            "{name} {words}"
        );
        assert!(answer.text.contains(words), "{words}: {}", answer.text);
    }
    // What programs and phones add at the end is no harm: it is left out.
    let made = uploaded(&app, &end(jpeg(61, 40), &[7; 1000])).await;
    assert_eq!(file(&app, &made).await, jpeg(61, 40));
    app.stop().await;
}

/// A PNG that says it has these sides, whatever is in it.
fn claiming(width: u32, height: u32, content: &[u8]) -> Vec<u8> {
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 2, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, content) in [(b"IHDR", &header[..]), (b"IDAT", content), (b"IEND", &[])] {
        file.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
        file.extend(kind);
        file.extend(content);
        file.extend(crc(&[kind, content].concat()).to_be_bytes());
    }
    file
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_that_are_too_large_are_refused_before_they_are_decoded() {
    let app = App::start().await;
    let mut zipped = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut zipped, &vec![0; 30_000_000]).unwrap();
    let bomb = zipped.finish().unwrap();
    for (name, bytes, status) in [
        ("50,000 × 50,000", claiming(50_000, 50_000, &bomb), 422),
        ("just over", claiming(10_000, 5_001, &bomb), 422),
        ("no width", claiming(0, 10, &bomb), 422),
        (
            "sides past any number",
            claiming(u32::MAX, u32::MAX, &bomb),
            422,
        ),
    ] {
        let begun = std::time::Instant::now();
        let answer = upload(&app, &[], ("x.png", &bytes)).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.text);
        assert!(begun.elapsed().as_secs() < 10, "{name}");
    }
    let (content_type, body) = form(&[], Some(("x.jpg", &vec![0xff; 20_000_001])));
    let answer = app
        .manage("POST", "/media")
        .body(&content_type, body)
        .send()
        .await
        .expect(413);
    assert!(answer.text.contains("20000000"), "{}", answer.text);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faults_of_a_form_are_told_all_at_once() {
    let app = App::start().await;
    let long = "x".repeat(501);
    let fields = [
        ("alt", long.as_str()),
        ("alt", "twice"),
        ("title", "x"),
        ("focal_point", "2,0"),
        ("credit", ""),
    ];
    let (content_type, body) = form(&fields, None);
    let answer = app
        .manage("POST", "/media")
        .body(&content_type, body)
        .send()
        .await;
    let mut faults = answer.expect(422).faults();
    faults.sort();
    assert_eq!(
        faults,
        [
            "duplicate_field at /alt",
            "invalid_value at /focal_point",
            "missing_field at /file",
            "unknown_field at /title"
        ]
    );
    for (content_type, body, problem) in [
        ("multipart/form-data", "x", "invalid-form"),
        ("multipart/form-data; boundary=a", "x", "invalid-form"),
        (
            "multipart/form-data; boundary=a",
            "--a\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx",
            "invalid-form",
        ),
        ("application/json", "{", "invalid-json"),
    ] {
        let answer = app
            .manage("POST", "/media")
            .body(content_type, body)
            .send()
            .await;
        assert_eq!(
            answer.expect(400).problem(),
            problem,
            "{content_type} {body}"
        );
    }
    let answer = app
        .manage("POST", "/media")
        .body("image/png", png(9, 9))
        .send()
        .await;
    assert!(answer.expect(415).text.contains("multipart/form-data"));
    app.stop().await;
}
