//! LinkedIn, as a person and as an organization.

use domain::delivery::AttemptOutcome;
use domain::media::{DOC, DOCX, PPT, PPTX};
use serde_json::json;

use super::pictures::{animation as gif, pixel as png, webp};
use super::{Cases, Connect, ErrorCase, FormatCase, job, with_cover, with_flag, with_list, with_text};
use crate::faults::{Fault, Kind};
use crate::library::Library;
use crate::linkedin::NAME;
use crate::world::{Shown, World};

/// Everything that must come through unharmed.
const TEXT: &str = "Grüße (from) [Ada] #rust und #Straße, nicht #1: ~ a_b*c <x> {y} | \\ an ada@example.com, \
    https://example.com/a_(b)?q=@c#d\nThanks @[Analytical Engines](urn:li:organization:5515715)!";
/// More than two parts of a video.
const VIDEO_BYTES: usize = 9_000_000;

/// A person's own profile: without refresh tokens, and nobody can look.
pub(super) fn person(library: &Library) -> Cases {
    let mut formats = formats(library);
    let near = with_text(job("only for friends", Vec::new()), "visibility", "connections");
    formats.push(format("connections", near, 1, |shown| note(&shown[0], "visibility", "CONNECTIONS")));
    let mut errors = errors();
    errors.push(case("token expired", "text", expire, AttemptOutcome::Revoked, "only the user can give it again"));
    Cases { connect: Connect::Consent { way: "person", user: "ada", account: 0 }, formats, errors }
}

/// An organization's page: with refresh tokens, and its posts can be found.
pub(super) fn organization(library: &Library) -> Cases {
    let mut errors = errors();
    errors.extend([
        case("token expired", "text", expire, AttemptOutcome::Published, ""),
        case("refresh refused", "text", refuse_refresh, AttemptOutcome::Revoked, "invalid"),
        case("app refused", "text", refuse_app, AttemptOutcome::Rejected, "operator"),
        case("video unusable", "video", spoil_video, AttemptOutcome::Rejected, "another format"),
        case(
            "video state unreadable",
            "video",
            |world| html(world, "GET", "/rest/videos/", 200),
            AttemptOutcome::Transient,
            "",
        ),
        case("repeat of a lost post", "text", lose_post_and_search, AttemptOutcome::Ambiguous, ""),
    ]);
    let connect = Connect::Consent { way: "organization", user: "ada", account: 0 };
    Cases { connect, formats: formats(library), errors }
}

fn format(
    name: &'static str,
    job: platforms::Job,
    shown: usize,
    check: fn(&[Shown]) -> Result<(), String>,
) -> FormatCase {
    FormatCase { name, job, shown, check }
}

