use std::time::Duration;

pub async fn run(n: usize, size: usize) -> Duration {
    crate::timed(async {
        for _ in 0..n {
            let tasks: Vec<_> = (0..size).map(|i| tokio::spawn(async move { i })).collect();
            let mut values = Vec::with_capacity(size);
            for task in tasks {
                values.push(task.await.unwrap());
            }
            assert_eq!(values.len(), size);
        }
    })
    .await
}
