//! One run of a program: the state that its tasks share, and the result.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::objects::{locked, End, ForOne, Joined, Objects};
use crate::program::{Misuse, Program};

pub enum Outcome {
    Ended(End),
    Misused(Misuse),
}

/// A start of a task, for the handle it was spawned to.
pub struct Started {
    pub number: u64,
    pub task: ForOne<Joined>,
}

pub struct World {
    pub program: Program,
    pub objects: Objects,
    handles: Vec<Mutex<Option<Arc<Started>>>>,
    /// The number of starts of each task.
    starts: Vec<AtomicU64>,
    all_starts: AtomicU64,
    trace: Mutex<String>,
    over: AtomicBool,
    outcome: Mutex<Sender<Outcome>>,
}

impl World {
    pub fn new(program: Program, outcome: Sender<Outcome>) -> Self {
        World {
            objects: Objects::new(&program),
            handles: (0..program.handles).map(|_| Mutex::new(None)).collect(),
            starts: program.tasks.iter().map(|_| AtomicU64::new(0)).collect(),
            all_starts: AtomicU64::new(0),
            trace: Mutex::new(String::new()),
            over: AtomicBool::new(false),
            outcome: Mutex::new(outcome),
            program,
        }
    }

    /// The name of a new start in the trace, and its number among all starts.
    pub fn name_start(&self, task: usize) -> (String, u64) {
        let k = self.starts[task].fetch_add(1, Relaxed) + 1;
        let name = format!("{}.{k}", self.program.tasks[task].name);
        (name, self.all_starts.fetch_add(1, Relaxed))
    }

    pub fn handle(&self, handle: usize) -> Option<Arc<Started>> {
        locked(&self.handles[handle]).clone()
    }

    pub fn set_handle(&self, handle: usize, started: Started) {
        *locked(&self.handles[handle]) = Some(Arc::new(started));
    }

    pub fn log(&self, task: &str, text: &str) {
        if self.over() {
            return; // An op that was under way when main ended.
        }
        let (task, text) = (Value::from(task), Value::from(text));
        let line = format!("{{\"t\":0,\"task\":{task},\"text\":{text}}}\n");
        locked(&self.trace).push_str(&line);
    }

    pub fn over(&self) -> bool {
        self.over.load(Relaxed)
    }

    /// The first call decides. Nothing after it is traced.
    pub fn finish(&self, outcome: Outcome) {
        if !self.over.swap(true, Relaxed) {
            locked(&self.outcome).send(outcome).expect("the outcome is waited for");
        }
    }

    pub fn take_trace(&self) -> String {
        std::mem::take(&mut *locked(&self.trace))
    }
}
