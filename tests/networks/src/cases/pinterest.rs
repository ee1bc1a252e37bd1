//! Pinterest: its formats and its errors.

use domain::delivery::AttemptOutcome;
use platforms::Job;
use serde_json::json;

use super::pictures::{picture, pictures};
use super::{Cases, Connect, ErrorCase, FormatCase, job, with_cover, with_frame, with_text};
use crate::faults::{Fault, Kind};
use crate::library::Library;
use crate::pinterest::NETWORK;
use crate::world::{Shown, World};

/// A board of Ada's.
const BOARD: &str = "549755885001";
const PINS: &str = "/v5/pins";
const MEDIA: &str = "/v5/media";
const STORAGE: &str = "pinterest-media-upload";

/// What is tried.
pub(super) fn cases(library: &Library) -> Cases {
    let connect = Connect::Consent { way: "default", user: "ada", account: 0 };
    Cases { connect, formats: formats(library), errors: errors() }
}

fn formats(library: &Library) -> Vec<FormatCase> {
    let format = |name, job, shown, check| FormatCase { name, job, shown, check };
    let pinned = |job: Job| with_text(job, "board", BOARD);
    let titled = with_text(pinned(job("Oak, oiled.\nFive days of work.", vec![picture(library)])), "title", "A bench");
    vec![
        format("picture", with_text(titled, "link", "https://example.com/benches?from=pin"), 1, |shown| {
            expect(&shown[0], "title", "A bench")?;
            expect(&shown[0], "link", "https://example.com/benches?from=pin")?;
            expect(&shown[0], "board", BOARD)?;
            if shown[0].notes.contains_key("alt") { Ok(()) } else { Err("there is no alternative text".to_owned()) }
        }),
        format("picture alone", pinned(job("", vec![picture(library)])), 1, |shown| {
            expect(&shown[0], "media", "image")
        }),
        format("carousel of two", pinned(job("Two", pictures(library, 2))), 1, |shown| carousel(&shown[0], 2)),
        format("carousel of five", pinned(job("Five", pictures(library, 5))), 1, |shown| carousel(&shown[0], 5)),
        format("video", pinned(job("Sawing", vec![library.mp4(300_000)])), 1, |shown| {
            let files = &shown[0].media;
            if *files != ["video video/mp4 300000 bytes"] {
                return Err(format!("the files are {files:?}"));
            }
            expect(&shown[0], "cover", "second 1")
        }),
        format("cover moment", with_frame(pinned(job("Planing", vec![library.mp4(3000)])), 3900), 1, |shown| {
            expect(&shown[0], "cover", "second 3")
        }),
        format(
            "cover picture",
            with_cover(pinned(job("Oiling", vec![library.mp4(3000)])), picture(library)),
            1,
            |shown| expect(&shown[0], "cover", "image image/png 73 bytes"),
        ),
    ]
}

fn expect(shown: &Shown, note: &str, wanted: &str) -> Result<(), String> {
    let found = shown.notes.get(note).map(String::as_str);
    if found == Some(wanted) { Ok(()) } else { Err(format!("{note} is {found:?} instead of {wanted}")) }
}

fn carousel(shown: &Shown, count: usize) -> Result<(), String> {
    let right = shown.media.len() == count && shown.media.iter().all(|file| file.starts_with("image image/png"));
    if right { expect(shown, "media", "multiple_images") } else { Err(format!("the files are {:?}", shown.media)) }
}

fn refuse(world: &World, status: u16, code: i32, message: &str) {
    world.plan(Fault::json("POST", PINS, status, &json!({"code": code, "message": message})));
}

fn front_of(world: &World, path: &str, kind: Kind) {
    world.plan(Fault::next("POST", path, kind));
}

fn expire(world: &World, kinds: &[&str]) {
    let now = world.now();
    world.grants(|grants| kinds.iter().for_each(|kind| grants.expire(NETWORK, kind, now)));
}

/// What the next looks at a video tell.
fn video_is(world: &World, status: &str, times: u32) {
    let body = json!({"media_id": "1", "media_type": "video", "status": status});
    world.plan(Fault { times, ..Fault::json("GET", MEDIA, 200, &body) });
}

