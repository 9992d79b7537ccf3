//! Items for partners' systems, in IPTC's ninjs: what there is under a contract, what has changed, and what must be taken down.

pub mod delivery;
pub mod parameters;
pub mod queries;
pub mod view;
