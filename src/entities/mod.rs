//! Entities: the people, organisations, places, topics, events and works that articles are about. One is public from the moment that something
//! published refers to it; then changes go live at once.

pub mod delivery;
pub mod manage;
pub mod model;
pub mod parameters;
pub mod queries;
pub mod view;
