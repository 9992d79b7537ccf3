//! Authors: who writes. One is public from the moment that something published names them; then changes go live at once.

pub mod delivery;
pub mod manage;
pub mod model;
pub mod parameters;
pub mod queries;
pub mod view;