fn formats(library: &Library) -> Vec<FormatCase> {
    let card = || with_text(job("Read this:", Vec::new()), "link", "https://example.com/a_(b)?x=1#y");
    let titled = || with_text(card(), "link_title", "A title (with brackets)");
    let described = with_text(titled(), "link_description", "What is behind it, [in a] line.");
    let text = with_text(job("Minutes", vec![library.docx()]), "document_title", "Minutes, 2026");
    let slides = with_text(job("A deck", vec![library.pptx()]), "document_title", "A deck");
    let old_text = with_text(job("Old minutes", vec![library.doc()]), "document_title", "Minutes, 1999");
    let old_slides = with_text(job("An old deck", vec![library.ppt()]), "document_title", "A deck, 1999");
    let pdf = with_text(job("Slides", vec![library.pdf()]), "document_title", "Slides, 2026");
    let poll = with_text(job("Tell us!", Vec::new()), "poll_question", "Which way?");
    let poll = with_text(with_list(poll, "poll", &["Left", "Right", "Neither"]), "poll_duration", "7d");
    let mut commented = job("With a comment", Vec::new());
    commented.first_comment = Some("Plain (text) with #tag and @sign".to_owned());
    let pictures = (0..3).map(|_| png(library)).collect();
    vec![
        format("text", job(TEXT, Vec::new()), 1, text_is_whole),
        format("not shared on", with_flag(job("Keep it here", Vec::new()), "no_reshare"), 1, |shown| {
            note(&shown[0], "resharing", "disabled")?;
            note(&shown[0], "visibility", "PUBLIC")
        }),
        format("for members", with_text(job("Members only", Vec::new()), "visibility", "logged_in"), 1, |shown| {
            note(&shown[0], "visibility", "LOGGED_IN")
        }),
        format("link", titled(), 1, |shown| {
            note(&shown[0], "link", "https://example.com/a_(b)?x=1#y")?;
            note(&shown[0], "link title", "A title (with brackets)")
        }),
        format("link without title", card(), 1, |shown| note(&shown[0], "link title", "example.com")),
        format("link with description and picture", with_cover(described, png(library)), 1, |shown| {
            note(&shown[0], "link description", "What is behind it, [in a] line.")?;
            note(&shown[0], "link picture", "image image/png 70 bytes")
        }),
        format("picture", job("One", vec![png(library)]), 1, |shown| {
            media(&shown[0], &["image image/png 70 bytes alt: "])
        }),
        format("pictures", job("Three", pictures), 1, |shown| media(&shown[0], &["image image/png "; 3])),
        format("WebP as JPEG", job("One WebP", vec![webp(library)]), 1, |shown| {
            media(&shown[0], &["image image/jpeg "])
        }),
        format("animation", job("", vec![gif(library)]), 1, |shown| media(&shown[0], &["image image/gif "])),
        format("video", job("Moving", vec![library.mp4(VIDEO_BYTES)]), 1, |shown| {
            media(&shown[0], &["video video/mp4 9000000 bytes"])
        }),
        format("titled video", with_text(job("", vec![library.mp4(90_000)]), "video_title", "Sawing"), 1, |shown| {
            note(&shown[0], "title", "Sawing")
        }),
        format("document", pdf, 1, |shown| {
            media(&shown[0], &["document application/pdf "])?;
            note(&shown[0], "title", "Slides, 2026")
        }),
        format("presentation", slides, 1, |shown| media(&shown[0], &[&format!("document {PPTX} ")])),
        format("text document", text, 1, |shown| {
            media(&shown[0], &[&format!("document {DOCX} ")])?;
            note(&shown[0], "title", "Minutes, 2026")
        }),
        format("old presentation", old_slides, 1, |shown| media(&shown[0], &[&format!("document {PPT} ")])),
        format("old text document", old_text, 1, |shown| media(&shown[0], &[&format!("document {DOC} ")])),
        format("poll", poll, 1, |shown| {
            note(&shown[0], "poll", "Which way?")?;
            note(&shown[0], "poll options", "Left, Right, Neither")?;
            note(&shown[0], "poll duration", "SEVEN_DAYS")
        }),
        format("first comment", commented, 2, |shown| {
            let [post, comment] = shown else { return Err("not two".to_owned()) };
            let fits = comment.kind == "comment"
                && comment.parent.as_ref() == Some(&post.id)
                && comment.text == "Plain (text) with #tag and @sign";
            if fits { Ok(()) } else { Err(format!("{comment:?}")) }
        }),
    ]
}

fn text_is_whole(shown: &[Shown]) -> Result<(), String> {
    let expected = TEXT.replace("@[Analytical Engines](urn:li:organization:5515715)", "Analytical Engines");
    if shown[0].text != expected {
        return Err(format!("{:?} instead of {expected:?}", shown[0].text));
    }
    note(&shown[0], "hashtags", "rust, Straße")?;
    note(&shown[0], "mentions", "urn:li:organization:5515715")
}

fn note(shown: &Shown, name: &str, expected: &str) -> Result<(), String> {
    let found = shown.notes.get(name).map(String::as_str);
    if found == Some(expected) { Ok(()) } else { Err(format!("{name} is {found:?} instead of {expected:?}")) }
}

fn media(shown: &Shown, expected: &[&str]) -> Result<(), String> {
    let fits = shown.media.len() == expected.len()
        && shown.media.iter().zip(expected).all(|(line, start)| line.starts_with(start));
    if fits { Ok(()) } else { Err(format!("{:?} instead of {expected:?}", shown.media)) }
}

fn case(
    name: &'static str,
    format: &'static str,
    bring: fn(&World),
    expect: AttemptOutcome,
    says: &'static str,
) -> ErrorCase {
    ErrorCase { name, format, bring, expect, says }
}

