//! The hub of this publication's own feeds (WebSub, a W3C Recommendation).
//!
//! Who wants a feed sent when it changes asks for it ([`delivery`](super::delivery)) and is asked back whether it meant that. What is to be sent is
//! a message in the database; the workers of webhooks send it ([`dispatch`](super::dispatch)), and there is one at most of a subscription that
//! has not been begun: it sends the feed as it is when it is sent, so nobody is behind by more than one.

pub mod model;
pub mod signing;
