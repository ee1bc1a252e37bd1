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

/// Adds something beside the post that the network can be asked for and does not take twice, such as subtitles. It is
/// recorded as begun first; an attempt that finds that record is told that it is in doubt, and looks before it adds.
/// Whatever becomes of it, the post stands. What is recorded under `name` in the end is what `act` yields, or why it
/// failed.
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
    // Without the record a later attempt only costs more: what is there already is refused.
    if !in_doubt && matches!(steps.record(name, BEGUN.to_owned()).await, Err(Failure::ClaimLost)) {
        return Err(Failure::ClaimLost);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps of which the first few cannot be recorded, each for its reason.
    struct Failing(Vec<Failure>, Vec<(String, String)>);

    #[async_trait]
    impl Steps for Failing {
        fn get(&self, name: &str) -> Option<&str> {
            self.1.iter().rev().find(|(known, _)| known == name).map(|(_, note)| note.as_str())
        }

        async fn record(&mut self, name: &str, value: String) -> Result<(), Failure> {
            match self.0.pop() {
                Some(failure) => Err(failure),
                None => {
                    self.1.push((name.to_owned(), value));
                    Ok(())
                }
            }
        }
    }

    #[tokio::test]
    async fn what_can_be_looked_for_is_added_until_its_end_is_known() {
        let act = |in_doubt: bool| async move { Ok(format!("made, in doubt: {in_doubt}")) };
        let mut steps = Failing(Vec::new(), Vec::new());
        ensure(&mut steps, "x", act).await.unwrap();
        let wanted = ["begun", "made, in doubt: false"].map(|note| ("x".to_owned(), note.to_owned()));
        assert_eq!(steps.1, wanted);
        ensure(&mut steps, "x", act).await.unwrap();
        assert_eq!(steps.1, wanted, "what is known is left alone");
        let mut died = Failing(Vec::new(), vec![("x".to_owned(), BEGUN.to_owned())]);
        ensure(&mut died, "x", act).await.unwrap();
        assert_eq!(died.get("x"), Some("made, in doubt: true"));
        let mut unwell = Failing(vec![Failure::internal("the table is away")], Vec::new());
        ensure(&mut unwell, "x", act).await.unwrap();
        assert_eq!(unwell.get("x"), Some("made, in doubt: false"), "it is not left out for want of a note");
        let mut taken_over = Failing(vec![Failure::ClaimLost], Vec::new());
        assert!(matches!(ensure(&mut taken_over, "x", act).await, Err(Failure::ClaimLost)));
        assert!(taken_over.1.is_empty());
    }

    #[tokio::test]
    async fn what_fails_says_why_unless_nobody_knows() {
        let mut steps = Failing(Vec::new(), Vec::new());
        let refused = Failure::Rejected { code: "no".into(), message: "not this".into(), advice: String::new() };
        ensure(&mut steps, "x", |_| async { Err(refused) }).await.unwrap();
        assert_eq!(steps.get("x"), Some("failed: not this"));
        ensure(&mut steps, "y", |_| async { Err(Failure::Ambiguous { message: "lost".into() }) }).await.unwrap();
        assert_eq!(steps.get("y"), Some(BEGUN));
    }
}
