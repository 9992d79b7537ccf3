//! Whole exports, from the file to the updates.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::body::clean;
use super::reader::{Item, ItemKind, ItemStatus, Reader, Record, Taxonomy};
use crate::exchange::import::updates::{UpdateKind, split};

fn records(path: &Path) -> Vec<Record> {
    let file = BufReader::new(File::open(path).unwrap());
    Reader::new(file).collect::<Result<_, _>>().unwrap()
}

fn items(records: &[Record]) -> Vec<&Item> {
    records
        .iter()
        .filter_map(|record| match record {
            Record::Item(item) => Some(&**item),
            _ => None,
        })
        .collect()
}

fn fixture() -> Vec<Record> {
    records(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/wordpress-updates.wxr.xml"))
}

fn item(records: &[Record], id: i64) -> Item {
    items(records)
        .into_iter()
        .find(|item| item.wp_id == id)
        .unwrap()
        .clone()
}

#[test]
fn the_fixture_is_read_whole() {
    let records = fixture();
    let Some(Record::Channel(site)) = records.first() else {
        panic!("{:?}", records.first());
    };
    assert_eq!(site.title, "Havenstad Nieuws");
    assert_eq!(site.description, "Wat er gebeurt tussen de kade & de wal");
    assert_eq!(
        (site.language.as_str(), site.wxr_version.as_str()),
        ("nl-NL", "1.2")
    );
    assert_eq!(site.base_blog_url, "https://havenstad.example");
    let authors: Vec<_> = records
        .iter()
        .filter_map(|record| match record {
            Record::Author(author) => Some((author.login.as_str(), author.display_name.as_str())),
            _ => None,
        })
        .collect();
    assert_eq!(
        authors,
        [
            ("marit", "Marit van der Kade"),
            ("joost", "Joost Oeverland")
        ]
    );
    let terms: Vec<_> = records
        .iter()
        .filter_map(|record| match record {
            Record::Term(term) => Some((
                term.slug.as_str(),
                term.name.as_str(),
                term.parent.as_deref(),
            )),
            _ => None,
        })
        .collect();
    assert_eq!(
        terms,
        [
            ("stadhuis", "Stadhuis", None),
            ("verkeer", "Verkeer & vervoer", None),
            ("water", "Water", Some("oever")),
            ("oever", "Oever", Some("water")),
            ("zwanenbrug", "Zwanenbrug", None),
            ("café", "Café", None),
            ("hoofdmenu", "Hoofdmenu", None),
        ]
    );
    let kinds: Vec<_> = items(&records)
        .iter()
        .map(|item| (item.wp_id, item.kind.clone(), item.status.clone()))
        .collect();
    let post = |id, status| (id, ItemKind::Post, status);
    assert_eq!(
        kinds,
        [
            post(10, ItemStatus::Published),
            post(11, ItemStatus::Published),
            post(12, ItemStatus::Published),
            post(13, ItemStatus::Published),
            post(14, ItemStatus::Published),
            post(15, ItemStatus::Scheduled),
            post(16, ItemStatus::Draft),
            post(17, ItemStatus::Private),
            post(18, ItemStatus::Published),
            post(19, ItemStatus::Trash),
            post(20, ItemStatus::Published),
            post(21, ItemStatus::Pending),
            (30, ItemKind::Page, ItemStatus::Published),
            (31, ItemKind::Page, ItemStatus::Published),
            (
                40,
                ItemKind::Other("nav_menu_item".to_owned()),
                ItemStatus::Published
            ),
            (
                60,
                ItemKind::Attachment,
                ItemStatus::Other("inherit".to_owned())
            ),
            (
                61,
                ItemKind::Attachment,
                ItemStatus::Other("inherit".to_owned())
            ),
        ]
    );
    let told = format!("{records:?}");
    for secret in [
        "geheim123",
        "@havenstad.example",
        "lezer",
        "192.0.2.7",
        "Visitor_",
        "reactie",
    ] {
        assert!(!told.contains(secret), "{secret}");
    }
}

#[test]
fn the_fixtures_items_have_all_their_parts() {
    let records = fixture();
    let bridge = item(&records, 10);
    assert_eq!(bridge.title, "Zwanenbrug dicht na aanvaring");
    assert_eq!(
        (bridge.slug.as_str(), bridge.creator.as_str()),
        ("zwanenbrug-dicht", "marit")
    );
    assert_eq!(
        (bridge.guid.as_str(), bridge.guid_is_permalink),
        ("https://havenstad.example/?p=10", false)
    );
    assert_eq!(
        bridge.published_at.unwrap().to_rfc3339(),
        "2024-03-11T08:15:00+00:00"
    );
    assert_eq!(bridge.thumbnail_id, Some(60));
    assert!(bridge.is_sticky && !bridge.password_protected);
    let terms: Vec<_> = bridge
        .categories
        .iter()
        .map(|term| (&term.taxonomy, term.slug.as_str(), term.name.as_str()))
        .collect();
    assert_eq!(
        terms,
        [
            (&Taxonomy::Category, "verkeer", "Verkeer & vervoer"),
            (&Taxonomy::Category, "water", "Water"),
            (&Taxonomy::Tag, "zwanenbrug", "Zwanenbrug"),
        ]
    );
    let photograph = item(&records, 60);
    assert_eq!(
        photograph.attachment_url.as_deref(),
        Some("https://havenstad.example/wp-content/uploads/2024/03/zwanenbrug.jpg")
    );
    assert_eq!(
        photograph.alt_text.as_deref(),
        Some("Een duwboot ligt dwars voor de Zwanenbrug")
    );
    assert_eq!(photograph.excerpt, "De Zwanenbrug, maandagochtend");
    assert_eq!(photograph.parent_id, Some(10));

    let council = item(&records, 11);
    assert_eq!(council.title, "Raad stemt over De Hoge Wal & omgeving");
    assert!(council.guid_is_permalink);
    let draft = item(&records, 16);
    assert_eq!(
        (draft.slug.as_str(), draft.link.as_str()),
        ("", "https://havenstad.example/?p=16")
    );
    // The only date a draft has is that of its writing, in an unknown zone.
    assert_eq!(
        draft.published_at.unwrap().to_rfc3339(),
        "2024-03-30T10:00:00+00:00"
    );
    assert!(item(&records, 18).password_protected);
    assert_eq!(item(&records, 20).title, "");
    assert_eq!(item(&records, 14).slug, item(&records, 13).slug);
    let signs = item(&records, 21);
    assert_eq!(signs.title, "Tekens: ]]> en <b>");
    assert_eq!(signs.content, "<p>Code eindigt met ]]> in CDATA.</p>");
    assert_eq!(item(&records, 31).parent_id, Some(30));
}

#[test]
fn the_fixtures_updates_are_found() {
    let records = fixture();
    let bridge = split(&clean(&item(&records, 10).content).html);
    assert!(
        bridge.body.ends_with(
            "<p>Auto's rijden om via de Touwbaan.<br>\nFietsers kunnen met het pontje.</p>"
        ),
        "{}",
        bridge.body
    );
    assert_eq!(bridge.updates.len(), 1);
    assert_eq!(
        bridge.updates[0].at.unwrap().to_rfc3339(),
        "2024-03-12T14:30:00+00:00"
    );
    assert_eq!(
        bridge.updates[0].html,
        "<p>De brug is weer open voor fietsers. Auto's mogen er vrijdag weer over.</p>\n<p>De schipper heeft zich gemeld.</p>"
    );

    let council = clean(&item(&records, 11).content);
    assert_eq!(council.dropped, ["wp:latest-posts"]);
    let council = split(&council.html);
    assert!(
        council.body.ends_with(
            "<h3>Over dit dossier</h3>\n<p>Eerder schreven we over de kapvergunning.</p>"
        )
    );
    let found: Vec<_> = council
        .updates
        .iter()
        .map(|update| (update.html.as_str(), update.at.map(|at| at.to_rfc3339())))
        .collect();
    assert_eq!(
        found,
        [
            ("<p>Het voorstel is aangenomen met 19 tegen 12.</p>", None),
            (
                "<p>Omwonenden gaan in beroep.</p>",
                Some("2024-03-15T00:00:00+00:00".to_owned())
            ),
        ]
    );

    let wall = split(&clean(&item(&records, 12).content).html);
    assert_eq!(wall.body, "<p>De kademuur kost twee miljoen euro.</p>");
    assert_eq!(wall.updates[0].kind, UpdateKind::Correction);
    assert_eq!(
        wall.updates[0].html,
        "<p>In een eerdere versie stond dat de muur van 1910 is; hij is van 1901.</p>"
    );
    assert_eq!(wall.updates[1].kind, UpdateKind::Update);
    assert_eq!(
        wall.updates[1].headline.as_deref(),
        Some("Provincie betaalt mee")
    );
    assert!(wall.updates[1].html.contains("Update je agenda"));
}

#[test]
fn the_fixtures_shortcodes_are_handled() {
    let tips = clean(&item(&fixture(), 13).content);
    assert_eq!(tips.dropped, ["gallery", "contact-form-7"]);
    assert!(tips.html.starts_with("<figure><a href"), "{}", tips.html);
    assert!(tips.html.contains("<figcaption>De markt op de kade</figcaption></figure>\n<p>Dit weekend is er [sic] van alles.</p>"), "{}", tips.html);
    assert!(
        tips.html
            .contains("\n<p>https://www.youtube.com/watch?v=havenstad01</p>\n")
    );
    assert!(tips.html.contains(
        "<pre><code>SELECT * FROM tips WHERE day &gt; 5;\nUPDATE tips SET seen = true;</code></pre>"
    ));
    assert!(split(&tips.html).updates.is_empty());
}

/// The theme test data of WordPress, a collection of odd cases.
fn theme_test_data() -> Option<PathBuf> {
    let shared = std::env::var_os("KRONIEK_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    let path = shared.join("data/wordpress-export.wxr.xml");
    if path.exists() {
        return Some(path);
    }
    println!("not tried, as it is absent: {}", path.display());
    None
}

#[test]
fn the_theme_test_data_is_read_whole() {
    let Some(path) = theme_test_data() else {
        return;
    };
    let records = records(&path);
    let count =
        |is_one: fn(&Record) -> bool| records.iter().filter(|record| is_one(record)).count();
    assert_eq!(count(|record| matches!(record, Record::Skipped(_))), 0);
    assert_eq!(count(|record| matches!(record, Record::Author(_))), 2);
    let items = items(&records);
    assert_eq!(items.len(), 186);
    let of_kind = |kind: ItemKind| items.iter().filter(|item| item.kind == kind).count();
    assert_eq!(of_kind(ItemKind::Post), 58);
    assert_eq!(of_kind(ItemKind::Page), 21);
    assert_eq!(of_kind(ItemKind::Attachment), 37);
    for item in items {
        let cleaned = clean(&item.content);
        assert!(!cleaned.html.contains("<!--"), "{}", item.title);
        assert!(!cleaned.html.contains("[caption"), "{}", item.title);
        assert!(!cleaned.html.contains("[gallery"), "{}", item.title);
        let split = split(&cleaned.html);
        assert_eq!(split.updates, [], "{}", item.title);
    }
}
