//! Runs a program on a runtime of its own, the same way each time.
//!
//! Three things would let chance in. Which tick the worker is in when main comes: it counts one for
//! the look that finds nothing before main is there. So it is held back until main is in the
//! injector, and takes main in its first tick. When the program has come to a stop: a worker parks
//! when it has looked everywhere and no task has yielded, and since no other thread schedules
//! anything, a parking worker is a deadlock, without any waiting for it. What earlier programs left
//! in queues and counters: a runtime is used once.

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
