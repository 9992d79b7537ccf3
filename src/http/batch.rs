//! Many writes in one transaction: each is made by its own operation, and all of them hold, or none.

use std::cell::RefCell;
use std::rc::Rc;

use super::State;
use super::idempotency::Kept;
use super::writer::Written;
use crate::error::{Error, Result};
use crate::publishing::{Attribution, Change, Record, Touched, Tx};

/// The transaction that writes share. It travels in the extensions of the requests that make them; one uses it at a time.
#[derive(Clone)]
pub struct Batch(Rc<RefCell<Option<Open>>>);

struct Open {
    tx: Tx,
    record: Record,
    touched: Touched,
}

impl Batch {
    /// A batch in this transaction.
    pub(super) fn of(tx: Tx) -> Self {
        Self(Rc::new(RefCell::new(Some(Open {
            tx,
            record: Record::default(),
            touched: Touched::default(),
        }))))
    }

    fn take(&self) -> Result<Open> {
        let open = self.0.borrow_mut().take();
        open.ok_or_else(|| Error::internal("a batch is in use"))
    }

    /// Does what must be done before all writes, such as taking a lock.
    ///
    /// # Errors
    /// Those of the work.
    pub async fn first(&self, work: impl AsyncFnOnce(&mut Tx) -> Result<()>) -> Result<()> {
        let mut open = self.take()?;
        let done = work(&mut open.tx).await;
        self.0.borrow_mut().replace(open);
        done
    }

    /// Makes one write of the batch. One that is refused leaves nothing, so that the next can be tried and all that is wrong be told.
    ///
    /// # Errors
    /// Those of the work; 503 when the database is away.
    pub(super) async fn write<F>(&self, by: Attribution, work: F, state: &State) -> Result<Kept>
    where
        F: AsyncFnOnce(&mut Tx) -> Result<Written>,
    {
        let mut open = self.take()?;
        let done = open.write(by, work, state).await;
        self.0.borrow_mut().replace(open);
        done
    }

    /// Ends it: the transaction, and what all writes leave behind as one record with one change, which streams and webhooks pass over.
    pub(super) fn close(&self) -> Result<(Tx, Record)> {
        let Open {
            tx,
            mut record,
            touched,
        } = self.take()?;
        record.change = (!touched.is_empty()).then(|| Change::bulk(touched));
        Ok((tx, record))
    }
}

impl Open {
    async fn write<F>(&mut self, by: Attribution, work: F, state: &State) -> Result<Kept>
    where
        F: AsyncFnOnce(&mut Tx) -> Result<Written>,
    {
        let action = by.action.clone();
        self.tx.by = by;
        self.tx.begin_part().await?;
        match work(&mut self.tx).await {
            Ok(mut written) => {
                self.tx.end_part(true).await?;
                let record = written.take_record();
                let audit = record.audit.into_iter();
                self.record
                    .audit
                    .extend(audit.map(|entry| entry.done_by(action.clone())));
                if let Some(change) = record.change {
                    self.touched.extend(change.touched());
                }
                Ok(written.into_answer(state))
            }
            Err(error) => {
                self.tx.end_part(false).await?;
                Err(error)
            }
        }
    }
}
