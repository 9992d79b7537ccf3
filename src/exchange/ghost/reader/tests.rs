use std::io::{BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;

use super::guard::Guard;
use super::{ReadError, Record, Source, Wanted, read};

fn all(json: &str, wanted: Wanted) -> Result<Vec<Record>, ReadError> {
    let mut records = Vec::new();
    let position = Arc::new(AtomicU64::new(0));
    read(json.as_bytes(), &position, wanted, &mut |record| {
        records.push(record);
        true
    })?;
    Ok(records)
}

fn posts(rows: &str) -> Vec<Record> {
    all(
        &format!(r#"{{"db":[{{"meta":{{}},"data":{{"posts":[{rows}]}}}}]}}"#),
        Wanted::Posts,
    )
    .unwrap()
}

fn skipped(records: &[Record]) -> Vec<(&str, &str)> {
    records
        .iter()
        .filter_map(|record| match record {
            Record::Skipped { what, reason } => Some((what.as_str(), reason.as_str())),
            _ => None,
        })
        .collect()
}

#[test]
fn both_forms_of_the_document_are_read_in_any_order() {
    let data = r#""data":{"tags":[{"id":1,"name":"Water","slug":"water"}],"posts":[{"id":"a","title":"Brug"}],"roles":[{"deep":[[1]]}]}"#;
    for json in [
        format!(r#"{{"db":[{{"meta":{{"version":"3"}},{data}}}]}}"#),
        format!(r#"{{"db":[{{{data},"meta":{{}}}}]}}"#),
        format!(r#"{{"meta":{{}},{data}}}"#),
        format!("\u{feff}  {{{data}}}\n"),
        format!(r#"{{"db":{{{data}}}}}"#),
    ] {
        let records = all(&json, Wanted::Posts).unwrap();
        assert!(
            matches!(records.as_slice(), [Record::Post(post)] if post.title == "Brug"),
            "{json}: {records:?}"
        );
        let records = all(&json, Wanted::Others).unwrap();
        assert!(
            matches!(records.as_slice(), [Record::Tag(tag)] if tag.id == "1"),
            "{json}: {records:?}"
        );
    }
}

#[test]
fn a_post_is_of_its_html_else_its_document_and_a_page_by_either_mark() {
    let records = posts(
        r#"{"id":"a","html":"<p>1</p>","lexical":"{}","mobiledoc":7},
           {"id":"b","html":" ","lexical":"{\"root\":1}","mobiledoc":"{}"},
           {"id":"c","html":null,"mobiledoc":"{}","page":true},
           {"id":4,"markdown":"*d*","page":1,"type":"page","created_at":1500000000000},
           {"id":"e","type":"post","page":1,"published_at":"2020-01-02T03:04:05.000Z","updated_at":"2020-01-02 03:04:06"}"#,
    );
    let posts: Vec<_> = records
        .iter()
        .map(|record| match record {
            Record::Post(post) => post,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(posts[0].source, Source::Html("<p>1</p>".to_owned()));
    assert_eq!(posts[1].source, Source::Lexical("{\"root\":1}".to_owned()));
    assert_eq!(posts[2].source, Source::Mobiledoc("{}".to_owned()));
    assert_eq!(posts[3].source, Source::Markdown("*d*".to_owned()));
    assert_eq!(posts[4].source, Source::None);
    let pages: Vec<bool> = posts.iter().map(|post| post.is_page).collect();
    assert_eq!(pages, [false, false, true, true, true]);
    assert_eq!(posts[3].id, "4");
    assert_eq!(posts[3].created_at.unwrap().timestamp(), 1_500_000_000);
    assert_eq!(
        posts[4].updated_at.unwrap().timestamp() - posts[4].published_at.unwrap().timestamp(),
        1
    );
}

#[test]
fn rows_of_the_wrong_shape_are_told_and_the_rest_goes_on() {
    let records = posts(
        r#"7, null, "x", [1,{"a":[2]}], {"id":{"a":1},"title":"Eén"}, {"title":"Twee"}, {"id":"c","title":["x"]},
           {"id":"d","title":"Vier","slug":9}, {"id":"e","title":"Vijf","type":"snippet"}, {"id":"f","title":"Goed\u0000"}"#,
    );
    assert_eq!(
        skipped(&records),
        [
            ("post 1", "post: no usable id"),
            ("post 2", "post: no usable id"),
            ("post 3", "post: no usable id"),
            ("post 4", "post: no usable id"),
            ("Eén", "post: id is not a text"),
            ("Twee", "post: no usable id"),
            ("post 7", "post: title is not a text"),
            ("Vier", "post: slug is not a text"),
            ("Vijf", "post: of type snippet"),
        ]
    );
    assert!(matches!(records.last(), Some(Record::Post(post)) if post.title == "Goed"));
    let others = all(
        r#"{"data":{"tags":{"a":1},"users":null,"posts_tags":[{"post_id":"a"}],"settings":[{"id":"s","key":"k","value":[1]}]}}"#,
        Wanted::Others,
    )
    .unwrap();
    assert_eq!(
        skipped(&others),
        [
            ("tags", "a table that is no list of rows"),
            ("users", "a table that is no list of rows"),
            ("row of posts_tags 1", "row of posts_tags: no usable tag_id"),
        ]
    );
}

#[test]
fn what_no_reader_may_see_is_never_read() {
    let others = all(
        r#"{"data":{"users":[{"id":"u","name":"Marit","slug":"marit","password":"$2a$geheim","email":"marit@example.org"}],
            "api_keys":[{"id":"k","secret":"geheim"}],"members":[{"email":"lezer@example.org"}]}}"#,
        Wanted::Others,
    )
    .unwrap();
    let told = format!("{others:?}");
    assert!(told.contains("Marit"));
    assert!(!told.contains("geheim") && !told.contains('@'), "{told}");
}

#[test]
fn broken_files_are_told_with_their_place() {
    let whole = r#"{"data":{"posts":[{"id":"a"}]}}"#;
    let told = |json: &str| all(json, Wanted::Posts).unwrap_err().to_string();
    assert!(told(&whole[..20]).contains("ends at byte 20 (line 1, column 20)"));
    let mut lines = whole.replace(r#"{"id""#, "\n{\"id\"");
    lines.push('!');
    assert!(
        told(&lines).contains("byte 33 (line 2, column 14)"),
        "{}",
        told(&lines)
    );
    assert!(told("").contains("an empty file"));
    assert!(told("<rss>").contains("import wordpress"));
    assert!(told("\u{1f}\u{8b}").contains("no Ghost export") || told("[]").contains("no Ghost"));
    assert!(told("[1]").contains("without `db` or `data`"));
    assert!(told(r#"{"db":[]}"#).contains("without `db` or `data`"));
    let gzip = read(
        &b"\x1f\x8b\x08\x00"[..],
        &Arc::default(),
        Wanted::Posts,
        &mut |_| true,
    );
    assert!(gzip.unwrap_err().to_string().contains("gunzip"));
}

/// A file that is made while it is read.
struct Endless<'a> {
    begin: &'a [u8],
    middle: u8,
    left: u64,
    end: &'a [u8],
}

impl Read for Endless<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if !self.begin.is_empty() {
            return self.begin.read(buffer);
        }
        if self.left > 0 {
            let length = buffer.len().min(usize::try_from(self.left).unwrap());
            buffer[..length].fill(self.middle);
            self.left -= length as u64;
            return Ok(length);
        }
        self.end.read(buffer)
    }
}

#[test]
fn a_giant_text_is_told_and_what_stands_behind_it_is_read() {
    const SIZE: u64 = 64 << 20;
    let file = BufReader::new(Endless {
        begin: br#"{"data":{"posts":[{"id":"a","title":"Reus","html":""#,
        middle: b'x',
        left: SIZE,
        end: br#""},{"id":"b","title":"Klein"}]}}"#,
    });
    let mut records = Vec::new();
    let position = Arc::new(AtomicU64::new(0));
    read(file, &position, Wanted::Posts, &mut |record| {
        records.push(record);
        true
    })
    .unwrap();
    assert_eq!(skipped(&records), [("Reus", "post: html over 1 MB")]);
    assert!(matches!(records.last(), Some(Record::Post(post)) if post.title == "Klein"));
    assert!(position.load(Ordering::Relaxed) > SIZE);
}

#[test]
fn a_string_is_cut_at_the_limit_wherever_it_falls() {
    for text in [
        "abcdef",
        "éééééé",
        r"\n\n\n\n\n",
        r"\u00e9\u00e9\u00e9",
        r"\ud83d\ude00\ud83d\ude00",
        r#"a\"b\\c\""#,
    ] {
        for limit in 0..text.len() + 2 {
            let json = format!("[\"{text}\",1]");
            let guard = Guard::with_limit(json.as_bytes(), Arc::default(), limit);
            let read: (String, u8) = serde_json::from_reader(guard).unwrap();
            let whole: (String, u8) = serde_json::from_str(&json).unwrap();
            assert!(
                whole.0.starts_with(read.0.trim_end_matches('\u{fffd}')),
                "{text} {limit} {read:?}"
            );
            assert!(limit < text.len() || read == whole, "{text} {limit}");
        }
    }
}

#[test]
fn half_pairs_are_mended() {
    for (json, text) in [
        (r#""\ud83d""#, "\u{fffd}"),
        (r#""a\ude00b""#, "a\u{fffd}b"),
        (r#""\ud83dx""#, "\u{fffd}x"),
        (r#""\ud83d\n""#, "\u{fffd}\n"),
        (r#""\ud83d\u0041""#, "\u{fffd}A"),
        (r#""\ud83d\ud83d""#, "\u{fffd}\u{fffd}"),
        (r#""\uD83D\uDE00""#, "😀"),
        (r#""\\ud83d""#, "\\ud83d"),
    ] {
        let guard = Guard::new(json.as_bytes(), Arc::default());
        let read: String = serde_json::from_reader(guard).unwrap();
        assert_eq!(read, text, "{json}");
    }
}

#[test]
fn a_bomb_of_brackets_ends_the_reading_early() {
    for (begin, bomb) in [
        ("{\"data\":{\"posts\":", b'['),
        ("{\"data\":{\"roles\":", b'['),
    ] {
        let file = BufReader::new(Endless {
            begin: begin.as_bytes(),
            middle: bomb,
            left: 1 << 40,
            end: b"",
        });
        let position = Arc::new(AtomicU64::new(0));
        let error = read(file, &position, Wanted::Posts, &mut |_| true).unwrap_err();
        assert!(matches!(error, ReadError::TooDeep { .. }), "{error}");
        assert!(position.load(Ordering::Relaxed) < 1 << 20);
    }
}

#[test]
fn nothing_is_read_once_nobody_listens() {
    let rows = r#"{"id":"a"},"#.repeat(5);
    let json = format!(r#"{{"data":{{"posts":[{rows}{{"id":"b"}}]}}}} broken"#);
    let mut seen = 0;
    read(json.as_bytes(), &Arc::default(), Wanted::Posts, &mut |_| {
        seen += 1;
        seen < 2
    })
    .unwrap();
    assert_eq!(seen, 2);
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::hash_map(any::<String>(), inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn the_guard_lets_harmless_json_pass_as_it_is(value in json(), ascii: bool) {
        let mut text = value.to_string();
        if ascii {
            text = text
                .encode_utf16()
                .map(|unit| if unit < 128 { char::from(unit as u8).to_string() } else { format!("\\u{unit:04x}") })
                .collect();
        }
        let read: serde_json::Value = serde_json::from_reader(Guard::new(text.as_bytes(), Arc::default())).unwrap();
        prop_assert_eq!(read, value);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), begin in 0..4usize) {
        let begins = ["", "{\"data\":", "{\"db\":[{\"data\":{\"posts\":[{\"id\":", "{\"data\":{\"tags\":[{\"name\":\""];
        let file = [begins[begin].as_bytes(), &bytes].concat();
        let _ = read(file.as_slice(), &Arc::default(), Wanted::Posts, &mut |_| true);
        let _ = read(file.as_slice(), &Arc::default(), Wanted::Others, &mut |_| true);
    }
}
