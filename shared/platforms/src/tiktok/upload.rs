//! A video's chunks (document Media Transfer Guide).

use domain::delivery::Failure;
use http::{Method, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use url::Url;

use super::Tiktok;
use super::api::{rejected, without_answer};
use super::posted::State;
use crate::http::{Body, Effect, MEDIA_TIMEOUT, Request};
use crate::network::{Attachment, MediaSource, Steps};

/// Size of a chunk in bytes; the last one takes the remainder, so at most twice this is held in memory. TikTok takes from
/// 5 to 64 MB, the last up to 128 MB.
const CHUNK: u64 = 10 * 1024 * 1024;
/// How long one attempt goes on sending chunks.
const SENDING: SignedDuration = SignedDuration::from_secs(40);
/// How long an upload address is used: it works for an hour.
const ADDRESS_LIFETIME: SignedDuration = SignedDuration::from_mins(50);
/// How often TikTok may ask for another range than the one that came.
const MISMATCHES_MAX: u32 = 3;
/// Step: the upload, as JSON. Empty = it is given up.
const UPLOAD: &str = "upload";
/// Step: how many bytes TikTok has taken.
const SENT: &str = "held";
/// Step: when the last chunk was first about to be sent. Without it nothing can be visible.
const CLOSING: &str = "closing";
const ROUTE: &str = "/video/";

/// An upload that TikTok waits for.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Upload {
    pub(super) publish_id: String,
    address: Url,
    at: Timestamp,
}

/// How a file is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    /// Size of the file.
    pub(super) total: u64,
    /// Size of each chunk but the last.
    pub(super) chunk: u64,
    /// How many.
    pub(super) count: u64,
}

impl Cut {
    /// How a file of this size is cut: whole when it has less than two chunks.
    pub(super) fn of(total: u64) -> Self {
        let count = (total / CHUNK).max(1);
        Self { total, chunk: if count == 1 { total } else { CHUNK }, count }
    }

    /// The length of the chunk that begins at `from`, and whether it is the last.
    fn chunk_at(self, from: u64) -> (u64, bool) {
        let last_from = self.chunk * (self.count - 1);
        if from >= last_from { (self.total - from, true) } else { (self.chunk.min(last_from - from), false) }
    }
}

/// How far the chunks are.
pub(super) enum Sending {
    /// All but the last is there.
    Ahead,
    /// All is there.
    Complete,
    /// TikTok takes no more at this address: nothing can come of it.
    Gone,
}

/// Which chunks to send.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// All but the last: nobody sees anything.
    AllButLast,
    /// All: TikTok then posts the video.
    All,
}

/// What TikTok says to a chunk.
enum Taken {
    Chunk,
    HoldsInstead(Option<u64>),
    Gone,
}

pub(super) fn recorded(steps: &dyn Steps) -> Option<Upload> {
    serde_json::from_str(steps.get(UPLOAD)?).ok()
}

pub(super) fn is_closing(steps: &dyn Steps) -> bool {
    steps.get(CLOSING).is_some_and(|at| !at.is_empty())
}

/// Records an upload before its first chunk is sent.
pub(super) async fn record(
    steps: &mut dyn Steps,
    publish_id: String,
    address: Url,
    at: Timestamp,
) -> Result<Upload, Failure> {
    let upload = Upload { publish_id, address, at };
    let text = serde_json::to_string(&upload).map_err(|error| Failure::Transient { message: error.to_string() })?;
    steps.record(UPLOAD, text).await?;
    Ok(upload)
}

/// Gives an upload up of which surely nothing will come.
pub(super) async fn forget(steps: &mut dyn Steps) -> Result<(), Failure> {
    // The upload first: an attempt that dies in between then begins a fresh one.
    for step in [UPLOAD, SENT, CLOSING] {
        if steps.get(step).is_some_and(|value| !value.is_empty()) {
            steps.record(step, String::new()).await?;
        }
    }
    Ok(())
}

impl Tiktok {
    /// Whether the address of an upload still takes chunks, as far as the clock tells.
    pub(super) fn is_fresh(&self, upload: &Upload) -> bool {
        self.clock.now().duration_since(upload.at) < ADDRESS_LIFETIME
    }

