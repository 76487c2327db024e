//! How many connections are open at once, and which of them makes room for the next.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::AbortHandle;

/// The connections that may be open at once, and those of them that wait for a request.
pub(super) struct Places {
    free: Arc<Semaphore>,
    /// The oldest first.
    silent: Mutex<VecDeque<Connection>>,
    next: AtomicU64,
}

/// A connection, by its number.
pub(super) struct Connection(u64, AbortHandle);

impl Places {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            free: Arc::new(Semaphore::new(limit)),
            silent: Mutex::default(),
            next: AtomicU64::new(0),
        }
    }

    fn silent(&self) -> MutexGuard<'_, VecDeque<Connection>> {
        self.silent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place, for which the oldest silent connection is closed if there is none.
    pub(super) async fn take(&self) -> OwnedSemaphorePermit {
        if self.free.available_permits() == 0
            && let Some(Connection(_, oldest)) = self.silent().pop_front()
        {
            oldest.abort();
        }
        let free = Arc::clone(&self.free);
        free.acquire_owned().await.expect("it is never closed")
    }

    /// A connection has sent a request, or has ended. Without that it may make room for others.
    pub(super) fn speaks(&self, number: u64) -> Option<Connection> {
        let mut silent = self.silent();
        let place = silent.iter().position(|Connection(it, _)| *it == number)?;
        silent.remove(place)
    }

    /// The request of a connection is answered, and it may send another one.
    pub(super) fn rests(&self, connection: Connection) {
        self.silent().push_back(connection);
    }

    /// Starts the task of a connection that has a place. It is given the number by which it says
    /// that it speaks.
    pub(super) fn start<T>(&self, task: impl FnOnce(u64) -> T)
    where
        T: Future<Output = ()> + Send + 'static,
    {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        // Held while the task begins, so that it cannot speak before it is known.
        let mut silent = self.silent();
        let task = tokio::spawn(task(number));
        silent.push_back(Connection(number, task.abort_handle()));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Places;

    #[tokio::test]
    async fn the_oldest_silent_connection_makes_room() {
        let places = Places::new(1);
        let place = places.take().await;
        places.start(|_| async move {
            let _place = place;
            std::future::pending().await
        });
        let next = tokio::time::timeout(Duration::from_secs(20), places.take()).await;
        assert!(next.is_ok(), "it waits for the other's time");
    }
}
