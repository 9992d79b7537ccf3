use super::*;

fn names(html: &str) -> String {
    let tree = parse(html).unwrap();
    let mut out = String::new();
    for (id, entered) in tree.traverse(tree.root()) {
        match (tree.name(id), tree.text(id)) {
            (Some(name), _) if entered => out.push_str(&format!("<{name}>")),
            (Some(name), _) => out.push_str(&format!("</{name}>")),
            (None, Some(text)) if entered => out.push_str(text),
            _ => {}
        }
    }
    out
}

#[test]
fn the_tree_is_the_one_that_browsers_make() {
    assert_eq!(names("a<p>b<p>c"), "<html>a<p>b</p><p>c</p></html>");
    assert_eq!(
        names("<table>x<tr><td>y"),
        "<html>x<table><tbody><tr><td>y</td></tr></tbody></table></html>"
    );
    assert_eq!(
        names("<b>1<p>2</b>3"),
        "<html><b>1</b><p><b>2</b>3</p></html>"
    );
    assert_eq!(
        names("<table><b>x</b><tr></table>y"),
        "<html><b>x</b><table><tbody><tr></tr></tbody></table>y</html>"
    );
    assert_eq!(names(""), "<html></html>");
}

#[test]
fn pieces_do_not_matter() {
    for character in ["a", "é", "中", "&amp;"] {
        let long = format!("<p>{}<b>x</b>", character.repeat(5_000));
        assert!(names(&long).ends_with("<b>x</b></p></html>"));
    }
}

#[test]
fn attributes_classes_and_siblings() {
    let tree = parse("<p class='A b' id=x>1</p><!-- --><i>").unwrap();
    let children: Vec<NodeId> = tree.children(tree.root()).collect();
    assert_eq!(children.len(), 3);
    assert_eq!(tree.attribute(children[0], "id"), Some("x"));
    assert!(
        tree.has_class(children[0], "a")
            && tree.has_class(children[0], "b")
            && !tree.has_class(children[0], "c")
    );
    assert_eq!(tree.last_child(tree.root()), Some(children[2]));
    assert_eq!(tree.previous(children[2]), Some(children[1]));
    assert_eq!(tree.parent(children[2]), Some(tree.root()));
    assert_eq!(tree.name(NodeId::MAX), None);
}

#[test]
fn what_is_out_of_proportion_is_refused() {
    let deep = |levels| format!("{}x", "<div>".repeat(levels));
    assert!(parse(&deep(MAX_DEPTH as usize - 4)).is_some());
    assert!(parse(&deep(MAX_DEPTH as usize + 20)).is_none());
    let copied: String = String::from("<p>")
        + &(0..90).map(|n| format!("<b a{n}>")).collect::<String>()
        + &"<p>x".repeat(2_000);
    assert!(parse(&copied).is_none());
    let many: String = (0..40_000).map(|n| format!("a{n} ")).collect();
    assert!(parse(&format!("<p {many}>x")).is_none());
    let picture = format!(
        "<img src='data:image/png;base64,{}'>",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".repeat(5_000)
    );
    assert!(parse(&picture).is_some());
}
