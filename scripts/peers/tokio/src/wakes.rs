//! One task submitted from outside at a time, to workers that have nothing to do.
use std::sync::atomic::{AtomicU64, Ordering::*};
use std::time::{Duration, Instant};

use crate::harness::Request;
use crate::multi::runtime;

const SUBMISSIONS: usize = 2_000;
static RAN: AtomicU64 = AtomicU64::new(0);

pub fn wake(request: &Request) {
    let rt = runtime(request.workers);
    let gap = Duration::from_micros(if request.work == "wake_parked" { 50 } else { 0 });
    request.measure_timed(SUBMISSIONS, || {
        let mut sum = Duration::ZERO;
        for _ in 0..SUBMISSIONS {
            let idle = Instant::now();
            while idle.elapsed() < gap {}
            let before = RAN.load(Relaxed);
            let begin = Instant::now();
            rt.spawn(async {
                RAN.fetch_add(1, Release);
            });
            // Acquire pairs with the task's release.
            while RAN.load(Acquire) == before {}
            sum += begin.elapsed();
        }
        sum
    });
}
