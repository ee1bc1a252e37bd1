//! A line per step, and a count of both kinds.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use futures::FutureExt as _;

/// What was done so far.
#[derive(Debug, Default)]
pub struct Steps {
    /// Steps taken.
    pub taken: usize,
    /// Of these, how many failed.
    pub failed: usize,
    /// Things of the template that the run does without.
    pub left_out: usize,
}

impl Steps {
    /// Takes a step and says how it ended. What it yields besides its value is said, too. A panic fails it: the people of
    /// other suites (`person`) assert.
    pub async fn take<T>(&mut self, name: &str, work: impl Future<Output = anyhow::Result<(T, String)>>) -> Option<T> {
        let started = Instant::now();
        let outcome = AssertUnwindSafe(work).catch_unwind().await;
        self.taken += 1;
        let seconds = started.elapsed().as_secs_f64();
        let (value, verdict, detail) = match outcome {
            Ok(Ok((value, detail))) => (Some(value), "ok", detail),
            Ok(Err(error)) => (None, "FAILED", format!("{error:#}")),
            Err(panic) => {
                let text = panic.downcast_ref::<String>().map(String::as_str);
                let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic");
                (None, "FAILED", text.to_owned())
            }
        };
        self.failed += usize::from(value.is_none());
        say(&format!("oracle: {:2} {verdict:6} {seconds:6.2} s  {name}: {detail}", self.taken));
        value
    }

    /// Says what the run does without.
    pub fn leave_out(&mut self, what: &str, why: &str) {
        self.left_out += 1;
        say(&format!("oracle: left out  {what}: {why}"));
    }
}

#[expect(clippy::print_stdout, reason = "the log is the run's purpose")]
fn say(line: &str) {
    println!("{line}");
}
