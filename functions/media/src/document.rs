//! Documents: how many pages they have.

use api::ApiError;
use bytes::Bytes;
use domain::media::{Details, Facts, pdf};

use crate::check::{Content, Trouble};

/// Counts a PDF's pages away from the threads that serve requests: parts of it may be unpacked.
pub(crate) async fn read(bytes: Bytes) -> Result<Content, Trouble> {
    let counted = tokio::task::spawn_blocking(move || pdf::pages(&bytes)).await;
    let pages = counted.map_err(|error| Trouble::Failed(ApiError::internal(error)))?;
    Ok(Content { facts: Facts { details: Details { pages, ..Details::default() }, ..Facts::default() }, thumb: None })
}
