//! WordPress exports (WXR 1.0 to 1.2): reading the file, cleaning its bodies, finding its updates.
//!
//! Nothing here touches the database. [`reader`] streams records out of a file of any size in constant memory,
//! [`body`] turns a WordPress body into plain HTML, and [`updates`] finds the paragraphs marked UPDATE, which
//! become updates of their own. What is left to do, the loading, is told to these three and not by them.
//!
//! All of it is linear in the length of its input: an export is a file from outside, and may be hostile.

pub mod body;
mod html;
pub mod reader;
pub mod updates;

#[cfg(test)]
mod tests;
