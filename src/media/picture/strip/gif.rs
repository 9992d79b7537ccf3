//! GIF (89a): blocks.

use super::{Bytes, Parts};

pub(super) fn strip(source: &[u8]) -> Option<Parts<'_>> {
    let mut bytes = Bytes::new(source);
    let mut parts = Parts::default();
    parts.kept.reserve(source.len());
    let header = bytes.take(13)?;
    bytes.take(table(*header.get(10)?))?;
    parts.kept.extend_from_slice(bytes.since(0));
    let mut pictures = 0_u32;
    loop {
        let begin = bytes.at;
        match bytes.byte()? {
            0x2c => {
                let descriptor = bytes.take(9)?;
                bytes.take(table(*descriptor.get(8)?))?;
                // How wide the codes are, then the codes.
                bytes.take(1)?;
                blocks(&mut bytes)?;
                parts.kept.extend_from_slice(bytes.since(begin));
                pictures += 1;
            }
            0x21 => {
                let label = bytes.byte()?;
                let content = bytes.at;
                blocks(&mut bytes)?;
                let name = bytes.since(content).get(1..12).unwrap_or_default();
                // How a frame is shown, and how often all of them are. Comments, texts and whatever else programs add are left out.
                let belongs = label == 0xf9
                    || (label == 0xff && [&b"NETSCAPE2.0"[..], b"ANIMEXTS1.0"].contains(&name));
                if belongs {
                    parts.kept.extend_from_slice(bytes.since(begin));
                } else {
                    parts.dropped.push(bytes.since(content));
                }
            }
            0x3b => {
                parts.kept.push(0x3b);
                let rest = bytes.rest();
                parts.dropped.push(rest);
                parts.animated = pictures > 1;
                return (pictures > 0).then_some(parts);
            }
            _ => return None,
        }
    }
}

/// The bytes of the table of colours that these flags tell of.
fn table(flags: u8) -> usize {
    if flags & 0x80 == 0 {
        return 0;
    }
    3 << ((flags & 7) + 1)
}

/// Passes over blocks up to the empty one that ends them.
fn blocks(bytes: &mut Bytes<'_>) -> Option<()> {
    loop {
        let length = bytes.byte()?;
        if length == 0 {
            return Some(());
        }
        bytes.take(length.into())?;
    }
}
