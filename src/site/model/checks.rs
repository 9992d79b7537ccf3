//! What is looked at before an article is published, and how much each of it weighs on this site.

use deserr::Deserr;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::{FaultCode, Faults};

/// How much it weighs when a check finds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserr, ToSchema)]
#[serde(rename_all = "lowercase")]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum Weight {
    /// The article is not published.
    Error,
    /// It is published, and whoever does it is told.
    Warning,
    /// Nothing: it is not looked at.
    Off,
}

impl Weight {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "error" => Some(Self::Error),
            "warning" => Some(Self::Warning),
            "off" => Some(Self::Off),
            _ => None,
        }
    }
}

/// The table of checks: each stands here once, with its field in the site's settings, what it weighs unless told, and what it looks for.
macro_rules! checks {
    ($($name:ident $field:ident $weight:ident $doc:literal)*) => {
        /// A check. Checks may be added.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Check {
            $(#[doc = $doc] $name,)*
        }

        impl Check {
            /// The code of a fault that it finds.
            pub fn fault(self) -> FaultCode {
                match self { $(Check::$name => FaultCode::$name),* }
            }
        }

        /// How much each check before publishing weighs.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserr, ToSchema)]
        #[deserr(error = Faults, deny_unknown_fields)]
        pub struct Checks {
            $(
                #[doc = $doc]
                #[deserr(default = Weight::$weight)]
                #[schema(required = false, example = json!(Weight::$weight))]
                pub $field: Weight,
            )*
        }

        impl Default for Checks {
            fn default() -> Self {
                Self { $($field: Weight::$weight),* }
            }
        }

        impl Checks {
            /// As kept. What an older version has not kept, or a newer one keeps otherwise, weighs what it does unless told.
            pub fn stored(kept: &Value) -> Self {
                let weight = |name: &str| kept.get(name).and_then(Value::as_str).and_then(Weight::from_name);
                Self { $($field: weight(stringify!($field)).unwrap_or(Weight::$weight)),* }
            }

            /// How much this check weighs.
            pub fn weight(&self, check: Check) -> Weight {
                match check { $(Check::$name => self.$field),* }
            }
        }
    };
}

checks! {
    MissingHeadline missing_headline Warning "The headline says nothing: it has no letter or digit, or is what tools put where there is none, such as Untitled."
    MissingStandfirst missing_standfirst Off "An article has no standfirst."
    MissingSection missing_section Off "An article stands in no section."
    MissingAuthor missing_author Off "An article has no author."
    MissingAlt missing_alt Warning "A picture of the article or in its texts does not tell what it shows (`alt`)."
    MissingCredit missing_credit Warning "A picture of the article or in its texts does not tell who made it (`credit`). One that stands within a line of text has no place for it, and is passed over."
    BrokenLink broken_link Warning "A link to this site leads to nothing that readers can see, or to an anchor that the text does not have. Other sites are not asked."
    EntityWithoutDescription entity_without_description Warning "An entity of the article has no description."
}
