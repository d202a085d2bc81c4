use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::task::yield_now;

/// What the members share: no task starts or ends while others are measured.
struct Ring {
    left: AtomicUsize,
    start: OnceLock<Instant>,
    end: OnceLock<Instant>,
}

pub async fn run(n: usize, size: usize) -> Duration {
    let ring = Arc::new(Ring { left: AtomicUsize::new(size), start: OnceLock::new(), end: OnceLock::new() });
    let members: Vec<_> = (0..size).map(|_| tokio::spawn(member(n, ring.clone()))).collect();
    for member in members {
        member.await.unwrap();
    }
    *ring.end.get().unwrap() - *ring.start.get().unwrap()
}

async fn member(n: usize, ring: Arc<Ring>) {
    yield_now().await;
    ring.start.get_or_init(Instant::now);
    for _ in 0..n {
        yield_now().await;
    }
    if ring.left.fetch_sub(1, Relaxed) == 1 {
        ring.end.set(Instant::now()).unwrap();
    }
    yield_now().await;
}
