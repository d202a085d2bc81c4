use std::time::Duration;
use tokio::task::JoinSet;

pub async fn run(n: usize, size: usize) -> Duration {
    crate::timed(async {
        for _ in 0..n {
            let mut group = JoinSet::new();
            for _ in 0..size {
                group.spawn(async {});
            }
            while let Some(end) = group.join_next().await {
                end.unwrap();
            }
        }
    })
    .await
}
