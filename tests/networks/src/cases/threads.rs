//! What is tried with Threads.

use domain::delivery::AttemptOutcome;
use platforms::ThreadPart;
use serde_json::{Value, json};

use super::{Cases, Connect, ErrorCase, FormatCase, job, with_flag, with_list, with_text, with_thread};
use crate::faults::{Fault, Kind};
use crate::library::Library;
use crate::world::{Shown, World};

/// What is tried with Threads.
pub(super) fn cases(library: &Library) -> Cases {
    let connect = Connect::Consent { way: "default", user: "26180000000000001", account: 0 };
    Cases { connect, formats: formats(library), errors: errors() }
}

fn format(name: &'static str, job: platforms::Job, check: fn(&[Shown]) -> Result<(), String>) -> FormatCase {
    let shown = 1 + job.thread.len() + usize::from(job.first_comment.is_some());
    FormatCase { name, job, shown, check }
}

fn formats(library: &Library) -> Vec<FormatCase> {
    let mut comment = job("A post with a comment", Vec::new());
    comment.first_comment = Some("The first comment".to_owned());
    let mut thread = with_thread(job("The first part", vec![library.jpeg()]), &["The second part", "The third part"]);
    thread.thread[1] = ThreadPart { media: vec![library.png(), library.jpeg()], ..thread.thread[1].clone() };
    thread.first_comment = Some("And a comment".to_owned());
    vec![
        format("text", job("Hello from a simulation", Vec::new()), |shown| {
            same(&shown[0].text, "Hello from a simulation")
        }),
        format("link", with_text(job("Read this", Vec::new()), "link", "https://example.com/a"), |shown| {
            same(noted(&shown[0], "link_attachment"), "https://example.com/a")
        }),
        format("picture", job("One picture", vec![library.jpeg()]), |shown| {
            same(&shown[0].media.join(", "), "image image/jpeg 19 bytes")?;
            same(noted(&shown[0], "is_spoiler_media"), "")?;
            same(noted(&shown[0], "alt_text").trim_end_matches(char::is_numeric), "Picture number ")
        }),
        format("picture alone", job("", vec![library.png()]), |shown| same(&shown[0].text, "")),
        format("carousel", job("Several", vec![library.jpeg(), library.png(), library.mp4(4096)]), |shown| {
            same(&shown[0].media.len().to_string(), "3")
        }),
        format("video", job("A video", vec![library.mp4(100_000)]), |shown| {
            same(&shown[0].media.join(", "), "video video/mp4 100000 bytes")
        }),
        format("poll", with_list(job("Which?", Vec::new()), "poll", &["This", "That", "Neither"]), |shown| {
            let poll: Value = serde_json::from_str(noted(&shown[0], "poll_attachment")).unwrap_or_default();
            same(&poll.to_string(), &json!({"option_a": "This", "option_b": "That", "option_c": "Neither"}).to_string())
        }),
        format("topic", with_text(job("About #something", Vec::new()), "topic", "Garden work"), |shown| {
            same(noted(&shown[0], "topic_tag"), "Garden work")
        }),
        format("audience", with_text(job("For some", Vec::new()), "reply_control", "mentioned_only"), |shown| {
            same(noted(&shown[0], "reply_control"), "mentioned_only")
        }),
        format("for followers", with_text(job("For some", Vec::new()), "reply_control", "followers_only"), |shown| {
            same(noted(&shown[0], "reply_control"), "followers_only")
        }),
        format("spoiler", with_flag(job("The end", vec![library.mp4(4096)]), "spoiler"), |shown| {
            same(noted(&shown[0], "is_spoiler_media"), "true")
        }),
        format("spoiler in a carousel", with_flag(job("", vec![library.jpeg(), library.png()]), "spoiler"), |shown| {
            same(noted(&shown[0], "is_spoiler_media"), "true")
        }),
        format("spoiler without files", with_flag(job("Nothing to hide", Vec::new()), "spoiler"), |shown| {
            same(noted(&shown[0], "is_spoiler_media"), "")
        }),
        format("spoiler in a thread", with_flag(thread.clone(), "spoiler"), |shown| {
            let marks = shown.iter().map(|part| noted(part, "is_spoiler_media"));
            same(&marks.collect::<Vec<_>>().join(","), "true,,true,")
        }),
        format("first comment", comment, |shown| same(shown[1].parent.as_deref().unwrap_or_default(), &shown[0].id)),
        format("thread", thread, |shown| {
            for (part, before) in shown[1..3].iter().zip(shown) {
                same(part.parent.as_deref().unwrap_or_default(), &before.id)?;
            }
            same(shown[3].parent.as_deref().unwrap_or_default(), &shown[0].id)?;
            same(&shown[2].media.len().to_string(), "2")
        }),
    ]
}

fn noted<'a>(shown: &'a Shown, name: &str) -> &'a str {
    shown.notes.get(name).map_or("", String::as_str)
}

fn same(found: &str, expected: &str) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{found:?} instead of {expected:?}")) }
}

/// An error in the Graph API's envelope.
fn envelope(code: u32, subcode: u32, message: &str) -> Value {
    json!({"error": {"message": message, "type": "OAuthException", "code": code, "error_subcode": subcode, "fbtrace_id": "A0"}})
}

/// The next container is refused so.
fn refuse(world: &World, status: u16, code: u32, message: &str) {
    world.plan(Fault::json("POST", "/threads", status, &envelope(code, 0, message)));
}

