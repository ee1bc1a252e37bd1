//! One post as one pin.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::delivery::Failure;
use domain::platform::Platform;
use domain::rules::rule;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::api::{asking, at, is_absent, rejected, segment};
use super::{Pinterest, SITE, video};
use crate::http::{Body, Effect, Request};
use crate::images;
use crate::network::{Attachment, Job, MediaSource, Published, Steps};
use crate::token::Token;

/// Most bytes of pictures in one request, before their base64 form.
const PICTURES_MAX_BYTES: u64 = 10_000_000;
/// Longest alternative text, in characters.
const ALT_MAX: usize = 500;
/// The second of the video that its cover shows, where none was chosen: a pin needs one.
const COVER_SECOND: u64 = 1;
/// How far Pinterest's clock may be behind ours.
const SKEW: SignedDuration = SignedDuration::from_secs(60);
const PAGE: &str = "25";
/// Most pages of a board looked through.
const PAGES_MAX: usize = 8;

#[derive(Deserialize)]
struct Created {
    id: String,
}

#[derive(Deserialize)]
struct Pins {
    #[serde(default)]
    items: Vec<Pin>,
    bookmark: Option<String>,
}

#[derive(Deserialize)]
struct Pin {
    id: String,
    created_at: Option<String>,
    title: Option<String>,
    description: Option<String>,
    link: Option<String>,
}

impl Pinterest {
    pub(super) async fn create_pin(
        &self,
        job: &Job,
        token: &Token,
        steps: &mut dyn Steps,
        media: &dyn MediaSource,
    ) -> Result<Published, Failure> {
        if job.unsettled
            && let Some(found) = self.find_pin(job, token).await?
        {
            return Ok(found);
        }
        let source = match video::of(job) {
            Some(file) => {
                let id = self.video(file, token, steps, media).await?;
                video_source(&id, job, media).await?
            }
            None => pictures(job, media).await?,
        };
        let request =
            Request::post(at("/pins"), "/v5/pins", Body::Json(pin(job, &source)?)).bearer(token.access_token.expose());
        let created: Created = self.call(request, Effect::Visible).await?;
        if created.id.is_empty() {
            return Err(Failure::Ambiguous { message: "Pinterest's answer names no pin".to_owned() });
        }
        Ok(published(created.id))
    }

    /// The job's pin among those of its board: equal in title, description and link, and not older than the
    /// delivery's first claim. A board that people have put in an order of their own may hold it further down
    /// than is looked.
    pub(super) async fn find_pin(&self, job: &Job, token: &Token) -> Result<Option<Published>, Failure> {
        let path = format!("/boards/{}/pins", segment(board(job)?)?);
        let mut bookmark = String::new();
        for _ in 0..PAGES_MAX {
            let mut query = vec![("page_size", PAGE)];
            if !bookmark.is_empty() {
                query.push(("bookmark", &bookmark));
            }
            let request =
                Request::get(asking(&path, &query), "/v5/boards/{id}/pins").bearer(token.access_token.expose());
            let page: Pins = match self.call(request, Effect::None).await {
                Err(failure) if is_absent(&failure) => return Ok(None),
                other => other?,
            };
            if let Some(found) = page.items.iter().find(|pin| is_ours(pin, job)) {
                return Ok(Some(published(found.id.clone())));
            }
            let older = !page.items.is_empty() && page.items.iter().all(|pin| !is_recent(pin, job));
            match page.bookmark.filter(|next| !next.is_empty() && !older) {
                Some(next) => bookmark = next,
                None => break,
            }
        }
        Ok(None)
    }

    pub(super) async fn delete_pin(&self, id: &str, token: &Token) -> Result<(), Failure> {
        let url = at(&format!("/pins/{}", segment(id)?));
        let request = Request::new(http::Method::DELETE, url, "/v5/pins/{id}").bearer(token.access_token.expose());
        match self.send(request, Effect::None).await {
            Err(failure) if !is_absent(&failure) => Err(failure),
            _ => Ok(()),
        }
    }
}

fn board(job: &Job) -> Result<&str, Failure> {
    job.text_setting("board")
        .ok_or_else(|| rejected("no-board", "a pin needs a board", "Choose the board that the pin goes to."))
}

fn pin(job: &Job, source: &Value) -> Result<Value, Failure> {
    let mut pin = json!({"board_id": board(job)?, "media_source": source});
    let alt = alt(&job.media);
    let description = Some(job.text.as_str()).filter(|text| !text.trim().is_empty());
    let texts = [
        ("title", job.text_setting("title")),
        ("description", description),
        ("link", job.text_setting("link")),
        ("alt_text", Some(alt.as_str()).filter(|alt| !alt.is_empty())),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            pin[name] = json!(text);
        }
    }
    Ok(pin)
}

/// One alternative text for all pictures: a pin has no more.
fn alt(media: &[Attachment]) -> String {
    let alts: Vec<&str> = media.iter().map(|file| file.alt.trim()).filter(|alt| !alt.is_empty()).collect();
    alts.join("; ").chars().take(ALT_MAX).collect()
}

