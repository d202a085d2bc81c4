//! The peers on tokio, on a runtime of one thread. Called with a program's
//! name, the seconds to measure and its sizes; prints a sample as JSON.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::Arc;
use std::time::{Duration, Instant};

mod barrier;
mod event;
mod gather;
mod group;
mod lock;
mod memoryidle;
mod memorysleep;
mod queue;
mod semaphore;
mod setresult;
mod sleepers;
mod spawn;
mod submit;
mod timeout;
mod tothread;
#[path = "yield.rs"]
mod yields;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let least = Duration::from_secs_f64(args[2].parse().unwrap());
    let size = args.get(3).map_or(1, |arg| arg.parse().unwrap());
    match args[1].as_str() {
        "barrier" => bench(least, size, |n| barrier::run(n, size)),
        "event" => bench(least, size, |n| event::run(n, size)),
        "gather" => bench(least, size, |n| gather::run(n, size)),
        "group" => bench(least, size, |n| group::run(n, size)),
        "lock" => bench(least, size, |n| lock::run(n, size)),
        "memoryidle" => measure(memoryidle::run(size)),
        "memorysleep" => measure(memorysleep::run(size)),
        "queue" => bench(least, 1, |n| queue::run(n, size)),
        "semaphore" => bench(least, size, |n| semaphore::run(n, size)),
        "setresult" => bench(least, 1, setresult::run),
        "sleepers" => bench(least, size, |n| sleepers::run(n, size)),
        "spawn" => bench(least, 1, spawn::run),
        "submit" => bench(least, 1, submit::run),
        "timeout" => bench(least, 1, timeout::run),
        "tothread" => bench(least, size, |n| tothread::run(n, size)),
        "yield" => bench(least, size, |n| yields::run(n, size)),
        name => panic!("no program is called {name}"),
    }
}

/// Runs `run(n)`, which returns how long it took, with a growing n until it
/// takes long enough.
fn bench<F: Future<Output = Duration>>(least: Duration, ops: usize, run: impl Fn(usize) -> F) {
    let mut n = 1;
    loop {
        let took = measure(run(n)).as_secs_f64();
        if took >= least.as_secs_f64() || n >= 1_000_000_000 {
            println!("{{\"ns/op\": {}}}", took * 1e9 / (n as f64 * ops as f64));
            return;
        }
        let enough = 1.2 * n as f64 * least.as_secs_f64() / took.max(1e-9);
        n = (enough as usize).max(n + 1).min(100 * n);
    }
}

/// Awaits work; returns how long that took.
async fn timed(work: impl Future) -> Duration {
    let start = Instant::now();
    work.await;
    start.elapsed()
}

/// Runs work on a runtime of its own.
fn measure<F: Future>(work: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(work)
}

/// Prints what the process grows by for each of size tasks that wait.
async fn hold<F: Future<Output = ()> + Send + 'static>(size: usize, member: impl Fn() -> F) {
    let begun = Arc::new(AtomicUsize::new(0));
    let before = resident();
    for _ in 0..size {
        let (begun, waiting) = (begun.clone(), member());
        tokio::spawn(async move {
            begun.fetch_add(1, Relaxed);
            waiting.await
        });
    }
    while begun.load(Relaxed) < size {
        tokio::task::yield_now().await;
    }
    println!("{{\"resident B/task\": {}}}", (resident() - before) as f64 / size as f64);
}

/// How much of the process is in memory, 0 on other systems than Linux.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).map_or(0, |pages| pages.parse::<u64>().unwrap() * 4096)
}
