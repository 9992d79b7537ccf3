//! Versions: what a thing said before, and who wrote that. What holds for all of them stands here; articles and updates have tables of their own, everything
//! else whose row is written over is kept in `newsroom.kept_versions`, which the database itself fills with every write.

pub mod model;
pub mod parameters;
pub mod queries;
pub mod view;
