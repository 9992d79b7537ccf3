//! The same text as Markdown and as HTML.

use super::{html, markdown};

/// Both sources give the same blocks, HTML and text, and that HTML gives itself.
#[track_caller]
fn same(from_markdown: &str, from_html: &str) {
    let one = markdown(from_markdown);
    let other = html(from_html);
    assert_eq!(one.html, other.html);
    assert_eq!(one, other);
    assert_eq!(html(&one.html), one);
    assert!(!one.blocks.is_empty());
}

#[test]
fn paragraphs() {
    same("One\ntwo.\n\nThree.", "<p>One two.</p><p>Three.</p>");
    same("One\n\nTwo", "One<p>Two");
    same(
        "One\n\nTwo",
        "<div>One</div><section><article>Two</article></section>",
    );
    same("One\n\nTwo", "One<br><br>Two");
    same("One\n\nTwo", "<p>One<br>&nbsp;<br/>Two</p>");
    same("One\n\nTwo", "One\n\nTwo");
    same(
        "One\n\nTwo",
        "<p>One</p>\n<p>&nbsp;</p>\n<p><b> </b></p>\n<p>Two</p>",
    );
    same("One  \ntwo", "<p>One<br>two</p>");
    same("One two", "  <p>  One\n\n\ttwo </p>  ");
    same("a *b* c", "a <i>b</i> c");
    same("one\n\ntwo\n\nthree", "one<p>two</p>three");
}

#[test]
fn marks() {
    same("***x***", "<b><i>x</i></b>");
    same("***x***", "<p><em><strong>x</strong></em></p>");
    same("**a b**", "<p><b>a</b> <strong>b</strong></p>");
    same("**a** b", "<p><b>a </b>b</p>");
    same("~~gone~~", "<s>gone</s>");
    same("~~gone~~", "<p><strike>gone</strike></p>");
    same("~~gone~~", "<p><del>gone</del></p>");
    same("`x < y`", "<p><code>x &lt; y</code></p>");
    same(
        "a<sup>2</sup> H<sub>2</sub>O",
        "<p>a<sup>2</sup> H<sub>2</sub>O</p>",
    );
    same("**中文。**中文", "<p><strong>中文。</strong>中文</p>");
    same("<q>x</q>", "<p>\u{201c}x\u{201d}</p>");
    same(
        "<abbr title=\"a &amp; b\">ab</abbr>",
        "<acronym title='a &amp; b'>ab</acronym>",
    );
    same(
        "<span lang=\"zh\">中</span>",
        "<p><i></i><span lang=zh>中</span></p>",
    );
}

#[test]
fn links() {
    same(
        "[a](https://x.nl/a?b=1&c=2)",
        "<a href='https://x.nl/a?b=1&c=2'>a</a>",
    );
    same(
        "[a](https://x.nl \"T\")",
        "<a title=T target=_blank href='https://x.nl/'>a</a>",
    );
    same(
        "see https://x.nl/a.",
        "<p>see <a href=\"https://x.nl/a\">https://x.nl/a</a>.</p>",
    );
    same("<a@b.nl>", "<a href=\"mailto:a@b.nl\">a@b.nl</a>");
    same("[a](/ä b)", "<p>[a](/ä b)</p>");
    same("[a](</ä b>)", "<p><a href=\"/ä b\">a</a></p>");
    same("[a](#there)", "<p><a href=#there>a</a></p>");
    same("[a](//x.nl/b)", "<p><a href=https://x.nl/b>a</a></p>");
    same("[**a**](/b)", "<p><b><a href=/b>a</a></b></p>");
    same("[a](javascript:alert(1))", "<p>a</p>");
}

#[test]
fn headings() {
    same(
        "# One\n\n## Two\n\n### Three",
        "<h1>One</h1><h2 id=x>Two</h2><h3><span>Three</span></h3>",
    );
    same("## A\n\n## A", "<h2>A</h2><h2>A</h2>");
    same("Two\n---\n\ntext", "<h2> Two </h2>text");
    same("## 中国 *x*", "<h2>中国<br><i>x</i></h2>");
    same(
        "## A\n\n[to](#a)",
        "<h2 id=old>A</h2><p><a href=#old>to</a></p>",
    );
    same("###### Six", "<h6>Six</h6>");
}

#[test]
fn lists() {
    same("- a\n- b", "<ul><li>a</li><li>b</li></ul>");
    same("- a\n\n- b", "<ul><li>a<li>b</ul>");
    same(
        "- a\n- b",
        "<ul><li><p>a</p></li><li><div>b</div></li></ul>",
    );
    same("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>");
    same(
        "- a\n  - b\n    1. c\n- d",
        "<ul><li>a<ul><li>b<ol><li>c</li></ol></li></ul></li><li>d</li></ul>",
    );
    same(
        "- a\n\n  - b\n\n- d",
        "<ul><li><p>a</p><ul><li>b</li></ul></li><li>d</li></ul>",
    );
    same("- a\n  - b", "<ul><li>a</li><ul><li>b</li></ul></ul>");
    same("- a\n\n  b", "<ul><li><p>a</p><p>b</p></li></ul>");
    same("- a\n\n  b", "<ul><li>a<br><br>b</li></ul>");
    same("- a\n- b", "<menu>a<li>b</menu>");
    same("- **a** b", "<ul><li><b>a</b> b</li></ul>");
    same(
        "- a\n\n      code\n- > q",
        "<ul><li>a<pre>code</pre></li><li><blockquote>q</blockquote></li></ul>",
    );
}

