//! What is tried with X.

use bytes::Bytes;
use domain::delivery::AttemptOutcome;
use domain::media::MediaUse;
use domain::target::Setting;
use jiff::SignedDuration;
use platforms::ThreadPart;
use serde_json::json;

use super::pictures::{picture, pictures};
use super::{Cases, Connect, ErrorCase, FormatCase, job, with_flag, with_list, with_text, with_thread};
use crate::faults::{Fault, Kind};
use crate::library::Library;
use crate::world::{Shown, World};

const LINKS: &str = "Q&A <now>: https://example.com/a?b=1&c=2 and example.org, cafe\u{301} 👩‍👩‍👧";

fn gif(library: &Library) -> MediaUse {
    library.add("image/gif", (8, 8), None, Bytes::from_static(b"GIF89a\x08\0\x08\0 frames"))
}

/// What is tried with X.
pub(super) fn cases(library: &Library) -> Cases {
    let connect = Connect::Consent { way: "default", user: "2244994945", account: 0 };
    Cases { connect, formats: formats(library), errors: errors() }
}

fn format(name: &'static str, job: platforms::Job, check: fn(&[Shown]) -> Result<(), String>) -> FormatCase {
    let shown = 1 + job.thread.len() + usize::from(job.first_comment.is_some());
    FormatCase { name, job, shown, check }
}

