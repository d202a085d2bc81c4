use std::time::Duration;
use tokio::time::sleep;

pub async fn run(size: usize) {
    crate::hold(size, || sleep(Duration::from_secs(3600))).await
}
