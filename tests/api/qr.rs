//! The QR code of a bank transfer, read back from its drawing as a banking app would.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{Answer, App};
use crate::donation_links::{bank, hang, paypal};
use crate::shorthand::{managed, read};

/// Makes a bank transfer to this account and hangs it on the site.
async fn transfer(app: &App, bank: Value, currency: Option<&str>) -> Answer {
    let body = json!({"provider": "bank_transfer", "bank": bank, "currency": currency});
    let link = app.make("/donation-links", body).await;
    hang(app, "/site", &[&link]).await.expect(200);
    link
}

fn path(link: &Answer) -> String {
    format!("/v1/donation-links/{}/qr.svg", link.id())
}

/// The number after this letter or attribute.
fn number(text: &str, from: &str) -> usize {
    let rest = text.split_once(from).unwrap().1;
    let digits = rest.find(|letter: char| !letter.is_ascii_digit());
    rest[..digits.unwrap_or(rest.len())].parse().unwrap()
}

/// What a decoder reads from the drawing: its rectangles, filled in on white. Gives the error correction level too (0 is M, in ISO/IEC 18004),
/// and the version, which tells the size.
fn decode(svg: &str) -> (String, u16, usize) {
    assert!(
        svg.contains("xmlns=\"http://www.w3.org/2000/svg\""),
        "{svg}"
    );
    let width = number(svg, "width=\"");
    let mut dark = vec![vec![false; width]; width];
    let drawn = svg.split_once(" d=\"").unwrap().1;
    let drawn = drawn.split_once('"').unwrap().0;
    for rectangle in drawn.split('M').skip(1) {
        let (left, top) = (
            number(&format!("M{rectangle}"), "M"),
            number(rectangle, " "),
        );
        for row in &mut dark[top..top + number(rectangle, "v")] {
            row[left..left + number(rectangle, "h")].fill(true);
        }
    }
    let mut image =
        rqrr::PreparedImage::prepare_from_greyscale(
            width,
            width,
            |x, y| {
                if dark[y][x] { 0 } else { 255 }
            },
        );
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "one code");
    let (meta, text) = grids[0].decode().unwrap();
    (text, meta.ecc_level, meta.version.0)
}

