//! Runs a program on its own runtime, the same way each time.
//!
//! Three things must not depend on chance:
//!
//! - The worker's tick when main arrives. The worker counts one tick for the look that finds
//!   nothing before main is there. So it waits until main is in the injector, and takes main in its
//!   first tick.
//! - The end of the program. A worker parks when it has looked everywhere and no task has yielded.
//!   No other thread schedules anything, so a parking worker is a deadlock, without any waiting for
//!   it.
//! - What earlier programs left in queues and counters. A runtime is used once.

use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};

use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use crate::program::{Misuse, Program};
use crate::task::Me;
use crate::world::{Outcome, World};

/// The trace with its end line, or up to a misuse.
pub fn run(program: Program) -> (String, Option<Misuse>) {
    let (outcome_to, outcome) = channel();
    let world = Arc::new(World::new(program, outcome_to));
    let gate = Arc::new(Barrier::new(2));
    let runtime = build(world.clone(), gate.clone());
    runtime.spawn(run_main(world.clone()));
    gate.wait();
    let outcome = outcome.recv().expect("the worker tells how it ended");
    drop(runtime);

    let mut trace = world.take_trace();
    match outcome {
        Outcome::Ended(end) => {
            let error = Value::from(end.err());
            trace += &format!("{{\"end\":true,\"iterations\":0,\"t\":0,\"error\":{error}}}\n");
            (trace, None)
        }
        Outcome::Misused(misuse) => (trace, Some(misuse)),
    }
}

fn build(world: Arc<World>, gate: Arc<Barrier>) -> Runtime {
    let deadlock = move || world.finish(Outcome::Ended(Err("deadlock".to_owned())));
    Builder::new_multi_thread()
        .worker_threads(1)
        .on_thread_start(move || {
            gate.wait();
        })
        .on_thread_park(deadlock)
        .build()
        .expect("a runtime needs a thread, and nothing else")
}

async fn run_main(world: Arc<World>) {
    let end = Me::new(world.clone(), world.program.main).run().await;
    world.finish(Outcome::Ended(end));
}
