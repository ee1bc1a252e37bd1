//! What is tried with YouTube.

use domain::delivery::AttemptOutcome;
use platforms::Job;
use serde_json::{Value, json};

use super::pictures::picture;
use super::{Cases, Connect, ErrorCase, FormatCase, job, with_cover, with_flag, with_list, with_subtitles, with_text};
use crate::faults::{Fault, Kind};
use crate::library::Library;
use crate::world::{Shown, World};

const COVER: &str = "/upload/youtube/v3/thumbnails/set";
const CAPTIONS: &str = "/upload/youtube/v3/captions";
const TRACKS: &str = "googleapis.com/youtube/v3/captions";
const UPLOAD: &str = "/upload/youtube/v3/videos";
const LOOK: &str = "googleapis.com/youtube/v3/videos";
const CHANNEL: &str = "UCharbour-studio-sandbox";
/// Three pieces.
const LARGE: usize = 17 * 1024 * 1024;

pub(super) fn cases(library: &Library) -> Cases {
    Cases {
        connect: Connect::Consent { way: "default", user: "", account: 0 },
        formats: formats(library),
        errors: errors(),
    }
}

fn video(library: &Library, bytes: usize) -> Job {
    let job = job("How the harbour wakes up.\n\n#harbour", vec![library.mp4(bytes)]);
    with_text(with_text(job, "title", "Morning in the harbour"), "made_for_kids", "no")
}

fn formats(library: &Library) -> Vec<FormatCase> {
    let tagged = with_list(video(library, 3000), "tags", &["harbour", "early morning"]);
    let tagged = with_flag(with_flag(with_text(tagged, "privacy", "unlisted"), "silent"), "ai_generated");
    let tagged = with_text(tagged, "category", "19");
    let for_kids = with_text(with_text(video(library, 3000), "made_for_kids", "yes"), "privacy", "private");
    let listed = with_text(video(library, 3000), "playlist", "PLharbour-talks");
    let open = with_text(with_text(video(library, 3000), "language", "pt-BR"), "license", "creativeCommon");
    let open = with_flag(open, "not_embeddable");
    let commented = Job { first_comment: Some("Filmed at five o'clock.".to_owned()), ..video(library, 3000) };
    vec![
        FormatCase { name: "video", job: video(library, 3000), shown: 1, check: is_video },
        FormatCase { name: "large video", job: video(library, LARGE), shown: 1, check: is_large },
        FormatCase { name: "unlisted with tags", job: tagged, shown: 1, check: is_tagged },
        FormatCase { name: "private for children", job: for_kids, shown: 1, check: is_for_kids },
        FormatCase { name: "language and licence", job: open, shown: 1, check: is_open },
        FormatCase { name: "in a playlist", job: listed, shown: 1, check: is_listed },
        FormatCase { name: "first comment", job: commented, shown: 2, check: is_commented },
        FormatCase {
            name: "cover picture",
            job: with_cover(video(library, 3000), picture(library)),
            shown: 1,
            check: is_covered,
        },
        FormatCase { name: "subtitles", job: subtitled(library), shown: 1, check: is_subtitled },
    ]
}

fn notes(shown: &[Shown], expected: &[(&str, &str)]) -> Result<(), String> {
    let video = shown.iter().find(|item| item.kind == "post").ok_or("there is no video")?;
    for (name, value) in expected {
        if video.notes.get(*name).map(String::as_str) != Some(*value) {
            return Err(format!("{name} is {:?} instead of {value}", video.notes.get(*name)));
        }
    }
    Ok(())
}

fn is_video(shown: &[Shown]) -> Result<(), String> {
    let text_kept = shown[0].text == "How the harbour wakes up.\n\n#harbour";
    if !text_kept || shown[0].media != ["video video/mp4 3000 bytes"] {
        return Err(format!("something else is there: {shown:?}"));
    }
    let expected =
        [("title", "Morning in the harbour"), ("privacy", "public"), ("category", "22"), ("notifies", "true")];
    notes(shown, &expected)?;
    notes(shown, &[("made for kids", "false"), ("synthetic media", "false")])?;
    let unsaid = ["language", "license", "embeddable"].into_iter().find(|name| shown[0].notes.contains_key(*name));
    unsaid.map_or(Ok(()), |name| Err(format!("{name} was not asked for")))
}

