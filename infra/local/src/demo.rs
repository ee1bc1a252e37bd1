//! The demo organization that `DEMO=1` fills an empty installation with.

use cloud::Cloud;

/// Makes the demo organization, unless it is there already.
///
/// # Errors
/// When a service refuses.
#[expect(clippy::unused_async, reason = "the content arrives with the route groups it is made of")]
pub(crate) async fn seed(_cloud: &Cloud) -> anyhow::Result<()> {
    Ok(())
}