#[test]
fn quotes() {
    same("> a", "<blockquote>a</blockquote>");
    same("> a\n>\n> b", "<blockquote><p>a</p><p>b</p></blockquote>");
    same(
        "> a\n>\n> <cite>N</cite>",
        "<blockquote><p>a</p><footer>— N</footer></blockquote>",
    );
    same(
        "> a <cite>N</cite>",
        "<figure><blockquote><p>a</p></blockquote><figcaption>– <b>N</b></figcaption></figure>",
    );
    same(
        "<blockquote cite=\"https://x.nl\">a</blockquote>",
        "<blockquote cite=https://x.nl/><p>a</p></blockquote>",
    );
    same(
        "> a\n> - b\n> - c",
        "<blockquote><p>a</p><ul><li>b</li><li>c</li></ul></blockquote>",
    );
    same(
        "> a\n>> b",
        "<blockquote>a<blockquote>b</blockquote></blockquote>",
    );
}

#[test]
fn images() {
    same("![A](/a.jpg)", "<img src=/a.jpg alt=A>");
    same("![A](/a.jpg)", "<figure><img alt=A src=/a.jpg></figure>");
    same("![](/a.jpg)", "<p><img src=/a.jpg></p>");
    same(
        "![A](/a.jpg \"C\")",
        "<figure><img src=/a.jpg alt=A><figcaption>C</figcaption></figure>",
    );
    same(
        "<figure><img src=/a.jpg alt=A data-credit=P><figcaption>C</figcaption></figure>",
        "<figure><a href=/big.jpg><img src=/a.jpg alt=A></a><figcaption>C <small>P</small></figcaption></figure>",
    );
    same(
        "text ![A](/a.jpg) text",
        "<p>text <img src=/a.jpg alt=A width=3 onload=x> text</p>",
    );
    same(
        "text\n\n![A](/a.jpg)",
        "<p>text<br><img src=/a.jpg alt=A></p>",
    );
    same(
        "[![A](/a.jpg)](/shop)",
        "<p><a href=/shop><img src=/a.jpg alt=A></a></p>",
    );
    same(
        "[![A](/a.jpg)](/a-big.JPG)",
        "<p><img src=/a.jpg alt=A></p>",
    );
    same(
        "![A](/a.jpg)\n![B](/b.jpg)",
        "<figure><figure><img src=/a.jpg alt=A></figure><img src=/b.jpg alt=B></figure>",
    );
}

#[test]
fn code() {
    same(
        "```rust,ignore\nfn a() {}\n\nx\n```",
        "<pre><code class='x language-Rust'>fn a() {}\n\nx</code></pre>",
    );
    same("    a\n     b", "<pre>\n\na\n b\n</pre>");
    same(
        "```\na &lt; <b>\n```",
        "<pre><code>a &amp;lt; &lt;b&gt;</code></pre>",
    );
    same("```\na\nb\n```", "<pre><b>a</b><br>b</pre>");
    same("```\n\ta\n```", "<pre>\ta</pre>");
}

#[test]
fn tables() {
    let source = "| a | b |\n|---|--:|\n| *1* | 2 |\n| 3 |";
    same(
        source,
        "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td><i>1</i></td><td>2</td></tr>\
         <tr><td>3</td><td></td></tr></tbody></table>",
    );
    same(
        source,
        "<table><tr><th>a<th>b<tr><td><p><em>1</em></p><td>2<tr><td>3<td></table>",
    );
    same(
        "| a |\n|---|\n| b |",
        "<figure><table border=1><colgroup><col></colgroup><tr><th>a</th></tr><tfoot><tr><th>b</th></tr></tfoot></table></figure>",
    );
}

#[test]
fn footnotes() {
    same(
        "A[^x] b[^y] c[^x].\n\n[^y]: Two.\n[^x]: *One*.\n",
        "<p>A<sup><a href=\"#n1\" id=r1>1</a></sup> b<a href=#n2 class=footnote-ref><sup>[2]</sup></a> \
         c<sup><a href=#n1>[1]</a></sup>.</p>\
         <ol><li id=n1><i>One</i>. <a href=#r1>^</a></li><li id=n2>Two.</li></ol>",
    );
    same(
        "A[^1]\n\n[^1]: One.\n\n    More.",
        "A<sup><a href=#fn1 id=fnref1>1</a></sup><div class=footnotes><hr><ol><li id=fn1><p>One.</p><p>More.\
         <a href=#fnref1 class=footnote-back>\u{21a9}</a></p></li></ol></div>",
    );
    same(
        "A[^1]\n\n[^1]: One[^2].\n[^2]: Two.",
        "<p>A<sup class=fn><a href=#u id=u-link>1</a></sup></p><ol class=wp-block-footnotes>\
         <li id=u>One<sup><a href=#v id=v-link>2</a></sup>. <a href=#u-link>\u{21a9}\u{fe0e}</a></li>\
         <li id=v>Two. <a href=#v-link>\u{21a9}</a></li></ol>",
    );
}

#[test]
fn dividers_and_embeds() {
    same("a\n\n***\n\nb", "a<hr>b");
    same(
        "https://youtu.be/abc_-1",
        "<iframe src=\"//www.youtube-nocookie.com/embed/abc_-1?rel=0\"></iframe>",
    );
    same("<https://vimeo.com/123>", "<p>https://vimeo.com/123</p>");
    same(
        "<iframe title=\"T\" src=\"https://www.youtube.com/embed/abc\"></iframe>",
        "<figure><iframe src=https://www.youtube.com/embed/abc></iframe><figcaption>T</figcaption></figure>",
    );
    same(
        "<https://x.nl/frame>",
        "<p><iframe src=https://x.nl/frame>no frames</iframe></p>",
    );
    same(
        "[T](https://x.nl/f)",
        "<iframe src=https://x.nl/f title=T></iframe>",
    );
    same(
        "<https://x.nl/f.mp4>",
        "<video controls><source src=https://x.nl/f.mp4>No video</video>",
    );
}
