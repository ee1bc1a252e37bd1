//! Subtitles of a video that is there: captions, as YouTube calls them (documents Captions: insert and Captions: list).
//!
//! A video has one track of a name in each language, and a second one is refused. So adding one again is safe; but it costs
//! 400 units of the project's day, and looking costs 50.

use bytes::Bytes;
use domain::delivery::{Failure, SUBTITLES};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::Youtube;
use super::api::at;
use super::channel::Items;
use crate::http::{Body, Effect, MEDIA_TIMEOUT, Request};
use crate::network::{Job, MediaSource, Steps, Subtitles, ensure};

const INSERT: &str = "https://www.googleapis.com/upload/youtube/v3/captions";
/// What is recorded of a track that was there already.
const THERE: &str = "there";
/// The name of a track, beside its language: ours have none.
const NAME: &str = "";

#[derive(Deserialize)]
struct Track {
    id: String,
    snippet: Snippet,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Snippet {
    language: String,
    name: String,
    track_kind: String,
}

#[derive(Deserialize)]
struct Made {
    id: String,
}

impl Youtube {
    /// Adds each file of subtitles to a video; what cannot be added is noted, and the video stands.
    pub(super) async fn add_subtitles(
        &self,
        video: &str,
        job: &Job,
        token: &str,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<(), Failure> {
        for one in job.film_subtitles() {
            let step = format!("{SUBTITLES}{}", one.language);
            ensure(steps, &step, |in_doubt| self.add_track(video, one, in_doubt, &job.key, token, media)).await?;
        }
        Ok(())
    }

    async fn add_track(
        &self,
        video: &str,
        one: &Subtitles,
        in_doubt: bool,
        key: &str,
        token: &str,
        media: &dyn MediaSource,
    ) -> Result<String, Failure> {
        if in_doubt && let Some(id) = self.find_track(video, &one.language, token).await.map_err(Failure::in_doubt)? {
            return Ok(id);
        }
        let file = media.bytes(&one.file.file_id).await?;
        match self.insert_track(video, &one.language, file, key, token).await {
            Err(Failure::Rejected { code, .. }) if code == "captionExists" => Ok(THERE.to_owned()),
            Err(failure) if failure.is_ambiguous() => {
                let found = self.find_track(video, &one.language, token).await;
                found.ok().flatten().ok_or(failure)
            }
            result => result,
        }
    }

    async fn insert_track(
        &self,
        video: &str,
        language: &str,
        file: Bytes,
        key: &str,
        token: &str,
    ) -> Result<String, Failure> {
        let url = Url::parse_with_params(INSERT, [("uploadType", "multipart"), ("part", "snippet")])
            .map_err(|error| Failure::Transient { message: error.to_string() })?;
        let snippet = json!({"snippet": {"videoId": video, "language": language, "name": NAME}});
        let body = related(&snippet.to_string(), &file, key);
        let request = Request::post(url, "/upload/youtube/v3/captions", body).bearer(token);
        let made: Made = self.call(Request { timeout: MEDIA_TIMEOUT, ..request }, Effect::Visible).await?;
        Ok(made.id)
    }

    /// The track of this language that has our name. What YouTube made of the sound by itself is none of ours.
    async fn find_track(&self, video: &str, language: &str, token: &str) -> Result<Option<String>, Failure> {
        let url = at("captions", &[("part", "snippet"), ("videoId", video)])?;
        let request = Request::get(url, "/youtube/v3/captions").bearer(token);
        let listed: Items<Track> = self.call(request, Effect::None).await?;
        let ours = |Snippet { language: of, name, track_kind }: &Snippet| {
            of.eq_ignore_ascii_case(language) && name == NAME && !track_kind.eq_ignore_ascii_case("asr")
        };
        Ok(listed.items.into_iter().find(|track| ours(&track.snippet)).map(|track| track.id))
    }
}

/// What the track is to be and its file in one body, as uploads of Google's APIs have it (`multipart/related`). Nothing in
/// the file can end it early: nobody who wrote the file knew the delivery's key.
fn related(metadata: &str, file: &[u8], key: &str) -> Body {
    let boundary = format!("part-of-{key}");
    let head = format!(
        "--{boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{metadata}\r\n\
         --{boundary}\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    let bytes = [head.as_bytes(), file, format!("\r\n--{boundary}--\r\n").as_bytes()].concat();
    Body::Raw { mime: format!("multipart/related; boundary={boundary}"), bytes: bytes.into() }
}
