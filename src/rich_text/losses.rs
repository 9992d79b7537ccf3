//! What HTML of elsewhere loses when it becomes rich text, for who takes it over and should tell.

use super::{read, tree};

/// A kind of loss.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Loss {
    /// This element is gone with all that it holds.
    LeftOut(&'static str),
    /// This element is gone; its words stay.
    OnlyWords(&'static str),
    /// This element became an embed of a provider that is known.
    Embedded(&'static str),
    /// This element became a link to what it shows.
    Linked(&'static str),
    /// A link lost its address, which no link may have, such as `javascript:`; its words stay.
    LinkAddress,
    /// A picture is gone, since it has no address on the web.
    Picture,
    /// All markup is gone, since no editor nests so deeply; the words stay.
    Markup,
}

/// What HTML loses when [`super::render`] takes it, each kind once. Costs a reading of its own, so that rendering need not tell.
pub fn losses(html: &str) -> Vec<Loss> {
    match tree::parse(html) {
        Some(tree) => read::read(&tree).losses,
        None => vec![Loss::Markup],
    }
}

#[cfg(test)]
mod tests;
