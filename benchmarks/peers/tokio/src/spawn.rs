use std::time::Duration;

pub async fn run(n: usize) -> Duration {
    crate::timed(async {
        for _ in 0..n {
            tokio::spawn(async {}).await.unwrap();
        }
    })
    .await
}
