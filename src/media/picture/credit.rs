//! Who made a picture, as its metadata tells: XMP, IPTC and Exif, in this order, as the guidelines of the Metadata Working Group have it for
//! what is written by people.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::exif::Told;
use super::strip::Parts;

/// The longest credit that is taken over, in characters.
const LONGEST: usize = 300;

/// The longest XMP that is looked into, in bytes: who made a picture stands in a few hundred.
const LONGEST_XMP: usize = 1 << 20;

/// Who made it and for whom, else whose the rights are.
pub fn of(parts: &Parts<'_>, exif: Option<&Told>) -> Option<String> {
    let xmp = parts.xmp.as_deref().filter(|xmp| xmp.len() <= LONGEST_XMP);
    let xmp = xmp.map(Names::of_xmp).unwrap_or_default();
    let iptc = parts.iptc.map(Names::of_iptc).unwrap_or_default();
    let creator = xmp
        .creator
        .or(iptc.creator)
        .or_else(|| exif?.artist.clone());
    let line = xmp.line.or(iptc.line);
    let rights = xmp
        .rights
        .or(iptc.rights)
        .or_else(|| exif?.copyright.clone());
    let told = match (creator, line) {
        (Some(creator), Some(line)) if creator != line => Some(format!("{creator} / {line}")),
        (Some(one), _) | (None, Some(one)) => Some(one),
        (None, None) => rights.or_else(|| parts.author.clone()),
    };
    told.and_then(|told| fitted(&told))
}

/// On one line, without control characters, not too long.
fn fitted(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    let line: String = line
        .chars()
        .filter(|character| !character.is_control())
        .take(LONGEST)
        .collect();
    let line = line.trim().to_owned();
    (!line.is_empty()).then_some(line)
}

#[derive(Debug, Default)]
struct Names {
    creator: Option<String>,
    line: Option<String>,
    rights: Option<String>,
}

impl Names {
    fn place(&mut self, property: &str) -> Option<&mut Option<String>> {
        match property {
            "dc:creator" => Some(&mut self.creator),
            "photoshop:Credit" => Some(&mut self.line),
            "dc:rights" => Some(&mut self.rights),
            _ => None,
        }
    }

    /// XMP by the prefixes that everybody uses for its namespaces.
    fn of_xmp(xmp: &[u8]) -> Self {
        let mut names = Self::default();
        let text = String::from_utf8_lossy(xmp);
        let mut reader = Reader::from_str(&text);
        let (mut property, mut said) = (String::new(), String::new());
        while let Ok(event) = reader.read_event() {
            match &event {
                Event::Text(text) => said.push_str(text),
                Event::GeneralRef(entity) => {
                    let letter = entity.resolve_char_ref().ok().flatten();
                    let known = quick_xml::escape::resolve_xml_entity(entity);
                    said.extend(letter);
                    said.push_str(known.unwrap_or_default());
                }
                _ => {
                    names.tell(&property, &said);
                    said.clear();
                }
            }
            match event {
                Event::Eof => break,
                Event::Start(element) | Event::Empty(element) => {
                    for attribute in element.attributes().flatten() {
                        let value = quick_xml::escape::unescape(&attribute.value);
                        names.tell(attribute.key.as_ref(), &value.unwrap_or_default());
                    }
                    if names.place(element.name().as_ref()).is_some() {
                        property = element.name().as_ref().to_owned();
                    }
                }
                Event::End(element) if element.name().as_ref() == property => property.clear(),
                _ => {}
            }
        }
        names
    }

    fn tell(&mut self, property: &str, text: &str) {
        if let Some(place) = self.place(property)
            && place.is_none()
        {
            *place = fitted(text);
        }
    }

    /// IPTC (IIM 4.2) in the resources of Photoshop: of its data sets 2:80, 2:110 and 2:116.
    fn of_iptc(resources: &[u8]) -> Self {
        let mut names = Self::default();
        let mut rest = resource(resources, 0x0404).unwrap_or_default();
        while let [0x1c, record, set, high, low, after @ ..] = rest {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            let Some((value, after)) = after.split_at_checked(length) else {
                break;
            };
            rest = after;
            let property = match (record, set) {
                (2, 80) => "dc:creator",
                (2, 110) => "photoshop:Credit",
                (2, 116) => "dc:rights",
                _ => continue,
            };
            if let Some(place) = names.place(property)
                && place.is_none()
            {
                *place = fitted(&String::from_utf8_lossy(value));
            }
        }
        names
    }
}

/// A resource of Photoshop: a sign, a number, a name filled up to an even length, a length, the content likewise.
fn resource(mut rest: &[u8], wanted: u16) -> Option<&[u8]> {
    while let Some(after) = rest.strip_prefix(b"8BIM") {
        let (number, after) = after.split_at_checked(2)?;
        let name = usize::from(*after.first()?) + 1;
        let after = after.get(name + name % 2..)?;
        let (length, after) = after.split_at_checked(4)?;
        let length = usize::try_from(u32::from_be_bytes(length.try_into().ok()?)).ok()?;
        let (content, _) = after.split_at_checked(length)?;
        if number == wanted.to_be_bytes() {
            return Some(content);
        }
        rest = after.get(length + length % 2..)?;
    }
    None
}
