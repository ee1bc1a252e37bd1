//! Recorded steps, and the three ways of doing one.

use async_trait::async_trait;
use domain::delivery::{BEGUN, FAILED, Failure, OUT, PART};

/// Results of finished steps, stored under the delivery's fence before the next call is made, so
/// that a crash resumes instead of repeating.
#[async_trait]
pub trait Steps: Send + Sync {
    /// The result of a step, if it was recorded.
    fn get(&self, name: &str) -> Option<&str>;

    /// Records the result of a step.
    ///
    /// # Errors
    /// [`Failure::ClaimLost`] when another caller took over: stop at once. [`Failure::Internal`] when it cannot be
    /// stored now.
    async fn record(&mut self, name: &str, value: String) -> Result<(), Failure>;
}

/// Does a step that nobody sees, such as an upload, unless an earlier attempt recorded what it yielded.
///
/// # Errors
/// What `act` fails with; [`Failure::ClaimLost`] when the result cannot be recorded any more.
pub async fn once(
    steps: &mut dyn Steps,
    name: &str,
    act: impl Future<Output = Result<String, Failure>> + Send,
) -> Result<String, Failure> {
    if let Some(known) = steps.get(name) {
        return Ok(known.to_owned());
    }
    let result = act.await?;
    steps.record(name, result.clone()).await?;
    Ok(result)
}

/// Does a step that people see, such as one part of a thread, unless an earlier attempt recorded its id.
/// From then on the post is partly out, whatever fails later.
///
/// # Errors
/// What `act` fails with; [`Failure::Internal`] in doubt when it happened and could not be recorded.
pub async fn shown(
    steps: &mut dyn Steps,
    name: &str,
    act: impl Future<Output = Result<String, Failure>> + Send,
) -> Result<String, Failure> {
    let name = format!("{OUT}{name}");
    if let Some(known) = steps.get(&name) {
        return Ok(known.to_owned());
    }
    let id = act.await?;
    match steps.record(&name, id.clone()).await {
        Ok(()) => Ok(id),
        Err(failure) => Err(failure.in_doubt()),
    }
}

/// Records the parts of a thread that were found, as if they had just been made.
///
/// # Errors
/// As [`shown`].
pub async fn noted(steps: &mut dyn Steps, ids: Vec<String>) -> Result<(), Failure> {
    for (number, id) in ids.into_iter().enumerate() {
        shown(steps, &format!("{PART}{number}"), async { Ok(id) }).await?;
    }
    Ok(())
}

/// Does something beside the post, such as its first comment: at most once, and whatever becomes of
/// it, the post stands. What is recorded under `name` is its id, or why there is none.
///
/// # Errors
/// Only [`Failure::ClaimLost`].
pub async fn aside(
    steps: &mut dyn Steps,
    name: &str,
    act: impl Future<Output = Result<String, Failure>> + Send,
) -> Result<(), Failure> {
    if steps.get(name).is_some() {
        return Ok(());
    }
    // Recorded first: an attempt that dies in between leaves it out rather than doing it twice.
    match steps.record(name, BEGUN.to_owned()).await {
        Ok(()) => {}
        Err(Failure::ClaimLost) => return Err(Failure::ClaimLost),
        Err(_) => return Ok(()),
    }
    tried(steps, name, act).await
}

/// Changes something beside the post that comes out the same however often it is done, such as its cover. Whatever
/// becomes of it, the post stands. What is recorded under `name` is what `act` yields, or why it failed.
///
/// # Errors
/// Only [`Failure::ClaimLost`].
pub async fn amend(
    steps: &mut dyn Steps,
    name: &str,
    act: impl Future<Output = Result<String, Failure>> + Send,
) -> Result<(), Failure> {
    if steps.get(name).is_some() {
        return Ok(());
    }
    tried(steps, name, act).await
}

/// Adds something beside the post that the network can be asked for, such as subtitles. It is recorded as begun first; an
/// attempt that finds that record is told that it is in doubt, and looks before it adds. Whatever becomes of it, the post
/// stands. What is recorded under `name` in the end is what `act` yields, or why it failed.
///
/// # Errors
/// Only [`Failure::ClaimLost`].
pub async fn ensure<F>(steps: &mut dyn Steps, name: &str, act: impl FnOnce(bool) -> F + Send) -> Result<(), Failure>
where
    F: Future<Output = Result<String, Failure>> + Send,
{
    let in_doubt = match steps.get(name) {
        None => false,
        Some(BEGUN) => true,
        Some(_) => return Ok(()),
    };
    if !in_doubt {
        match steps.record(name, BEGUN.to_owned()).await {
            Ok(()) => {}
            Err(Failure::ClaimLost) => return Err(Failure::ClaimLost),
            // What was not noted could not be told from what was never tried.
            Err(_) => return Ok(()),
        }
    }
    tried(steps, name, act(in_doubt)).await
}

/// Does it and records what became of it; a record that cannot be stored is let go.
async fn tried(
    steps: &mut dyn Steps,
    name: &str,
    act: impl Future<Output = Result<String, Failure>> + Send,
) -> Result<(), Failure> {
    let outcome = act.await.unwrap_or_else(|failure| note(&failure));
    match steps.record(name, outcome).await {
        Err(Failure::ClaimLost) => Err(Failure::ClaimLost),
        _ => Ok(()),
    }
}

/// What is recorded of something beside the post that did not work: whether it is there may be unknown.
fn note(failure: &Failure) -> String {
    if failure.is_ambiguous() { BEGUN.to_owned() } else { format!("{FAILED}{}", failure.message()) }
}
