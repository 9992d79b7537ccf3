//! Articles and pages: living documents. Each save makes a new version that is never changed; readers see the one that was published, with the
//! updates shown since.

pub mod checks;
pub mod delivery;
pub mod keys;
pub mod manage;
pub mod model;
pub mod parameters;
pub mod queries;
pub mod selection;
pub mod view;
