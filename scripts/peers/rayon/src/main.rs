//! Rayon: join(), one for each call of fib that is not a leaf.
#[path = "../../common/harness.rs"]
mod harness;

use harness::Request;

fn fib(n: usize) -> u64 {
    if n < 2 {
        return n as u64;
    }
    let (forked, called) = rayon::join(|| fib(n - 1), || fib(n - 2));
    forked + called
}

fn number(n: usize) -> u64 {
    let (mut current, mut next) = (0, 1);
    for _ in 0..n {
        (current, next) = (next, current + next);
    }
    current
}

fn calls(n: usize) -> usize {
    let (mut previous, mut calls) = (1, 1);
    for _ in 2..=n {
        (previous, calls) = (calls, 1 + calls + previous);
    }
    calls
}

fn main() {
    let request = Request::parse("1.6.1");
    if request.work != "fork_join" {
        eprintln!("no such work here: {}", request.work);
        std::process::exit(2);
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(request.workers).build().unwrap();
    request.measure(calls(request.size), || {
        assert_eq!(pool.install(|| fib(request.size)), number(request.size));
    });
}
