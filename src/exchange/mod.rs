//! Import: publications from other systems, and the demo publication.

pub mod demo;
mod html;
pub mod import;
pub mod report;
pub mod wordpress;
