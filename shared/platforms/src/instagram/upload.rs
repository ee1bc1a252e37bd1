//! Videos by bytes ("Upload Video to Meta Servers"), for accounts that are connected through Facebook; Instagram's own
//! login has no such way.

use domain::delivery::Failure;

use super::Instagram;
use super::container::{State, Status, forget};
use crate::graph::upload::{CONTAINER, Phase};
use crate::graph::{Access, rejected};
use crate::network::{Attachment, Job, MediaSource, Steps};

/// The field of a container that waits for bytes, and its value.
pub(super) const RESUMABLE: (&str, &str) = ("upload_type", "resumable");

/// A container that was recorded, and the file it is made of.
pub(super) struct Built<'a> {
    /// Its step.
    pub(super) step: &'a str,
    pub(super) id: &'a str,
    pub(super) file: &'a Attachment,
    /// Whether this attempt built it.
    pub(super) fresh: bool,
}

/// Step that holds the id of a container as long as it lacks bytes. One that Instagram fills itself never has it.
pub(super) fn lack(step: &str) -> String {
    format!("{step}.bytes")
}

/// Whether a recorded container lacks bytes, so that nothing can have become of it.
pub(super) fn lacks_bytes(steps: &dyn Steps, step: &str) -> bool {
    steps.get(step).is_some_and(|id| !id.is_empty() && steps.get(&lack(step)) == Some(id))
}

fn anew(why: &str) -> Failure {
    Failure::Transient { message: format!("{}: the container is built anew", why.trim_end_matches('.')) }
}

impl Instagram {
    /// Sends a video to its container, going on where an earlier attempt stopped. One that does not go on is given up,
    /// and the next attempt builds another; what is refused of a new one is refused for good.
    pub(super) async fn fill(
        &self,
        job: &Job,
        built: &Built<'_>,
        access: &Access<'_>,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<(), Failure> {
        if !lacks_bytes(steps, built.step) {
            return Ok(());
        }
        let sent = match self.arrived(built, access).await {
            Ok(arrived) if arrived >= built.file.bytes => Ok(()),
            Ok(arrived) => {
                let rest = (built.file, arrived);
                self.graph.send_bytes(CONTAINER, built.id, rest, access, media).await
            }
            Err(failure) => Err(failure),
        };
        match sent {
            Ok(()) => steps.record(&lack(built.step), String::new()).await,
            Err(failure @ Failure::Rejected { .. }) => {
                forget(job, steps).await?;
                Err(if built.fresh { failure } else { anew(failure.message()) })
            }
            Err(failure) => Err(failure),
        }
    }

    /// How many bytes a container has.
    ///
    /// # Errors
    /// [`Failure::Rejected`] when it takes no more.
    async fn arrived(&self, built: &Built<'_>, access: &Access<'_>) -> Result<u64, Failure> {
        if built.fresh {
            return Ok(0);
        }
        let state = self.state(built.id, access, "status_code,status,video_status").await?;
        let size = built.file.bytes;
        let arrived = state.video_status.uploading_phase.received(size);
        // The document's own example of an interrupted upload calls itself published: only the bytes count.
        match state.code() {
            Status::Ready => Ok(size),
            Status::Expired | Status::Broken if arrived < size => Err(rejected("container-void", state.words(), "")),
            _ => Ok(arrived),
        }
    }
}

impl State {
    /// What it says of itself, or of the phase that failed.
    fn words(&self) -> String {
        let phases = [&self.video_status.uploading_phase, &self.video_status.processing_phase];
        let told = phases.into_iter().find_map(Phase::trouble);
        told.unwrap_or_else(|| self.status.clone())
    }
}
