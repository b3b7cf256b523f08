//! A scripted program: read, checked and with its names resolved, before anything runs.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// An error in a program, or a misuse by it.
pub struct Misuse {
    /// A JSON pointer to the op or member.
    pub place: String,
    pub reason: String,
}

/// Names are indices into the tables of the same kind.
pub enum Op {
    Log(String),
    Yield,
    Spawn { task: usize, handle: usize },
    Join { handle: usize, place: String },
    Cancel { handle: usize, place: String },
    EventWait(usize),
    EventSet(usize),
    EventClear(usize),
    SemAcquire(usize),
    SemRelease(usize),
    Put { queue: usize, value: String },
    Get { queue: usize, place: String },
    FutureWait { future: usize, place: String },
    FutureSet(usize),
    Repeat { times: u64, body: Vec<Op> },
    Raise(String),
    Return,
}

pub struct Task {
    pub name: String,
    pub body: Vec<Op>,
}

pub struct Program {
    pub main: usize,
    pub tasks: Vec<Task>,
    pub handles: usize,
    pub events: usize,
    pub futures: usize,
    /// The bound of each queue; none if it has no bound.
    pub queues: Vec<Option<usize>>,
    /// The permits that each semaphore begins with.
    pub semaphores: Vec<usize>,
}

/// The largest integer of the language, positive and negative.
const INTEGER_MAX: u64 = 1_000_000_000_000;

type Checked<T> = Result<T, Misuse>;

fn wrong(place: &str, reason: impl Into<String>) -> Misuse {
    Misuse { place: place.to_owned(), reason: reason.into() }
}

fn misuse<T>(place: &str, reason: impl Into<String>) -> Checked<T> {
    Err(wrong(place, reason))
}

impl Program {
    pub fn parse(text: &[u8]) -> Checked<Program> {
        match serde_json::from_slice(text) {
            Ok(Value::Object(program)) => Reader::new(&program)?.read(),
            Ok(_) => misuse("", "a program is an object"),
            Err(error) => misuse("", format!("this is not JSON: {error}")),
        }
    }
}

/// Gives names indices in order of their first use.
#[derive(Default)]
struct Names(HashMap<String, usize>);

impl Names {
    fn index(&mut self, name: &str) -> usize {
        let next = self.0.len();
        *self.0.entry(name.to_owned()).or_insert(next)
    }
}

struct Reader<'a> {
    program: &'a Map<String, Value>,
    tasks: &'a Map<String, Value>,
    task_indices: HashMap<&'a str, usize>,
    semaphore_indices: HashMap<&'a str, usize>,
    handles: Names,
    spawned: Vec<usize>,
    /// Joins and cancels: the handle's name and index, and the place.
    handle_uses: Vec<(String, usize, String)>,
    events: Names,
    futures: Names,
    queue_names: Names,
    queues: Vec<Option<usize>>,
    semaphores: Vec<usize>,
}

