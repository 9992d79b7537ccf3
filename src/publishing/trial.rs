//! Publication on trial: what readers would see if this transaction were committed, which it never is.
//!
//! A preview is thus made by the very statements that publish, and nothing of it is left: no row, no number of the log, no word to a listener. It
//! follows the door's protocol, the counter's lock included, so that it can't get into the way of a real passage but by making it wait a moment.

use std::ops::{Deref, DerefMut};

use diesel_async::{AnsiTransactionManager, TransactionManager};
use uuid::Uuid;

use super::analysis::Analysed;
use super::change::{Kind, Touched};
use super::project::Projection;
use super::tx::Tx;
use super::{door, reveal};
use crate::db::DeliveryConn;
use crate::error::Result;

/// Delivery as it would be. Who opens one ends it: until then nobody else passes the door.
pub struct Trial(DeliveryConn);

impl Deref for Trial {
    type Target = DeliveryConn;
    fn deref(&self) -> &DeliveryConn {
        &self.0
    }
}

impl DerefMut for Trial {
    fn deref_mut(&mut self) -> &mut DeliveryConn {
        &mut self.0
    }
}

impl Tx {
    /// Projects an article as this transaction has it, for its readers alone. What it would be searched by is left out.
    ///
    /// # Errors
    /// 503 when the counter's lock is not to be had in time; the database.
    pub async fn on_trial(mut self, article: Uuid) -> Result<Trial> {
        match self.project(article).await {
            Ok(()) => Ok(Trial(self.into_conn().on_trial())),
            Err(error) => {
                self.roll_back().await;
                Err(error)
            }
        }
    }

    async fn project(&mut self, article: Uuid) -> Result<()> {
        let touched = Touched::of(Kind::Article, &[article]);
        reveal::reveal(self, self.now, &touched).await?;
        let seq = door::lock(self).await?;
        let analysed = Analysed::default();
        let mut projection = Projection::new(self, seq.number, &analysed).without_search();
        projection.run(&touched).await?;
        Ok(())
    }
}

impl Trial {
    /// Undoes everything and frees the connection.
    pub async fn end(mut self) {
        if let Err(error) = AnsiTransactionManager::rollback_transaction(&mut *self.0).await {
            tracing::debug!(%error, "rollback failed; the connection is thrown away");
            self.0.discard();
        }
    }
}
