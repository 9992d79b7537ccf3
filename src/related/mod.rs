//! Related articles: an ordered, editor-picked list of links to other articles or to pages elsewhere, and suggestions, which are made as they
//! are read. This slice knows an article by its id.

pub mod model;
pub mod queries;
pub mod view;