impl<'a> Reader<'a> {
    fn new(program: &'a Map<String, Value>) -> Checked<Reader<'a>> {
        const MEMBERS: [&str; 6] = ["version", "main", "tasks", "queues", "semaphores", "comment"];
        if let Some(name) = program.keys().find(|name| !MEMBERS.contains(&&***name)) {
            return misuse(&below("", name), format!("a program has no member {name}"));
        }
        if program.get("version").and_then(Value::as_u64) != Some(1) {
            return misuse("/version", "the version has to be 1");
        }
        let tasks = match program.get("tasks") {
            Some(Value::Object(tasks)) if !tasks.is_empty() => tasks,
            _ => return misuse("/tasks", "an object of tasks is missing"),
        };
        if !program.get("main").map_or(false, Value::is_string) {
            return misuse("/main", "the name of the task to begin with is missing");
        }
        let mut reader = Reader {
            program,
            tasks,
            task_indices: tasks.keys().enumerate().map(|(i, name)| (&**name, i)).collect(),
            semaphore_indices: HashMap::new(),
            handles: Names::default(),
            spawned: Vec::new(),
            handle_uses: Vec::new(),
            events: Names::default(),
            futures: Names::default(),
            queue_names: Names::default(),
            queues: Vec::new(),
            semaphores: Vec::new(),
        };
        reader.declare()?;
        Ok(reader)
    }

    fn declare(&mut self) -> Checked<()> {
        for (name, size) in members(self.program, "queues")? {
            let size = integer(size).ok_or_else(|| wrong(&below("/queues", name), INTEGER))?;
            self.queue_names.index(name);
            self.queues.push((size > 0).then(|| size as usize));
        }
        for (name, permits) in members(self.program, "semaphores")? {
            let place = below("/semaphores", name);
            let permits = integer(permits).ok_or_else(|| wrong(&place, INTEGER))?;
            if permits < 0 {
                return misuse(&place, "a semaphore cannot begin with fewer than 0 permits");
            }
            self.semaphore_indices.insert(name, self.semaphores.len());
            self.semaphores.push(permits as usize);
        }
        Ok(())
    }

    fn read(mut self) -> Checked<Program> {
        let mut tasks = Vec::new();
        for (name, body) in self.tasks {
            let body = self.ops(body, &below("/tasks", name))?;
            tasks.push(Task { name: name.clone(), body });
        }
        let main = self.program["main"].as_str().unwrap_or_default();
        let main = self.task(main, "/main")?;
        // Handles may be used before the op that spawns to them, in the file and at run time.
        for (name, handle, place) in &self.handle_uses {
            if !self.spawned.contains(handle) {
                return misuse(place, format!("no spawn of this program makes the handle {name}"));
            }
        }
        Ok(Program {
            main,
            tasks,
            handles: self.handles.0.len(),
            events: self.events.0.len(),
            futures: self.futures.0.len(),
            queues: self.queues,
            semaphores: self.semaphores,
        })
    }

    fn ops(&mut self, ops: &Value, place: &str) -> Checked<Vec<Op>> {
        let ops =
            ops.as_array().ok_or_else(|| wrong(place, "a list of ops is an array of arrays"))?;
        ops.iter().enumerate().map(|(i, op)| self.op(op, format!("{place}/{i}"))).collect()
    }

    fn op(&mut self, op: &Value, place: String) -> Checked<Op> {
        let (name, arguments) = match op.as_array().and_then(|op| op.split_first()) {
            Some((Value::String(name), arguments)) => (name, arguments),
            _ => return misuse(&place, "an op is an array that begins with its name"),
        };
        let text = |argument: usize| arguments[argument].as_str().unwrap_or_default();
        let fit = |kinds: &str| check_arguments(name, arguments, kinds, &place);
        Ok(match name.as_str() {
            "log" => fit("s").map(|()| Op::Log(text(0).to_owned()))?,
            "yield" => fit("").map(|()| Op::Yield)?,
            "return" => fit("").map(|()| Op::Return)?,
            "raise" => fit("s").map(|()| Op::Raise(text(0).to_owned()))?,
            "spawn" => {
                fit("ss")?;
                let task = self.task(text(0), &place)?;
                let handle = self.handles.index(text(1));
                self.spawned.push(handle);
                Op::Spawn { task, handle }
            }
            "join" | "cancel" => {
                fit("s")?;
                let handle = self.handles.index(text(0));
                self.handle_uses.push((text(0).to_owned(), handle, place.clone()));
                match name.as_str() {
                    "join" => Op::Join { handle, place },
                    _ => Op::Cancel { handle, place },
                }
            }
            "event_wait" => fit("s").map(|()| Op::EventWait(self.events.index(text(0))))?,
            "event_set" => fit("s").map(|()| Op::EventSet(self.events.index(text(0))))?,
            "event_clear" => fit("s").map(|()| Op::EventClear(self.events.index(text(0))))?,
            "sem_acquire" | "sem_release" => {
                fit("s")?;
                let index = self.semaphore_indices.get(text(0)).copied();
                let undeclared = || wrong(&place, format!("name {} in \"semaphores\"", text(0)));
                match (index.ok_or_else(undeclared)?, name.as_str()) {
                    (semaphore, "sem_acquire") => Op::SemAcquire(semaphore),
                    (semaphore, _) => Op::SemRelease(semaphore),
                }
            }
            "put" => {
                fit("sv")?;
                let value = text_of_value(&arguments[1]);
                Op::Put { queue: self.queue(text(0)), value }
            }
            "get" => fit("s").map(|()| Op::Get { queue: self.queue(text(0)), place })?,
            "future_wait" => {
                fit("s")?;
                Op::FutureWait { future: self.futures.index(text(0)), place }
            }
            "future_set" => fit("sv").map(|()| Op::FutureSet(self.futures.index(text(0))))?,
            "repeat" => {
                fit("n*")?;
                let times = arguments[0].as_u64().unwrap_or_default();
                Op::Repeat { times, body: self.ops(&arguments[1], &format!("{place}/2"))? }
            }
            _ => return misuse(&place, format!("{name} is not an op of Tokio's runner")),
        })
    }

    fn task(&self, name: &str, place: &str) -> Checked<usize> {
        let index = self.task_indices.get(name).copied();
        index.ok_or_else(|| wrong(place, format!("no task is called {name}")))
    }

    /// A queue that was not declared has no bound.
    fn queue(&mut self, name: &str) -> usize {
        let queue = self.queue_names.index(name);
        if queue == self.queues.len() {
            self.queues.push(None);
        }
        queue
    }
}

/// A letter per operand: s a text, v a value, n a count, * anything.
fn check_arguments(name: &str, arguments: &[Value], kinds: &str, place: &str) -> Checked<()> {
    if arguments.len() != kinds.len() {
        let counts = format!("{} operands, not {}", kinds.len(), arguments.len());
        return misuse(place, format!("{name} takes {counts}"));
    }
    for (number, (argument, kind)) in arguments.iter().zip(kinds.chars()).enumerate() {
        let (fits, wanted) = match kind {
            's' => (argument.is_string(), "a text"),
            'v' => (argument.is_string() || integer(argument).is_some(), "a text or an integer"),
            'n' => (integer(argument).map_or(false, |n| n >= 0), "an integer, 0 or more"),
            _ => (true, ""),
        };
        if !fits {
            return misuse(place, format!("operand {} of {name} has to be {wanted}", number + 1));
        }
    }
    Ok(())
}

fn members<'a>(
    program: &'a Map<String, Value>,
    name: &str,
) -> Checked<Box<dyn Iterator<Item = (&'a String, &'a Value)> + 'a>> {
    match program.get(name) {
        None => Ok(Box::new(std::iter::empty())),
        Some(Value::Object(members)) => Ok(Box::new(members.iter())),
        Some(_) => misuse(&format!("/{name}"), "this has to be an object of names and numbers"),
    }
}

const INTEGER: &str = "this has to be an integer up to 10^12";

fn integer(value: &Value) -> Option<i64> {
    value.as_i64().filter(|value| value.unsigned_abs() <= INTEGER_MAX)
}

fn text_of_value(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The JSON pointer to a member.
fn below(place: &str, name: &str) -> String {
    format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"))
}
