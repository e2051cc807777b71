//! Who does work that comes in independent pieces. It must not know what the work is for.

/// Does pieces of work, side by side where there are several processors.
pub trait Hands {
    /// What `work` gives for each of so many pieces, in their order; it is asked for the pieces by number, from 0.
    fn each<T: Send>(&self, pieces: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T>;
}

/// Does one piece after the other.
#[derive(Clone, Copy, Debug)]
pub struct OneHand;

impl Hands for OneHand {
    fn each<T: Send>(&self, pieces: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
        (0..pieces).map(work).collect()
    }
}
