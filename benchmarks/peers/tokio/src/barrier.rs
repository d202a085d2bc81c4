use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Barrier;

pub async fn run(n: usize, size: usize) -> Duration {
    let meeting = Arc::new(Barrier::new(size));
    crate::timed(async {
        let members: Vec<_> = (0..size)
            .map(|_| {
                let meeting = meeting.clone();
                tokio::spawn(async move {
                    for _ in 0..n {
                        meeting.wait().await;
                    }
                })
            })
            .collect();
        for member in members {
            member.await.unwrap();
        }
    })
    .await
}
