mod size;

use std::io::{self, BufRead, BufReader, Read};

use proptest::prelude::*;

use super::{ItemKind, MAX_BODY, ReadError, Reader, Record, SkipReason, Skipped, Taxonomy};

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Stad</title>"#;
const FOOT: &str = "</channel></rss>";

fn read(file: &str) -> Vec<Result<Record, ReadError>> {
    Reader::new(file.as_bytes()).collect()
}

fn export(items: &str) -> String {
    format!("{HEAD}{items}{FOOT}")
}

fn records(file: &str) -> Vec<Record> {
    read(file).into_iter().collect::<Result<_, _>>().unwrap()
}

fn item(inside: &str) -> super::Item {
    let file = export(&format!("<item><wp:post_id>1</wp:post_id>{inside}</item>"));
    match records(&file).pop() {
        Some(Record::Item(item)) => *item,
        other => panic!("{other:?}"),
    }
}

fn fault(file: &[u8]) -> ReadError {
    let mut reader = Reader::new(file);
    let fault = reader.by_ref().find_map(Result::err).expect("an error");
    assert!(reader.next().is_none(), "nothing follows an error");
    fault
}

#[test]
fn the_channel_comes_first_and_once() {
    let told = records(&export(
        "<wp:author><wp:author_login>m</wp:author_login></wp:author><item><wp:post_id>3</wp:post_id></item><title>Anders</title>",
    ));
    assert!(matches!(&told[0], Record::Channel(site) if site.title == "Stad"));
    assert!(matches!(&told[1], Record::Author(author) if author.display_name == "m"));
    assert!(
        matches!(&told[2], Record::Item(item) if item.wp_id == 3 && item.kind == ItemKind::Post)
    );
    assert_eq!(told.len(), 3);
    assert_eq!(records(&export("")).len(), 1);
}

#[test]
fn text_may_be_escaped_or_in_sections() {
    let content = item("<content:encoded><![CDATA[a ]]]]><![CDATA[> <b>]]> &lt;i&gt; &amp;amp; &#233;&#xE9;<!-- weg -->\r\n<![CDATA[]]]]]></content:encoded>").content;
    assert_eq!(content, "a ]]> <b> <i> &amp; éé\n]]]");
    assert_eq!(
        item("<title>5 < 6 &amp; <x>weg</x>7 &nbsp;</title>").title,
        "5 < 6 & 7"
    );
    assert_eq!(
        item("<title>Een <![CDATA[<em>twee</em> &#8211;\n drie]]></title>").title,
        "Een twee – drie"
    );
    assert_eq!(item("<title/><link/>").title, "");
}

#[test]
fn characters_that_xml_forbids_are_left_out() {
    let content = item("<content:encoded><![CDATA[a\0b\x0bc\u{fffe}d\u{8}]]>&#0;&#11;&#xD800;&#xFFFFFFFF;e</content:encoded>").content;
    assert_eq!(content, "abcde");
}

#[test]
fn dates_fall_back_from_place_to_place() {
    let at = |inside: &str| item(inside).published_at.map(|at| at.to_rfc3339());
    let utc = "<wp:post_date_gmt>2024-03-12 10:00:00</wp:post_date_gmt>";
    let zero = "<wp:post_date_gmt>0000-00-00 00:00:00</wp:post_date_gmt>";
    let local = "<wp:post_date>2024-03-12 11:00:00</wp:post_date>";
    let feed = "<pubDate>Tue, 12 Mar 2024 13:00:00 +0100</pubDate>";
    assert_eq!(
        at(&format!("{feed}{local}{utc}")).as_deref(),
        Some("2024-03-12T10:00:00+00:00")
    );
    assert_eq!(
        at(&format!("{feed}{local}{zero}")).as_deref(),
        Some("2024-03-12T12:00:00+00:00")
    );
    assert_eq!(
        at(&format!(
            "{local}{zero}<pubDate>Mon, 30 Nov -0001 00:00:00 +0000</pubDate>"
        ))
        .as_deref(),
        Some("2024-03-12T11:00:00+00:00")
    );
    assert_eq!(
        at(&format!(
            "{zero}<pubDate>Thu, 01 Jan 1970 00:00:00 +0000</pubDate>"
        )),
        None
    );
    assert_eq!(
        at("<wp:post_date>294277-01-01 00:00:00</wp:post_date><pubDate>gisteren</pubDate>"),
        None
    );
}

