//! Objects of a program that its tasks share, built from Tokio's own.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard};
use std::task::{Context, Poll};

use tokio::sync::{mpsc, oneshot, Notify, Semaphore};
use tokio::task::JoinHandle;

use crate::program::Program;

/// How a task ended; its joiner gets the error.
pub type End = Result<(), String>;

// One worker runs all tasks, so no lock here is ever contended, and relaxed is enough.
pub fn locked<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().expect("a panic aborts, so no lock is poisoned")
}

/// Something that one task at a time may wait for. It stays where it is when that task is aborted.
pub struct ForOne<T> {
    value: Mutex<T>,
    taken: AtomicBool,
}

impl<T> ForOne<T> {
    pub fn new(value: T) -> Self {
        ForOne { value: Mutex::new(value), taken: AtomicBool::new(false) }
    }

    pub fn get(&self) -> MutexGuard<'_, T> {
        locked(&self.value)
    }

    /// None: another task waits for it.
    pub fn wait<F, R>(&self, poll: F) -> Option<Wait<'_, T, F>>
    where
        F: Fn(&mut T, &mut Context<'_>) -> Poll<R>,
    {
        (!self.taken.swap(true, Relaxed)).then(|| Wait { of: self, poll })
    }
}

/// Polls the future in its place, so that an abort leaves it there.
pub struct Wait<'a, T, F> {
    of: &'a ForOne<T>,
    poll: F,
}

impl<T, F, R> Future for Wait<'_, T, F>
where
    F: Fn(&mut T, &mut Context<'_>) -> Poll<R>,
{
    type Output = R;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<R> {
        (self.poll)(&mut locked(&self.of.value), context)
    }
}

impl<T, F> Drop for Wait<'_, T, F> {
    fn drop(&mut self) {
        self.of.taken.store(false, Relaxed);
    }
}

/// A started task, as seen by its handle.
pub enum Joined {
    Running(JoinHandle<End>),
    Ended(End),
}

impl Joined {
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<End> {
        if let Joined::Running(handle) = self {
            let end = match Pin::new(handle).poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(end)) => end,
                // A panic would have aborted the process, so the task was aborted.
                Poll::Ready(Err(_)) => Err("CancelledError: ".to_owned()),
            };
            *self = Joined::Ended(end);
        }
        match self {
            Joined::Ended(end) => Poll::Ready(end.clone()),
            Joined::Running(_) => unreachable!("it has just ended"),
        }
    }

    pub fn abort(&self) {
        if let Joined::Running(handle) = self {
            handle.abort();
        }
    }
}

#[derive(Default)]
pub struct Event {
    set: AtomicBool,
    notify: Notify,
}

impl Event {
    pub async fn wait(&self) {
        if !self.set.load(Relaxed) {
            self.notify.notified().await;
        }
    }

    pub fn set(&self) {
        self.set.store(true, Relaxed);
        self.notify.notify_waiters();
    }

    pub fn clear(&self) {
        self.set.store(false, Relaxed);
    }
}

/// The receiving half of a future; none once it has received.
pub type Receiver = Option<oneshot::Receiver<()>>;

pub fn poll_receiver(receiver: &mut Receiver, context: &mut Context<'_>) -> Poll<()> {
    if let Some(waiting) = receiver {
        if Pin::new(waiting).poll(context).is_pending() {
            return Poll::Pending;
        }
        *receiver = None;
    }
    Poll::Ready(())
}

/// A future of the program. Its value is not used.
pub struct Shot {
    sender: Mutex<Option<oneshot::Sender<()>>>,
    pub receiver: ForOne<Receiver>,
}

impl Shot {
    fn new() -> Self {
        let (sender, receiver) = oneshot::channel();
        Shot { sender: Mutex::new(Some(sender)), receiver: ForOne::new(Some(receiver)) }
    }

    pub fn set(&self) {
        if let Some(sender) = locked(&self.sender).take() {
            sender.send(()).expect("the receiver stays until it has received");
        }
    }
}

pub enum Queue {
    Bounded(mpsc::Sender<String>, ForOne<mpsc::Receiver<String>>),
    Unbounded(mpsc::UnboundedSender<String>, ForOne<mpsc::UnboundedReceiver<String>>),
}

const OPEN: &str = "a queue lives as long as its program";

impl Queue {
    fn new(bound: Option<usize>) -> Self {
        if let Some(bound) = bound {
            let (sender, receiver) = mpsc::channel(bound);
            Queue::Bounded(sender, ForOne::new(receiver))
        } else {
            let (sender, receiver) = mpsc::unbounded_channel();
            Queue::Unbounded(sender, ForOne::new(receiver))
        }
    }

    pub async fn put(&self, value: String) {
        match self {
            Queue::Bounded(sender, _) => sender.send(value).await.expect(OPEN),
            Queue::Unbounded(sender, _) => sender.send(value).expect(OPEN),
        }
    }

    /// None: another task waits for a value.
    pub async fn get(&self) -> Option<String> {
        match self {
            Queue::Bounded(_, receiver) => {
                receiver.wait(|receiver, context| receiver.poll_recv(context))?.await
            }
            Queue::Unbounded(_, receiver) => {
                receiver.wait(|receiver, context| receiver.poll_recv(context))?.await
            }
        }
    }
}

pub struct Objects {
    pub events: Vec<Event>,
    pub futures: Vec<Shot>,
    pub queues: Vec<Queue>,
    pub semaphores: Vec<Semaphore>,
}

impl Objects {
    pub fn new(program: &Program) -> Self {
        Objects {
            events: (0..program.events).map(|_| Event::default()).collect(),
            futures: (0..program.futures).map(|_| Shot::new()).collect(),
            queues: program.queues.iter().map(|bound| Queue::new(*bound)).collect(),
            semaphores: program.semaphores.iter().map(|n| Semaphore::new(*n)).collect(),
        }
    }
}
