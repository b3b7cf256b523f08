//! Small programs for calibration; each does one kind of operation often. Each does the same,
//! operation by operation, as its twin in bench/calibrate/originals/micro_programs.cpp.
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};
use tokio::time::Sleep;

use crate::request::Request;
use crate::verbs::*;

const FAR: Duration = Duration::from_secs(3600);
const FORK_WORK: Duration = Duration::from_micros(400);

async fn yield_often(times: usize) {
    for _ in 0..times {
        tokio::task::yield_now().await;
    }
}

pub async fn yields(request: Request) -> Latencies {
    let group = Group::default();
    for _ in 0..request.number("tasks") {
        group.spawn(yield_often(request.number("times")));
    }
    group.join().await;
    Latencies::new()
}

pub async fn spawns(request: Request) -> Latencies {
    let group = Group::default();
    for _ in 0..request.number("rounds") {
        for _ in 0..request.number("tasks") {
            group.spawn(async {});
        }
        group.join().await;
    }
    Latencies::new()
}

pub async fn pieces(request: Request) -> Latencies {
    let group = Group::default();
    let work = Duration::from_nanos(request.number("work") as u64);
    for _ in 0..request.number("rounds") {
        for _ in 0..request.number("tasks") {
            group.spawn(async move { burn(work) });
        }
        group.join().await;
    }
    Latencies::new()
}

type Pings = Vec<oneshot::Sender<()>>;
type Waits = Vec<oneshot::Receiver<()>>;

async fn set_each(there: Pings, back: Waits) {
    for (ping, pong) in there.into_iter().zip(back) {
        ping.send(()).unwrap();
        pong.await.unwrap();
    }
}

async fn answer_each(there: Waits, back: Pings) {
    for (ping, pong) in there.into_iter().zip(back) {
        ping.await.unwrap();
        pong.send(()).unwrap();
    }
}

pub async fn events(request: Request) -> Latencies {
    let group = Group::default();
    for _ in 0..request.number("rounds") {
        for _ in 0..request.number("couples") {
            let times = request.number("times");
            let (pings, pinged): (Pings, Waits) = (0..times).map(|_| oneshot::channel()).unzip();
            let (pongs, ponged): (Pings, Waits) = (0..times).map(|_| oneshot::channel()).unzip();
            group.spawn(answer_each(pinged, pongs));
            group.spawn(set_each(pings, ponged));
        }
        group.join().await;
    }
    Latencies::new()
}

async fn send_all(to: mpsc::Sender<u64>, times: usize) {
    for item in 0..times {
        to.send(item as u64).await.unwrap();
    }
}

async fn receive_all(mut from: mpsc::Receiver<u64>) {
    while from.recv().await.is_some() {}
}

pub async fn hops(request: Request) -> Latencies {
    let group = Group::default();
    for _ in 0..request.number("couples") {
        let (sender, receiver) = mpsc::channel(request.number("capacity"));
        group.spawn(send_all(sender, request.number("times")));
        group.spawn(receive_all(receiver));
    }
    group.join().await;
    Latencies::new()
}

/// Polls sleeps once, so that they are in the wheel.
pub struct Register<'a>(pub &'a mut [Pin<Box<Sleep>>]);

impl Future for Register<'_> {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        for sleep in self.0.iter_mut() {
            let _ = sleep.as_mut().poll(context);
        }
        Poll::Ready(())
    }
}

pub async fn time_outs(request: Request) -> Latencies {
    for _ in 0..request.number("rounds") {
        let mut sleeps: Vec<_> =
            (0..request.number("timers")).map(|_| Box::pin(tokio::time::sleep(FAR))).collect();
        Register(&mut sleeps).await;
        drop(sleeps);
        tokio::task::yield_now().await;
    }
    Latencies::new()
}

async fn alarm(after: Duration) {
    sleep_until(Instant::now() + after).await;
}

pub async fn alarms(request: Request) -> Latencies {
    let group = Group::default();
    let after = Duration::from_nanos(request.number("after") as u64);
    for _ in 0..request.number("tasks") {
        group.spawn(alarm(after));
    }
    group.join().await;
    Latencies::new()
}

/// Returns the overshoot of each sleep.
pub async fn naps(request: Request) -> Latencies {
    let mut latencies = Latencies::new();
    for index in 0..request.number("times") as u64 {
        let begin = Instant::now();
        let asked = Duration::from_nanos(500_000 + index * 7919 % 1500 * 1000);
        alarm(asked).await;
        latencies.push(begin.elapsed().saturating_sub(asked).as_nanos() as u64);
    }
    latencies
}

/// A worker that has slept for the same time has to run one of two tasks.
pub async fn forks(request: Request) -> Latencies {
    let group = Group::default();
    for _ in 0..request.number("rounds") {
        burn(FORK_WORK);
        for _ in 0..2 {
            group.spawn(async { burn(FORK_WORK) });
        }
        group.join().await;
    }
    Latencies::new()
}

/// Sleeping workers are woken by a worker with more work than it can start: the second task of a
/// round displaces the first one from the LIFO slot into the queue, and the worker wakes another
/// one for it.
pub async fn pokes(request: Request) -> Latencies {
    let group = Group::default();
    let work = Duration::from_nanos(request.number("work") as u64);
    for _ in 0..request.number("rounds") {
        for _ in 0..2 {
            group.spawn(async {});
        }
        burn(work);
    }
    group.join().await;
    Latencies::new()
}

/// Time between two injections: longer than a worker takes to park, and as long as the work of
/// forks.
const INJECTION_GAP: Duration = Duration::from_micros(400);

/// A thread outside the workers makes a task ready while all workers are parked. Returns the time
/// from each call to when the task runs on its worker.
pub fn injections(runtime: &tokio::runtime::Runtime, request: Request) -> Latencies {
    let times = request.number("times");
    let (sender, mut receiver) = mpsc::unbounded_channel::<Instant>();
    let woken = runtime.spawn(async move {
        let mut latencies = Latencies::with_capacity(times);
        while let Some(sent) = receiver.recv().await {
            latencies.push(sent.elapsed().as_nanos() as u64);
        }
        latencies
    });
    for _ in 0..times {
        std::thread::sleep(INJECTION_GAP);
        sender.send(Instant::now()).expect("a receiver");
    }
    drop(sender);
    runtime.block_on(woken).expect("a task that ends")
}
