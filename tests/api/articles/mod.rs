//! Articles and pages: writing, publishing, their links, and what of them is shown.

mod links;
mod publishing;
mod purge;
mod purge_asked;
mod rules;
mod selection;
mod slugs;
mod translations;
mod writing;
