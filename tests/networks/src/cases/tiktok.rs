//! What is tried with TikTok.

use domain::delivery::AttemptOutcome;
use platforms::Job;
use serde_json::{Value, json};

use super::{Cases, Connect, ErrorCase, FormatCase, job, with_flag, with_frame, with_text};
use crate::faults::{Fault, Kind};
use crate::library::Library;
use crate::world::{Shown, World};

const CREATOR: &str = "/creator_info/query/";
const VIDEO: &str = "/publish/video/init/";
const PHOTOS: &str = "/publish/content/init/";
const STATUS: &str = "/publish/status/fetch/";
const CHUNK: &str = "open-upload.tiktokapis.com/video/";
const ACCOUNT: &str = "-000harbour-studio";
/// Two chunks.
const LARGE: usize = 21 * 1024 * 1024;

pub(super) fn cases(library: &Library) -> Cases {
    Cases {
        connect: Connect::Consent { way: "default", user: "", account: 0 },
        formats: formats(library),
        errors: errors(),
    }
}

fn video(library: &Library, bytes: usize) -> Job {
    with_text(job("Morning in the harbour #harbour", vec![library.mp4(bytes)]), "privacy", "PUBLIC_TO_EVERYONE")
}

fn photos(library: &Library) -> Job {
    let job = job("Three of the boats that left at five.", vec![library.jpeg(), library.jpeg(), library.jpeg()]);
    with_text(job, "privacy", "PUBLIC_TO_EVERYONE")
}

fn formats(library: &Library) -> Vec<FormatCase> {
    let open = with_flag(with_flag(video(library, 3000), "allow_comment"), "allow_duet");
    let open = with_flag(with_flag(with_flag(open, "allow_stitch"), "branded_content"), "ai_generated");
    let private = with_text(with_flag(video(library, 3000), "brand_organic"), "privacy", "SELF_ONLY");
    let titled = with_flag(with_text(photos(library), "title", "Boats"), "auto_music");
    vec![
        FormatCase { name: "video", job: video(library, 3000), shown: 1, check: is_video },
        FormatCase { name: "large video", job: video(library, LARGE), shown: 1, check: is_large },
        FormatCase { name: "open branded video", job: open, shown: 1, check: is_open },
        FormatCase { name: "private video", job: private, shown: 1, check: is_private },
        FormatCase { name: "cover moment", job: with_frame(video(library, 3000), 1500), shown: 1, check: is_covered },
        FormatCase { name: "photos", job: photos(library), shown: 1, check: are_photos },
        FormatCase { name: "photos with a title", job: titled, shown: 1, check: are_titled },
    ]
}

fn notes(shown: &[Shown], expected: &[(&str, &str)]) -> Result<(), String> {
    for (name, value) in expected {
        if shown[0].notes.get(*name).map(String::as_str) != Some(*value) {
            return Err(format!("{name} is {:?} instead of {value}", shown[0].notes.get(*name)));
        }
    }
    Ok(())
}

fn is_video(shown: &[Shown]) -> Result<(), String> {
    if shown[0].text != "Morning in the harbour #harbour" || shown[0].media != ["video 3000 bytes"] {
        return Err(format!("something else is there: {shown:?}"));
    }
    notes(shown, &[("privacy", "PUBLIC_TO_EVERYONE"), ("comments", "false"), ("duet", "false"), ("stitch", "false")])
}

fn is_large(shown: &[Shown]) -> Result<(), String> {
    let expected = format!("video {LARGE} bytes");
    if shown[0].media == [expected] { Ok(()) } else { Err(format!("{:?} is there", shown[0].media)) }
}

fn is_open(shown: &[Shown]) -> Result<(), String> {
    notes(shown, &[("comments", "true"), ("duet", "true"), ("stitch", "true")])?;
    notes(shown, &[("branded content", "true"), ("own brand", "false"), ("made by AI", "true")])
}

fn is_private(shown: &[Shown]) -> Result<(), String> {
    notes(shown, &[("privacy", "SELF_ONLY"), ("own brand", "true")])
}

