//! Tokio's multi_thread runtime. `size` is the number of rounds in one measurement.
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{mpsc, Arc};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::harness::Request;

const SPAWNS: usize = 10_000;
const PAIRS: usize = 1_000;
const LINKS: usize = 1_000;
const YIELDING_TASKS: usize = 200;
const YIELDS: usize = 1_000;

pub fn runtime(workers: usize) -> Runtime {
    Builder::new_multi_thread().worker_threads(workers).enable_all().build().expect("a runtime")
}

/// From block_on(), on a thread in addition to the workers; the last task reports that all have
/// run.
pub fn spawn_many_local(request: &Request) {
    let rt = runtime(request.workers);
    let (ended, end) = mpsc::sync_channel(1);
    let left = Arc::new(AtomicUsize::new(0));
    let round = || {
        left.store(SPAWNS, Relaxed);
        rt.block_on(async {
            for _ in 0..SPAWNS {
                let (ended, left) = (ended.clone(), left.clone());
                tokio::spawn(async move {
                    if left.fetch_sub(1, Relaxed) == 1 {
                        ended.send(()).unwrap();
                    }
                });
            }
            end.recv().unwrap();
        });
    };
    request.measure(SPAWNS * request.size, || (0..request.size).for_each(|_| round()));
}

fn spawn_from_outside(rt: &Runtime, handles: &mut Vec<JoinHandle<()>>) {
    for _ in 0..SPAWNS {
        handles.push(rt.spawn(async {}));
    }
    rt.block_on(async {
        for handle in handles.drain(..) {
            handle.await.unwrap();
        }
    });
}

pub fn spawn_many_remote_idle(request: &Request) {
    let rt = runtime(request.workers);
    let mut handles = Vec::with_capacity(SPAWNS);
    request.measure(SPAWNS * request.size, || {
        (0..request.size).for_each(|_| spawn_from_outside(&rt, &mut handles))
    });
}

fn stall() {
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_micros(10) {
        std::thread::yield_now();
    }
}

pub fn spawn_many_remote_busy1(request: &Request) {
    let rt = runtime(request.workers);
    let busy = Arc::new(AtomicBool::new(true));
    for _ in 0..2 * request.workers {
        let busy = busy.clone();
        rt.spawn(async move {
            while busy.load(Relaxed) {
                tokio::task::yield_now().await;
                stall();
            }
        });
    }
    let mut handles = Vec::with_capacity(SPAWNS);
    request.measure(SPAWNS * request.size, || {
        (0..request.size).for_each(|_| spawn_from_outside(&rt, &mut handles))
    });
    busy.store(false, Relaxed);
}

pub fn yield_many(request: &Request) {
    let rt = runtime(request.workers);
    let (ended, end) = mpsc::sync_channel(YIELDING_TASKS);
    let round = || {
        for _ in 0..YIELDING_TASKS {
            let ended = ended.clone();
            rt.spawn(async move {
                for _ in 0..YIELDS {
                    tokio::task::yield_now().await;
                }
                ended.send(()).unwrap();
            });
        }
        (0..YIELDING_TASKS).for_each(|_| end.recv().unwrap());
    };
    let yields = YIELDING_TASKS * YIELDS * request.size;
    request.measure(yields, || (0..request.size).for_each(|_| round()));
}

async fn play(ended: mpsc::SyncSender<()>, left: Arc<AtomicUsize>) {
    let (ping, pinged) = oneshot::channel::<()>();
    let (pong, ponged) = oneshot::channel::<()>();
    tokio::spawn(async move {
        pinged.await.unwrap();
        pong.send(()).unwrap();
    });
    ping.send(()).unwrap();
    ponged.await.unwrap();
    if left.fetch_sub(1, Relaxed) == 1 {
        ended.send(()).unwrap();
    }
}

pub fn ping_pong(request: &Request) {
    let rt = runtime(request.workers);
    let (ended, end) = mpsc::sync_channel(1);
    let left = Arc::new(AtomicUsize::new(0));
    let round = || {
        let (ended, left) = (ended.clone(), left.clone());
        left.store(PAIRS, Relaxed);
        rt.block_on(async {
            tokio::spawn(async move {
                for _ in 0..PAIRS {
                    tokio::spawn(play(ended.clone(), left.clone()));
                }
            });
            end.recv().unwrap();
        });
    };
    request.measure(PAIRS * request.size, || (0..request.size).for_each(|_| round()));
}

fn link(ended: mpsc::SyncSender<()>, left: usize) {
    if left == 0 {
        ended.send(()).unwrap();
    } else {
        tokio::spawn(async move { link(ended, left - 1) });
    }
}

pub fn chained_spawn(request: &Request) {
    let rt = runtime(request.workers);
    let (ended, end) = mpsc::sync_channel(1);
    let round = || {
        let ended = ended.clone();
        rt.block_on(async {
            tokio::spawn(async move { link(ended, LINKS) });
            end.recv().unwrap();
        });
    };
    request.measure(LINKS * request.size, || (0..request.size).for_each(|_| round()));
}
