use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::yield_now;

pub async fn run(n: usize, size: usize) -> Duration {
    let permits = Arc::new(Semaphore::new(2));
    if size == 1 {
        return crate::timed(alone(n, &permits)).await;
    }
    crate::timed(async {
        let members: Vec<_> = (0..size).map(|_| tokio::spawn(member(n, permits.clone()))).collect();
        for member in members {
            member.await.unwrap();
        }
    })
    .await
}

async fn alone(n: usize, permits: &Semaphore) {
    for _ in 0..n {
        drop(permits.acquire().await.unwrap());
    }
}

async fn member(n: usize, permits: Arc<Semaphore>) {
    for _ in 0..n {
        let held = permits.acquire().await.unwrap();
        yield_now().await;
        drop(held);
    }
}
