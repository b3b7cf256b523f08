//! Verbs that the programs share (compute, sleep, wait for many tasks), and their results.
use std::future::Future;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::*};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// In ns; empty for a run without latencies.
pub type Latencies = Vec<u64>;

/// Occupies the thread for that time.
pub fn burn(work: Duration) {
    if !work.is_zero() {
        let begin = Instant::now();
        while begin.elapsed() < work {}
    }
}

pub async fn sleep_until(deadline: Instant) {
    tokio::time::sleep_until(deadline.into()).await;
}

/// Tasks that are awaited together: a count, and one wake-up when it reaches zero.
#[derive(Clone, Default)]
pub struct Group(Arc<Shared>);

#[derive(Default)]
struct Shared {
    left: AtomicUsize,
    ended: Notify,
}

impl Group {
    pub fn spawn<F>(&self, body: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let shared = self.0.clone();
        shared.left.fetch_add(1, Relaxed);
        tokio::spawn(async move {
            body.await;
            // AcqRel: the last task to end sees the writes of all others.
            if shared.left.fetch_sub(1, AcqRel) == 1 {
                shared.ended.notify_one();
            }
        });
    }

    pub async fn join(&self) {
        while self.0.left.load(Acquire) != 0 {
            self.0.ended.notified().await;
        }
    }
}

/// Numbers that tasks write, each its own.
#[derive(Clone)]
pub struct Slots(Arc<Vec<AtomicU64>>);

impl Slots {
    pub fn new(count: usize) -> Slots {
        Slots(Arc::new((0..count).map(|_| AtomicU64::new(0)).collect()))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn set(&self, index: usize, value: u64) {
        self.0[index].store(value, Relaxed);
    }

    /// Call only from the task that writes this number.
    pub fn increment(&self, index: usize) {
        let slot = &self.0[index];
        slot.store(slot.load(Relaxed) + 1, Relaxed);
    }

    pub fn values(&self) -> Vec<u64> {
        self.0.iter().map(|slot| slot.load(Relaxed)).collect()
    }

    pub fn check_all(&self, expected: u64) {
        assert!(self.values().iter().all(|&value| value == expected), "one did not run as often");
    }
}