#[test]
fn version_1_0_is_read() {
    let file = r#"<rss xmlns:wp="http://wordpress.org/export/1.0/"><channel><title>Oud</title><wp:wxr_version>1.0</wp:wxr_version>
        <wp:category><wp:category_nicename>nieuws</wp:category_nicename><wp:category_parent></wp:category_parent><wp:cat_name><![CDATA[Nieuws]]></wp:cat_name></wp:category>
        <item><title>Oud stuk</title><wp:post_id>4</wp:post_id>
        <category><![CDATA[Nieuws]]></category><category domain="category" nicename="nieuws"><![CDATA[Nieuws]]></category>
        <category domain="tag"><![CDATA[brug]]></category><category domain="tag" nicename="brug"><![CDATA[brug]]></category>
        <category><![CDATA[Los]]></category></item></channel></rss>"#;
    let told = records(file);
    assert!(
        matches!(&told[1], Record::Term(term) if term.taxonomy == Taxonomy::Category && term.parent.is_none())
    );
    let Record::Item(item) = &told[2] else {
        panic!()
    };
    let terms: Vec<_> = item
        .categories
        .iter()
        .map(|term| {
            (
                term.taxonomy.clone(),
                term.slug.as_str(),
                term.name.as_str(),
            )
        })
        .collect();
    assert_eq!(
        terms,
        [
            (Taxonomy::Category, "nieuws", "Nieuws"),
            (Taxonomy::Tag, "brug", "brug"),
            (Taxonomy::Category, "", "Los")
        ]
    );
}

#[test]
fn slugs_are_decoded_and_custom_fields_passed_over() {
    let found = item(
        "<wp:post_name>caf%c3%a9-%e5%8c%97</wp:post_name><wp:postmeta><wp:meta_value>77</wp:meta_value><wp:meta_key>_thumbnail_id</wp:meta_key></wp:postmeta><wp:postmeta><wp:meta_key>x</wp:meta_key><wp:meta_value><a><b>9</b></a></wp:meta_value></wp:postmeta>",
    );
    assert_eq!(
        (found.slug.as_str(), found.thumbnail_id),
        ("café-北", Some(77))
    );
    assert_eq!(
        item("<wp:post_name>100%-goed%ff</wp:post_name>").slug,
        "100%-goed%ff"
    );
    assert_eq!(item("<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>a:1:{i:0;i:7;}</wp:meta_value></wp:postmeta>").thumbnail_id, None);
}

#[test]
fn what_is_too_long_is_told_and_the_rest_goes_on() {
    let long = "x".repeat(MAX_BODY + 1);
    let fits = "x".repeat(MAX_BODY);
    let many = "<category nicename=\"a\">a</category>".repeat(501);
    let told = records(&export(&format!(
        "<item><title>Lang</title><content:encoded><![CDATA[{long}]]></content:encoded><wp:post_id>1</wp:post_id></item>\
         <item><wp:post_id>2</wp:post_id><content:encoded><![CDATA[{fits}]]></content:encoded></item>\
         <item><title>{long}</title><wp:post_id>3</wp:post_id></item>\
         <item><title>Veel</title><wp:post_id>4</wp:post_id>{many}</item>\
         <item><title>Geen nummer</title></item>"
    )));
    let skipped: Vec<_> = told
        .iter()
        .filter_map(|record| match record {
            Record::Skipped(Skipped {
                what,
                wp_id,
                reason,
            }) => Some((what.as_str(), *wp_id, reason.to_string())),
            _ => None,
        })
        .collect();
    assert_eq!(
        skipped,
        [
            ("Lang", Some(1), "body over 1 MB".to_owned()),
            (
                "item 3, without a title",
                Some(3),
                "title over 8 KB".to_owned()
            ),
            ("Veel", Some(4), "more than 500 terms".to_owned()),
            ("Geen nummer", None, "no usable <wp:post_id>".to_owned()),
        ]
    );
    assert!(matches!(&told[2], Record::Item(item) if item.content.len() == MAX_BODY));
    assert!(
        matches!(&told[1], Record::Skipped(skipped) if skipped.reason == SkipReason::TooLong { field: "body", limit: MAX_BODY })
    );
}

