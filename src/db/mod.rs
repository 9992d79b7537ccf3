//! The database: two pools that can't be mixed up, the schema, roles, migrations, the embedded server, and database errors as problems.
//!
//! A query takes a [`NewsroomConn`] or a [`DeliveryConn`]. The first logs in as the owner; the second as a login that may select from
//! the `delivery` schema and nothing else, so that no mistake in a query can show a reader what is not published.

mod address;
pub mod constraints;
pub mod doctor;
pub mod embedded;
mod fixed;
pub mod migrations;
mod pool;
pub mod roles;
pub mod schema;
pub mod statement;
pub mod store;
mod stored;
mod tls;
mod transaction;

pub use address::{Address, ConnectError};
pub use fixed::{Fixed, fixed};
pub use pool::{DeliveryConn, NewsroomConn, PoolUse, Pools, ping};
pub use stored::Stored;
pub use tls::Trust;
pub use transaction::{begin_with, commit_with};
