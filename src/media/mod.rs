//! Media: the pictures that the newsroom uploads. Their files stand in a store of objects, below their ids, and never change; what is told of them
//! stands in the database. Readers get one while something public uses it.

pub mod cleanup;
pub mod delivery;
pub mod files;
pub mod intake;
pub mod library;
mod making;
pub mod manage;
pub mod model;
pub mod parameters;
pub mod picture;
pub mod queries;
pub mod serving;
pub mod store;
pub mod upload;
pub mod view;
