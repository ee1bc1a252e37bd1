//! Bluesky: its formats and its errors.

use domain::delivery::AttemptOutcome;
use jiff::SignedDuration;
use platforms::{Credentials, Profile, Secret};
use serde_json::json;

use super::pictures::{picture, pictures};
use super::{Cases, Connect, ErrorCase, FormatCase, job, with_flag, with_list, with_subtitles, with_text, with_thread};
use crate::bluesky::{ACCESS, NETWORK, PDS, PEOPLE, REFRESH};
use crate::faults::{Fault, Kind};
use crate::library::Library;
use crate::world::{Shown, World};

const PUT: &str = "com.atproto.repo.putRecord";
const APPLY: &str = "com.atproto.repo.applyWrites";
const UPLOAD: &str = "com.atproto.repo.uploadBlob";

/// What is tried.
pub(super) fn cases(library: &Library) -> Cases {
    Cases { connect: account(), formats: formats(library), errors: errors() }
}

fn account() -> Connect {
    let (did, handle, name) = PEOPLE[0];
    let credentials = Credentials::Bluesky {
        service: PDS.parse().expect("an address"),
        did: did.to_owned(),
        access_jwt: Secret::new(ACCESS),
        refresh_jwt: Secret::new(REFRESH),
    };
    let profile = Profile { remote_id: did.into(), name: name.into(), handle: handle.into(), ..Profile::default() };
    Connect::Given(Box::new((profile, credentials)))
}

fn formats(library: &Library) -> Vec<FormatCase> {
    let format = |name, job, shown, check| FormatCase { name, job, shown, check };
    let mut thread = with_thread(job("One #bench", vec![picture(library)]), &["Two, with @ben.bsky.social", "Three"]);
    thread.thread[1].media = pictures(library, 2);
    let commented = |mut job: platforms::Job| {
        job.first_comment = Some("More at https://example.com/benches".to_owned());
        job
    };
    let answers = |who: &str| with_text(job("For some, @ben.bsky.social", vec![]), "reply_control", who);
    vec![
        format("text", job("Hello @ben.bsky.social, see #benches at https://example.com/a", vec![]), 1, |shown| {
            expect(&shown[0], "facets", "3")
        }),
        format("picture", job("A bench", vec![picture(library)]), 1, |shown| files(&shown[0], "image image/png", 1)),
        format("pictures", job("Benches", pictures(library, 4)), 1, |shown| files(&shown[0], "image image/png", 4)),
        format("video", job("Sawing", vec![library.mp4(300_000)]), 1, |shown| {
            files(&shown[0], "video video/mp4 300000", 1)
        }),
        format("video with subtitles", subtitled(library), 1, |shown| {
            files(&shown[0], "video video/mp4 3000", 1)?;
            // The SRT, of 50 bytes, became a WebVTT of 56.
            expect(&shown[0], "captions", "en 56, pt-BR 47")
        }),
        format("link card", with_text(job("Read this", vec![]), "link", "https://www.example.com/oak"), 1, |shown| {
            expect(&shown[0], "card", "https://www.example.com/oak")?;
            expect(&shown[0], "card title", "example.com/oak")
        }),
        format("languages", with_list(job("Guten Tag", vec![]), "languages", &["de", "en"]), 1, |shown| {
            expect(&shown[0], "languages", "[\"de\",\"en\"]")
        }),
        format("answers of the mentioned", answers("mentioned"), 1, |shown| {
            expect(&shown[0], "replies", "[mentionRule]")
        }),
        format("answers of the followed", answers("following"), 1, |shown| {
            expect(&shown[0], "replies", "[followingRule]")
        }),
        format("answers of followers", answers("followers"), 1, |shown| expect(&shown[0], "replies", "[followerRule]")),
        format("answers of nobody", answers("nobody"), 1, |shown| expect(&shown[0], "replies", "[]")),
        format("answers of everybody", answers("everyone"), 1, |shown| {
            if shown[0].notes.contains_key("replies") { Err("there is a gate".to_owned()) } else { Ok(()) }
        }),
        format("no quotes", with_flag(job("Hello", vec![picture(library)]), "no_quotes"), 1, |shown| {
            expect(&shown[0], "quotes", "[disableRule]")
        }),
        format(
            "thread with both gates",
            with_flag(with_text(thread.clone(), "reply_control", "nobody"), "no_quotes"),
            3,
            |shown| {
                in_order(shown)?;
                expect(&shown[0], "replies", "[]")?;
                expect(&shown[0], "quotes", "[disableRule]")
            },
        ),
        format("thread", thread.clone(), 3, |shown| {
            in_order(shown)?;
            files(&shown[2], "image image/png", 2)
        }),
        format("first comment", commented(job("Hello", vec![])), 2, in_order),
        format("thread and first comment", commented(thread), 4, |shown| {
            let root = Some(shown[0].id.as_str());
            if shown[3].parent.as_deref() == root { Ok(()) } else { Err("the comment answers the post".to_owned()) }
        }),
    ]
}

