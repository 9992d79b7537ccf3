//! Import and export: publications from other systems, a whole newsroom out and in, and the demo publication.

pub mod demo;
pub mod ghost;
mod html;
pub mod import;
pub mod kroniek;
pub mod report;
pub mod wordpress;
