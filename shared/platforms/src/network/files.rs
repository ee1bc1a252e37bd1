//! The files that a network gets: whole, in ranges, streamed, or as an address.

use async_trait::async_trait;
use bytes::Bytes;
use domain::delivery::Failure;
use domain::ids::FileId;
use domain::rules::ImageFit;
use url::Url;

use super::Attachment;
use crate::http::Chunks;

/// Where the content of files comes from.
#[async_trait]
pub trait MediaSource: Send + Sync {
    /// The content of a file.
    ///
    /// # Errors
    /// [`Failure::Internal`] when it cannot be read now, [`Failure::Rejected`] when it is gone.
    async fn bytes(&self, file: &FileId) -> Result<Bytes, Failure>;

    /// Up to `length` bytes of a file from byte `from` on, which must be inside it.
    ///
    /// # Errors
    /// As [`Self::bytes`].
    async fn range(&self, file: &FileId, from: u64, length: u64) -> Result<Bytes, Failure>;

    /// An address that the network itself can read the file from, for an hour at least.
    ///
    /// # Errors
    /// [`Failure::Internal`] when it cannot be made now.
    async fn url(&self, file: &FileId) -> Result<Url, Failure>;

    /// An address like [`Self::url`], of a copy within the bounds of a network where the file is a
    /// picture: a JPEG, upright and without metadata, made once.
    ///
    /// # Errors
    /// As [`Self::bytes`]; [`Failure::Rejected`] when the picture cannot be made to fit.
    async fn fitted_url(&self, file: &Attachment, fit: ImageFit) -> Result<Url, Failure> {
        let _ = fit;
        self.url(&file.file_id).await
    }

    /// A file of `length` bytes, read while it is sent, so that memory does not grow with it.
    fn stream(&self, file: &FileId, length: u64) -> Chunks;
}

/// Size of the pieces in which [`in_pieces`] reads a file, in bytes.
const PIECE: u64 = 4 * 1024 * 1024;

/// A file of `length` bytes, read by ranges while it is sent: what most sources answer to [`MediaSource::stream`].
#[must_use]
pub fn in_pieces<M: MediaSource + Clone + 'static>(media: &M, file: FileId, length: u64) -> Chunks {
    let media = media.clone();
    Chunks::new(move || {
        let media = media.clone();
        let pieces = futures::stream::unfold(0_u64, move |from| {
            let media = media.clone();
            async move {
                if from >= length {
                    return None;
                }
                let piece = media.range(&file, from, PIECE.min(length - from)).await;
                // Behind an error or an empty piece there is nothing more.
                let read = piece.as_ref().map_or(0, |piece| piece.len() as u64);
                let next = if read == 0 { length } else { from + read };
                Some((piece, next))
            }
        });
        Box::pin(pieces)
    })
}