fn is_open(shown: &[Shown]) -> Result<(), String> {
    notes(shown, &[("language", "pt-BR"), ("spoken language", "pt-BR")])?;
    notes(shown, &[("license", "creativeCommon"), ("embeddable", "false")])
}

fn is_large(shown: &[Shown]) -> Result<(), String> {
    let expected = format!("video video/mp4 {LARGE} bytes");
    if shown[0].media == [expected] { Ok(()) } else { Err(format!("{:?} is there", shown[0].media)) }
}

fn is_tagged(shown: &[Shown]) -> Result<(), String> {
    notes(shown, &[("privacy", "unlisted"), ("tags", "harbour,early morning"), ("category", "19")])?;
    notes(shown, &[("notifies", "false"), ("synthetic media", "true")])
}

fn is_for_kids(shown: &[Shown]) -> Result<(), String> {
    notes(shown, &[("privacy", "private"), ("made for kids", "true")])
}

fn is_listed(shown: &[Shown]) -> Result<(), String> {
    notes(shown, &[("playlist", "PLharbour-talks")])
}

fn is_covered(shown: &[Shown]) -> Result<(), String> {
    is_video(shown)?;
    notes(shown, &[("cover", "image/png 73 bytes")])
}

fn subtitled(library: &Library) -> Job {
    let files = vec![(library.srt("The gulls wake first."), "en"), (library.vtt("Zuerst die M\u{f6}wen."), "de")];
    with_subtitles(video(library, 3000), files)
}

fn is_subtitled(shown: &[Shown]) -> Result<(), String> {
    is_video(shown)?;
    notes(shown, &[("captions en", "57 bytes"), ("captions de", "51 bytes")])
}

fn is_commented(shown: &[Shown]) -> Result<(), String> {
    let comment = shown.iter().find(|item| item.kind == "comment").ok_or("there is no comment")?;
    let fits = comment.text == "Filmed at five o'clock." && comment.parent.as_ref() == Some(&shown[0].id);
    if fits { Ok(()) } else { Err(format!("the comment is {comment:?}")) }
}

/// An answer of the network's with a reason.
fn envelope(status: u16, reason: &str) -> Value {
    let message = format!("YouTube says {reason}");
    json!({"error": {"code": status, "message": message, "errors": [{"domain": "youtube", "reason": reason, "message": message}]}})
}

/// The upload is not begun, for this reason.
macro_rules! refused {
    ($status:literal, $reason:literal, $expect:ident, $says:literal) => {
        ErrorCase {
            name: $reason,
            format: "video",
            bring: |world| world.plan(Fault::json("POST", UPLOAD, $status, &envelope($status, $reason))),
            expect: AttemptOutcome::$expect,
            says: $says,
        }
    };
}

/// Something goes wrong on the way of a request.
macro_rules! accident {
    ($name:literal, $format:literal, $method:literal, $path:expr, $kind:expr, $expect:ident) => {
        ErrorCase {
            name: $name,
            format: $format,
            bring: |world| world.plan(Fault::next($method, $path, $kind)),
            expect: AttemptOutcome::$expect,
            says: "",
        }
    };
}

/// The video is there, and in this state.
macro_rules! found {
    ($name:literal, $status:tt, $says:literal) => {
        ErrorCase {
            name: $name,
            format: "video",
            bring: |world| world.plan(Fault::json("GET", LOOK, 200, &json!({"items": [{"id": "v", "status": $status}]}))),
            expect: AttemptOutcome::Rejected,
            says: $says,
        }
    };
}

fn expire(world: &World) {
    let now = world.now();
    world.grants(|grants| grants.expire("youtube", "access", now));
}

fn take_back(world: &World) {
    world.grants(|grants| grants.revoke_user("youtube", CHANNEL));
}