fn subtitled(library: &Library) -> platforms::Job {
    let files = vec![(library.srt("The saw sings."), "en"), (library.vtt("A serra canta."), "pt-BR")];
    with_subtitles(job("Sawing", vec![library.mp4(3000)]), files)
}

fn expect(shown: &Shown, note: &str, wanted: &str) -> Result<(), String> {
    let found = shown.notes.get(note).map(String::as_str);
    if found == Some(wanted) { Ok(()) } else { Err(format!("{note} is {found:?} instead of {wanted}")) }
}

fn files(shown: &Shown, wanted: &str, count: usize) -> Result<(), String> {
    let right = shown.media.len() == count && shown.media.iter().all(|file| file.starts_with(wanted));
    if right { Ok(()) } else { Err(format!("the files are {:?}", shown.media)) }
}

/// Each part answers the one before it, under one root.
fn in_order(shown: &[Shown]) -> Result<(), String> {
    for pair in shown.windows(2) {
        if pair[1].parent.as_ref() != Some(&pair[0].id) || pair[1].notes.get("root") != Some(&shown[0].id) {
            return Err(format!("{} does not follow {}", pair[1].id, pair[0].id));
        }
    }
    Ok(())
}

fn refuse(world: &World, status: u16, name: &str) {
    let body = json!({"error": name, "message": "the server's own words"});
    world.plan(Fault::json("POST", PUT, status, &body));
}

fn expire(world: &World, kinds: &[&str]) {
    let now = world.now();
    world.grants(|grants| kinds.iter().for_each(|kind| grants.expire(NETWORK, kind, now)));
}

fn errors() -> Vec<ErrorCase> {
    use AttemptOutcome::{Ambiguous, Published, RateLimited, Rejected, Revoked, Transient};
    let case = |name, format, bring, expect, says| ErrorCase { name, format, bring, expect, says };
    let text = |name, bring, expect, says| case(name, "text", bring, expect, says);
    let mut cases = vec![
        text("access ran out", |world| expire(world, &["access"]), Published, ""),
        text("session ran out", |world| expire(world, &["access", "refresh"]), Revoked, ""),
        text(
            "app password deleted",
            |world| world.grants(|grants| grants.revoke_user(NETWORK, PEOPLE[0].0)),
            Revoked,
            "Connect",
        ),
        text("InvalidToken", |world| refuse(world, 400, "InvalidToken"), Revoked, "the server's own words"),
        text("AuthMissing", |world| refuse(world, 401, "AuthMissing"), Revoked, ""),
        text("AuthenticationRequired", |world| refuse(world, 401, "AuthenticationRequired"), Revoked, ""),
        text("AccountTakedown", |world| refuse(world, 400, "AccountTakedown"), Rejected, "switched this account off"),
        text("AccountDeactivated", |world| refuse(world, 400, "AccountDeactivated"), Rejected, "switched"),
        text("AccountSuspended", |world| refuse(world, 400, "AccountSuspended"), Rejected, "switched"),
        text(
            "AuthFactorTokenRequired",
            |world| refuse(world, 401, "AuthFactorTokenRequired"),
            Rejected,
            "app password",
        ),
        text("InvalidRequest", |world| refuse(world, 400, "InvalidRequest"), Rejected, "Change what"),
        text("InvalidRecord", |world| refuse(world, 400, "InvalidRecord"), Rejected, "the server's own words"),
        text("InvalidSwap by another's record", |world| refuse(world, 400, "InvalidSwap"), Rejected, ""),
        case("BlobNotFound", "picture", |world| refuse(world, 400, "BlobNotFound"), Published, ""),
        case("InvalidMimeType", "picture", |world| refuse(world, 400, "InvalidMimeType"), Rejected, "JPEG"),
        case(
            "BlobTooLarge",
            "video",
            |world| world.plan(Fault::json("POST", UPLOAD, 413, &json!({"error": "BlobTooLarge", "message": "big"}))),
            Rejected,
            "smaller",
        ),
        case(
            "upload: 413 of a proxy",
            "picture",
            |world| world.plan(Fault::next("POST", UPLOAD, Kind::Html(413))),
            Rejected,
            "smaller",
        ),
        case("upload: 503", "picture", |world| world.plan(Fault::next("POST", UPLOAD, Kind::Html(503))), Transient, ""),
        case(
            "upload: answer lost",
            "picture",
            |world| world.plan(Fault::next("POST", UPLOAD, Kind::LostAnswer)),
            Transient,
            "",
        ),
        case(
            "captions: InvalidMimeType",
            "video with subtitles",
            |world| refuse(world, 400, "InvalidMimeType"),
            Rejected,
            "JPEG",
        ),
        case(
            "captions: BlobNotFound",
            "video with subtitles",
            |world| refuse(world, 400, "BlobNotFound"),
            Published,
            "",
        ),
        case(
            "captions: BlobTooLarge",
            "video with subtitles",
            |world| {
                let body = json!({"error": "BlobTooLarge", "message": "big"});
                world.plan(Fault { skip: 1, ..Fault::json("POST", UPLOAD, 413, &body) });
            },
            Rejected,
            "smaller",
        ),
        text("rate limit", limited, RateLimited, ""),
        text(
            "sign-in server's redirect",
            |world| {
                world.plan(Fault::next("POST", PUT, Kind::Redirect("https://elsewhere.example/".to_owned())));
            },
            Rejected,
            "server address",
        ),
        case(
            "second part refused",
            "thread",
            |world| {
                let body = json!({"error": "InternalServerError", "message": "Internal Server Error"});
                world.plan(Fault { skip: 1, ..Fault::json("POST", PUT, 500, &body) });
            },
            Ambiguous,
            "",
        ),
    ];
    cases.extend(front());
    cases.extend(gated());
    cases
}

