use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::task::yield_now;

pub async fn run(n: usize, size: usize) -> Duration {
    let lock = Arc::new(Mutex::new(()));
    if size == 1 {
        return crate::timed(alone(n, &lock)).await;
    }
    crate::timed(async {
        let members: Vec<_> = (0..size).map(|_| tokio::spawn(member(n, lock.clone()))).collect();
        for member in members {
            member.await.unwrap();
        }
    })
    .await
}

async fn alone(n: usize, lock: &Mutex<()>) {
    for _ in 0..n {
        drop(lock.lock().await);
    }
}

async fn member(n: usize, lock: Arc<Mutex<()>>) {
    for _ in 0..n {
        let held = lock.lock().await;
        yield_now().await;
        drop(held);
    }
}
