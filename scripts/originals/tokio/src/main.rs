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

/// CPU time of all threads so far.
fn cpu_ns() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the kernel writes into `time`, which outlives the call.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// The answer: the time of `root` on `workers` workers, and its latencies if it has any.
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
    let (taken, cpu, latencies) = runtime.block_on(timed).expect("a root that ends");
    answer_of(taken.as_nanos() as u64, cpu, latencies)
}

/// The CPUs that this process may use, in order.
fn allowed_cpus() -> Vec<usize> {
    // SAFETY: an empty set is all zeros, and the kernel writes into it while it lives.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        libc::sched_getaffinity(0, std::mem::size_of::<libc::cpu_set_t>(), &mut set);
        (0..libc::CPU_SETSIZE as usize).filter(|&cpu| libc::CPU_ISSET(cpu, &set)).collect()
    }
}

/// Restricts the calling thread to these CPUs.
fn stay_on(cpus: &[usize]) {
    // SAFETY: as above, and the kernel only reads it.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        cpus.iter().for_each(|&cpu| libc::CPU_SET(cpu, &mut set));
        libc::sched_setaffinity(0, std::mem::size_of::<libc::cpu_set_t>(), &set);
    }
}

/// The answer of a program of which only the latencies count; its makespan is their sum. The thread
/// outside and the workers have a CPU each: a thread that is woken on the waker's CPU needs no
/// wake-up from CPU to CPU.
fn run_from_outside(
    workers: usize,
    program: impl FnOnce(&tokio::runtime::Runtime) -> Latencies,
) -> String {
    let cpus = allowed_cpus();
    let last = cpus[cpus.len() - 1];
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(workers).enable_all().on_thread_start(move || stay_on(&[last]));
    let runtime = builder.build().expect("a runtime");
    stay_on(&cpus[..1]);
    let cpu = cpu_ns();
    let latencies = program(&runtime);
    stay_on(&cpus);
    answer_of(latencies.iter().sum(), cpu_ns() - cpu, latencies)
}

fn answer_of(makespan_ns: u64, cpu_ns: u64, mut latencies: Latencies) -> String {
    let mut answer = format!("{{\"makespan_ns\": {makespan_ns}, \"cpu_ns\": {cpu_ns}");
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
        "injections" => run_from_outside(workers, |runtime| micros::injections(runtime, request)),
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
