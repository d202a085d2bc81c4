use std::time::Duration;
use tokio::sync::mpsc;

pub async fn run(n: usize, size: usize) -> Duration {
    let (items, mut queue) = mpsc::channel(size);
    crate::timed(async {
        tokio::spawn(async move {
            for i in 0..n {
                items.send(i).await.unwrap();
            }
        });
        for _ in 0..n {
            queue.recv().await.unwrap();
        }
    })
    .await
}