fn is_covered(shown: &[Shown]) -> Result<(), String> {
    is_video(shown)?;
    notes(shown, &[("cover", "1500 ms")])
}

fn are_photos(shown: &[Shown]) -> Result<(), String> {
    let text_kept = shown[0].text == "Three of the boats that left at five.";
    if text_kept && shown[0].media.len() == 3 { Ok(()) } else { Err(format!("something else is there: {shown:?}")) }
}

fn are_titled(shown: &[Shown]) -> Result<(), String> {
    are_photos(shown)?;
    notes(shown, &[("title", "Boats"), ("music", "true")])
}

/// An answer of the network's with a code.
fn envelope(code: &str) -> Value {
    json!({"data": {}, "error": {"code": code, "message": format!("TikTok says {code}"), "log_id": "x"}})
}

/// A request is refused with this code.
macro_rules! refused {
    ($status:literal, $code:literal, $format:literal, $path:expr, $expect:ident, $says:literal) => {
        ErrorCase {
            name: $code,
            format: $format,
            bring: |world| world.plan(Fault::json("POST", $path, $status, &envelope($code))),
            expect: AttemptOutcome::$expect,
            says: $says,
        }
    };
}

/// TikTok takes the video, and then says that it failed.
macro_rules! failed {
    ($reason:literal, $expect:ident, $says:literal) => {
        ErrorCase {
            name: $reason,
            format: "video",
            bring: |world| fail(world, $reason),
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

fn fail(world: &World, reason: &str) {
    world.plan(Fault::next("PUT", CHUNK, Kind::Answer { status: 201, headers: Vec::new(), body: String::new() }));
    let body = json!({
        "data": {"status": "FAILED", "fail_reason": reason, "uploaded_bytes": 3000},
        "error": {"code": "ok", "message": "", "log_id": "x"},
    });
    world.plan(Fault::json("POST", STATUS, 200, &body));
}

fn expire(world: &World) {
    let now = world.now();
    world.grants(|grants| grants.expire("tiktok", "access", now));
}

fn take_back(world: &World) {
    world.grants(|grants| grants.revoke_user("tiktok", ACCOUNT));
}

fn errors() -> Vec<ErrorCase> {
    let mut errors = refusals();
    errors.extend(failures());
    errors.extend(accidents());
    errors.extend([
        ErrorCase {
            name: "token expired",
            format: "video",
            bring: expire,
            expect: AttemptOutcome::Published,
            says: "",
        },
        ErrorCase {
            name: "token expired for photos",
            format: "photos",
            bring: expire,
            expect: AttemptOutcome::Published,
            says: "",
        },
        ErrorCase {
            name: "access taken back",
            format: "video",
            bring: take_back,
            expect: AttemptOutcome::Revoked,
            says: "Connect",
        },
    ]);
    errors
}

fn refusals() -> Vec<ErrorCase> {
    vec![
        refused!(401, "access_token_invalid", "video", CREATOR, Published, ""),
        refused!(401, "scope_not_authorized", "video", CREATOR, Revoked, "Connect"),
        refused!(401, "scope_permission_missed", "video", VIDEO, Revoked, "Connect"),
        refused!(400, "invalid_params", "video", VIDEO, Rejected, "TikTok says"),
        // Errors may come with any status.
        refused!(200, "invalid_param", "video", VIDEO, Rejected, "TikTok says"),
        refused!(403, "privacy_level_option_mismatch", "video", VIDEO, Rejected, "who may see it"),
        refused!(403, "unaudited_client_can_only_post_to_private_accounts", "video", VIDEO, Rejected, "audit"),
        refused!(403, "url_ownership_unverified", "photos", PHOTOS, Rejected, "developer portal"),
        refused!(400, "app_version_check_failed", "photos", PHOTOS, Rejected, "Update"),
        refused!(400, "invalid_publish_id", "video", STATUS, Ambiguous, ""),
        refused!(403, "spam_risk_too_many_posts", "video", CREATOR, RateLimited, ""),
        refused!(403, "spam_risk_too_many_pending_share", "photos", PHOTOS, RateLimited, ""),
        refused!(403, "reached_active_user_cap", "video", VIDEO, RateLimited, ""),
        refused!(429, "rate_limit_exceeded", "video", VIDEO, RateLimited, ""),
        refused!(403, "spam_risk_user_banned_from_posting", "video", CREATOR, Rejected, "TikTok app"),
        refused!(403, "spam_risk", "video", VIDEO, Rejected, "spam"),
        refused!(500, "internal_error", "video", VIDEO, Transient, ""),
    ]
}

fn failures() -> Vec<ErrorCase> {
    vec![
        failed!("file_format_check_failed", Rejected, "MP4"),
        failed!("duration_check_failed", Rejected, "Shorten"),
        failed!("frame_rate_check_failed", Rejected, "23 to 60"),
        failed!("picture_size_check_failed", Rejected, "pixels"),
        failed!("internal", Transient, ""),
        failed!("video_pull_failed", Transient, ""),
        failed!("publish_cancelled", Rejected, "canceled"),
        failed!("auth_removed", Revoked, "Connect"),
        failed!("spam_risk_user_banned_from_posting", Rejected, "TikTok app"),
        failed!("spam_risk_text", Rejected, "text"),
    ]
}

fn accidents() -> Vec<ErrorCase> {
    vec![
        accident!("a page instead of creator info", "video", "POST", CREATOR, Kind::Html(200), Transient),
        accident!("a page instead of an upload", "video", "POST", VIDEO, Kind::Html(502), Transient),
        accident!("an empty answer to the start", "video", "POST", VIDEO, Kind::Nothing, Transient),
        accident!("half of the answer to the start", "video", "POST", VIDEO, Kind::HalfAnswer, Transient),
        accident!(
            "the start is sent elsewhere",
            "video",
            "POST",
            VIDEO,
            Kind::Redirect("https://example.com/".into()),
            Transient
        ),
        accident!("no connection for the last chunk", "video", "PUT", CHUNK, Kind::Refused, Transient),
        accident!("the last chunk is lost", "video", "PUT", CHUNK, Kind::LostRequest, Ambiguous),
        accident!("the last answer is lost", "video", "PUT", CHUNK, Kind::LostAnswer, Ambiguous),
        accident!("a page after the last chunk", "video", "PUT", CHUNK, Kind::Html(502), Ambiguous),
        accident!("a success that is none", "video", "PUT", CHUNK, Kind::Nothing, Ambiguous),
        accident!("an error after a chunk", "large video", "PUT", CHUNK, Kind::Html(503), Transient),
        accident!("the answer to a chunk is lost", "large video", "PUT", CHUNK, Kind::LostAnswer, Transient),
        accident!(
            "another range is wanted",
            "video",
            "PUT",
            CHUNK,
            Kind::Answer { status: 416, headers: Vec::new(), body: String::new() },
            Published
        ),
        accident!(
            "the upload address has expired",
            "video",
            "PUT",
            CHUNK,
            Kind::Answer { status: 403, headers: Vec::new(), body: String::new() },
            Transient
        ),
        accident!("the status cannot be asked", "video", "POST", STATUS, Kind::Html(500), Ambiguous),
        accident!("the status is lost", "photos", "POST", STATUS, Kind::LostAnswer, Ambiguous),
        accident!("the answer about photos is lost", "photos", "POST", PHOTOS, Kind::LostAnswer, Ambiguous),
        accident!("half of the answer about photos", "photos", "POST", PHOTOS, Kind::HalfAnswer, Ambiguous),
        accident!("a page instead of photos", "photos", "POST", PHOTOS, Kind::Html(502), Ambiguous),
        accident!("an empty answer about photos", "photos", "POST", PHOTOS, Kind::Nothing, Ambiguous),
        accident!("no connection for photos", "photos", "POST", PHOTOS, Kind::Refused, Transient),
    ]
}
