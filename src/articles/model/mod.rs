//! What an article is: as an editor writes it, as a version keeps it, and as readers may see it.

mod findings;
mod input;
mod named;
mod pictures;
mod public;
mod stored;

pub use findings::{Finding, Findings, Severity};
pub use input::{
    ArticleInput, ArticleType, DonationChoice, EntityLinkInput, PublishInput, PurgeInput,
    ScheduledAct, SeoInput, UnscheduleInput, WithdrawInput,
};
pub use named::NamedByArticle;
pub use public::{
    Kinship, PublicArticle, PublicEntityLink, PublicPicture, PublicPublisher, PublicSectionLink,
    PublicTranslation,
};
pub use stored::{Article, Content, DonationMode, EntityLink};
