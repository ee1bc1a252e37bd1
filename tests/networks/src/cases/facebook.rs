//! What is tried with a Facebook page.

use bytes::Bytes;
use domain::delivery::AttemptOutcome::{self, Ambiguous, Published, RateLimited, Rejected, Revoked, Transient};
use domain::media::MediaUse;
use domain::target::Format;
use platforms::Job;
use serde_json::json;

use super::pictures::webp;
use super::{Cases, Connect, ErrorCase, FormatCase, job, with_cover, with_text};
use crate::faults::{Fault, Kind};
use crate::graph::Refusal;
use crate::library::Library;
use crate::world::{Shown, World};

/// A real picture of 8 by 8 pixels: the client decodes what it uploads.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08\x08\x02\0\0\0Km)\xdc\0\0\0\x11IDATx\xdac\xd0\x08X\x80\x151\x0c-\
    \x09\0<]F\x01Z\x13\xa1n\0\0\0\0IEND\xaeB`\x82";
const PAGE: &str = "2051001";
const LINK: &str = "https://example.com/a?b=1&c=2";

/// What is tried with a page.
pub(super) fn cases(library: &Library) -> Cases {
    let connect = Connect::Consent { way: "default", user: "8801", account: 0 };
    Cases { connect, formats: formats(library), errors: errors() }
}

fn png(library: &Library) -> MediaUse {
    library.add("image/png", (8, 8), None, Bytes::from_static(PNG))
}

fn in_form(form: Format, job: Job) -> Job {
    Job { format: form, ..job }
}

fn commented(job: Job) -> Job {
    Job { first_comment: Some("The first comment".to_owned()), ..job }
}

fn format(name: &'static str, job: Job, check: fn(&[Shown]) -> Result<(), String>) -> FormatCase {
    let shown = 1 + usize::from(job.first_comment.is_some());
    FormatCase { name, job, shown, check }
}

fn formats(library: &Library) -> Vec<FormatCase> {
    let several = || (0..3).map(|_| png(library)).collect();
    let video = || vec![library.mp4(90_000)];
    vec![
        format("text", job("Hello &\r\nwelcome  ", Vec::new()), |shown| {
            same(&shown[0].account, PAGE)?;
            same(&shown[0].text, "Hello &\nwelcome")
        }),
        format("link", with_text(job("Look", Vec::new()), "link", LINK), |shown| same(&noted(&shown[0], "link"), LINK)),
        format("link alone", with_text(job("", Vec::new()), "link", LINK), |shown| same(&shown[0].text, "")),
        format("picture", job("One picture", vec![png(library)]), |shown| {
            same(&files(&shown[0]), "image image/png 74 bytes")?;
            same(&noted(&shown[0], "alt 1"), "Picture number 1")
        }),
        format("WebP as JPEG", job("One WebP", vec![webp(library)]), |shown| {
            if files(&shown[0]).starts_with("image image/jpeg ") { Ok(()) } else { Err(files(&shown[0])) }
        }),
        format("pictures", job("Three pictures", several()), |shown| {
            same(&shown[0].media.len().to_string(), "3")?;
            // In the order in which they were attached.
            let numbers = ["alt 1", "alt 2", "alt 3"].map(|name| noted(&shown[0], name));
            if numbers.is_sorted() && !numbers[0].is_empty() { Ok(()) } else { Err(format!("{numbers:?}")) }
        }),
        format("pictures alone", job("", several()), |shown| same(&shown[0].text, "")),
        format("video", job("A video", video()), |shown| {
            same(&files(&shown[0]), "video video/mp4 90000 bytes")?;
            same(&noted(&shown[0], "title"), "")?;
            same(&shown[0].text, "A video")
        }),
        format("titled video", with_text(job("A video", video()), "video_title", "Sawing"), |shown| {
            same(&noted(&shown[0], "title"), "Sawing")
        }),
        format("titled reel", in_form(Format::Reel, with_text(job("", video()), "video_title", "Sawing")), |shown| {
            same(&noted(&shown[0], "title"), "Sawing")
        }),
        format("reel", in_form(Format::Reel, job("A reel", video())), |shown| {
            same(shown[0].kind, "reel")?;
            same(&shown[0].text, "A reel")?;
            same(&files(&shown[0]), "video video/mp4 90000 bytes")
        }),
        format("story picture", in_form(Format::Story, job("", vec![png(library)])), |shown| {
            same(shown[0].kind, "story")?;
            same(&files(&shown[0]), "image image/png 74 bytes")
        }),
        format("story video", in_form(Format::Story, job("", video())), |shown| {
            same(shown[0].kind, "story")?;
            same(&files(&shown[0]), "video video/mp4 90000 bytes")
        }),
        format("video cover", with_cover(job("A covered video", video()), png(library)), |shown| {
            same(&noted(&shown[0], "cover"), "image image/png 74 bytes")?;
            same(&files(&shown[0]), "video video/mp4 90000 bytes")
        }),
        format(
            "reel cover",
            with_cover(in_form(Format::Reel, job("A covered reel", video())), png(library)),
            |shown| {
                same(shown[0].kind, "reel")?;
                same(&noted(&shown[0], "cover"), "image image/png 74 bytes")
            },
        ),
        format("first comment", commented(job("With a comment", Vec::new())), follows),
        format("pictures and comment", commented(job("Pictures with a comment", several())), follows),
        format("video and comment", commented(job("A video with a comment", video())), follows),
        format("reel and comment", commented(in_form(Format::Reel, job("A reel with a comment", video()))), follows),
    ]
}

/// The comment is below the post.
fn follows(shown: &[Shown]) -> Result<(), String> {
    same(shown[1].kind, "comment")?;
    same(&shown[1].text, "The first comment")?;
    same(shown[1].parent.as_deref().unwrap_or_default(), &shown[0].id)
}

fn files(shown: &Shown) -> String {
    shown.media.join(", ")
}

fn noted(shown: &Shown, name: &str) -> String {
    shown.notes.get(name).cloned().unwrap_or_default()
}

fn same(found: &str, expected: &str) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{found:?} instead of {expected:?}")) }
}

fn refuse(world: &World, path: &str, code: i64, subcode: i64, message: &str) {
    let body = Refusal::new(code, subcode, message).body();
    world.plan(Fault::json("POST", path, 400, &body));
}

fn feed(world: &World, code: i64, subcode: i64, message: &str) {
    refuse(world, "/feed", code, subcode, message);
}

fn instead(world: &World, kind: Kind) {
    world.plan(Fault::next("POST", "/feed", kind));
}

/// A limit with the header that tells how long it lasts.
fn limited(world: &World, code: i64) {
    let usage = json!({PAGE: [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 12}]});
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        ("x-business-use-case-usage", usage.to_string()),
        ("x-app-usage", json!({"call_count": 100, "total_cputime": 25, "total_time": 25}).to_string()),
    ];
    let body = Refusal::new(code, 0, "There have been too many calls").body().to_string();
    instead(world, Kind::Answer { status: 400, headers, body });
}

/// A user's limit, answered while the app has used up all of its own.
fn limited_with_the_app(world: &World) {
    let usage = json!({"call_count": 31, "total_cputime": 100, "total_time": 64});
    let headers = vec![("content-type", "application/json".to_owned()), ("x-app-usage", usage.to_string())];
    let body = Refusal::new(17, 0, "User request limit reached").body().to_string();
    instead(world, Kind::Answer { status: 400, headers, body });
}

fn error(name: &'static str, bring: fn(&World), expect: AttemptOutcome, says: &'static str) -> ErrorCase {
    ErrorCase { name, format: "text", bring, expect, says }
}

fn errors() -> Vec<ErrorCase> {
    let mut cases = vec![
        error(
            "token expired",
            |world| {
                let now = world.now();
                world.grants(|grants| grants.expire("facebook", "page", now));
            },
            Revoked,
            "expired",
        ),
        error("app removed", |world| world.grants(|grants| grants.revoke_user("facebook", PAGE)), Revoked, "token"),
        error("password changed", |world| feed(world, 190, 460, "The password was changed"), Revoked, "password"),
        error("checkpoint", |world| feed(world, 190, 459, "Log in at www.facebook.com"), Revoked, ""),
        error("role lost", |world| feed(world, 190, 492, "No longer has a role"), Revoked, "role"),
        error("session", |world| feed(world, 102, 0, "Session key invalid"), Revoked, ""),
        error(
            "permission missing",
            |world| feed(world, 200, 0, "Requires pages_manage_posts"),
            Revoked,
            "pages_manage",
        ),
        error("permission denied", |world| feed(world, 10, 0, "Application does not have permission"), Revoked, ""),
        error("no capability", |world| feed(world, 3, 0, "Unknown method"), Revoked, ""),
        error("app limit", |world| feed(world, 4, 0, "Application request limit reached"), RateLimited, ""),
        error("user limit", |world| feed(world, 17, 0, "User request limit reached"), RateLimited, ""),
        error("user limit with the app's used up", limited_with_the_app, RateLimited, ""),
        error("page limit", |world| limited(world, 32), RateLimited, ""),
        error("business limit", |world| limited(world, 80_001), RateLimited, ""),
        error("custom limit", |world| feed(world, 613, 0, "Exceeded the rate limit"), RateLimited, ""),
        error("too fast", |world| feed(world, 100, 1_390_008, "You are posting too fast"), RateLimited, ""),
        error("blocked", |world| feed(world, 368, 0, "The action is blocked"), Rejected, "blocks"),
        error(
            "duplicate",
            |world| feed(world, 506, 1_366_051, "Duplicate status message"),
            Rejected,
            "change the text",
        ),
        error("invalid", |world| feed(world, 100, 0, "Invalid parameter"), Rejected, "Invalid parameter"),
        error("page gone", |world| feed(world, 100, 33, "Unsupported post request"), Rejected, "still exists"),
        error("abusive", |world| feed(world, 100, 1_346_003, "Content reported as abusive"), Rejected, "rules"),
        error("standards", |world| feed(world, 100, 1_404_102, "Community standards"), Rejected, "rules"),
        error("limited account", |world| feed(world, 100, 1_404_112, "Account limited"), Rejected, "confirm"),
        error("security check", |world| feed(world, 100, 1_404_006, "Security check"), Rejected, "confirm"),
        error("authorization needed", |world| feed(world, 100, 1_404_078, "Page authorization"), Rejected, "confirm"),
        error("link refused", |world| feed(world, 100, 1_609_005, "Couldn't scrape link"), Rejected, "link"),
        error("server error", |world| feed(world, 1, 0, "An unknown error occurred"), Ambiguous, ""),
        error("unavailable", |world| feed(world, 2, 0, "Service temporarily unavailable"), Ambiguous, ""),
        error("front page", |world| instead(world, Kind::Html(502)), Ambiguous, ""),
        error("page with a 200", |world| instead(world, Kind::Html(200)), Ambiguous, ""),
        error("empty answer", |world| instead(world, Kind::Nothing), Ambiguous, ""),
        error("half an answer", |world| instead(world, Kind::HalfAnswer), Ambiguous, ""),
        error("answer lost", |world| instead(world, Kind::LostAnswer), Ambiguous, ""),
        error("request lost", |world| instead(world, Kind::LostRequest), Ambiguous, ""),
        error("redirect", |world| instead(world, Kind::Redirect("https://www.facebook.com/".into())), Ambiguous, ""),
        error("connection refused", |world| instead(world, Kind::Refused), Transient, ""),
        error(
            "error with a 200",
            |world| world.plan(Fault::json("POST", "/feed", 200, &Refusal::new(190, 463, "Session expired").body())),
            Revoked,
            "expired",
        ),
    ];
    cases.extend(of_files());
    cases
}

fn of_files() -> Vec<ErrorCase> {
    let with = |format: &'static str, case: ErrorCase| ErrorCase { format, ..case };
    vec![
        with(
            "picture",
            error(
                "photo refused",
                |world| refuse(world, "/photos", 100, 1_366_046, "Can't read files"),
                Rejected,
                "4 MB",
            ),
        ),
        with(
            "picture",
            error("photo invalid", |world| refuse(world, "/photos", 324, 2_069_019, "Invalid file"), Rejected, "JPEG"),
        ),
        with("pictures", error("photo passes", |world| refuse(world, "/photos", 2, 0, "Try again"), Transient, "")),
        with("pictures", error("staged photos dropped", |world| feed(world, 100, 33, "No such photo"), Transient, "")),
        with(
            "video",
            error("video not fetched", |world| refuse(world, "/videos", 389, 0, "Unable to fetch"), Transient, ""),
        ),
        with(
            "video",
            error("video refused", |world| refuse(world, "/videos", 6000, 1_363_024, "Unsupported"), Rejected, "MP4"),
        ),
        with(
            "video",
            error(
                "video answer lost",
                |world| world.plan(Fault::next("POST", "/videos", Kind::LostAnswer)),
                Ambiguous,
                "",
            ),
        ),
        with(
            "video",
            error("video unusable", |world| broken(world, "The file's format is not supported"), Rejected, "format"),
        ),
        with("reel", error("reel unusable", |world| broken(world, "The video is too short"), Rejected, "too short")),
        with("reel", error("upload refused", upload_refused, Transient, "")),
        with("reel", error("upload without permission", upload_forbidden, Rejected, "")),
        with(
            "reel",
            error(
                "upload lost",
                |world| world.plan(Fault::next("POST", "/video-upload", Kind::LostAnswer)),
                Transient,
                "",
            ),
        ),
        with(
            "reel cover",
            error(
                "cover refused",
                |world| refuse(world, "/thumbnails", 100, 2_069_019, "Invalid image"),
                Published,
                "",
            ),
        ),
        with(
            "video cover",
            error(
                "cover's answer lost",
                |world| world.plan(Fault::next("POST", "/thumbnails", Kind::LostAnswer)),
                Published,
                "",
            ),
        ),
        with("reel", error("finish times out", |world| finish(world, 1_363_030), Ambiguous, "")),
        with("reel", error("posted already", finish_lost_and_told, Published, "")),
        with("reel", error("too many reels", |world| finish_code(world, 613), RateLimited, "")),
        with(
            "story video",
            error("finish lost", |world| world.plan(second("/video_stories", Kind::LostAnswer)), Ambiguous, ""),
        ),
        with(
            "story picture",
            error(
                "story lost",
                |world| world.plan(Fault::next("POST", "/photo_stories", Kind::LostAnswer)),
                Ambiguous,
                "",
            ),
        ),
        with(
            "first comment",
            error(
                "comment refused",
                |world| refuse(world, "/comments", 200, 0, "Requires pages_manage_engagement"),
                Published,
                "",
            ),
        ),
    ]
}

/// Happens to the second request of a kind: behind `start` comes `finish`.
fn second(path: &str, kind: Kind) -> Fault {
    Fault { skip: 1, ..Fault::next("POST", path, kind) }
}

fn status(message: &str) -> serde_json::Value {
    json!({"id": "1", "status": {
        "video_status": "error",
        "uploading_phase": {"status": "complete", "bytes_transfered": 24},
        "processing_phase": {"status": "error", "error": {"code": 1_363_024, "message": message}},
        "publishing_phase": {"status": "not_started"},
    }})
}

/// The next look at a video finds it unusable. Videos are numbered from a million.
fn broken(world: &World, message: &str) {
    world.plan(Fault::json("GET", "/v25.0/1000", 200, &status(message)));
}

fn upload_refused(world: &World) {
    let body = json!({"debug_info": {"retriable": true, "type": "ProcessingFailedError", "message": "Request processing failed"}});
    world.plan(Fault::json("POST", "/video-upload", 400, &body));
}

fn upload_forbidden(world: &World) {
    let body = json!({"debug_info": {"retriable": false, "type": "NotAuthorizedError", "message": "Not authorized"}});
    world.plan(Fault::json("POST", "/video-upload", 403, &body));
}

fn finish(world: &World, subcode: i64) {
    let body = Refusal::new(6000, subcode, "The upload timed out").body().to_string();
    let headers = vec![("content-type", "application/json".to_owned())];
    world.plan(second("/video_reels", Kind::Answer { status: 400, headers, body }));
}

fn finish_code(world: &World, code: i64) {
    let body = Refusal::new(code, 0, "Exceeded the rate limit").body().to_string();
    let headers = vec![("content-type", "application/json".to_owned())];
    world.plan(second("/video_reels", Kind::Answer { status: 400, headers, body }));
}

/// The network says that the reel is posted already, and a look finds it.
fn finish_lost_and_told(world: &World) {
    let ready = json!({"id": "1", "status": {
        "video_status": "ready",
        "uploading_phase": {"status": "complete"},
        "processing_phase": {"status": "complete"},
        "publishing_phase": {"status": "complete", "publish_status": "published"},
    }});
    let body = Refusal::new(100, 1_366_051, "This video is posted already").body().to_string();
    let headers = vec![("content-type", "application/json".to_owned())];
    world.plan(second("/video_reels", Kind::Answer { status: 400, headers, body }));
    world.plan(Fault::json("GET", "/v25.0/1000", 200, &ready));
}