/// The table of errors that both kinds of account share.
fn errors() -> Vec<ErrorCase> {
    use AttemptOutcome::{Ambiguous, Published, RateLimited, Rejected, Revoked, Transient};
    vec![
        case(
            "access revoked",
            "text",
            |world| world.grants(|grants| grants.revoke_user(NAME, "ada")),
            Revoked,
            "revoked",
        ),
        case(
            "invalid token",
            "text",
            |w| post_error(w, 401, "INVALID_ACCESS_TOKEN", "Invalid access token"),
            Revoked,
            "Connect",
        ),
        case(
            "no token",
            "text",
            |w| post_error(w, 401, "EMPTY_ACCESS_TOKEN", "Empty oauth2 access token"),
            Revoked,
            "Connect",
        ),
        case(
            "missing scope or role",
            "text",
            |w| post_error(w, 403, "ACCESS_DENIED", "Not enough permissions"),
            Revoked,
            "Connect",
        ),
        case(
            "unpermitted field",
            "text",
            |w| post_error(w, 403, "", "Unpermitted fields present in REQUEST_BODY"),
            Rejected,
            "objects",
        ),
        case("missing field", "text", |w| content_error(w, "MISSING_FIELD"), Rejected, "objects"),
        case("invalid value", "text", |w| content_error(w, "INVALID_VALUE_FOR_FIELD"), Rejected, "objects"),
        case("blank value", "text", |w| content_error(w, "INVALID_VALUE_BLANK_FIELD"), Rejected, "objects"),
        case("text too long", "text", |w| content_error(w, "FIELD_LENGTH_TOO_LONG"), Rejected, "Shorten"),
        case("wrong kind of URN", "text", |w| content_error(w, "INVALID_URN_TYPE"), Rejected, "objects"),
        case("wrong URN", "text", |w| content_error(w, "INVALID_URN_ID"), Rejected, "objects"),
        case("unknown picture", "picture", |w| content_error(w, "INVALID_IMAGE_ID"), Rejected, "picture"),
        case("unknown video", "video", |w| content_error(w, "INVALID_VIDEO_ID"), Rejected, "video"),
        case(
            "unusable file",
            "picture",
            |w| content_error(w, "MEDIA_ASSET_PROCESSING_FAILED"),
            Rejected,
            "another format",
        ),
        case("file soon ready", "picture", |w| content_error(w, "MEDIA_ASSET_WAITING_UPLOAD"), Published, ""),
        case("file not ready", "picture", wait_long, Transient, ""),
        case("upload address ended", "picture", |w| upload_error(w, "EXPIRED_UPLOAD_URL"), Published, ""),
        case("part's address ended", "video", |w| upload_error(w, "EXPIRED_UPLOAD_URL"), Published, ""),
        case(
            "card's picture lost",
            "link with description and picture",
            |w| w.plan(Fault::next("PUT", "dms-uploads", Kind::LostAnswer)),
            Transient,
            "",
        ),
        case(
            "card's picture not ready",
            "link with description and picture",
            |w| content_error(w, "MEDIA_ASSET_WAITING_UPLOAD"),
            Published,
            "",
        ),
        case("upload lost", "picture", |w| w.plan(Fault::next("PUT", "dms-uploads", Kind::LostAnswer)), Transient, ""),
        case("upload cut off", "video", |w| w.plan(Fault::next("PUT", "dms-uploads", Kind::Html(503))), Transient, ""),
        case(
            "announcement empty",
            "picture",
            |w| w.plan(Fault::next("POST", "/rest/images", Kind::Nothing)),
            Transient,
            "",
        ),
        case(
            "announcement halved",
            "video",
            |w| w.plan(Fault::next("POST", "/rest/videos", Kind::HalfAnswer)),
            Transient,
            "",
        ),
        case("same post already", "text", repeat, Rejected, "https://www.linkedin.com/feed/update/urn:li:share:7001/"),
        case("member's day limit", "text", |w| throttled(w, "/rest/posts", "APPLICATION_AND_MEMBER"), RateLimited, ""),
        case("app's day limit", "text", |w| throttled(w, "/rest/posts", "APPLICATION"), RateLimited, ""),
        case(
            "app's day limit of pictures",
            "picture",
            |w| throttled(w, "/rest/images", "APPLICATION"),
            RateLimited,
            "",
        ),
        case("other limit", "text", |w| post_error(w, 429, "TOO_MANY_REQUESTS", "slow down"), RateLimited, ""),
        case("conflict", "text", |w| post_error(w, 409, "CONFLICT", "Write conflict"), Transient, ""),
        case("version ended", "text", |w| post_error(w, 426, "NONEXISTENT_VERSION", "not active"), Transient, ""),
        case(
            "version missing",
            "text",
            |w| post_error(w, 400, "VERSION_MISSING", "A version must be present"),
            Rejected,
            "Atelier",
        ),
        case("server error", "text", |w| post_error(w, 500, "INTERNAL_SERVER_ERROR", "Internal error"), Ambiguous, ""),
        case("unavailable", "text", |w| post_error(w, 503, "SERVICE_UNAVAILABLE", "Unavailable"), Ambiguous, ""),
        case("gateway timeout", "text", |w| post_error(w, 504, "GATEWAY_TIMEOUT", "Timeout"), Ambiguous, ""),
        case("answer lost", "text", |w| w.plan(Fault::next("POST", "/rest/posts", Kind::LostAnswer)), Ambiguous, ""),
        // The id is in a header, which came whole.
        case("answer halved", "text", |w| w.plan(Fault::next("POST", "/rest/posts", Kind::HalfAnswer)), Published, ""),
        case(
            "success without an id",
            "text",
            |w| w.plan(Fault::next("POST", "/rest/posts", Kind::Nothing)),
            Ambiguous,
            "",
        ),
        case("page instead of an answer", "text", |w| html(w, "POST", "/rest/posts", 200), Ambiguous, ""),
        case("page of an error", "text", |w| html(w, "POST", "/rest/posts", 502), Ambiguous, ""),
        case("refused by a front", "text", |w| html(w, "POST", "/rest/posts", 403), Transient, ""),
        case("taken for a robot", "text", |w| html(w, "POST", "/rest/posts", 999), Transient, ""),
        case(
            "error in a success",
            "text",
            |w| post_error(w, 200, "ACCESS_DENIED", "Not enough permissions"),
            Ambiguous,
            "",
        ),
        case("sent elsewhere", "text", elsewhere, Ambiguous, ""),
        case(
            "connection refused",
            "text",
            |w| w.plan(Fault::next("POST", "/rest/posts", Kind::Refused)),
            Transient,
            "",
        ),
        case("comment refused", "first comment", refuse_comment, Published, ""),
        case(
            "comment lost",
            "first comment",
            |w| w.plan(Fault::next("POST", "/comments", Kind::LostAnswer)),
            Published,
            "",
        ),
    ]
}

