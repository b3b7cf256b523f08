//! A task of a program: its ops, one after the other, with Tokio's own operations.

use std::future::{pending, Future};
use std::pin::Pin;
use std::sync::Arc;

use crate::objects::{poll_receiver, End, ForOne, Joined};
use crate::program::{Misuse, Op};
use crate::world::{Outcome, Started, World};

/// Whether the task continues after an op.
#[derive(PartialEq)]
enum Flow {
    On,
    Return,
}

/// A start of a task, as the task sees itself.
pub struct Me {
    world: Arc<World>,
    task: usize,
    name: String,
    number: u64,
}

impl Me {
    pub fn new(world: Arc<World>, task: usize) -> Self {
        let (name, number) = world.name_start(task);
        Me { world, task, name, number }
    }

    pub async fn run(self) -> End {
        self.ops(&self.world.program.tasks[self.task].body).await.map(|_| ())
    }

    /// Boxed, since ops contain ops.
    fn ops<'a>(&'a self, ops: &'a [Op]) -> Pin<Box<dyn Future<Output = Next> + Send + 'a>> {
        Box::pin(async move {
            for op in ops {
                if self.op(op).await? == Flow::Return {
                    return Ok(Flow::Return);
                }
            }
            Ok(Flow::On)
        })
    }

    async fn op(&self, op: &Op) -> Next {
        if self.world.over() {
            pending::<()>().await;
        }
        let objects = &self.world.objects;
        match op {
            Op::Log(text) => self.world.log(&self.name, text),
            Op::Yield => tokio::task::yield_now().await,
            Op::Spawn { task, handle } => self.spawn(*task, *handle),
            Op::Join { handle, place } => self.join(*handle, place).await?,
            Op::Cancel { handle, place } => match self.world.handle(*handle) {
                Some(started) => started.task.get().abort(),
                None => self.misuse(place, "cancel before spawn").await,
            },
            Op::EventWait(event) => objects.events[*event].wait().await,
            Op::EventSet(event) => objects.events[*event].set(),
            Op::EventClear(event) => objects.events[*event].clear(),
            Op::SemAcquire(semaphore) => match objects.semaphores[*semaphore].acquire().await {
                Ok(permit) => permit.forget(),
                Err(_) => unreachable!("nobody closes a semaphore"),
            },
            Op::SemRelease(semaphore) => objects.semaphores[*semaphore].add_permits(1),
            Op::Put { queue, value } => objects.queues[*queue].put(value.clone()).await,
            Op::Get { queue, place } => match objects.queues[*queue].get().await {
                Some(value) => self.world.log(&self.name, &format!("got {value}")),
                None => self.misuse(place, "another task waits for this queue's values").await,
            },
            Op::FutureWait { future, place } => {
                match objects.futures[*future].receiver.wait(poll_receiver) {
                    Some(wait) => wait.await,
                    None => self.misuse(place, "another task waits for this future").await,
                }
            }
            Op::FutureSet(future) => objects.futures[*future].set(),
            Op::Repeat { times, body } => {
                for _ in 0..*times {
                    if self.ops(body).await? == Flow::Return {
                        return Ok(Flow::Return);
                    }
                }
            }
            Op::Raise(text) => return Err(format!("ScriptError: {text}")),
            Op::Return => return Ok(Flow::Return),
        }
        Ok(Flow::On)
    }

    fn spawn(&self, task: usize, handle: usize) {
        let child = Me::new(self.world.clone(), task);
        let number = child.number;
        let task = ForOne::new(Joined::Running(tokio::spawn(child.run())));
        self.world.set_handle(handle, Started { number, task });
    }

    async fn join(&self, handle: usize, place: &str) -> End {
        let started = match self.world.handle(handle) {
            Some(started) => started,
            None => return self.misuse(place, "join before spawn").await,
        };
        if started.number == self.number {
            return self.misuse(place, "a task that joins itself never ends").await;
        }
        let wait = started.task.wait(Joined::poll);
        match wait {
            Some(wait) => wait.await,
            None => self.misuse(place, "another task joins this one").await,
        }
    }

    /// Ends the run, and does not return.
    async fn misuse<T>(&self, place: &str, reason: &str) -> T {
        let misuse = Misuse { place: place.to_owned(), reason: reason.to_owned() };
        self.world.finish(Outcome::Misused(misuse));
        pending().await
    }
}

/// The op after this one, or the error that ends the task.
type Next = Result<Flow, String>;
