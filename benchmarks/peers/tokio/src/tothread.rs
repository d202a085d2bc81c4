use std::time::Duration;
use tokio::task::spawn_blocking;

pub async fn run(n: usize, size: usize) -> Duration {
    crate::timed(async {
        for _ in 0..n {
            let away: Vec<_> = (0..size).map(|_| spawn_blocking(|| {})).collect();
            for task in away {
                task.await.unwrap();
            }
        }
    })
    .await
}
