//! Connections by one login. Each worker of the server has some of its own, driven by its own thread: to send a statement and to hear the answer
//! there wakes no other thread, which is a good part of what a reading costs, and of how long a write holds the counter. The rest are for whoever
//! finds none of his own free, and for what runs beside requests.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deadpool::managed::{PoolError, TimeoutType, Timeouts, WeakPool};
use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::AsyncDieselConnectionManager;
use diesel_async::pooled_connection::deadpool::Pool;

use super::{Connection, Look, PoolUse, Unavailable, pool};
use crate::db::address::{Address, ConnectError};

type Weak = WeakPool<AsyncDieselConnectionManager<AsyncPgConnection>>;

/// Connections by one address, as one thread gets at them.
#[derive(Clone)]
pub(super) struct Connections {
    address: Address,
    common: Pool<AsyncPgConnection>,
    /// Those of this worker, on a worker.
    own: Option<Pool<AsyncPgConnection>>,
    /// Those of all workers.
    of_workers: Arc<Mutex<Vec<Weak>>>,
    size: usize,
    patience: Duration,
    look: Look,
    share: Share,
}

impl Connections {
    /// Connections that are for all, on the current Tokio runtime; none is opened yet.
    pub(super) fn new(
        address: Address,
        (size, share): (usize, Share),
        patience: Duration,
        look: Look,
    ) -> Result<Self, ConnectError> {
        Ok(Self {
            common: pool(address.clone(), (size, patience), look)?,
            own: None,
            of_workers: Arc::default(),
            address,
            size,
            patience,
            look,
            share,
        })
    }

    /// Where they connect.
    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    /// Leaves so many workers their shares.
    pub(super) fn share_out(&self, workers: usize) {
        let (_, common) = self.share.of(self.size, workers);
        self.common.resize(common);
    }

    /// As one of so many workers gets at them, called on its own runtime.
    pub(super) fn of_worker(&self, workers: usize) -> Result<Self, ConnectError> {
        let (each, _) = self.share.of(self.size, workers);
        let mut connections = self.clone();
        if each > 0 {
            let own = pool(self.address.clone(), (each, self.patience), self.look)?;
            let mut all = self
                .of_workers
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            all.retain(|pool| pool.upgrade().is_some());
            all.push(own.weak());
            connections.own = Some(own);
        }
        Ok(connections)
    }

    /// One that is free: the worker's own before those of all.
    pub(super) async fn get(&self) -> Result<Connection, Unavailable> {
        let Some(own) = &self.own else {
            return self.common.get().await;
        };
        let at_once = Timeouts {
            wait: Some(Duration::ZERO),
            ..own.timeouts()
        };
        for pool in [own, &self.common] {
            match pool.timeout_get(&at_once).await {
                Err(PoolError::Timeout(TimeoutType::Wait)) => {}
                given => return given,
            }
        }
        tokio::select! {
            given = own.get() => given,
            given = self.common.get() => given,
        }
    }

    fn all(&self) -> Vec<Pool<AsyncPgConnection>> {
        let all = self
            .of_workers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let own = all.iter().filter_map(WeakPool::upgrade);
        own.chain([self.common.clone()]).collect()
    }

    /// How many of all are in use.
    pub(super) fn used(&self) -> PoolUse {
        self.all()
            .iter()
            .map(|pool| PoolUse::of(&pool.status()))
            .reduce(PoolUse::and)
            .unwrap_or_default()
    }

    /// Closes all: connections go as they come back.
    pub(super) fn close(&self) {
        self.all().iter().for_each(|pool| pool.close());
    }
}

/// How connections are shared out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    /// How many of five are the workers'.
    pub of_five: usize,
    /// How many are for all at least.
    pub common: usize,
}

impl Share {
    /// How many of so many connections each of so many workers has to itself, and how many are for all. Workers have some as far as each gets one.
    fn of(self, size: usize, workers: usize) -> (usize, usize) {
        let shared = (size * self.of_five / 5).min(size.saturating_sub(self.common));
        let each = shared / workers.max(1);
        (each, size - each * workers)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use secrecy::SecretString;

    use super::super::{READERS, WRITERS};
    use super::{Connections, Look};
    use crate::db::address::Address;

    fn connections(size: usize) -> Connections {
        let address = SecretString::from("postgres://somebody@127.0.0.1:1/nothing");
        let address = Address::read(&address, "DATABASE_URL").unwrap();
        Connections::new(
            address,
            (size, READERS),
            Duration::from_secs(1),
            Look::Nowhere,
        )
        .unwrap()
    }

    #[test]
    fn workers_have_so_many_of_five_connections_to_themselves_as_far_as_they_go() {
        assert_eq!(READERS.of(10, 2), (4, 2));
        assert_eq!(READERS.of(8, 2), (3, 2));
        assert_eq!(READERS.of(16, 2), (6, 4));
        assert_eq!(READERS.of(3, 1), (2, 1));
        assert_eq!(READERS.of(500, 64), (6, 116));
        assert_eq!(READERS.of(8, 16), (0, 8));
        assert_eq!(READERS.of(1, 2), (0, 1));
        assert_eq!(READERS.of(1, 1), (0, 1));
        assert_eq!(WRITERS.of(10, 2), (3, 4));
        assert_eq!(WRITERS.of(4, 1), (1, 3));
        assert_eq!(WRITERS.of(4, 2), (0, 4));
        assert_eq!(WRITERS.of(2, 1), (0, 2));
    }

    #[tokio::test]
    async fn there_are_as_many_connections_as_were_set_however_they_are_shared_out() {
        let connections = connections(8);
        assert_eq!(connections.used().max, 8);
        connections.share_out(2);
        let one = connections.of_worker(2).unwrap();
        let other = connections.of_worker(2).unwrap();
        assert_eq!((connections.used().max, one.used().max), (8, 8));
        drop((one, other));
        assert_eq!(connections.used().max, 2);
    }
}