fn errors() -> Vec<ErrorCase> {
    use AttemptOutcome::{Published, RateLimited, Rejected, Revoked, Transient};
    let case = |name, format, bring, expect, says| ErrorCase { name, format, bring, expect, says };
    let pin = |name, bring, expect, says| case(name, "picture", bring, expect, says);
    let video = |name, bring, expect, says| case(name, "video", bring, expect, says);
    let mut cases = vec![
        pin("access ran out", |world| expire(world, &["access"]), Published, ""),
        pin("refresh token ran out", |world| expire(world, &["access", "refresh"]), Revoked, "Connect"),
        pin("app removed", |world| world.grants(|grants| grants.revoke_user(NETWORK, "ada")), Revoked, "Connect"),
        pin(
            "scope missing",
            |world| refuse(world, 403, 3, "Your access token lacks ['pins:write']"),
            Revoked,
            "pins:write",
        ),
        pin("another's board", |world| refuse(world, 403, 7, "You are not permitted"), Rejected, "may pin to"),
        pin(
            "access level",
            |world| refuse(world, 403, 29, "Apps with Trial access may not"),
            Rejected,
            "Standard access",
        ),
        pin("board gone", |world| refuse(world, 404, 40, "Board not found."), Rejected, "another board"),
        pin("bad picture", |world| refuse(world, 400, 1, "Sorry, we cannot use that image"), Rejected, "cannot use"),
        pin(
            "blocked link",
            |world| refuse(world, 400, 1, "Sorry! Pins cannot link to that site"),
            Rejected,
            "cannot link",
        ),
        pin("conflict", |world| refuse(world, 409, 0, "Conflict"), Rejected, "Look at the board"),
        pin("too large", |world| front_of(world, PINS, Kind::Html(413)), Rejected, "smaller"),
        pin("rate limit", |world| limited(world, "100, 100;w=60, 1000;w=86400", 42), RateLimited, ""),
        pin("trial's day limit", |world| limited(world, "300, 300;w=86400, 1000;w=86400", 30_000), RateLimited, ""),
        pin(
            "redirect",
            |world| front_of(world, PINS, Kind::Redirect("https://elsewhere.example/".to_owned())),
            Rejected,
            "",
        ),
        video("registering: 500", |world| front_of(world, MEDIA, Kind::Html(500)), Transient, ""),
        video("registering: answer lost", |world| front_of(world, MEDIA, Kind::LostAnswer), Transient, ""),
        video("storage refuses", |world| front_of(world, STORAGE, Kind::Html(403)), Transient, ""),
        video("storage: too large", |world| front_of(world, STORAGE, Kind::Html(413)), Rejected, "smaller"),
        video("storage: answer lost", |world| front_of(world, STORAGE, Kind::LostAnswer), Transient, ""),
        video("processing takes long", |world| video_is(world, "processing", 12), Transient, ""),
        video("processing failed once", |world| video_is(world, "failed", 1), Published, ""),
        video("processing failed twice", |world| video_is(world, "failed", 2), Rejected, "H.264"),
        video("pin with a lost answer", |world| front_of(world, PINS, Kind::LostAnswer), AttemptOutcome::Ambiguous, ""),
    ];
    cases.extend(front());
    cases
}

/// What any server's front may do.
fn front() -> Vec<ErrorCase> {
    use AttemptOutcome::{Ambiguous, Transient};
    let pin = |name, bring, expect| ErrorCase { name, format: "picture", bring, expect, says: "" };
    vec![
        pin("500", |world| refuse(world, 500, 0, "Unexpected error"), Ambiguous),
        pin("503", |world| front_of(world, PINS, Kind::Html(503)), Ambiguous),
        pin("a page with 200", |world| front_of(world, PINS, Kind::Html(200)), Ambiguous),
        pin("an empty answer", |world| front_of(world, PINS, Kind::Nothing), Ambiguous),
        pin("200 with an error inside", |world| refuse(world, 200, 1, "Invalid"), Ambiguous),
        pin("half an answer", |world| front_of(world, PINS, Kind::HalfAnswer), Ambiguous),
        pin("a lost answer", |world| front_of(world, PINS, Kind::LostAnswer), Ambiguous),
        pin("a lost request", |world| front_of(world, PINS, Kind::LostRequest), Ambiguous),
        pin("connection refused", |world| front_of(world, PINS, Kind::Refused), Transient),
    ]
}

fn limited(world: &World, limits: &str, seconds: u32) {
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        ("x-ratelimit-limit", limits.to_owned()),
        ("x-ratelimit-remaining", "0".to_owned()),
        ("x-ratelimit-reset", seconds.to_string()),
    ];
    let body = json!({"code": 8, "message": "You have exceeded your rate limit."}).to_string();
    world.plan(Fault::next("POST", PINS, Kind::Answer { status: 429, headers, body }));
}
