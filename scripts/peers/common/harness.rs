//! Common code of the peers in Rust. A peer is called as `peer WORK WORKERS REPETITIONS SIZE`: it
//! does the work once to warm up and then REPETITIONS times, and prints a line of JSON for each.
use std::time::{Duration, Instant};

pub struct Request {
    pub work: String,
    pub workers: usize,
    pub repetitions: usize,
    pub size: usize,
    pub version: &'static str,
}

impl Request {
    pub fn parse(version: &'static str) -> Request {
        let words: Vec<String> = std::env::args().collect();
        let number = |i: usize| words[i].parse().expect("a number");
        Request {
            work: words[1].clone(),
            workers: number(2),
            repetitions: number(3),
            size: number(4),
            version,
        }
    }

    /// `body` does `operations` at each call.
    pub fn measure(&self, operations: usize, mut body: impl FnMut()) {
        self.measure_timed(operations, || {
            let begin = Instant::now();
            body();
            begin.elapsed()
        });
    }

    /// `body` returns the time of the part that counts.
    pub fn measure_timed(&self, operations: usize, mut body: impl FnMut() -> Duration) {
        body();
        for _ in 0..self.repetitions {
            let ns = body().as_nanos();
            println!(
                "{{\"work\":\"{}\",\"version\":\"{}\",\"operations\":{},\"ns\":{}}}",
                self.work, self.version, operations, ns
            );
        }
    }
}
