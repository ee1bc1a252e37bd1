//! Whether networks answered while something was done: what ended for our own reasons says nothing of theirs.

use std::cell::Cell;

tokio::task_local! {
    static HEARD: Cell<bool>;
}

/// Does `work`, and says whether a network answered meanwhile, with whatever but an error of its own server.
pub async fn listening<T>(work: impl Future<Output = T>) -> (T, bool) {
    HEARD.scope(Cell::new(false), async { (work.await, HEARD.with(Cell::get)) }).await
}

/// Notes that a network answered, for whoever listens.
pub fn heard() {
    // Where nobody listens nobody is told.
    let _ = HEARD.try_with(|heard| heard.set(true));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_heard_is_told_once_to_whoever_listens() {
        heard();
        assert_eq!(listening(async { 1 }).await, (1, false));
        assert_eq!(listening(async { heard() }).await, ((), true));
        let both = futures::future::join(listening(async { heard() }), listening(tokio::task::yield_now()));
        assert_eq!(both.await, (((), true), ((), false)), "each for itself, side by side");
        assert_eq!(listening(listening(async { heard() })).await, (((), true), false));
    }
}