async fn scan(app: &App, path: &str) -> String {
    let answer = app.get(path).await.expect(200);
    let (text, level, _) = decode(&answer.text);
    assert_eq!(level, 0, "error correction level M");
    assert!(text.len() <= 331, "{} bytes", text.len());
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_banking_app_reads_the_transfer_from_the_code_byte_by_byte() {
    let app = App::start().await;
    let whole = transfer(&app, bank(), Some("EUR")).await;
    let code = path(&whole);
    assert_eq!(
        scan(&app, &code).await,
        "BCD\n002\n1\nSCT\nABNANL2A\nStichting\nNL91ABNA0417164300\n\n\n\nSteun"
    );
    for (amount, euro) in [
        ("1", "0.01"),
        ("250", "2.50"),
        ("100000", "1000.00"),
        ("99999999999", "999999999.99"),
    ] {
        assert_eq!(
            scan(&app, &format!("{code}?amount={amount}")).await,
            format!(
                "BCD\n002\n1\nSCT\nABNANL2A\nStichting\nNL91ABNA0417164300\nEUR{euro}\n\n\nSteun"
            )
        );
    }
    let least = json!({"iban": "NL91ABNA0417164300", "beneficiary": "Stichting"});
    let least = path(&transfer(&app, least, None).await);
    assert_eq!(
        scan(&app, &least).await,
        "BCD\n002\n1\nSCT\n\nStichting\nNL91ABNA0417164300"
    );
    assert_eq!(
        scan(&app, &format!("{least}?amount=500")).await,
        "BCD\n002\n1\nSCT\n\nStichting\nNL91ABNA0417164300\nEUR5.00"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn letters_of_every_alphabet_and_the_longest_transfer_come_through_whole() {
    let app = App::start().await;
    for name in [
        "Stichting Én Ålesund – “ÿ”",
        "Εφημερίδα",
        "京都日報 漢字 ﾃｽﾄ",
        "Газета 📰",
    ] {
        let account =
            json!({"iban": "NL91ABNA0417164300", "beneficiary": name, "remittance": name});
        let link = transfer(&app, account, None).await;
        assert_eq!(
            scan(&app, &path(&link)).await,
            format!("BCD\n002\n1\nSCT\n\n{name}\nNL91ABNA0417164300\n\n\n\n{name}")
        );
    }
    // In UTF-8 this letter looks like Kanji in Shift JIS. Written as such the code would be smaller, and readers would get other letters.
    let account = json!({"iban": "NL91ABNA0417164300", "beneficiary": "的".repeat(70)});
    let link = transfer(&app, account, None).await;
    let (text, _, version) = decode(&app.get(&path(&link)).await.expect(200).text);
    assert_eq!(
        (text.len(), version),
        (244, 11),
        "251 bytes fit into version 11, 213 into 10"
    );

    let longest = |remittance: String| json!({"iban": "NL91ABNA0417164300", "bic": "ABNANL2A", "beneficiary": "é".repeat(70), "remittance": remittance});
    let link = transfer(&app, longest("é".repeat(65)), None).await;
    let text = scan(&app, &format!("{}?amount=99999999999", path(&link))).await;
    assert_eq!(text.len(), 331);

    let beyond =
        json!({"provider": "bank_transfer", "bank": longest(format!("{}a", "é".repeat(65)))});
    let refused = app.manage("POST", "/donation-links").json(&beyond).send();
    assert_eq!(
        refused.await.expect(422).faults(),
        ["too_long at /bank/remittance"]
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_code_is_an_image_that_caches_keep_and_ask_for_again() {
    let app = App::start().await;
    let link = transfer(&app, bank(), None).await;
    let path = path(&link);
    let image = app.get(&path).await.expect(200);
    let site = app.get("/v1/site").await;
    assert_eq!(image.header("content-type"), "image/svg+xml");
    assert!(image.etag().starts_with("W/\""));
    for header in ["cache-control", "kroniek-seq", "x-content-type-options"] {
        assert_eq!(image.header(header), site.header(header), "{header}");
    }
    let ask =
        async |name: &str, value: &str| app.call("GET", &path).header(name, value).send().await;
    let again = ask("if-none-match", &image.etag()).await.expect(304);
    assert_eq!((again.text.as_str(), again.etag()), ("", image.etag()));
    let head = app.call("HEAD", &path).send().await.expect(200);
    assert_eq!(
        (head.etag(), head.header("content-type"), head.text.as_str()),
        (image.etag(), "image/svg+xml", "")
    );
    assert_ne!(
        app.get(&format!("{path}?amount=250")).await.etag(),
        image.etag()
    );
    for accepted in [
        "image/svg+xml",
        "image/*",
        "*/*",
        "image/avif,image/webp,image/svg+xml;q=0.8,*/*;q=0.5",
    ] {
        ask("accept", accepted).await.expect(200);
    }
    for refused in ["application/json", "image/png", "image/svg+xml;q=0"] {
        ask("accept", refused).await.expect(406);
    }
    for wrong in ["0", "-1", "2.5", "01", "100000000000", "x", ""] {
        let refused = app.get(&format!("{path}?amount={wrong}")).await.expect(400);
        assert_eq!(refused.faults(), ["invalid_value at amount"], "{wrong}");
    }
    app.get(&format!("{path}?size=3")).await.expect(400);

    // A changed account changes the code at once.
    let seen = managed(&app, &format!("/donation-links/{}", link.id())).await;
    let patch = json!({"bank": {"beneficiary": "Vereniging"}});
    app.patch(&format!("/donation-links/{}", link.id()), &seen, patch)
        .await
        .expect(200);
    assert!(scan(&app, &path).await.contains("\nVereniging\n"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_public_transfer_in_euro_within_sepa_has_a_code_and_says_so() {
    let app = App::start().await;
    let account =
        |iban: &str, bic: Option<&str>| json!({"iban": iban, "bic": bic, "beneficiary": "B"});
    for (bank, currency, there) in [
        (account("NL91ABNA0417164300", None), Some("EUR"), true),
        (account("NL91ABNA0417164300", None), Some("USD"), false),
        (account("GB82WEST12345698765432", None), None, false),
        (
            account("GB82WEST12345698765432", Some("WESTGB2L")),
            None,
            true,
        ),
        (
            account("CH9300762011623852957", Some("UBSWCHZH")),
            Some("CHF"),
            false,
        ),
        (
            account("TR330006100519786457841326", Some("TCZBTR2A")),
            None,
            false,
        ),
    ] {
        let link = transfer(&app, bank.clone(), currency).await;
        let shown = read(&app, "/v1/site").await["donation_links"][0].clone();
        assert_eq!(shown["has_qr_code"], there, "{bank} {currency:?}");
        app.get(&path(&link))
            .await
            .expect(if there { 200 } else { 404 });
    }
    let by_address = app.make("/donation-links", paypal(json!({}))).await;
    hang(&app, "/site", &[&by_address]).await.expect(200);
    assert_eq!(
        read(&app, "/v1/site").await["donation_links"][0]["has_qr_code"],
        false
    );
    app.get(&path(&by_address)).await.expect(404);

    let hidden = json!({"provider": "bank_transfer", "bank": bank()});
    let hidden = app.make("/donation-links", hidden).await;
    let draft = json!({"headline": "Concept", "donation_links": [hidden.id()]});
    app.make("/articles", draft).await;
    let unknown = format!("/v1/donation-links/{}/qr.svg", Uuid::new_v4());
    assert_eq!(
        crate::leaks::told(&app.get(&path(&hidden)).await),
        crate::leaks::told(&app.get(&unknown).await)
    );
    app.get("/v1/donation-links/niets/qr.svg").await.expect(404);

    // What is taken off everything is public no longer.
    hang(&app, "/site", &[&hidden]).await.expect(200);
    app.get(&path(&hidden)).await.expect(200);
    hang(&app, "/site", &[]).await.expect(200);
    app.get(&path(&hidden)).await.expect(404);
    app.stop().await;
}
