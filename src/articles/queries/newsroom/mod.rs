//! Articles as editors see them.

mod acts;
mod checks;
mod content;
mod purge;
mod read;
mod save;
mod schedule;
mod told;
mod translations;
mod versions;

pub use acts::{Published, Reasons, publish, remove, withdraw};
pub use checks::{Checking, Destination, checking, destinations, shown_updates, undescribed};
pub use content::{entity_links, resolve};
pub use purge::purge;
pub use read::{Names, Summary, content, get, list, lock, names};
pub use save::{create, save};
pub use schedule::{Publications, schedule_publication, schedule_withdrawal, unschedule};
pub use translations::{ManagedTranslation, group};
pub use versions::{Listed, Mentioned, Version, again, mentioned, version, versions};
