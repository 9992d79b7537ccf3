//! Import: publications from other systems, and the demo publication.

pub mod demo;
pub mod ghost;
mod html;
pub mod import;
pub mod report;
pub mod wordpress;
