//! What can be asked of articles.

mod list;
mod manage;
mod page;

pub use list::{ListArticles, Order, Sort};
pub use manage::{ArticleQuery, ArticleStatus};
pub use page::{AfterNumber, GetArticle, ListRelated, ListUpdates};
