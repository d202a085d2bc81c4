use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

pub async fn run(n: usize) -> Duration {
    let (done, took) = oneshot::channel();
    let runtime = Handle::current();
    std::thread::spawn(move || {
        let start = std::time::Instant::now();
        for _ in 0..n {
            runtime.block_on(runtime.spawn(async { 1 })).unwrap();
        }
        done.send(start.elapsed()).unwrap();
    });
    took.await.unwrap()
}
