//! Pictures that are made to take more than they show.

use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

use super::pictures::png;
use super::{file, upload, uploaded};
use crate::app::App;

/// A PNG with a colour profile that unpacks to so many megabytes.
fn with_profile(megabytes: usize) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    for _ in 0..megabytes {
        packed.write_all(&vec![0; 1 << 20]).unwrap();
    }
    let mut chunk = b"iCCPprofile\0\0".to_vec();
    chunk.extend_from_slice(&packed.finish().unwrap());
    let mut sum = Crc::new();
    sum.update(&chunk);
    let picture = png(300, 200);
    // The header is 8 bytes, and its first chunk 25.
    let (head, rest) = picture.split_at(33);
    let length = u32::try_from(chunk.len() - 4).unwrap();
    [
        head,
        &length.to_be_bytes(),
        &chunk,
        &sum.sum().to_be_bytes(),
        rest,
    ]
    .concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_colour_profile_that_unpacks_to_more_than_any_has_goes() {
    let app = App::start().await;
    let made = uploaded(&app, &with_profile(64)).await;
    let kept = file(&app, &made).await;
    assert!(memchr::memmem::find(&kept, b"iCCP").is_none());
    assert!(kept.len() < 100_000);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_longer_than_can_be_written_is_refused_when_it_comes() {
    let app = App::start().await;
    let answer = upload(&app, &[], ("", &png(20, 16_384))).await.expect(422);
    assert!(answer.text.contains("16383 on a side"), "{}", answer.text);
    uploaded(&app, &png(20, 16_383)).await;
    app.stop().await;
}
