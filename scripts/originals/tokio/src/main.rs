//! Tokio's multi_thread runtime as a server of runs: a request is a line `NAME KEY=VALUE ...`, the
//! answer a line of JSON. The root of a run is a task on the workers, as ours is, not the future of
//! block_on(), which a further thread would run.
mod micros;
mod request;
mod verbs;
mod workloads;

use std::future::Future;
use std::io::BufRead;
use std::time::Instant;

use tokio::runtime::Builder;

use crate::request::Request;
use crate::verbs::Latencies;

/// What all threads have computed so far.
fn cpu_ns() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the kernel writes into `time`, which outlives the call.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// The answer: how long `root` took on `workers` workers, and its latencies if it has any.
fn run<F>(workers: usize, root: F) -> String
where
    F: Future<Output = Latencies> + Send + 'static,
{
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(workers).enable_all().build().expect("a runtime");
    let timed = runtime.spawn(async {
        let cpu = cpu_ns();
        let begin = Instant::now();
        let latencies = root.await;
        (begin.elapsed(), cpu_ns() - cpu, latencies)
    });
    let (taken, cpu, mut latencies) = runtime.block_on(timed).expect("a root that ends");
    let mut answer = format!("{{\"makespan_ns\": {}, \"cpu_ns\": {cpu}", taken.as_nanos());
    if !latencies.is_empty() {
        latencies.sort_unstable();
        let at = |share: f64| {
            let place = (share * latencies.len() as f64) as usize;
            latencies[place.min(latencies.len() - 1)]
        };
        answer += &format!(", \"p50_ns\": {}, \"p99_ns\": {}", at(0.5), at(0.99));
    }
    answer + "}"
}

fn answer_to(request: Request) -> String {
    let workers = request.number("workers");
    match request.name.as_str() {
        "version" => "{\"version\": \"Tokio 1.24.2\"}".to_string(),
        "yields" => run(workers, micros::yields(request)),
        "spawns" => run(workers, micros::spawns(request)),
        "pieces" => run(workers, micros::pieces(request)),
        "events" => run(workers, micros::events(request)),
        "hops" => run(workers, micros::hops(request)),
        "time_outs" => run(workers, micros::time_outs(request)),
        "alarms" => run(workers, micros::alarms(request)),
        "naps" => run(workers, micros::naps(request)),
        "forks" => run(workers, micros::forks(request)),
        "pokes" => run(workers, micros::pokes(request)),
        "requests" => run(workers, workloads::requests(request)),
        "ping_pong" => run(workers, workloads::ping_pong(request)),
        "yield_many" => run(workers, workloads::yield_many(request)),
        "fan_out" => run(workers, workloads::fan_out(request)),
        "pipeline" => run(workers, workloads::pipeline(request)),
        "timers" => run(workers, workloads::timers(request)),
        other => format!("{{\"error\": \"no such program here: {other}\"}}"),
    }
}

fn main() {
    let mut lines = std::io::stdin().lock().lines().map(|line| line.expect("a line of text"));
    while let Some(line) = lines.next() {
        println!("{}", answer_to(Request::parse(&line, &mut lines)));
    }
}
