//! The files of a post, from the object store.

use async_trait::async_trait;
use bytes::Bytes;
use cloud::{Cloud, ObjectError};
use domain::delivery::Failure;
use domain::ids::FileId;
use domain::media::object_name;
use domain::post::Post;
use platforms::MediaSource;
use store::OrgStore;

/// The files of one post.
pub(crate) struct Files<'a> {
    pub(crate) cloud: &'a Cloud,
    pub(crate) store: &'a OrgStore,
    pub(crate) post: &'a Post,
}

#[async_trait]
impl MediaSource for Files<'_> {
    async fn bytes(&self, id: &FileId) -> Result<Bytes, Failure> {
        let mime = self.post.file(*id).map_or("", |file| file.mime.as_str());
        let found = self.cloud.objects().get(self.store.scope(), &object_name(*id, mime), None).await;
        found.map_err(|error| match error {
            ObjectError::NotFound => Failure::Rejected {
                code: "file-gone".to_owned(),
                message: "a file of the post is no longer in the media library".to_owned(),
                advice: "Edit the post: replace the file, then retry.".to_owned(),
            },
            ObjectError::Replaced | ObjectError::Unavailable(_) => Failure::Transient { message: error.to_string() },
        })
    }
}
