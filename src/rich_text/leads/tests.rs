use super::*;
use crate::rich_text::{Format, render};

fn of(source: &str) -> Vec<Vec<Lead>> {
    let rendered = render(Format::Markdown, source, "");
    rendered.blocks.iter().map(leads_in).collect()
}

fn link(address: &str) -> Lead {
    Lead::Link(address.to_owned())
}

#[test]
fn links_are_found_in_every_block_that_has_any() {
    let source = "[een](/een) en [twee](https://example.org/?a=1&b=2 \"titel\")\n\n## [drie](#kop)\n\n- [vier](vier)\n  - [vijf](../vijf)\n\n> [zes](/zes)\n\n| [zeven](/zeven) |\n| --- |\n| [acht](/acht) |\n\n`[geen](/geen)` en &lt;a href=\"/geen\"&gt;";
    assert_eq!(
        of(source),
        [
            vec![link("/een"), link("https://example.org/?a=1&b=2")],
            vec![link("#kop")],
            vec![link("vier"), link("../vijf")],
            vec![link("/zes")],
            vec![link("/zeven"), link("/acht")],
            vec![],
        ]
    );
}

#[test]
fn pictures_tell_what_they_lack() {
    let picture = |has_alt, has_credit| {
        vec![Lead::Picture {
            has_alt,
            has_credit,
        }]
    };
    assert_eq!(
        of(
            "![](https://example.org/a.jpg)\n\n![Een haven](https://example.org/a.jpg)\n\nTekst met ![](https://example.org/a.jpg) erin."
        ),
        [
            picture(false, Some(false)),
            picture(true, Some(false)),
            picture(false, None)
        ]
    );
    let html = "<figure><img src=\"https://example.org/a.jpg\" alt=\"Haven\"><figcaption>De haven <cite>Fenna</cite></figcaption></figure>";
    let rendered = render(Format::Html, html, "");
    assert_eq!(
        rendered
            .blocks
            .iter()
            .flat_map(leads_in)
            .collect::<Vec<_>>(),
        picture(true, Some(true))
    );
}

#[test]
fn a_text_has_the_anchors_of_its_headings_and_notes_and_footnotes_lead_to_them() {
    let rendered = render(
        Format::Markdown,
        "## Een kop\n\nTekst.[^1]\n\n[^1]: Noot.",
        "",
    );
    let anchors = anchors_in(&rendered.html).unwrap();
    assert!(anchors.contains("een-kop"), "{anchors:?}");
    for lead in rendered.blocks.iter().flat_map(leads_in) {
        let Lead::Link(address) = lead else {
            panic!("{lead:?}")
        };
        assert!(
            anchors.contains(address.trim_start_matches('#')),
            "{address}"
        );
    }
}
