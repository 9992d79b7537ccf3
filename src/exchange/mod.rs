//! Import: publications from other systems, and the demo publication.

pub mod demo;
pub mod report;
pub mod wordpress;
