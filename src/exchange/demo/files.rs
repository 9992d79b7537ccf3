//! The texts of the demo publication, part of the binary.

/// What it is made of, by name.
pub const PUBLICATION: &str = include_str!("../../../demo/publication.json");

/// Bodies and updates, by the name that `publication.json` gives them.
pub const TEXTS: &[(&str, &str)] = &[
    ("articles/arriving-by-container.md", include_str!("../../../demo/articles/arriving-by-container.md")),
    ("articles/colofon.md", include_str!("../../../demo/articles/colofon.md")),
    ("articles/de-haven-die-s-nachts-stil-wil-zijn.md", include_str!("../../../demo/articles/de-haven-die-s-nachts-stil-wil-zijn.md")),
    ("articles/de-kaart-die-drie-eilanden-verzon.md", include_str!("../../../demo/articles/de-kaart-die-drie-eilanden-verzon.md")),
    ("articles/de-mossel-die-liever-naar-parijs-reist-update-1.md", include_str!("../../../demo/articles/de-mossel-die-liever-naar-parijs-reist-update-1.md")),
    ("articles/de-mossel-die-liever-naar-parijs-reist.md", include_str!("../../../demo/articles/de-mossel-die-liever-naar-parijs-reist.md")),
    ("articles/de-raad-telt-zetels-correctie-1.md", include_str!("../../../demo/articles/de-raad-telt-zetels-correctie-1.md")),
    ("articles/de-raad-telt-zetels.md", include_str!("../../../demo/articles/de-raad-telt-zetels.md")),
    ("articles/een-peilschaal-is-geen-mening.md", include_str!("../../../demo/articles/een-peilschaal-is-geen-mening.md")),
    ("articles/een-terminal-op-het-schor-update-1.md", include_str!("../../../demo/articles/een-terminal-op-het-schor-update-1.md")),
    ("articles/een-terminal-op-het-schor-update-2.md", include_str!("../../../demo/articles/een-terminal-op-het-schor-update-2.md")),
    ("articles/een-terminal-op-het-schor.md", include_str!("../../../demo/articles/een-terminal-op-het-schor.md")),
    ("articles/the-ferry-nobody-wanted-to-save-update-1.md", include_str!("../../../demo/articles/the-ferry-nobody-wanted-to-save-update-1.md")),
    ("articles/the-ferry-nobody-wanted-to-save.md", include_str!("../../../demo/articles/the-ferry-nobody-wanted-to-save.md")),
    ("articles/the-night-the-bells-rang.md", include_str!("../../../demo/articles/the-night-the-bells-rang.md")),
    ("articles/what-a-metre-of-quay-is-worth.md", include_str!("../../../demo/articles/what-a-metre-of-quay-is-worth.md")),
    ("articles/zelf-het-getij-uitrekenen.md", include_str!("../../../demo/articles/zelf-het-getij-uitrekenen.md")),
    ("articles/zout-op-de-aardappel-update-1.md", include_str!("../../../demo/articles/zout-op-de-aardappel-update-1.md")),
    ("articles/zout-op-de-aardappel.md", include_str!("../../../demo/articles/zout-op-de-aardappel.md")),
];
