//! Limits on the time that something takes, which a pause of this process does not make unfair.

use std::time::Duration;

/// How long to look for what has come while this process was stopped.
const LAST_LOOK: Duration = Duration::from_secs(1);

/// Waits for `limit` for `work`. When that time is over, what is there by then still counts: a
/// process that was stopped, or its machine paused, finds the answer in its socket and the time
/// over at the same moment. `None` when the work takes longer.
pub async fn within<T>(limit: Duration, work: impl Future<Output = T>) -> Option<T> {
    let mut work = std::pin::pin!(work);
    for limit in [limit, LAST_LOOK] {
        if let Ok(done) = tokio::time::timeout(limit, work.as_mut()).await {
            return Some(done);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_there_when_the_time_is_over_counts() {
        let (sender, answer) = tokio::sync::oneshot::channel();
        tokio::spawn(async move {
            tokio::task::yield_now().await;
            sender.send("an answer")
        });
        assert_eq!(within(Duration::ZERO, answer).await, Some(Ok("an answer")));
        assert_eq!(
            within(Duration::ZERO, std::future::pending::<()>()).await,
            None
        );
    }
}