#[test]
fn a_file_cut_off_gives_what_came_before() {
    let file = export(
        "<item><wp:post_id>1</wp:post_id></item><item><wp:post_id>2</wp:post_id><content:encoded><![CDATA[De brug]]></content:encoded></item>",
    );
    for cut in HEAD.len()..file.len() - FOOT.len() {
        let mut told: Vec<_> = Reader::new(&file.as_bytes()[..cut]).collect();
        let error = told.pop().unwrap().unwrap_err();
        assert!(
            matches!(error, ReadError::Truncated { position, .. } if position == cut as u64),
            "{cut}: {error}"
        );
        assert!(told.iter().all(Result::is_ok));
    }
    let cut = file.find("brug").unwrap();
    let told: Vec<_> = Reader::new(&file.as_bytes()[..cut]).collect();
    assert_eq!(told.len(), 3);
    assert!(
        told[2]
            .as_ref()
            .unwrap_err()
            .to_string()
            .contains("inside <content:encoded>")
    );
}

#[test]
fn entities_and_document_types_are_never_expanded() {
    let bomb = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>{HEAD}"
    );
    assert!(matches!(
        fault(bomb.as_bytes()),
        ReadError::Doctype { position: 21 }
    ));
    let outside = "<!DOCTYPE rss SYSTEM \"file:///etc/passwd\"><rss/>";
    assert!(matches!(
        fault(outside.as_bytes()),
        ReadError::Doctype { position: 0 }
    ));
    let late = export("<item><title>&a;&xxe;</title><!DOCTYPE x></item>");
    assert!(matches!(fault(late.as_bytes()), ReadError::Doctype { .. }));
    assert_eq!(item("<guid>&a;&xxe;&</guid>").guid, "&a;&xxe;&");
}

#[test]
fn other_encodings_tell_how_to_convert() {
    let latin = HEAD.replace("UTF-8", "ISO-8859-1");
    let told = fault(latin.as_bytes()).to_string();
    assert!(told.contains("iconv -f ISO-8859-1 -t UTF-8 FILE"), "{told}");
    let evil = HEAD.replace("UTF-8", "x; rm -rf /");
    assert!(!fault(evil.as_bytes()).to_string().contains("rm -rf"));
    let utf16: Vec<u8> = HEAD.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(fault(&utf16).to_string().contains("UTF-16LE"));
    let utf16: Vec<u8> = HEAD.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert!(fault(&utf16).to_string().contains("UTF-16BE"));
    let marked: Vec<u8> = [0xFF, 0xFE].into_iter().chain(utf16).collect();
    assert!(fault(&marked).to_string().contains("iconv -f UTF-16 "));
    let mut broken =
        export("<item><wp:post_id>1</wp:post_id><title>caf_</title></item>").into_bytes();
    let place = broken
        .windows(4)
        .position(|bytes| bytes == b"caf_")
        .unwrap();
    broken[place + 3] = 0xE9;
    let error = fault(&broken);
    assert!(
        matches!(&error, ReadError::NotUtf8 { position, inside } if *position == place as u64 && inside == "title"),
        "{error}"
    );
    let marked = format!(
        "\u{feff}\n{}",
        export("<item><wp:post_id>1</wp:post_id></item>")
    );
    assert_eq!(records(&marked).len(), 2);
}

