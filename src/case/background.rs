//! What is done behind a writer's back, on a thread of its own: sealing segments. The way of an exchange never
//! waits for it.

use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;

/// The thread behind a writer.
pub(crate) struct Background {
    orders: Option<Sender<Order>>,
    thread: Option<JoinHandle<()>>,
}

enum Order {
    /// A segment is full.
    Seal(u32),
}

impl Background {
    /// Starts the thread for the case in `dir`.
    pub(crate) fn start(dir: &Path) -> Self {
        let (orders, taken) = mpsc::channel();
        let dir = dir.to_owned();
        let thread = std::thread::Builder::new().name("case".into()).spawn(move || run(&dir, &taken));
        // Without a thread nothing is sealed now; the next writer does it.
        Self { orders: Some(orders), thread: thread.ok() }
    }

    /// Has segment `number` sealed.
    pub(crate) fn seal(&self, number: u32) {
        self.order(Order::Seal(number));
    }

    /// Says that there are new entries.
    pub(crate) fn wake(&self) {}

    /// Waits until everything that was ordered is done.
    pub(crate) fn stop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }

    fn order(&self, order: Order) {
        if let Some(orders) = &self.orders {
            let _ = orders.send(order);
        }
    }
}

fn run(dir: &Path, orders: &Receiver<Order>) {
    while let Ok(order) = orders.recv() {
        match order {
            // A segment that can't be sealed (a full disk) stays as it is, and the next writer tries again.
            Order::Seal(number) => drop(super::segment::seal(dir, number)),
        }
    }
}
