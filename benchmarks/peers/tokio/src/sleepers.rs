use std::time::Duration;
use tokio::time::sleep;

pub async fn run(n: usize, size: usize) -> Duration {
    crate::timed(async {
        for _ in 0..n {
            let asleep: Vec<_> = (0..size).map(|_| tokio::spawn(sleep(Duration::from_millis(1)))).collect();
            for task in asleep {
                task.await.unwrap();
            }
        }
    })
    .await
}