#[test]
fn other_files_are_told_apart() {
    for (file, found) in [
        ("<!DOCTYPE html><html><body>", "an HTML page"),
        ("<html><body>", "an HTML page"),
        ("{\"db\":[]}", "Ghost"),
        ("", "an empty file"),
        ("Beste lezer", "something without XML"),
        (
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry/></feed>",
            "begins with <feed>",
        ),
        (
            "<rss version=\"2.0\"><channel><title>x</title><item><title>y</title></item></channel></rss>",
            "an ordinary RSS feed",
        ),
        ("<rss></rss>", "without a channel"),
    ] {
        let error = fault(file.as_bytes());
        assert!(matches!(error, ReadError::NotWxr { .. }), "{file}: {error}");
        assert!(error.to_string().contains(found), "{file}: {error}");
    }
    assert!(fault(b"\x1f\x8b\x08").to_string().contains("gunzip"));
    assert!(fault(b"PK\x03\x04").to_string().contains("unzip"));
    let version = HEAD.replace("<title>", "<wp:wxr_version>2.0</wp:wxr_version><title>") + FOOT;
    assert!(matches!(
        fault(version.as_bytes()),
        ReadError::Version { .. }
    ));
}

#[test]
fn broken_xml_is_told_with_its_place() {
    for broken in [
        "<item></title>",
        "</item>",
        "<item><a b=\"",
        "<item><![CDAT[x",
        &"<a>".repeat(100),
        &format!("<a {}>", "b".repeat(70_000)),
    ] {
        let error = fault(format!("{HEAD}{broken}").as_bytes());
        assert!(error.position() > HEAD.len() as u64, "{error}");
    }
}

/// A stream of one byte after another, so that everything falls on the edge of a buffer.
struct Drip<'a>(&'a [u8]);

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(1);
        self.0.read(&mut buffer[..length])
    }
}

#[test]
fn the_edges_of_buffers_do_not_matter() {
    let file = export(
        "<!-- a -- b ---><item><wp:post_id>1</wp:post_id><title>a &amp; &lt;b&gt; &x</title><content:encoded><![CDATA[a]]b]]]]><![CDATA[>]]></content:encoded></item>",
    );
    let dripped: Vec<_> = Reader::new(BufReader::with_capacity(1, Drip(file.as_bytes())))
        .map(Result::unwrap)
        .collect();
    assert_eq!(dripped, records(&file));
}

#[test]
fn a_fault_of_the_stream_is_told_with_its_place() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("weg"))
        }
    }
    let reader = BufReader::new(HEAD.as_bytes().chain(Failing));
    let error = Reader::new(reader).find_map(Result::err).unwrap();
    assert!(matches!(error, ReadError::Io { position, .. } if position == HEAD.len() as u64));
    let mut interrupted = BufReader::new(HEAD.as_bytes());
    assert!(interrupted.fill_buf().is_ok());
}

proptest! {
    #[test]
    fn any_text_comes_back(title in "[ -~é北\n\t]{0,40}", body in "\\PC{0,60}|[<>&\\]\\[! a-c-]{0,40}") {
        let escaped = quick_xml::escape::escape(&body).into_owned();
        let section = body.replace("]]>", "]]]]><![CDATA[>");
        let expected: String = body.chars().filter(|&letter| letter != '\u{fffe}' && letter != '\u{ffff}').collect();
        prop_assert_eq!(&item(&format!("<content:encoded>{escaped}</content:encoded>")).content, &expected);
        prop_assert_eq!(&item(&format!("<content:encoded><![CDATA[{section}]]></content:encoded>")).content, &expected);
        item(&format!("<title><![CDATA[{title}]]></title>"));
    }

    #[test]
    fn any_bytes_end(bytes in prop::collection::vec(any::<u8>(), 0..80), text in "(<item>|</item>|<title>|</title>|<!\\[CDATA\\[|\\]\\]>|<!--|-->|<|>|&|;|#|x|/|\"| |a){0,40}") {
        let file: Vec<u8> = HEAD.bytes().chain(text.bytes()).chain(bytes.iter().copied()).collect();
        let told: Vec<_> = Reader::new(&file[..]).collect();
        prop_assert!(told.iter().filter(|record| record.is_err()).count() <= 1);
        let _ = Reader::new(&bytes[..]).count();
    }
}