fn errors() -> Vec<ErrorCase> {
    let mut errors = refusals();
    errors.extend(accidents());
    errors.extend(of_subtitles());
    errors.extend([
        ErrorCase { name: "token expired", format: "video", bring: expire, expect: AttemptOutcome::Published, says: "" },
        ErrorCase { name: "access taken back", format: "video", bring: take_back, expect: AttemptOutcome::Revoked, says: "Connect" },
        found!("processing failed", {"uploadStatus": "failed", "failureReason": "codec", "privacyStatus": "public"}, "MP4"),
        found!("rejected as duplicate", {"uploadStatus": "rejected", "rejectionReason": "duplicate"}, "already"),
        found!("rejected as too long", {"uploadStatus": "rejected", "rejectionReason": "length"}, "phone"),
        found!("rejected for a claim", {"uploadStatus": "rejected", "rejectionReason": "copyright"}, "claim"),
        found!("locked to private", {"uploadStatus": "uploaded", "privacyStatus": "private"}, "audit"),
    ]);
    errors
}

/// The first file of subtitles is refused for this reason; the video stands.
macro_rules! caption_refused {
    ($status:literal, $reason:literal) => {
        ErrorCase {
            name: concat!("captions: ", $reason),
            format: "subtitles",
            bring: |world| world.plan(Fault::json("POST", CAPTIONS, $status, &envelope($status, $reason))),
            expect: AttemptOutcome::Published,
            says: "",
        }
    };
}

fn of_subtitles() -> Vec<ErrorCase> {
    vec![
        caption_refused!(409, "captionExists"),
        caption_refused!(400, "contentRequired"),
        caption_refused!(400, "invalidMetadata"),
        caption_refused!(400, "nameTooLong"),
        caption_refused!(403, "forbidden"),
        caption_refused!(403, "insufficientPermissions"),
        caption_refused!(404, "videoNotFound"),
        caption_refused!(403, "quotaExceeded"),
        caption_refused!(503, "backendError"),
        accident!("the answer about subtitles is lost", "subtitles", "POST", CAPTIONS, Kind::LostAnswer, Published),
        accident!("subtitles are lost", "subtitles", "POST", CAPTIONS, Kind::LostRequest, Published),
        accident!("a page instead of subtitles", "subtitles", "POST", CAPTIONS, Kind::Html(502), Published),
        accident!("a page with 200 instead of subtitles", "subtitles", "POST", CAPTIONS, Kind::Html(200), Published),
        ErrorCase {
            name: "subtitles cannot be looked for",
            format: "subtitles",
            bring: |world| {
                world.plan(Fault::next("POST", CAPTIONS, Kind::LostAnswer));
                world.plan(Fault::next("GET", TRACKS, Kind::Html(500)));
            },
            expect: AttemptOutcome::Published,
            says: "",
        },
    ]
}

fn refusals() -> Vec<ErrorCase> {
    vec![
        refused!(401, "authError", Published, ""),
        refused!(401, "youtubeSignupRequired", Rejected, "channel"),
        refused!(403, "insufficientPermissions", Revoked, "Connect"),
        refused!(403, "insufficientAuthenticationScopes", Revoked, "Connect"),
        refused!(403, "forbidden", Rejected, "Studio"),
        refused!(403, "accountSuspended", Rejected, "suspended"),
        refused!(403, "channelSuspended", Rejected, "suspended"),
        refused!(403, "forbiddenPrivacySetting", Rejected, "setting"),
        refused!(403, "forbiddenLicenseSetting", Rejected, "setting"),
        refused!(400, "invalidTitle", Rejected, "100"),
        refused!(400, "invalidDescription", Rejected, "5000"),
        refused!(400, "invalidTags", Rejected, "tags"),
        refused!(400, "invalidCategoryId", Rejected, "category"),
        refused!(400, "invalidVideoMetadata", Rejected, ""),
        refused!(400, "invalidFilename", Rejected, "MP4"),
        refused!(400, "mediaBodyRequired", Rejected, "MP4"),
        refused!(403, "quotaExceeded", RateLimited, ""),
        refused!(403, "dailyLimitExceeded", RateLimited, ""),
        refused!(400, "uploadLimitExceeded", RateLimited, ""),
        refused!(403, "rateLimitExceeded", RateLimited, ""),
        refused!(403, "userRateLimitExceeded", RateLimited, ""),
        refused!(429, "uploadRateLimitExceeded", RateLimited, ""),
        refused!(409, "processingFailure", Transient, ""),
        refused!(500, "backendError", Transient, ""),
        refused!(503, "backendError", Transient, ""),
    ]
}

