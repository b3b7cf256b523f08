//! A million Sleep futures with random deadlines within a second, polled once so that they are in
//! the wheel. Before they are drained the thread sleeps past the last deadline.
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::time::Sleep;

use crate::current::runtime;
use crate::harness::Request;

const TIMERS: usize = 1_000_000;
const SPREAD_NS: u64 = 1_000_000_000;
const FAR: Duration = Duration::from_secs(5);
const NEAR: Duration = Duration::from_millis(500);
const BEYOND: Duration = Duration::from_millis(5);

type Sleeps = Vec<Pin<Box<Sleep>>>;

struct Register<'a>(&'a mut Sleeps);

impl Future for Register<'_> {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        for sleep in self.0.iter_mut() {
            let _ = sleep.as_mut().poll(context);
        }
        Poll::Ready(())
    }
}

fn deadlines(base: Instant) -> impl Iterator<Item = Instant> {
    let mut state = 99u64;
    (0..TIMERS).map(move |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        base + Duration::from_nanos((state >> 20) % SPREAD_NS)
    })
}

fn made(base: Instant) -> Sleeps {
    let make = |deadline: Instant| Box::pin(tokio::time::sleep_until(deadline.into()));
    deadlines(base).map(make).collect()
}

async fn registered(base: Instant) -> Sleeps {
    let mut sleeps = made(base);
    Register(&mut sleeps).await;
    sleeps
}

pub fn insert(request: &Request) {
    let rt = runtime();
    request.measure_timed(TIMERS, || {
        rt.block_on(async {
            // Without creating the futures: the work is about the wheel.
            let mut sleeps = made(Instant::now() + FAR);
            let begin = Instant::now();
            Register(&mut sleeps).await;
            begin.elapsed()
        })
    });
}

pub fn cancel(request: &Request) {
    let rt = runtime();
    request.measure_timed(TIMERS, || {
        rt.block_on(async {
            let sleeps = registered(Instant::now() + FAR).await;
            let begin = Instant::now();
            drop(sleeps);
            begin.elapsed()
        })
    });
}

pub fn drain(request: &Request) {
    let rt = runtime();
    request.measure_timed(TIMERS, || {
        rt.block_on(async {
            let base = Instant::now() + NEAR;
            let mut sleeps = registered(base).await;
            while Instant::now() < base + Duration::from_nanos(SPREAD_NS) + BEYOND {
                std::thread::sleep(BEYOND);
            }
            let begin = Instant::now();
            for sleep in sleeps.iter_mut() {
                sleep.as_mut().await;
            }
            begin.elapsed()
        })
    });
}
