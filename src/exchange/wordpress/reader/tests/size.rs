//! Texts of 300 MB, made as they are read.

use std::io::{self, BufReader, Read};

use super::super::{MAX_BODY, Reader, Record};
use super::{FOOT, HEAD};

/// An export made as it is read: the head, a filler repeated to a length, the foot.
struct Made {
    parts: Vec<(Vec<u8>, u64)>,
    at: (usize, u64),
}

impl Made {
    fn new(head: &str, filler: &[u8], length: u64, foot: &str) -> BufReader<Self> {
        let filler = filler.repeat((64 << 10) / filler.len());
        let times = length / filler.len() as u64;
        BufReader::with_capacity(
            64 << 10,
            Self {
                parts: vec![
                    (head.as_bytes().to_vec(), 1),
                    (filler, times),
                    (foot.as_bytes().to_vec(), 1),
                ],
                at: (0, 0),
            },
        )
    }
}

impl Read for Made {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some((bytes, times)) = self.parts.get(self.at.0) {
            let length = bytes.len() as u64;
            if self.at.1 < length * times {
                let from = (self.at.1 % length) as usize;
                let copied = (&bytes[from..]).read(buffer)?;
                self.at.1 += copied as u64;
                return Ok(copied);
            }
            self.at = (self.at.0 + 1, 0);
        }
        Ok(0)
    }
}

const GIANT: u64 = 300 << 20;

fn read_giant(open: &str, filler: &[u8], close: &str) -> Vec<Record> {
    let head = format!("{HEAD}<item><title>Reus</title><wp:post_id>1</wp:post_id>{open}");
    let foot = format!("{close}</item><item><wp:post_id>2</wp:post_id></item>{FOOT}");
    let mut reader = Reader::new(Made::new(&head, filler, GIANT, &foot));
    let told: Vec<Record> = reader.by_ref().map(Result::unwrap).collect();
    assert!(reader.position() > GIANT - (1 << 20));
    assert!(
        reader.largest_buffer() <= 2 * MAX_BODY,
        "{}",
        reader.largest_buffer()
    );
    assert!(matches!(&told[2], Record::Item(item) if item.wp_id == 2));
    told
}

#[test]
fn a_giant_section_is_passed_over_in_constant_memory() {
    let told = read_giant(
        "<content:encoded><![CDATA[",
        b"De brug is dicht. ",
        "]]></content:encoded>",
    );
    assert!(
        matches!(&told[1], Record::Skipped(skipped) if skipped.what == "Reus" && skipped.reason.to_string() == "body over 1 MB")
    );
}

#[test]
fn giant_texts_comments_and_fields_are_passed_over_in_constant_memory() {
    let told = read_giant(
        "<wp:postmeta><wp:meta_key>x</wp:meta_key><wp:meta_value>",
        b"a &amp; b, lang en breed, en nog veel langer ",
        "</wp:meta_value></wp:postmeta>",
    );
    assert!(matches!(&told[1], Record::Item(_)));
    let told = read_giant("<!-- ", b"commentaar - en meer, nog veel meer ", "-->");
    assert!(matches!(&told[1], Record::Item(_)));
}
