//! What an answer tells of its making, on its way from the handler to the cache.

use crate::changes::{Keys, Seq};

/// When an answer was read, and what it was made of. It travels in the response's extensions.
#[derive(Debug, Clone)]
pub struct Made {
    /// The snapshot that it was read from, where the statement told it.
    pub seq: Option<Seq>,
    /// What it was made of.
    pub keys: Keys,
}
