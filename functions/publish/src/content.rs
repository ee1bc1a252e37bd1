//! The files of a post, from the object store.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use cloud::{Cloud, ObjectError};
use domain::delivery::Failure;
use domain::ids::FileId;
use domain::media::{MediaUse, fitted_name, is_still, object_name};
use domain::post::{ChosenCover, Post, Target};
use domain::rules::ImageFit;
use platforms::MediaSource;
use platforms::http::Chunks;
use platforms::images;
use platforms::network::{Attachment, Cover, Subtitles, ThreadPart, in_pieces};
use store::OrgStore;
use url::Url;

/// What is to stand for the film at a target, or on its link's card.
pub(crate) fn cover(post: &Post, target: &Target) -> Option<Cover> {
    Some(match target.cover? {
        ChosenCover::Picture { media_id } => Cover::Picture(post.file(media_id)?.clone()),
        ChosenCover::Frame { at_ms } => Cover::Frame { at_ms },
    })
}

/// The subtitles of the film at a target.
pub(crate) fn subtitles(post: &Post, target: &Target) -> Vec<Subtitles> {
    let chosen = target.subtitles.iter();
    let file = |id: FileId| post.file(id).cloned();
    chosen.filter_map(|one| Some(Subtitles { file: file(one.media_id)?, language: one.language.clone() })).collect()
}

/// One part of a thread.
pub(crate) fn part((text, media): (&str, Vec<&MediaUse>)) -> ThreadPart {
    ThreadPart { text: text.to_owned(), media: media.into_iter().cloned().collect() }
}

/// The files of one post.
#[derive(Clone)]
pub(crate) struct Files {
    pub(crate) cloud: Arc<Cloud>,
    pub(crate) store: OrgStore,
    pub(crate) files: Arc<[MediaUse]>,
}

impl Files {
    async fn address(&self, name: &str) -> Result<Url, Failure> {
        let address = self.cloud.objects().presign_get(self.store.scope(), name).await.map_err(missing)?;
        address.parse().map_err(|_| Failure::internal("a file has no proper address"))
    }

    fn name(&self, id: FileId) -> String {
        let file = self.files.iter().find(|file| file.file_id == id);
        object_name(id, file.map_or("", |file| file.mime.as_str()))
    }
}

#[async_trait]
impl MediaSource for Files {
    async fn bytes(&self, id: &FileId) -> Result<Bytes, Failure> {
        self.cloud.objects().get(self.store.scope(), &self.name(*id), None).await.map_err(missing)
    }

    async fn range(&self, id: &FileId, from: u64, length: u64) -> Result<Bytes, Failure> {
        self.cloud.objects().get_part(self.store.scope(), &self.name(*id), from, length).await.map_err(missing)
    }

    async fn url(&self, id: &FileId) -> Result<Url, Failure> {
        self.address(&self.name(*id)).await
    }

    async fn fitted_url(&self, file: &Attachment, fit: ImageFit) -> Result<Url, Failure> {
        if !is_still(&file.mime) {
            return self.url(&file.file_id).await;
        }
        let (objects, scope) = (self.cloud.objects(), self.store.scope());
        let name = fitted_name(file.file_id, &fit);
        match objects.head(scope, &name).await {
            Ok(_) => {}
            Err(ObjectError::NotFound) => {
                let copy = images::fitted(self.bytes(&file.file_id).await?, fit).await?;
                objects.put(scope, &name, "image/jpeg", copy.into()).await.map_err(missing)?;
            }
            Err(error) => return Err(missing(error)),
        }
        self.address(&name).await
    }

    fn stream(&self, id: &FileId, length: u64) -> Chunks {
        in_pieces(self, *id, length)
    }
}

fn missing(error: ObjectError) -> Failure {
    match error {
        ObjectError::NotFound => Failure::Rejected {
            code: "file-gone".to_owned(),
            message: "a file of the post is no longer in the media library".to_owned(),
            advice: "Edit the post: replace the file, then retry.".to_owned(),
        },
        ObjectError::Replaced | ObjectError::Unavailable(_) | ObjectError::Outside(_) => Failure::internal(error),
    }
}
