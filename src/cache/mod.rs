//! The read cache: finished answers of delivery, kept in memory, so that most readings are one look-up and one write to the socket.
//!
//! Its rule is exact. An answer that is kept carries the `seq` that it was read at and the [keys](crate::changes::Keys) of what it was made of.
//! It is served only while no change after that `seq` has touched any of those keys, as far as the node has applied the log, and while the
//! node has confirmed within the last second that there is no more of the log. It is kept only if that held when it was finished: so neither
//! a change during the reading nor a replica that lags behind can leave something old here.
//!
//! Only what names its keys is ever kept, and only delivery's answers do: nothing private can enter.

mod encoding;
mod entry;
mod made;
mod private;
mod serve;
mod store;

pub use encoding::{Coding, MIN_ENCODED};
pub use made::Made;
pub use serve::serve;
pub use store::{Cache, CacheConfig, Counts};