fn accidents() -> Vec<ErrorCase> {
    vec![
        accident!("a page instead of a session", "video", "POST", UPLOAD, Kind::Html(502), Transient),
        accident!("a page with status 200", "video", "POST", UPLOAD, Kind::Html(200), Transient),
        accident!("an empty answer to the start", "video", "POST", UPLOAD, Kind::Nothing, Transient),
        accident!(
            "the start is sent elsewhere",
            "video",
            "POST",
            UPLOAD,
            Kind::Redirect("https://example.com/".into()),
            Transient
        ),
        accident!("no connection for the last piece", "video", "PUT", UPLOAD, Kind::Refused, Transient),
        accident!("the last piece is lost", "video", "PUT", UPLOAD, Kind::LostRequest, Ambiguous),
        accident!("the last answer is lost", "video", "PUT", UPLOAD, Kind::LostAnswer, Ambiguous),
        accident!("half of the last answer", "video", "PUT", UPLOAD, Kind::HalfAnswer, Ambiguous),
        accident!("a page instead of the last answer", "video", "PUT", UPLOAD, Kind::Html(200), Ambiguous),
        accident!("an empty last answer", "video", "PUT", UPLOAD, Kind::Nothing, Ambiguous),
        accident!(
            "the last piece is sent elsewhere",
            "video",
            "PUT",
            UPLOAD,
            Kind::Redirect("https://example.com/".into()),
            Ambiguous
        ),
        accident!("an error after the last piece", "video", "PUT", UPLOAD, Kind::Html(503), Ambiguous),
        accident!("an error after a piece", "large video", "PUT", UPLOAD, Kind::Html(503), Transient),
        accident!("the answer to a piece is lost", "large video", "PUT", UPLOAD, Kind::LostAnswer, Transient),
        accident!(
            "the session is gone",
            "video",
            "PUT",
            UPLOAD,
            Kind::Answer { status: 404, headers: Vec::new(), body: String::new() },
            Transient
        ),
        accident!(
            "the session has ended",
            "large video",
            "PUT",
            UPLOAD,
            Kind::Answer { status: 410, headers: Vec::new(), body: String::new() },
            Transient
        ),
        accident!("the look at the video fails", "video", "GET", LOOK, Kind::Html(500), Published),
        accident!(
            "the playlist refuses",
            "in a playlist",
            "POST",
            "/youtube/v3/playlistItems",
            Kind::Html(500),
            Published
        ),
        accident!("the answer about the cover is lost", "cover picture", "POST", COVER, Kind::LostAnswer, Published),
        accident!("a page instead of a cover", "cover picture", "POST", COVER, Kind::Html(502), Published),
        ErrorCase {
            name: "the channel is not verified",
            format: "cover picture",
            bring: |world| world.plan(Fault::json("POST", COVER, 403, &envelope(403, "forbidden"))),
            expect: AttemptOutcome::Published,
            says: "",
        },
        accident!(
            "the comment is lost",
            "first comment",
            "POST",
            "/youtube/v3/commentThreads",
            Kind::LostAnswer,
            Published
        ),
        ErrorCase {
            name: "comments are off",
            format: "first comment",
            bring: |world| {
                let body = envelope(403, "commentsDisabled");
                world.plan(Fault::json("POST", "/youtube/v3/commentThreads", 403, &body));
            },
            expect: AttemptOutcome::Published,
            says: "",
        },
    ]
}
