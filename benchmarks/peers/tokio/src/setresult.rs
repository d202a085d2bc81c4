use std::time::Duration;
use tokio::sync::oneshot;

pub async fn run(n: usize) -> Duration {
    crate::timed(async {
        for _ in 0..n {
            let (result, future) = oneshot::channel();
            tokio::spawn(async move { result.send(1).unwrap() });
            future.await.unwrap();
        }
    })
    .await
}
