//! Documents: how many pages they have.

use api::ApiError;
use bytes::Bytes;
use domain::media::{Details, Facts, MediaType, office, pdf};

use crate::check::{Content, Trouble};

/// Counts a document's pages away from the threads that serve requests: parts of it may be unpacked.
pub(crate) async fn read(bytes: Bytes, kind: MediaType) -> Result<Content, Trouble> {
    let pages = if kind.mime == "application/pdf" { pdf::pages } else { office::pages };
    let counted = tokio::task::spawn_blocking(move || pages(&bytes)).await;
    let pages = counted.map_err(|error| Trouble::Failed(ApiError::internal(error)))?;
    Ok(Content { facts: Facts { details: Details { pages, ..Details::default() }, ..Facts::default() }, thumb: None })
}
