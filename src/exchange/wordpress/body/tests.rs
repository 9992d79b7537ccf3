use proptest::prelude::*;

use super::{MAX_DROPPED, clean};
use crate::exchange::html::text;

fn html(content: &str) -> String {
    clean(content).html
}

#[test]
fn blank_lines_part_paragraphs_and_newlines_break_lines() {
    assert_eq!(
        html("Een\ntwee.\n\n  \nDrie.\r\n\r\nVier."),
        "<p>Een<br>\ntwee.</p>\n<p>Drie.</p>\n<p>Vier.</p>"
    );
    assert_eq!(html("Een<br />\ntwee<br>"), "<p>Een<br />\ntwee</p>");
    assert_eq!(html(""), "");
    assert_eq!(html(" \n\n&nbsp;\n\n"), "");
}

#[test]
fn paragraphs_that_are_there_are_kept() {
    assert_eq!(
        html("<p class=\"lead\">Een\ntwee.</p>\n<p>Drie.</p><p></p><p>&nbsp;</p>\n\nVier."),
        "<p class=\"lead\">Een<br>\ntwee.</p>\n<p>Drie.</p>\n<p>Vier.</p>"
    );
    assert_eq!(html("<p>Een<p>Twee"), "<p>Een</p>\n<p>Twee</p>");
    assert_eq!(
        html("<p id=\"a\">Een\n\nTwee</p>"),
        "<p id=\"a\">Een</p>\n<p>Twee</p>"
    );
}

#[test]
fn blocks_get_no_paragraph_around_them() {
    let content = "Voor\n<h2>Kop\nmet regel</h2>\nTussen\n<ul>\n\t<li>een</li>\n\t<li>twee\nregels</li>\n</ul>\n<blockquote>Citaat\n\nvervolg</blockquote>\n<hr>\nNa";
    assert_eq!(
        html(content),
        "<p>Voor</p>\n<h2>Kop<br>\nmet regel</h2>\n<p>Tussen</p>\n<ul>\n<li>een</li>\n<li>twee<br>\nregels</li></ul>\n<blockquote>\n<p>Citaat</p>\n<p>vervolg</p></blockquote>\n<hr>\n<p>Na</p>"
    );
    assert_eq!(
        html("<table>\n<tr>\n<td>a\n\nb</td><td>c</td>\n</tr>\n</table>"),
        "<table>\n<tr>\n<td>\n<p>a</p>\n<p>b</p></td>\n<td>c</td></tr></table>"
    );
}

#[test]
fn code_and_scripts_keep_their_newlines() {
    let pre = "<pre class=\"x\">een\n\n  twee [gallery] <b>x</b>\n</pre>";
    assert_eq!(
        html(&format!("Voor\n\n{pre}\n\nNa")),
        format!("<p>Voor</p>\n{pre}\n<p>Na</p>")
    );
    let script = "<script>\nif (a < b) {\n\n}\n</script>";
    assert_eq!(html(script), script);
    assert!(html("<textarea>\na\n\nb</textarea>").contains("\na\n\nb</textarea>"));
    assert_eq!(
        html("Gebruik <code>[gallery]</code> zo."),
        "<p>Gebruik <code>[gallery]</code> zo.</p>"
    );
}

#[test]
fn inline_markup_never_crosses_a_paragraph() {
    assert_eq!(
        html("<b>een\n\ntwee</b> drie\n\nvier"),
        "<p><b>een<br>\n<br>\ntwee</b> drie</p>\n<p>vier</p>"
    );
    assert_eq!(
        html("een <b>twee\n\n<h2>drie</h2>"),
        "<p>een</p>\n<b>twee\n\n<h2>drie</h2></b>".replace("\n\n", "\n")
    );
    assert_eq!(html("a </i> b <i>c"), "<p>a  b <i>c</i></p>");
    assert_eq!(
        html("voor\n\n<a href=\"/x\"><h2>kop</h2></a>\n\nna"),
        "<p>voor</p>\n<a href=\"/x\">\n<h2>kop</h2></a>\n<p>na</p>"
    );
}

#[test]
fn comments_of_the_block_editor_go() {
    let content = "<!-- wp:paragraph -->\n<p>Een\ntwee.</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:more -->\n<!--more-->\n<!-- /wp:more -->\n\n<!-- wp:latest-posts {\"postsToShow\":3} /-->\n<!-- wp:block {\"ref\":12} /-->\n\n<!-- wp:heading {\"level\":3} -->\n<h3>Kop</h3>\n<!-- /wp:heading --><!--nextpage-->";
    let cleaned = clean(content);
    assert_eq!(cleaned.html, "<p>Een\ntwee.</p>\n<h3>Kop</h3>");
    assert_eq!(cleaned.dropped, ["wp:latest-posts", "wp:block"]);
    assert_eq!(
        html("Een\n\n<!--more-->\n\nTwee<!--nextpage-->\n\nDrie"),
        "<p>Een</p>\n<p>Twee</p>\n<p>Drie</p>"
    );
}

