//! Tokio's current_thread runtime.
use tokio::runtime::{Builder, Runtime};

use crate::harness::Request;

const YIELDING_TASKS: usize = 1_000;
const YIELDS: usize = 1_000;
const CREATED: usize = 100_000;

pub fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

async fn yield_often() {
    for _ in 0..YIELDS {
        tokio::task::yield_now().await;
    }
}

pub fn yields(request: &Request) {
    let rt = runtime();
    request.measure(YIELDING_TASKS * YIELDS, || {
        rt.block_on(async {
            let tasks: Vec<_> =
                (0..YIELDING_TASKS).map(|_| tokio::spawn(yield_often())).collect();
            for task in tasks {
                task.await.unwrap();
            }
        });
    });
}

pub fn create(request: &Request) {
    let rt = runtime();
    request.measure(CREATED, || {
        rt.block_on(async {
            let tasks: Vec<_> = (0..CREATED).map(|_| tokio::spawn(async {})).collect();
            for task in tasks {
                task.await.unwrap();
            }
        });
    });
}