    /// Sends chunks from byte `from` on, or from where the recorded ones end.
    pub(super) async fn send_chunks(
        &self,
        (upload, file, token): (&Upload, &Attachment, &str),
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
        from: Option<u64>,
        extent: Extent,
    ) -> Result<Sending, Failure> {
        let cut = Cut::of(file.bytes);
        let known = steps.get(SENT).and_then(|sent| sent.parse().ok());
        let (mut sent, mut mismatches) = (from.or(known).unwrap_or(0), 0);
        let until = self.clock.now() + SENDING;
        while sent < cut.total {
            let (length, last) = cut.chunk_at(sent);
            if last && extent == Extent::AllButLast {
                return Ok(Sending::Ahead);
            }
            if last && !is_closing(steps) {
                steps.record(CLOSING, self.clock.now().to_string()).await?;
            }
            if self.clock.now() > until {
                return Err(Failure::Transient { message: "the video is still being sent".to_owned() });
            }
            let bytes = media.range(&file.file_id, sent, length).await?;
            if bytes.len() as u64 != length {
                return Err(rejected("file-changed", "the file is shorter than it was", "Attach the video again."));
            }
            let range = format!("bytes {sent}-{}/{}", sent + length - 1, cut.total);
            let effect = if last { Effect::Visible } else { Effect::None };
            let body = Body::Raw { mime: file.mime.clone(), bytes };
            match self.put(upload, &range, body, effect).await? {
                Taken::Chunk => sent += length,
                Taken::Gone => return Ok(Sending::Gone),
                Taken::HoldsInstead(_) if mismatches == MISMATCHES_MAX => {
                    return Err(Failure::Transient { message: "TikTok takes no more of the video".to_owned() });
                }
                Taken::HoldsInstead(held) => {
                    mismatches += 1;
                    sent = self.held(held, upload, token).await?;
                }
            }
            if sent < cut.total {
                steps.record(SENT, sent.to_string()).await?;
            }
        }
        Ok(Sending::Complete)
    }

    /// How much TikTok holds: as it said, or else as the status says.
    async fn held(&self, said: Option<u64>, upload: &Upload, token: &str) -> Result<u64, Failure> {
        match said {
            Some(held) => Ok(held),
            None => match self.status(&upload.publish_id, token).await?.state() {
                State::Processing(held) => Ok(held.unwrap_or(0)),
                State::Posted => Ok(u64::MAX),
                State::Failed(reason) => Err(self.failed(&reason)),
            },
        }
    }

    async fn put(&self, upload: &Upload, range: &str, body: Body, effect: Effect) -> Result<Taken, Failure> {
        let request = Request::new(Method::PUT, upload.address.clone(), ROUTE).header(header::CONTENT_RANGE, range);
        let request = Request { body, timeout: MEDIA_TIMEOUT, ..request };
        let response = self.http.send(request).await.map_err(|error| error.classify(effect))?;
        match response.status {
            status if status.is_success() => Ok(Taken::Chunk),
            StatusCode::RANGE_NOT_SATISFIABLE => {
                let held = response.header(header::CONTENT_RANGE.as_str()).and_then(held_by);
                Ok(Taken::HoldsInstead(held))
            }
            StatusCode::FORBIDDEN | StatusCode::NOT_FOUND | StatusCode::GONE => Ok(Taken::Gone),
            status @ (StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE) => {
                Err(rejected(status.as_str(), "TikTok refused a piece of the video", "Attach the video again."))
            }
            status => Err(without_answer(format!("TikTok answered {status} to a piece of the video"), effect)),
        }
    }
}

/// How many bytes `bytes 0-9/100` says are held.
fn held_by(range: &str) -> Option<u64> {
    let (range, _) = range.strip_prefix("bytes ")?.split_once('/')?;
    if range == "*" {
        return None;
    }
    range.split_once('-')?.1.trim().parse().ok().map(|last: u64| last.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MB: u64 = 1_000_000;

    #[test]
    fn small_files_go_whole() {
        assert_eq!(Cut::of(100), Cut { total: 100, chunk: 100, count: 1 });
        assert_eq!(Cut::of(2 * CHUNK - 1), Cut { total: 2 * CHUNK - 1, chunk: 2 * CHUNK - 1, count: 1 });
        assert_eq!(Cut::of(2 * CHUNK), Cut { total: 2 * CHUNK, chunk: CHUNK, count: 2 });
    }

    #[test]
    fn what_is_held_is_read() {
        assert_eq!(held_by("bytes 0-9/100"), Some(10));
        assert_eq!(held_by("bytes */100"), None);
        assert_eq!(held_by("nonsense"), None);
    }

    proptest! {
        #[test]
        fn chunks_keep_the_rules(total in 1_u64..4_000_000_000) {
            let cut = Cut::of(total);
            prop_assert_eq!(cut.count, total / cut.chunk);
            prop_assert!(cut.count == 1 || (5 * MB..=64 * MB).contains(&cut.chunk));
            let (mut from, mut chunks) = (0, 0);
            while from < total {
                let (length, last) = cut.chunk_at(from);
                prop_assert!(length > 0 && length <= 2 * CHUNK);
                prop_assert_eq!(last, from + length == total);
                from += length;
                chunks += 1;
            }
            prop_assert_eq!(chunks, cut.count);
        }
    }
}