fn refuse_gated(world: &World, status: u16, name: &str) {
    world.plan(Fault::json("POST", APPLY, status, &json!({"error": name, "message": "the server's own words"})));
}

/// The same with a post that goes with its gates.
fn gated() -> Vec<ErrorCase> {
    use AttemptOutcome::{Ambiguous, Published, Rejected, Transient};
    let case = |name, bring, expect, says| ErrorCase { name, format: "no quotes", bring, expect, says };
    vec![
        case("with gates: access ran out", |world| expire(world, &["access"]), Published, ""),
        case("with gates: InvalidRequest", |world| refuse_gated(world, 400, "InvalidRequest"), Rejected, "own words"),
        case("with gates: BlobNotFound", |world| refuse_gated(world, 400, "BlobNotFound"), Published, ""),
        case("with gates: 500", |world| refuse_gated(world, 500, "InternalServerError"), Ambiguous, ""),
        case(
            "with gates: a lost answer",
            |world| world.plan(Fault::next("POST", APPLY, Kind::LostAnswer)),
            Ambiguous,
            "",
        ),
        case(
            "with gates: connection refused",
            |world| world.plan(Fault::next("POST", APPLY, Kind::Refused)),
            Transient,
            "",
        ),
    ]
}

/// What any server's front may do.
fn front() -> Vec<ErrorCase> {
    use AttemptOutcome::{Ambiguous, Transient};
    let text = |name, bring, expect| ErrorCase { name, format: "text", bring, expect, says: "" };
    vec![
        text("InternalServerError", |world| refuse(world, 500, "InternalServerError"), Ambiguous),
        text("UpstreamFailure", |world| refuse(world, 502, "UpstreamFailure"), Ambiguous),
        text("503", |world| refuse(world, 503, "NotEnoughResources"), Ambiguous),
        text("504", |world| refuse(world, 504, "UpstreamTimeout"), Ambiguous),
        text("a page instead of an answer", |world| world.plan(Fault::next("POST", PUT, Kind::Html(502))), Ambiguous),
        text("a page with 200", |world| world.plan(Fault::next("POST", PUT, Kind::Html(200))), Ambiguous),
        text("an empty answer", |world| world.plan(Fault::next("POST", PUT, Kind::Nothing)), Ambiguous),
        text("half an answer", |world| world.plan(Fault::next("POST", PUT, Kind::HalfAnswer)), Ambiguous),
        text("a lost answer", |world| world.plan(Fault::next("POST", PUT, Kind::LostAnswer)), Ambiguous),
        text("a lost request", |world| world.plan(Fault::next("POST", PUT, Kind::LostRequest)), Ambiguous),
        text("connection refused", |world| world.plan(Fault::next("POST", PUT, Kind::Refused)), Transient),
    ]
}

fn limited(world: &World) {
    let reset = world.now() + SignedDuration::from_mins(5);
    let headers =
        vec![("content-type", "application/json".to_owned()), ("ratelimit-reset", reset.as_second().to_string())];
    let body = json!({"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}).to_string();
    world.plan(Fault::next("POST", PUT, Kind::Answer { status: 429, headers, body }));
}
