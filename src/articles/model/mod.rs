//! What an article is: as an editor writes it, as a version keeps it, and as readers may see it.

mod input;
mod public;
mod stored;

pub use input::{ArticleInput, check_length, ArticleType, DonationChoice, EntityLinkInput, PublishInput, SeoInput, WithdrawInput};
pub use public::{PublicArticle, PublicEntityLink, PublicSectionLink};
pub use stored::{Article, Content, DonationMode, EntityLink};
