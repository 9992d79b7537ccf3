use proptest::prelude::*;

use super::{Flaw, Format, prepare, strip};

proptest! {
    /// Whatever comes, nothing is read past its end, and nothing is kept that did not come.
    #[test]
    fn anything_can_be_taken_apart(bytes in prop::collection::vec(any::<u8>(), 0..600), kind in 0_usize..4) {
        let (format, start): (Format, &[u8]) = [
            (Format::Jpeg, &[0xff, 0xd8, 0xff][..]),
            (Format::Png, b"\x89PNG\r\n\x1a\n"),
            (Format::Webp, b"RIFF\xff\0\0\0WEBPVP8X"),
            (Format::Gif, b"GIF89a"),
        ][kind];
        let file = [start, &bytes].concat();
        if let Ok(parts) = strip::strip(format, &file) {
            prop_assert!(parts.kept.len() <= file.len() + 2);
        }
        prop_assert!(prepare(&file, None, 1_000_000).is_err() || file.len() > 20);
    }
}

#[test]
fn a_name_tells_of_another_format_only_by_an_ending_that_is_one() {
    let gif = {
        let mut file = Vec::new();
        let picture = image::RgbaImage::new(2, 2);
        let frame = image::Frame::new(picture);
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut file);
        encoder.encode_frame(frame).unwrap();
        drop(encoder);
        file
    };
    for name in [
        "x.gif",
        "X.GIF",
        "x",
        "",
        "v1. een naam",
        ".gif",
        "x.jpg.gif",
    ] {
        assert!(prepare(&gif, Some(name), 100).is_ok(), "{name}");
    }
    for name in ["x.png", "x.svg", "x.gif.html", "x.exe"] {
        let flaw = prepare(&gif, Some(name), 100).unwrap_err();
        assert_eq!(flaw, Flaw::Name(Format::Gif), "{name}");
    }
}