/// The next publishing is refused so.
fn refuse_publishing(world: &World, code: u32, subcode: u32, message: &str) {
    world.plan(Fault::json("POST", "/threads_publish", 400, &envelope(code, subcode, message)));
}

/// The next publishing is answered so.
fn instead(world: &World, kind: Kind) {
    world.plan(Fault::next("POST", "/threads_publish", kind));
}

/// The next container that is asked for is in this state.
fn container(world: &World, status: &str, message: Option<&str>) {
    let body = json!({"id": "1", "status": status, "error_message": message});
    world.plan(Fault::json("GET", "/v1.0/179", 200, &body));
}

fn error(name: &'static str, bring: fn(&World), expect: AttemptOutcome, says: &'static str) -> ErrorCase {
    ErrorCase { name, format: "text", bring, expect, says }
}

fn in_video(name: &'static str, bring: fn(&World), expect: AttemptOutcome, says: &'static str) -> ErrorCase {
    ErrorCase { format: "video", ..error(name, bring, expect, says) }
}

fn errors() -> Vec<ErrorCase> {
    use AttemptOutcome::{Ambiguous, Published, RateLimited, Rejected, Revoked, Transient};
    let expire = |world: &World| {
        let now = world.now();
        world.grants(|grants| grants.expire("threads", "long", now));
    };
    vec![
        error("token expired", expire, Revoked, ""),
        error(
            "access revoked",
            |world| world.grants(|grants| grants.revoke_user("threads", "26180000000000001")),
            Revoked,
            "",
        ),
        error("permission missing", |world| refuse(world, 403, 10, "No permission"), Revoked, ""),
        error("permission taken back", |world| refuse(world, 403, 200, "Permissions error"), Revoked, ""),
        error("session", |world| refuse(world, 400, 102, "Session key invalid"), Revoked, ""),
        error("app limit", |world| refuse(world, 400, 4, "Application request limit reached"), RateLimited, ""),
        error("user limit", |world| refuse(world, 400, 17, "User request limit reached"), RateLimited, ""),
        error("call limit", |world| refuse(world, 400, 613, "Calls to this api exceeded the limit"), RateLimited, ""),
        error("business limit", business_limit, RateLimited, ""),
        error("daily quota", |world| refuse_publishing(world, 4, 2_207_042, "24 hours"), RateLimited, ""),
        error("invalid parameter", |world| refuse(world, 400, 100, "Param text is too long"), Rejected, "too long"),
        error("links", |world| refuse(world, 400, 100, "THREADS_API__LINK_LIMIT_EXCEEDED"), Rejected, "five"),
        error("blocked", |world| refuse(world, 400, 368, "Temporarily blocked"), Rejected, "while"),
        error("error while preparing", |world| refuse(world, 500, 2, "Service unavailable"), Transient, ""),
        error("unknown error", |world| refuse_publishing(world, 1, 0, "An unknown error occurred"), Ambiguous, ""),
        error("service error", |world| refuse_publishing(world, 2, 0, "Service unavailable"), Ambiguous, ""),
        error("not ready", |world| refuse_publishing(world, 24, 2_207_008, "Not ready"), Published, ""),
        error("unavailable", |world| instead(world, Kind::Html(503)), Ambiguous, ""),
        error("connection refused", |world| instead(world, Kind::Refused), Transient, ""),
        error("request lost", |world| instead(world, Kind::LostRequest), Ambiguous, ""),
        error("answer lost", |world| instead(world, Kind::LostAnswer), Ambiguous, ""),
        error("half an answer", |world| instead(world, Kind::HalfAnswer), Ambiguous, ""),
        error("empty answer", |world| instead(world, Kind::Nothing), Ambiguous, ""),
        error("page with a 200", |world| instead(world, Kind::Html(200)), Ambiguous, ""),
        error("redirect", |world| instead(world, Kind::Redirect("https://www.threads.com/".to_owned())), Ambiguous, ""),
        error(
            "error with a 200",
            |world| world.plan(Fault::json("POST", "/threads_publish", 200, &envelope(190, 460, "Password changed"))),
            Revoked,
            "",
        ),
        in_video("video refused", |world| container(world, "ERROR", Some("INVALID_ASPEC_RATIO")), Rejected, "INVALID"),
        in_video(
            "too many frames",
            |world| container(world, "ERROR", Some("INVALID_FRAME_RATE")),
            Rejected,
            "23 to 60",
        ),
        in_video("download failed", |world| container(world, "ERROR", Some("FAILED_DOWNLOADING_VIDEO")), Transient, ""),
        in_video("container expired", |world| container(world, "EXPIRED", None), Transient, ""),
        in_video(
            "container forgotten",
            |world| world.plan(Fault::json("GET", "/v1.0/179", 400, &envelope(100, 33, "does not exist"))),
            Transient,
            "",
        ),
    ]
}

/// With the time that the usage header tells.
fn business_limit(world: &World) {
    let usage =
        json!({"26180000000000001": [{"type": "threads", "call_count": 100, "estimated_time_to_regain_access": 20}]});
    let kind = Kind::Answer {
        status: 400,
        headers: vec![
            ("content-type", "application/json".to_owned()),
            ("x-business-use-case-usage", usage.to_string()),
        ],
        body: envelope(80_002, 0, "There have been too many calls").to_string(),
    };
    world.plan(Fault::next("POST", "/threads", kind));
}