#[test]
fn addresses_alone_on_a_line_stand_alone() {
    assert_eq!(
        html("Zie:\nhttps://www.youtube.com/watch?v=a1&t=3\nMooi.\n\nhttps://vimeo.com/12"),
        "<p>Zie:</p>\n<p>https://www.youtube.com/watch?v=a1&amp;t=3</p>\n<p>Mooi.</p>\n<p>https://vimeo.com/12</p>"
    );
    assert_eq!(
        html("Zie https://vimeo.com/12\nof <b>\nhttps://vimeo.com/12</b>"),
        "<p>Zie https://vimeo.com/12<br>\nof <b><br>\nhttps://vimeo.com/12</b></p>"
    );
    let block = "<!-- wp:embed {\"url\":\"https://youtu.be/a1\"} -->\n<figure class=\"wp-block-embed is-type-video\"><div class=\"wp-block-embed__wrapper\">\nhttps://youtu.be/a1\n</div><figcaption>De brug</figcaption></figure>\n<!-- /wp:embed -->";
    assert_eq!(html(block), "<p>https://youtu.be/a1</p>\n<p>De brug</p>");
}

#[test]
fn captions_become_figures() {
    let content = "Voor.\n\n[caption id=\"attachment_9\" align=\"alignleft\" width=\"300\"]<a href=\"/b.jpg\"><img src=\"/b.jpg\" alt=\"De brug\" /></a> De brug, <em>gisteren</em>[/caption]\n\nNa.";
    let cleaned = clean(content);
    assert_eq!(
        cleaned.html,
        "<p>Voor.</p>\n<figure><a href=\"/b.jpg\"><img src=\"/b.jpg\" alt=\"De brug\" /></a>\n<figcaption>De brug, <em>gisteren</em></figcaption></figure>\n<p>Na.</p>"
    );
    assert!(cleaned.dropped.is_empty());
    assert_eq!(
        html(
            "<p>[caption width=\"1\" caption=\"De <b>brug</b>\"]<img src=\"/b.jpg\">[/caption]</p>"
        ),
        "<figure><img src=\"/b.jpg\">\n<figcaption>De <b>brug</b></figcaption></figure>"
    );
    assert_eq!(
        html("[caption]<iframe src=\"/x\"></iframe> tekst[/caption]"),
        "<p><iframe src=\"/x\"></iframe> tekst</p>"
    );
}

#[test]
fn media_shortcodes_become_players_and_addresses() {
    assert_eq!(
        html("[audio mp3=\"https://x.example/a/lied.mp3\"][/audio]"),
        "<p><audio src=\"https://x.example/a/lied.mp3\" title=\"lied.mp3\"></audio></p>"
    );
    assert_eq!(
        html("Voor [audio https://x.example/lied.mp3] na"),
        "<p>Voor</p>\n<p><audio src=\"https://x.example/lied.mp3\" title=\"lied.mp3\"></audio></p>\n<p>na</p>"
    );
    assert_eq!(
        html("[video width=\"6\" mp4=\"https://x.example/f.mp4\"]"),
        "<p><video src=\"https://x.example/f.mp4\" title=\"f.mp4\"></video></p>"
    );
    assert_eq!(
        html("[embed width=\"3\"]https://youtu.be/a1[/embed]"),
        "<p>https://youtu.be/a1</p>"
    );
    assert_eq!(
        html("[youtube=https://youtu.be/a1&amp;w=3]"),
        "<p>https://youtu.be/a1&amp;w=3</p>"
    );
    let nothing = clean("[audio] [video src=\"javascript:alert(1)\"]");
    assert_eq!(
        (nothing.html.as_str(), nothing.dropped.as_slice()),
        ("", ["audio".to_owned(), "video".to_owned()].as_slice())
    );
}

#[test]
fn code_shortcodes_become_code() {
    assert_eq!(
        html("[sourcecode language=\"rust\"]\nif a < b && c {\n\n  &amp;x\n}\n[/sourcecode]"),
        "<pre><code class=\"language-rust\">if a &lt; b &amp;&amp; c {\n\n  &amp;x\n}</code></pre>"
    );
    assert_eq!(
        html("Tik [code]<b>[gallery][/code] in."),
        "<p>Tik <code>&lt;b&gt;[gallery]</code> in.</p>"
    );
    assert_eq!(
        html("[code lang=\"x&quot;y\"]\na\nb[/code]"),
        "<pre><code>a\nb</code></pre>"
    );
}

#[test]
fn brackets_in_prose_are_kept() {
    for prose in [
        "De burgermeester [sic] zei [1] niets [...] over [de brug].",
        "[sic]",
        "[1]",
        "[…]",
        "[Foto: Jan Jansen]",
        "[redactie]",
        "[UPDATE]",
        "[update]",
        "[code] is een woord",
        "a[0] = b[i]",
        "[[",
        "[",
        "[x",
        "[/]",
    ] {
        let cleaned = clean(prose);
        assert_eq!(text(&cleaned.html), prose);
        assert!(cleaned.dropped.is_empty(), "{prose}: {:?}", cleaned.dropped);
    }
    assert_eq!(html("[[gallery ids=\"1\"]]"), "<p>[gallery ids=\"1\"]</p>");
    assert_eq!(
        html("Een [knop url=\"/x\"] in een zin."),
        "<p>Een [knop url=\"/x\"] in een zin.</p>"
    );
}

