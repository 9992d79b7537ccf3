use super::*;

const HEAD: &str = "{\"kind\":\"kroniek\",\"format\":1,\"version\":\"0.1.0\"}\n";

fn read(text: &[u8]) -> Result<Vec<Batch>, String> {
    let mut reader = Reader::new(text).map_err(|error| error.to_string())?;
    let mut batches = Vec::new();
    while let Some(batch) = reader.batch().map_err(|error| error.to_string())? {
        batches.push(batch);
    }
    Ok(batches)
}

fn body(lines: &str) -> Result<Vec<Batch>, String> {
    read(format!("{HEAD}{lines}").as_bytes())
}

#[test]
fn rows_of_one_kind_and_shape_make_a_batch_and_texts_are_rendered() {
    let batches = body(concat!(
        "{\"kind\":\"authors\",\"row\":{\"id\":\"a\",\"biography\":{\"format\":\"markdown\",\"source\":\"*Hoi*<script>x</script>\"}}}\n",
        "{\"kind\":\"authors\",\"row\":{\"id\":\"b\",\"biography\":null}}\n",
        "{\"kind\":\"authors\",\"row\":{\"id\":\"c\"}}\n",
        "{\"kind\":\"entities\",\"row\":{\"id\":\"d\"}}\n",
        "{\"kind\":\"end\",\"rows\":4}\n",
    ))
    .unwrap();
    let shapes: Vec<_> = batches
        .iter()
        .map(|batch| (batch.table.name, batch.rows.len()))
        .collect();
    assert_eq!(shapes, [("authors", 2), ("authors", 1), ("entities", 1)]);
    let row = &batches[0].rows[0];
    assert_eq!((row.line, row.plain.as_str()), (2, r#"{"id":"a"}"#));
    let [Some(biography), None] = &row.texts else {
        panic!("{row:?}")
    };
    assert!(
        biography.contains("<em>Hoi</em>")
            && biography.contains("renderer_version")
            && !biography.contains("\"html\":\"<script"),
        "{biography}"
    );
}

#[test]
fn batches_are_bounded_in_rows_and_bytes() {
    let row = |id: usize, length: usize| {
        format!(
            "{{\"kind\":\"slugs\",\"row\":{{\"slug\":\"{id}{}\"}}}}\n",
            "a".repeat(length)
        )
    };
    let many: String = (0..1200)
        .map(|id| row(id, 1))
        .chain((0..4).map(|id| row(id, 400_000)))
        .collect();
    let batches = body(&format!("{many}{{\"kind\":\"end\",\"rows\":1204}}\n")).unwrap();
    assert!(
        batches
            .iter()
            .all(|batch| batch.rows.len() <= BATCH_ROWS && batch.bytes <= BATCH_BYTES)
    );
    assert_eq!(
        batches.iter().map(|batch| batch.rows.len()).sum::<usize>(),
        1204
    );
}

#[test]
fn what_is_no_export_or_not_whole_is_told_with_its_line() {
    let end = "{\"kind\":\"end\",\"rows\":0}\n";
    for (text, told) in [
        ("", "not an export"),
        ("{\"db\":[]}\n", "not an export"),
        ("<?xml version=\"1.0\"?>\n", "not an export"),
        ("\u{feff}{}\n", "not an export"),
        (
            "{\"kind\":\"kroniek\",\"format\":2,\"version\":\"9.0.0\"}\n",
            "written by Kroniek 9.0.0",
        ),
        (HEAD, "ends after line 1"),
        (&HEAD[..20], "cut off"),
        (&format!("{HEAD}{{\"kind\":\"end\",\"rows\":0}}"), "cut off"),
        (
            &format!("{HEAD}{{\"kind\":\"end\",\"rows\":3}}\n"),
            "line 2: tells of 3 rows, but 0",
        ),
        (&format!("{HEAD}{end}{end}"), "line 3: stands after the end"),
        (
            &format!("{HEAD}{{\"kind\":\"api_keys\",\"row\":{{}}}}\n"),
            "line 2: there is no kind \"api_keys\"",
        ),
        (
            &format!(
                "{HEAD}{{\"kind\":\"slugs\",\"row\":{{}}}}\n{{\"kind\":\"site\",\"row\":{{}}}}\n"
            ),
            "line 3: a row of site stands too late",
        ),
        (
            &format!("{HEAD}{{\"kind\":\"slugs\",\"row\":{{}},\"more\":1}}\n"),
            "line 2: unknown field",
        ),
        (
            &format!("{HEAD}{{\"kind\":\"slugs\"}}\n"),
            "line 2: must have a kind, and a row",
        ),
        (&format!("{HEAD}{{\"kind\":\"sl\n"), "line 2: "),
        (&format!("{HEAD}\n"), "line 2: "),
        (
            &format!(
                "{HEAD}{{\"kind\":\"authors\",\"row\":{{\"biography\":{{\"format\":\"word\",\"source\":\"\"}}}}}}\n"
            ),
            "line 2: biography must have a format",
        ),
        (
            &format!(
                "{HEAD}{{\"kind\":\"update_versions\",\"row\":{{\"body\":{{\"format\":\"html\",\"source\":\"\"}}}}}}\n"
            ),
            "line 2: update_id must be an id",
        ),
    ] {
        let error = read(text.as_bytes()).unwrap_err();
        assert!(error.contains(told), "{text:?}: {error}");
    }
    let broken = [
        HEAD.as_bytes(),
        b"{\"kind\":\"slugs\",\"row\":{\"slug\":\"\xff\"}}\n",
    ]
    .concat();
    assert!(read(&broken).unwrap_err().contains("line 2: is not UTF-8"));
}

#[test]
fn a_line_without_end_is_not_read_into_memory() {
    struct Endless(u64);
    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            buffer.fill(b'a');
            self.0 += buffer.len() as u64;
            assert!(self.0 < 2 * LONGEST, "it is read on and on");
            Ok(buffer.len())
        }
    }
    let input = std::io::Cursor::new(HEAD).chain(Endless(0));
    let mut reader = Reader::new(std::io::BufReader::new(input)).unwrap();
    assert!(
        reader
            .batch()
            .unwrap_err()
            .to_string()
            .contains("line 2: is longer than 16 MB")
    );
}
