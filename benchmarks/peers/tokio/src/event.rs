use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::yield_now;

/// A waiter waits anew in the poll that woke it, so one Notify is enough.
pub async fn run(n: usize, size: usize) -> Duration {
    let event = Arc::new(Notify::new());
    let woken = Arc::new(AtomicUsize::new(0));
    let ready = Arc::new(AtomicUsize::new(0));
    for _ in 0..size {
        let (event, woken, ready) = (event.clone(), woken.clone(), ready.clone());
        tokio::spawn(async move {
            ready.fetch_add(1, Relaxed);
            for _ in 0..n {
                event.notified().await;
                woken.fetch_add(1, Relaxed);
            }
        });
    }
    while ready.load(Relaxed) < size {
        yield_now().await;
    }
    crate::timed(async {
        for i in 1..=n {
            event.notify_waiters();
            while woken.load(Relaxed) < i * size {
                yield_now().await;
            }
        }
    })
    .await
}
