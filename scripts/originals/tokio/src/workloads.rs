//! Whole workloads for prediction. They have the names, the parameters and, if any, the arrivals
//! and sizes of those under workloads/. None of them is used to calibrate.
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};

use crate::micros::Register;
use crate::request::Request;
use crate::verbs::*;

const FAR: Duration = Duration::from_secs(3600);

/// Each request comes at its time since the start, from a task that sleeps until then; latencies
/// count from the intended time.
pub async fn requests(request: Request) -> Latencies {
    let samples = Slots::new(request.items.len());
    let group = Group::default();
    let start = Instant::now();
    for (index, &(after, service)) in request.items.iter().enumerate() {
        let arrival = start + Duration::from_nanos(after);
        if Instant::now() < arrival {
            sleep_until(arrival).await;
        }
        let samples = samples.clone();
        group.spawn(async move {
            burn(Duration::from_nanos(service));
            samples.set(index, arrival.elapsed().as_nanos() as u64);
        });
    }
    group.join().await;
    samples.values()
}

async fn play(played: Slots, index: usize) {
    let (ping, pinged) = oneshot::channel::<()>();
    let (pong, ponged) = oneshot::channel::<()>();
    let partner = tokio::spawn(async move {
        pinged.await.unwrap();
        pong.send(()).unwrap();
    });
    ping.send(()).unwrap();
    ponged.await.unwrap();
    partner.await.unwrap();
    played.increment(index);
}

async fn play_all(played: Slots) {
    let group = Group::default();
    for index in 0..played.len() {
        group.spawn(play(played.clone(), index));
    }
    group.join().await;
}

pub async fn ping_pong(request: Request) -> Latencies {
    let played = Slots::new(request.number("pairs"));
    for _ in 0..request.number("rounds") {
        tokio::spawn(play_all(played.clone())).await.unwrap();
    }
    played.check_all(request.number("rounds") as u64);
    Latencies::new()
}

async fn yield_often(yields: usize, resumed: Slots, index: usize) {
    for _ in 0..yields {
        tokio::task::yield_now().await;
        resumed.increment(index);
    }
}

pub async fn yield_many(request: Request) -> Latencies {
    let (tasks, yields) = (request.number("tasks"), request.number("yields"));
    let resumed = Slots::new(tasks);
    let group = Group::default();
    for _ in 0..request.number("rounds") {
        for index in 0..tasks {
            group.spawn(yield_often(yields, resumed.clone(), index));
        }
        group.join().await;
    }
    resumed.check_all((yields * request.number("rounds")) as u64);
    Latencies::new()
}

async fn piece(work: Duration, runs: Slots, index: usize) {
    burn(work);
    runs.increment(index);
}

pub async fn fan_out(request: Request) -> Latencies {
    let runs = Slots::new(request.number("tasks"));
    let work = Duration::from_nanos(request.number("work") as u64);
    let group = Group::default();
    for index in 0..runs.len() {
        group.spawn(piece(work, runs.clone(), index));
    }
    group.join().await;
    runs.check_all(1);
    Latencies::new()
}

async fn produce(to: mpsc::Sender<u64>, count: u64) {
    for item in 0..count {
        to.send(item).await.unwrap();
    }
}

async fn stage(mut from: mpsc::Receiver<u64>, to: mpsc::Sender<u64>, number: u64, work: Duration) {
    while let Some(item) = from.recv().await {
        burn(work);
        to.send(item + number).await.unwrap();
    }
}

pub async fn pipeline(request: Request) -> Latencies {
    let (stages, count) = (request.number("stages") as u64, request.number("count") as u64);
    let work = Duration::from_nanos(request.number("work") as u64);
    let group = Group::default();
    let (first, mut from) = mpsc::channel(request.number("capacity"));
    group.spawn(produce(first, count));
    for number in 1..=stages {
        let (to, next) = mpsc::channel(request.number("capacity"));
        group.spawn(stage(from, to, number, work));
        from = next;
    }
    let mut total = 0;
    while let Some(item) = from.recv().await {
        total += item;
    }
    group.join().await;
    assert_eq!(total, count * (count - 1) / 2 + count * (stages * (stages + 1) / 2));
    Latencies::new()
}

/// The first `cancelled` items are time-outs that never fire, the others sleep.
pub async fn timers(request: Request) -> Latencies {
    let (timeouts, sleepers) = request.items.split_at(request.number("cancelled"));
    let far = |&(after, _): &(u64, u64)| FAR + Duration::from_nanos(after);
    let mut timeouts: Vec<_> =
        timeouts.iter().map(|item| Box::pin(tokio::time::sleep(far(item)))).collect();
    Register(&mut timeouts).await;
    let samples = Slots::new(sleepers.len());
    let group = Group::default();
    let start = Instant::now();
    for (index, &(after, _)) in sleepers.iter().enumerate() {
        let deadline = start + Duration::from_nanos(after);
        let samples = samples.clone();
        group.spawn(async move {
            sleep_until(deadline).await;
            samples.set(index, deadline.elapsed().as_nanos() as u64);
        });
    }
    tokio::task::yield_now().await;
    drop(timeouts);
    group.join().await;
    samples.values()
}
