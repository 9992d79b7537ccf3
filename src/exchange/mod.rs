//! Import: publications from other systems, and the demo publication.

pub mod wordpress;