/// The pictures themselves rather than addresses of them: cleaned of where and with what they were taken, and
/// independent of whether Pinterest can reach our storage.
async fn pictures(job: &Job, media: &dyn MediaSource) -> Result<Value, Failure> {
    if job.media.is_empty() {
        return Err(rejected("no-media", "a pin needs a picture or a video", "Add a picture or a video."));
    }
    let share = PICTURES_MAX_BYTES / job.media.len() as u64;
    let mut items = Vec::with_capacity(job.media.len());
    for file in &job.media {
        let bytes = media.bytes(&file.file_id).await?;
        // Only JPEG and PNG travel within a pin; anything else is encoded anew.
        let known = matches!(file.mime.as_str(), "image/jpeg" | "image/png");
        let picture = images::prepare(if known { &file.mime } else { "" }, bytes, Some(share), None).await?;
        items.push(json!({"content_type": picture.mime, "data": STANDARD.encode(&picture.bytes)}));
    }
    if items.len() > 1 {
        return Ok(json!({"source_type": "multiple_image_base64", "items": items, "index": 0}));
    }
    let mut single = items.remove(0);
    single["source_type"] = json!("image_base64");
    Ok(single)
}

/// The video with its cover: the picture itself, or a moment in whole seconds.
async fn video_source(id: &str, job: &Job, media: &dyn MediaSource) -> Result<Value, Failure> {
    let mut source = json!({"source_type": "video_id", "media_id": id});
    if let Some(picture) = job.cover_picture() {
        let picture = images::cover(rule(Platform::Pinterest), picture, media).await?;
        source["cover_image_content_type"] = json!(picture.mime);
        source["cover_image_data"] = json!(STANDARD.encode(&picture.bytes));
    } else {
        let second = job.cover_at_ms().map_or(COVER_SECOND, |at_ms| at_ms / 1000);
        source["cover_image_key_frame_time"] = json!(second);
    }
    Ok(source)
}

fn published(id: String) -> Published {
    Published { permalink: format!("{SITE}/pin/{id}/"), remote_id: id }
}

fn is_recent(pin: &Pin, job: &Job) -> bool {
    // One without a readable time may be ours.
    let created = pin.created_at.as_deref().and_then(instant);
    created.is_none_or(|created| created.duration_since(job.created_at) >= -SKEW)
}

fn is_ours(pin: &Pin, job: &Job) -> bool {
    is_recent(pin, job)
        && same_words(pin.title.as_deref(), job.text_setting("title"))
        && same_words(pin.description.as_deref(), Some(&job.text))
        && same_link(pin.link.as_deref(), job.text_setting("link"))
}

/// Texts may come back with other white space.
fn same_words(shown: Option<&str>, written: Option<&str>) -> bool {
    shown.unwrap_or_default().split_whitespace().eq(written.unwrap_or_default().split_whitespace())
}

fn same_link(shown: Option<&str>, written: Option<&str>) -> bool {
    let normal = |link: Option<&str>| {
        let link = link.unwrap_or_default().trim();
        Url::parse(link).map_or_else(|_| link.to_owned(), |url| url.to_string())
    };
    normal(shown) == normal(written)
}

/// A time with or without its distance from UTC, which is what is meant without.
fn instant(text: &str) -> Option<Timestamp> {
    let civil = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    text.parse().ok().or_else(civil)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::job;

    fn shown(title: Option<&str>, text: &str, link: Option<&str>, at: &str) -> Pin {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Pin {
            id: "1".into(),
            created_at: Some(at.into()),
            title: owned(title),
            description: Some(text.into()),
            link: owned(link),
        }
    }

    #[test]
    fn times_are_read_with_and_without_a_zone() {
        let wanted: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        for text in
            ["2026-11-21T10:00:00", "2026-11-21T10:00:00Z", "2026-11-21T10:00:00+00:00", "2026-11-21T10:00:00-00:00"]
        {
            assert_eq!(instant(text), Some(wanted), "{text}");
        }
        assert_eq!(instant("yesterday"), None);
    }

    #[test]
    fn a_pin_is_ours_by_its_texts_its_link_and_its_time() {
        let mut job = job("A bench\nin oak", 1);
        assert!(is_ours(&shown(None, "A bench in oak ", None, "2026-11-21T10:00:02"), &job));
        assert!(is_ours(&shown(Some(""), "A bench in oak", Some(""), "2026-11-21T09:59:59"), &job));
        assert!(!is_ours(&shown(None, "A bench in oak", None, "2026-11-21T09:58:00"), &job));
        assert!(!is_ours(&shown(Some("Bench"), "A bench in oak", None, "2026-11-21T10:00:02"), &job));
        job.settings.insert("link".into(), domain::target::Setting::Text("https://Example.com".into()));
        assert!(is_ours(&shown(None, "A bench in oak", Some("https://example.com/"), "2026-11-21T10:00:02"), &job));
        assert!(!is_ours(&shown(None, "A bench in oak", None, "2026-11-21T10:00:02"), &job));
    }
}
