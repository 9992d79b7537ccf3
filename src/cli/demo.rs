//! `kroniek demo`.

use super::Failure;
use super::serve::{self, ServeArgs};

pub(super) async fn run(args: ServeArgs) -> Result<(), Failure> {
    serve::run(args).await
}
