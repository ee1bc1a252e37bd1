//! Posts: what the creator may do, beginning a video or photos, and the status.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use domain::platform::Platform;
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Creator, DAY, POSTS_A_DAY, Refused, Tiktok, answer, invalid, json_body, refuse};
use crate::oauth::Grant;
use crate::world::Shown;

const MB: u64 = 1_000_000;
/// How long an upload address works.
const ADDRESS_LIFETIME: SignedDuration = SignedDuration::from_hours(1);
/// How long the id of a public post takes to appear after the post.
const MODERATION: SignedDuration = SignedDuration::from_secs(10);

/// A post under way, or done.
pub(super) struct Post {
    pub(super) creator: &'static Creator,
    client_id: String,
    info: PostInfo,
    pub(super) photos: bool,
    media: Vec<String>,
    pub(super) total: u64,
    pub(super) chunk: u64,
    pub(super) count: u64,
    pub(super) held: u64,
    /// Until when chunks are taken.
    pub(super) until: Timestamp,
    /// When TikTok is done with it, once it has everything.
    pub(super) done_at: Option<Timestamp>,
    pub(super) failure: Option<&'static str>,
    /// The number that a public post gets.
    pub(super) id: u64,
    pub(super) at: Timestamp,
}

/// What a post is told to be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct PostInfo {
    #[serde(default)]
    title: String,
    #[serde(default)]
    description: String,
    privacy_level: String,
    #[serde(default)]
    disable_duet: bool,
    #[serde(default)]
    disable_comment: bool,
    #[serde(default)]
    disable_stitch: bool,
    #[serde(default)]
    video_cover_timestamp_ms: Option<u64>,
    #[serde(default)]
    brand_content_toggle: bool,
    #[serde(default)]
    brand_organic_toggle: bool,
    #[serde(default)]
    is_aigc: bool,
    #[serde(default)]
    auto_add_music: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VideoPost {
    post_info: PostInfo,
    source_info: FileSource,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSource {
    source: String,
    video_size: u64,
    chunk_size: u64,
    total_chunk_count: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhotoPost {
    media_type: String,
    post_mode: String,
    post_info: PostInfo,
    source_info: PhotoSource,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhotoSource {
    source: String,
    photo_images: Vec<String>,
    photo_cover_index: usize,
}

#[derive(Deserialize)]
struct StatusQuery {
    publish_id: String,
}

impl Post {
    /// Whether its number is to be seen: only public posts have one, and only after moderation.
    pub(super) fn public_id(&self, now: Timestamp) -> Option<u64> {
        let public = self.info.privacy_level == "PUBLIC_TO_EVERYONE" && self.failure.is_none();
        let seen = self.done_at.is_some_and(|done| now >= done + MODERATION);
        (public && seen).then_some(self.id)
    }

    pub(super) fn title(&self) -> (&str, &str) {
        (&self.info.title, &self.info.description)
    }

    /// TikTok has everything: it processes the post, and people see it then.
    pub(super) fn complete(&mut self, publish_id: &str, tiktok: &Tiktok, failure: Option<&'static str>) {
        let now = tiktok.world.now();
        let seconds = 5 + i64::try_from(self.total / (20 * MB)).unwrap_or(i64::MAX / 2);
        let done_at = now + SignedDuration::from_secs(seconds);
        self.done_at = Some(done_at);
        self.failure = failure;
        if failure.is_none() {
            tiktok.world.show(self.shown(publish_id, done_at));
        }
    }

    fn shown(&self, publish_id: &str, at: Timestamp) -> Shown {
        let PostInfo { privacy_level, .. } = &self.info;
        let public = privacy_level == "PUBLIC_TO_EVERYONE";
        let note = |name: &str, value: String| (name.to_owned(), value);
        let mut notes = BTreeMap::from([
            note("privacy", privacy_level.clone()),
            note("title", self.info.title.clone()),
            note("comments", (!self.info.disable_comment).to_string()),
            note("duet", (!self.info.disable_duet).to_string()),
            note("stitch", (!self.info.disable_stitch).to_string()),
            note("branded content", self.info.brand_content_toggle.to_string()),
            note("own brand", self.info.brand_organic_toggle.to_string()),
            note("made by AI", self.info.is_aigc.to_string()),
            note("music", self.info.auto_add_music.to_string()),
        ]);
        let cover = self.info.video_cover_timestamp_ms.map(|at| note("cover", format!("{at} ms")));
        notes.extend(cover);
        let text = if self.photos { &self.info.description } else { &self.info.title };
        Shown {
            platform: Platform::Tiktok,
            account: self.creator.open_id.to_owned(),
            // Others than public posts never get a number that an app sees.
            id: if public { self.id.to_string() } else { publish_id.to_owned() },
            kind: "post",
            parent: None,
            text: text.clone(),
            media: self.media.clone(),
            notes,
            at,
        }
    }
}

/// What the creator may do now.
pub(super) async fn creator_info(State(tiktok): State<Tiktok>, headers: HeaderMap) -> Response {
    answer(may_post(&tiktok, &headers))
}

fn may_post(tiktok: &Tiktok, headers: &HeaderMap) -> Result<Value, Refused> {
    let (_, creator) = tiktok.who(headers, "video.publish")?;
    tiktok.count("creator", headers, 20)?;
    below_daily_limit(tiktok, creator)?;
    Ok(json!({
        "creator_avatar_url": "https://p16.tiktokcdn.com/picture.webp",
        "creator_username": creator.username,
        "creator_nickname": creator.nickname,
        "privacy_level_options": creator.privacy,
        "comment_disabled": creator.comment_disabled,
        "duet_disabled": creator.duet_disabled,
        "stitch_disabled": creator.stitch_disabled,
        "max_video_post_duration_sec": creator.longest_seconds,
    }))
}

fn below_daily_limit(tiktok: &Tiktok, creator: &Creator) -> Result<(), Refused> {
    let now = tiktok.world.now();
    let state = tiktok.state();
    let lately = state.posts.values().filter(|post| {
        let done = post.done_at.is_some() && post.failure.is_none();
        post.creator.open_id == creator.open_id && done && now.duration_since(post.at) < DAY
    });
    if lately.count() < POSTS_A_DAY {
        return Ok(());
    }
    let message = "The daily post cap from the API is reached for the current user.";
    Err(refuse(403, "spam_risk_too_many_posts", message))
}

/// Begins a video.
pub(super) async fn init_video(State(tiktok): State<Tiktok>, headers: HeaderMap, body: Bytes) -> Response {
    answer(begin_video(&tiktok, &headers, &body))
}

fn begin_video(tiktok: &Tiktok, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refused> {
    let (grant, creator) = tiktok.who(headers, "video.publish")?;
    tiktok.count("init", headers, 6)?;
    let VideoPost { post_info, source_info } = json_body(headers, body)?;
    check_info(&post_info, &grant, creator)?;
    if units(&post_info.title) > 2200 || !post_info.description.is_empty() || post_info.auto_add_music {
        return Err(invalid("The post info is incorrect."));
    }
    let FileSource { source, video_size, chunk_size, total_chunk_count } = source_info;
    if source != "FILE_UPLOAD" {
        return Err(invalid("The source info is incorrect."));
    }
    check_chunks(video_size, chunk_size, total_chunk_count)?;
    below_daily_limit(tiktok, creator)?;
    let (now, number) = (tiktok.world.now(), tiktok.world.number());
    let publish_id = format!("v_pub_file~v2-1.{number}");
    let post = Post {
        creator,
        client_id: grant.client_id,
        info: post_info,
        photos: false,
        media: vec![format!("video {video_size} bytes")],
        total: video_size,
        chunk: chunk_size,
        count: total_chunk_count,
        held: 0,
        until: now + ADDRESS_LIFETIME,
        done_at: None,
        failure: None,
        id: 7_400_000_000_000_000_000 + number,
        at: now,
    };
    tiktok.state().posts.insert(publish_id.clone(), post);
    let place = tiktok.world.at("open-upload.tiktokapis.com");
    let address = format!("{place}/video/?upload_id={publish_id}&upload_token=token-{number}");
    Ok(json!({"publish_id": publish_id, "upload_url": address}))
}

fn check_chunks(size: u64, chunk: u64, count: u64) -> Result<(), Refused> {
    let fits = match count {
        0 => false,
        1 => chunk == size && size <= 64 * MB,
        _ => (5 * MB..=64 * MB).contains(&chunk) && count == size / chunk && count <= 1000,
    };
    if fits && (1..=4000 * MB).contains(&size) {
        return Ok(());
    }
    Err(invalid("The chunk size is invalid or the total chunk count is incorrect."))
}

fn check_info(info: &PostInfo, grant: &Grant, creator: &Creator) -> Result<(), Refused> {
    if !creator.privacy.contains(&info.privacy_level.as_str()) {
        let message = "Please choose a privacy level that is among the options of the creator info.";
        return Err(refuse(403, "privacy_level_option_mismatch", message));
    }
    if grant.client_id.ends_with("-unaudited") && info.privacy_level != "SELF_ONLY" {
        let message = "Please review our integration guidelines.";
        return Err(refuse(403, "unaudited_client_can_only_post_to_private_accounts", message));
    }
    let too_open = (creator.comment_disabled && !info.disable_comment)
        || (creator.duet_disabled && !info.disable_duet)
        || (creator.stitch_disabled && !info.disable_stitch);
    if info.brand_content_toggle && info.privacy_level == "SELF_ONLY" {
        return Err(invalid("Branded content visibility cannot be set to private."));
    }
    if too_open { Err(invalid("The creator has switched this interaction off.")) } else { Ok(()) }
}

/// Photos, read from where they are.
pub(super) async fn init_photos(State(tiktok): State<Tiktok>, headers: HeaderMap, body: Bytes) -> Response {
    answer(begin_photos(&tiktok, &headers, &body).await)
}

async fn begin_photos(tiktok: &Tiktok, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refused> {
    let (grant, creator) = tiktok.who(headers, "video.publish")?;
    tiktok.count("init", headers, 6)?;
    let PhotoPost { media_type, post_mode, mut post_info, source_info } = json_body(headers, body)?;
    // They do not apply to photos.
    (post_info.disable_duet, post_info.disable_stitch) = (true, true);
    check_info(&post_info, &grant, creator)?;
    let PhotoSource { source, photo_images, photo_cover_index } = source_info;
    let fits = media_type == "PHOTO"
        && post_mode == "DIRECT_POST"
        && source == "PULL_FROM_URL"
        && (1..=35).contains(&photo_images.len())
        && photo_cover_index < photo_images.len()
        && units(&post_info.title) <= 90
        && units(&post_info.description) <= 4000
        && post_info.video_cover_timestamp_ms.is_none()
        && !post_info.is_aigc;
    if !fits {
        return Err(invalid("The request for photos is incorrect."));
    }
    below_daily_limit(tiktok, creator)?;
    let (mut media, mut failure) = (Vec::new(), None);
    for address in &photo_images {
        match tiktok.world.fetch(address).await {
            None => failure = Some("photo_pull_failed"),
            Some(file) if !["image/jpeg", "image/webp"].contains(&file.mime.as_str()) => {
                failure = Some("file_format_check_failed");
            }
            Some(file) if file.length > 20 * MB => failure = Some("picture_size_check_failed"),
            Some(file) => media.push(format!("image {} {} bytes", file.mime, file.length)),
        }
    }
    let (now, number) = (tiktok.world.now(), tiktok.world.number());
    let publish_id = format!("p_pub_url~v2.{number}");
    let mut post = Post {
        creator,
        client_id: grant.client_id,
        info: post_info,
        photos: true,
        media,
        total: 0,
        chunk: 0,
        count: 0,
        held: 0,
        until: now,
        done_at: None,
        failure: None,
        id: 7_400_000_000_000_000_000 + number,
        at: now,
    };
    post.complete(&publish_id, tiktok, failure);
    tiktok.state().posts.insert(publish_id.clone(), post);
    Ok(json!({"publish_id": publish_id}))
}

/// Where a post stands.
pub(super) async fn status(State(tiktok): State<Tiktok>, headers: HeaderMap, body: Bytes) -> Response {
    answer(fetch_status(&tiktok, &headers, &body))
}

fn fetch_status(tiktok: &Tiktok, headers: &HeaderMap, body: &[u8]) -> Result<Value, Refused> {
    let (grant, _) = tiktok.who(headers, "video.publish")?;
    tiktok.count("status", headers, 30)?;
    let StatusQuery { publish_id } = json_body(headers, body)?;
    let now = tiktok.world.now();
    let state = tiktok.state();
    let Some(post) = state.posts.get(&publish_id) else {
        return Err(refuse(400, "invalid_publish_id", "The publish_id does not exist."));
    };
    if post.creator.open_id != grant.user || post.client_id != grant.client_id {
        let message = "The token is not authorized for the publish_id.";
        return Err(refuse(400, "token_not_authorized_for_specified_publish_id", message));
    }
    let done = post.done_at.is_some_and(|done| now >= done);
    let status = match post.failure {
        Some(_) if done => "FAILED",
        None if done => "PUBLISH_COMPLETE",
        _ if post.photos => "PROCESSING_DOWNLOAD",
        _ => "PROCESSING_UPLOAD",
    };
    let mut data = json!({"status": status});
    if !post.photos {
        data["uploaded_bytes"] = post.held.into();
    }
    if let Some(reason) = post.failure.filter(|_| done) {
        data["fail_reason"] = reason.into();
    }
    if let Some(id) = post.public_id(now) {
        data["publicaly_available_post_id"] = json!([id]);
    }
    Ok(data)
}

/// UTF-16 code units, in which texts are measured.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}
