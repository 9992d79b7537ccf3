use super::Loss::{
    Embedded, LeftOut, LinkAddress, Linked, Markup, OnlyWords, Picture as NoPicture,
};
use super::{Loss, losses};
use crate::rich_text::sanitize;

#[test]
fn each_kind_is_told_once_with_what_became_of_it() {
    let cases: [(&str, &[Loss], &str); 17] = [
        (
            "<p>a</p><script>x()</script><style>p{}</style><script>y()</script>",
            &[LeftOut("script"), LeftOut("style")],
            "<p>a</p>",
        ),
        (
            "<form>Naam <input> <button>Stuur</button></form>",
            &[OnlyWords("form")],
            "<p>Naam Stuur</p>",
        ),
        (
            "<p>Een <svg><text>kaart</text></svg></p>",
            &[OnlyWords("svg")],
            "<p>Een kaart</p>",
        ),
        (
            "<a href=\"javascript:x()\">a</a> <a href=\"data:x\">b</a> <a>c</a> <a href=\" \">d</a> <a href=\"#e\">e</a>",
            &[LinkAddress],
            "<p>a b c d <a href=\"#e\">e</a></p>",
        ),
        (
            "<iframe src=\"https://youtu.be/abc\"></iframe>",
            &[Embedded("iframe")],
            "<figure><a href=\"https://www.youtube.com/watch?v=abc\" rel=\"noopener\">https://www.youtube.com/watch?v=abc</a></figure>",
        ),
        (
            "<iframe src=\"https://a.example/\" title=\"Kaart\"></iframe>",
            &[Linked("iframe")],
            "<p><a href=\"https://a.example/\" rel=\"noopener\">Kaart</a></p>",
        ),
        (
            "<ul><li><iframe src=\"https://youtu.be/abc\" title=\"Film\"></iframe></li></ul>",
            &[Linked("iframe")],
            "<ul><li><a href=\"https://youtu.be/abc\" rel=\"noopener\">Film</a></li></ul>",
        ),
        (
            "<table><tr><td><iframe src=\"https://youtu.be/abc\" title=\"Film\"></iframe></td></tr></table>",
            &[Linked("iframe")],
            "<table><tbody><tr><td><a href=\"https://youtu.be/abc\" rel=\"noopener\">Film</a></td></tr></tbody></table>",
        ),
        (
            "<blockquote><iframe src=\"https://youtu.be/abc\" title=\"Film\"></iframe></blockquote>",
            &[Linked("iframe")],
            "<blockquote><p><a href=\"https://youtu.be/abc\" rel=\"noopener\">Film</a></p></blockquote>",
        ),
        (
            "<p>a</p><template><p>b</p></template>",
            &[LeftOut("template")],
            "<p>a</p>",
        ),
        (
            "<iframe srcdoc=\"<p>x</p>\">Oud</iframe>",
            &[LeftOut("iframe")],
            "",
        ),
        (
            "<video><source src=\"/film.mp4\">Geen film.</video>",
            &[Linked("video")],
            "<p><a href=\"/film.mp4\">/film.mp4</a></p>",
        ),
        (
            "<audio>Geen geluid.</audio>",
            &[OnlyWords("audio")],
            "<p>Geen geluid.</p>",
        ),
        (
            "<object><embed src=\"https://a.example/\"></object>",
            &[Linked("embed")],
            "<p><a href=\"https://a.example/\" rel=\"noopener\">https://a.example/</a></p>",
        ),
        (
            "<p>a <img src=\"data:image/png;base64,AA\"></p>",
            &[NoPicture],
            "<p>a</p>",
        ),
        (
            "<p><img src=\"data:image/gif;base64,AA\" data-src=\"/a.jpg\"> <b>b</b></p><blockquote class=\"twitter-tweet\"><a href=\"https://x.com/a/status/1\">c</a></blockquote>",
            &[],
            "",
        ),
        ("", &[], ""),
    ];
    for (source, told, html) in cases {
        assert_eq!(losses(source), told, "{source}");
        if !told.is_empty() && !html.is_empty() {
            assert_eq!(sanitize(source), html);
        }
    }
}

#[test]
fn what_is_nested_too_deeply_is_told() {
    let deep = format!("{}a{}", "<div>".repeat(500), "</div>".repeat(500));
    assert_eq!(losses(&deep), [Markup]);
}

#[test]
fn what_is_rendered_loses_nothing_more() {
    let source = "<iframe src=\"https://a.example/\"></iframe><form><input></form><a href=\"ftp:x\">y</a><script>z</script>";
    assert_eq!(losses(&sanitize(source)), []);
}