fn expire(world: &World) {
    let now = world.now();
    world.grants(|grants| grants.expire(NAME, "access", now));
}

fn refuse_refresh(world: &World) {
    let now = world.now();
    world.grants(|grants| {
        grants.expire(NAME, "access", now);
        grants.expire(NAME, "refresh", now);
    });
}

fn refuse_app(world: &World) {
    expire(world);
    let body = json!({"error": "invalid_client", "error_description": "Client authentication failed"});
    world.plan(Fault::json("POST", "/oauth/v2/accessToken", 401, &body));
}

fn post_error(world: &World, status: u16, code: &str, message: &str) {
    let body = json!({"status": status, "serviceErrorCode": 100, "code": code, "message": message});
    world.plan(Fault::json("POST", "/rest/posts", status, &body));
}

/// A day's limit, of one resource, as LinkedIn words it.
fn throttled(world: &World, path: &str, whose: &str) {
    let message = format!("Resource level throttle {whose} DAY limit for calls to this resource is reached.");
    let body = json!({"status": 429, "serviceErrorCode": 101, "code": "TOO_MANY_REQUESTS", "message": message});
    world.plan(Fault::json("POST", path, 429, &body));
}

fn content_error(world: &World, code: &str) {
    post_error(world, 400, code, &format!("{code} :: /content"));
}

fn upload_error(world: &World, code: &str) {
    let body = json!({"status": 400, "code": code, "message": "The upload URL has expired"});
    world.plan(Fault::json("PUT", "dms-uploads", 400, &body));
}

fn wait_long(world: &World) {
    let code = "MEDIA_ASSET_WAITING_UPLOAD";
    let body = json!({"status": 400, "code": code, "message": code});
    world.plan(Fault { times: 15, ..Fault::json("POST", "/rest/posts", 400, &body) });
}

fn html(world: &World, method: &str, path: &str, status: u16) {
    world.plan(Fault::next(method, path, Kind::Html(status)));
}

fn elsewhere(world: &World) {
    world.plan(Fault::next("POST", "/rest/posts", Kind::Redirect("https://www.linkedin.com/login".to_owned())));
}

fn repeat(world: &World) {
    let message = "BadRequestResponseException: Content is a duplicate of urn:li:share:7001";
    let inputs = json!([{"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}]);
    let body = json!({"message": message, "errorDetails": {"inputErrors": inputs}, "status": 422});
    world.plan(Fault::json("POST", "/rest/posts", 422, &body));
}

fn refuse_comment(world: &World) {
    let body = json!({"status": 403, "code": "ACCESS_DENIED", "message": "Not enough permissions"});
    world.plan(Fault::json("POST", "/comments", 403, &body));
}

fn spoil_video(world: &World) {
    let body = json!({"status": "PROCESSING_FAILED", "processingFailureReason": "CODEC"});
    world.plan(Fault::json("GET", "/rest/videos/", 200, &body));
}

/// The post is made and its answer lost, and the search does not find it yet: the repeat is refused with its name.
fn lose_post_and_search(world: &World) {
    world.plan(Fault::next("POST", "/rest/posts", Kind::LostAnswer));
    let nothing = json!({"elements": [], "paging": {"start": 0, "count": 50, "links": []}});
    world.plan(Fault::json("GET", "/rest/posts", 200, &nothing));
}
