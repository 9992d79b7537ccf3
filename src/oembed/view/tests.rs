//! An embed is one quotation, whatever stands in it.

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use uuid::Uuid;

use super::OembedView;
use crate::oembed::model::{Bounds, Embedded, Newest, Shown, Size};
use crate::updates::model::UpdateKind;
use crate::values::PublicText;
use crate::values::frontend::{Frontend, FrontendPaths};

const NONE: Bounds = Bounds {
    width: None,
    height: None,
};

fn frontend() -> Frontend {
    Frontend {
        public_url: "https://example.org".to_owned(),
        paths: FrontendPaths {
            article: "/{slug}".to_owned(),
            section: "/{slug}".to_owned(),
            author: "/auteurs/{slug}".to_owned(),
            entity: "/dossiers/{slug}".to_owned(),
        },
        default_language: "nl".to_owned(),
        public_text: PublicText::Full,
    }
}

fn article() -> Embedded {
    Embedded {
        id: Uuid::nil(),
        slug: "een".to_owned(),
        section: None,
        language: "nl".to_owned(),
        published_at: DateTime::<Utc>::UNIX_EPOCH,
        headline: "Een".to_owned(),
        standfirst: None,
        image: None,
        provider: "Krant".to_owned(),
        newest: None,
        authors: Vec::new(),
    }
}

fn size(url: &str, width: Option<u32>, height: Option<u32>) -> Size {
    Size {
        url: url.to_owned(),
        width,
        height,
    }
}

/// The names of the elements, in order.
fn elements(html: &str) -> Vec<String> {
    let mut reader = Reader::from_str(html);
    reader.config_mut().check_end_names = true;
    let mut names = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                let name = start.name();
                let name: &str = name.as_ref();
                names.push(name.to_owned());
                for attribute in start.attributes() {
                    attribute.unwrap();
                }
            }
            Event::Eof => return names,
            Event::End(_) | Event::Text(_) | Event::GeneralRef(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

proptest! {
    #[test]
    fn no_text_makes_an_element(headline in any::<String>(), standfirst in any::<String>(), told in any::<String>(), name in any::<String>()) {
        let newest = Newest {
            id: Uuid::nil(),
            kind: UpdateKind::Correction,
            headline: Some(format!("<b a='\">{told}")),
            published_at: DateTime::<Utc>::UNIX_EPOCH,
        };
        let article = Embedded {
            headline: format!("</a>{headline}"),
            standfirst: Some(format!("<script>\"&{standfirst}")),
            provider: format!("<!--{name}]]>"),
            newest: Some(newest),
            ..article()
        };
        let view = OembedView::new(&article, &frontend(), (NONE, ""));
        let wanted = ["blockquote", "p", "a", "p", "p", "a", "time", "footer", "time"];
        prop_assert_eq!(elements(&view.html), wanted);
    }
}

#[test]
fn an_embed_is_no_larger_than_asked_and_its_picture_is_the_largest_that_fits() {
    let bounds = |width, height| Bounds { width, height };
    let renditions = vec![
        size("/v1/media/x/w320.webp", Some(320), Some(240)),
        size("/v1/media/x/w640.webp", Some(640), Some(480)),
        size("/v1/media/x/original.jpg", Some(4000), Some(3000)),
    ];
    let usual = size("/v1/media/x/w640.webp", Some(640), Some(480));
    let ours = Embedded {
        image: Some(Shown { usual, renditions }),
        ..article()
    };
    let told = |article: &Embedded, bounds| {
        let view = OembedView::new(article, &frontend(), (bounds, "https://api.example"));
        let picture = view
            .thumbnail_url
            .zip(view.thumbnail_width.zip(view.thumbnail_height));
        (view.width, view.height, picture)
    };
    let at = |path: &str, width, height| {
        Some((
            format!("https://api.example/v1/media/x/{path}"),
            (width, height),
        ))
    };
    assert_eq!(told(&ours, NONE), (600, 300, at("w640.webp", 640, 480)));
    assert_eq!(
        told(&ours, bounds(Some(639), None)),
        (600, 300, at("w320.webp", 320, 240))
    );
    assert_eq!(
        told(&ours, bounds(Some(9000), Some(240))),
        (600, 240, at("w320.webp", 320, 240))
    );
    assert_eq!(told(&ours, bounds(Some(1), Some(1))), (1, 1, None));
    assert_eq!(
        told(&ours, bounds(Some(5000), Some(5000))),
        (600, 300, at("original.jpg", 4000, 3000))
    );
    let outside = |width, height| Embedded {
        image: Some(Shown {
            usual: size("https://elders.example/a.jpg", width, height),
            renditions: Vec::new(),
        }),
        ..article()
    };
    assert_eq!(told(&outside(None, Some(1)), NONE), (600, 300, None));
    let known = ("https://elders.example/a.jpg".to_owned(), (30, 20));
    assert_eq!(
        told(&outside(Some(30), Some(20)), NONE),
        (600, 300, Some(known))
    );
}