#[test]
fn unknown_shortcodes_go_and_are_told() {
    let cleaned = clean(
        "[contact-form-7 id=\"3\" title=\"Mail\"]\n\n[vc_row][vc_column width=\"1/2\"]Tekst [b]vet[/b][/vc_column][/vc_row]\n\n<p>[knop url=\"/x\"]</p>\n[my_map]\n[gallery][gallery]",
    );
    assert_eq!(cleaned.html, "<p>Tekst vet</p>");
    assert_eq!(
        cleaned.dropped,
        [
            "contact-form-7",
            "vc_row",
            "vc_column",
            "b",
            "knop",
            "my_map",
            "gallery"
        ]
    );
    let many: String = (0..500).map(|number| format!("[x_{number}]\n")).collect();
    assert_eq!(clean(&many).dropped.len(), MAX_DROPPED);
}

#[test]
fn broken_html_keeps_its_text() {
    for content in [
        "a < b en c > d",
        "<p>een <!-- twee",
        "drie <a href=\"vier",
        "<",
        "</",
        "<!",
        "<!--",
        "a <3 b",
        "5<6",
    ] {
        let before: String = content
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        let after: String = text(&html(content))
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        let expected = before
            .strip_prefix('p')
            .filter(|_| content.starts_with("<p"))
            .unwrap_or(&before);
        assert_eq!(after, expected, "{content}");
    }
}

#[test]
fn hostile_bodies_take_no_time() {
    let started = std::time::Instant::now();
    for pattern in [
        "<!--",
        "<a \"",
        "<a =\"",
        "[caption]",
        "[a-b] ",
        "[/caption]",
        "[[x",
        "<b>",
        "<p><b>",
        "</b>",
        "<div>",
        "<script>",
        "<pre>",
        "<video>",
        "<!",
        "&",
        "[code",
        "<ul><li>",
        "\n",
        " \n\n ",
        "[x]a[/x]",
        "<b></i>",
        "[embed]https://",
        "<figure class=\"wp-block-embed\">",
        "[x ",
        "<br>\n",
        "</script",
        "<iframe></",
        "<b><div>",
    ] {
        clean(&pattern.repeat(200_000 / pattern.len()));
    }
    let many: String = (0..30_000).map(|number| format!("[n{number}]")).collect();
    clean(&many);
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

/// All that is open is closed, in order.
fn is_balanced(html: &str) -> bool {
    use crate::exchange::html::{Piece, is_void, pieces};
    let mut open = Vec::new();
    for piece in pieces(html) {
        match piece {
            Piece::Open(tag) if !is_void(tag.name) => open.push(tag.name.to_ascii_lowercase()),
            Piece::Close(tag) if open.pop().is_none_or(|name| !tag.is(&name)) => return false,
            _ => {}
        }
    }
    open.is_empty()
}

proptest! {
    #[test]
    fn anything_comes_out_balanced_with_its_words(content in "(<p>|</p>|<b>|</b>|<a href=x>|</a>|<div>|</div>|<ul>|<li>|</ul>|<br>|<img src=x>|<h2>|</h2>|<blockquote>|</blockquote>|<video>|</video>|<table>|<td>|</table>|\n|\n\n| |w[a-z]{3}[0-9] |\\[x_y\\]|\\[b\\]|\\[/b\\]|https://a.b/c|&amp;|é){0,30}") {
        let cleaned = html(&content);
        prop_assert!(is_balanced(&cleaned), "{}\n{}", content, cleaned);
        let words = |html: &str| -> Vec<String> {
            text(&html.replace('<', " <")).split_whitespace().filter(|word| word.len() == 5 && word.starts_with('w')).map(str::to_owned).collect()
        };
        let spaced = content.replace("[x_y]", " ").replace("[b]", " ").replace("[/b]", " ").replace("https", " https");
        prop_assert!(words(&cleaned).len() <= words(&spaced).len());
        prop_assert_eq!(cleaned.matches('w').count(), content.matches('w').count(), "{}\n{}", content, cleaned);
    }

    #[test]
    fn anything_at_all_can_be_cleaned(content in "\\PC{0,60}", other in "[<>/=\"'!\\[\\]a-c \n&;-]{0,60}") {
        html(&content);
        html(&other);
    }

    #[test]
    fn cleaning_twice_is_cleaning_once(content in "(<p>|</p>|<b>|</b>|<h2>|</h2>|<ul>|<li>|</ul>|<blockquote>|</blockquote>|\n|\n\n| |w[a-z]{3} ){0,20}") {
        // In the second pass no newline is a break: those that were have their tag.
        let once = html(&content);
        let twice = html(&format!("<!-- wp:x -->{once}"));
        prop_assert_eq!(text(&once), text(&twice), "{}", content);
    }
}