fn formats(library: &Library) -> Vec<FormatCase> {
    let four = pictures(library, 4);
    let mut comment = job("A post with a comment", Vec::new());
    comment.first_comment = Some("The first comment".to_owned());
    let mut thread =
        with_thread(job("The first part", Vec::new()), &["The second & part: example.com", "The third part"]);
    thread.thread[1] = ThreadPart { media: vec![picture(library)], ..thread.thread[1].clone() };
    thread.first_comment = Some("And a comment".to_owned());
    let mut poll = with_list(job("Which one?", Vec::new()), "poll", &["This", "That", "Neither"]);
    poll.settings.insert("poll_duration".to_owned(), Setting::Text("3d".to_owned()));
    let told = with_flag(with_flag(job("Told honestly", Vec::new()), "ai_generated"), "paid_partnership");
    vec![
        format("text", job("Hello from a simulation", Vec::new()), |shown| {
            same(shown[0].text.as_str(), "Hello from a simulation")
        }),
        format("links", job(LINKS, Vec::new()), |shown| same(&shown[0].text, LINKS)),
        format("picture", job("One picture", vec![picture(library)]), |shown| {
            same(&files(&shown[0]), "image image/png 73 bytes")?;
            same(noted(&shown[0], "alt_1").trim_end_matches(char::is_numeric), "Picture number ")
        }),
        format("picture alone", job("", vec![picture(library)]), |shown| same(&shown[0].text, "")),
        format("pictures", job("Four pictures", four), |shown| same(&shown[0].media.len().to_string(), "4")),
        format("gif", job("It moves", vec![gif(library)]), |shown| same(&files(&shown[0]), "gif image/gif 17 bytes")),
        format("video", job("A video", vec![library.mp4(9 * 1024 * 1024)]), |shown| {
            same(&files(&shown[0]), "video video/mp4 9437184 bytes")
        }),
        format("poll", poll, |shown| {
            same(&noted(&shown[0], "poll"), "This | That | Neither")?;
            same(&noted(&shown[0], "poll_minutes"), "4320")
        }),
        format("audience", with_text(job("For some", Vec::new()), "reply_settings", "mentionedUsers"), |shown| {
            same(&noted(&shown[0], "reply_settings"), "mentionedUsers")
        }),
        format("disclosure", told, |shown| {
            same(&noted(&shown[0], "made_with_ai"), "true")?;
            same(&noted(&shown[0], "paid_partnership"), "true")
        }),
        format("first comment", comment, |shown| same(shown[1].parent.as_deref().unwrap_or_default(), &shown[0].id)),
        format("thread", thread, |shown| {
            for (part, before) in shown[1..3].iter().zip(shown) {
                same(part.parent.as_deref().unwrap_or_default(), &before.id)?;
            }
            same(shown[3].parent.as_deref().unwrap_or_default(), &shown[0].id)?;
            same(&shown[2].media.len().to_string(), "1")
        }),
    ]
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

/// The next post is answered so.
fn instead(world: &World, kind: Kind) {
    world.plan(Fault::next("POST", "/2/tweets", kind));
}

fn refuse(world: &World, status: u16, kind: &str, detail: &str) {
    let kind = if kind == "about:blank" { kind.to_owned() } else { format!("https://api.x.com/2/problems/{kind}") };
    let body = json!({"type": kind, "title": "Problem", "detail": detail, "status": status});
    world.plan(Fault::json("POST", "/2/tweets", status, &body));
}

fn limited(world: &World, remaining: &'static str, reset: &'static str, body: &serde_json::Value) {
    let until = world.now() + SignedDuration::from_mins(15);
    let headers = vec![
        ("content-type", "application/problem+json".to_owned()),
        (remaining, "0".to_owned()),
        (reset, until.as_second().to_string()),
    ];
    instead(world, Kind::Answer { status: 429, headers, body: body.to_string() });
}

fn error(name: &'static str, bring: fn(&World), expect: AttemptOutcome, says: &'static str) -> ErrorCase {
    ErrorCase { name, format: "text", bring, expect, says }
}

fn errors() -> Vec<ErrorCase> {
    use AttemptOutcome::{Ambiguous, Published, RateLimited, Rejected, Revoked, Transient};
    let mut cases = vec![
        error(
            "token expired",
            |world| {
                let now = world.now();
                world.grants(|grants| grants.expire("x", "access", now));
            },
            Published,
            "",
        ),
        error("access revoked", |world| world.grants(|grants| grants.revoke_user("x", "2244994945")), Revoked, ""),
        error("scope missing", |world| refuse(world, 403, "about:blank", "Forbidden"), Revoked, "permission"),
        error("old credentials", |world| refuse(world, 403, "unsupported-authentication", "Unsupported"), Revoked, ""),
        error(
            "app without access",
            |world| refuse(world, 403, "client-forbidden", "Not enrolled"),
            Rejected,
            "operator",
        ),
        error(
            "duplicate",
            |world| refuse(world, 403, "about:blank", "You are not allowed to create a Tweet with duplicate content."),
            Rejected,
            "same text",
        ),
        error(
            "not permitted",
            |world| refuse(world, 403, "about:blank", "You are not permitted to perform this action."),
            Rejected,
            "notices",
        ),
        error("invalid request", |world| refuse(world, 400, "invalid-request", "Text too long"), Rejected, "too long"),
        error("gone", |world| refuse(world, 404, "resource-not-found", "Could not find"), Rejected, "not there"),
        error("no credits", |world| refuse(world, 402, "about:blank", "CreditsDepleted"), Rejected, "operator"),
        error("plan used up", |world| refuse(world, 429, "usage-capped", "Usage cap exceeded"), Rejected, "operator"),
        error(
            "rate limited",
            |world| {
                let body =
                    json!({"type": "https://api.x.com/2/problems/rate-limit-exceeded", "detail": "Too Many Requests"});
                limited(world, "x-rate-limit-remaining", "x-rate-limit-reset", &body);
            },
            RateLimited,
            "",
        ),
        error(
            "daily limit",
            |world| {
                let body = json!({"errors": [{"code": 88, "message": "Rate limit exceeded"}]});
                limited(world, "x-user-limit-24hour-remaining", "x-user-limit-24hour-reset", &body);
            },
            RateLimited,
            "",
        ),
        error("internal error", |world| refuse(world, 500, "internal-error", "Internal error"), Ambiguous, ""),
        error("unavailable", |world| instead(world, Kind::Html(503)), Ambiguous, ""),
        error("kept out by a front", |world| instead(world, Kind::Html(403)), Transient, ""),
        error("connection refused", |world| instead(world, Kind::Refused), Transient, ""),
        error("request lost", |world| instead(world, Kind::LostRequest), Ambiguous, ""),
        error("answer lost", |world| instead(world, Kind::LostAnswer), Ambiguous, ""),
        error("half an answer", |world| instead(world, Kind::HalfAnswer), Ambiguous, ""),
        error("empty answer", |world| instead(world, Kind::Nothing), Ambiguous, ""),
        error("page with a 200", |world| instead(world, Kind::Html(200)), Ambiguous, ""),
        error("redirect", |world| instead(world, Kind::Redirect("https://x.com/login".to_owned())), Ambiguous, ""),
        error("error with a 200", |world| refuse(world, 200, "resource-unavailable", "Gone"), Rejected, "not there"),
    ];
    cases.extend(media_errors());
    cases
}

fn media_errors() -> [ErrorCase; 5] {
    use AttemptOutcome::{Published, Rejected, Transient};
    let in_video = |case: ErrorCase| ErrorCase { format: "video", ..case };
    [
        in_video(error(
            "video unusable",
            |world| {
                let failed =
                    json!({"state": "failed", "error": {"code": 1, "name": "InvalidMedia", "message": "bad codec"}});
                let body = json!({"data": {"id": "1", "processing_info": failed}});
                world.plan(Fault::json("GET", "/2/media/upload", 200, &body));
            },
            Rejected,
            "could not process",
        )),
        in_video(error(
            "chunk lost",
            |world| world.plan(Fault::next("POST", "/append", Kind::LostAnswer)),
            Transient,
            "",
        )),
        in_video(error(
            "chunk not taken",
            |world| world.plan(Fault::next("POST", "/append", Kind::Nothing)),
            Published,
            "",
        )),
        in_video(error(
            "upload forgotten",
            |world| {
                let body =
                    json!({"type": "https://api.x.com/2/problems/resource-not-found", "detail": "No such media"});
                world.plan(Fault::json("POST", "/finalize", 404, &body));
            },
            Published,
            "",
        )),
        in_video(error(
            "upload limited",
            |world| {
                world.plan(Fault::json("POST", "/initialize", 503, &json!({"title": "Over capacity"})));
            },
            Transient,
            "",
        )),
    ]
}
