use std::future::pending;

pub async fn run(size: usize) {
    crate::hold(size, pending::<()>).await
}
