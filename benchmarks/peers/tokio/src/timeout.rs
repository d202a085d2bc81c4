use std::time::Duration;
use tokio::time::timeout;

pub async fn run(n: usize) -> Duration {
    crate::timed(async {
        for _ in 0..n {
            timeout(Duration::from_secs(3600), async {}).await.unwrap();
        }
    })
    .await
}
