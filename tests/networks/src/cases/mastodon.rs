//! Mastodon: its formats and its errors.

use domain::delivery::AttemptOutcome;
use jiff::SignedDuration;
use platforms::{Credentials, Profile, Secret};
use serde_json::json;

use super::pictures::{picture, pictures, webp};
use super::{Cases, Connect, ErrorCase, FormatCase, job, with_cover, with_flag, with_list, with_text, with_thread};
use crate::faults::{Fault, Kind};
use crate::library::Library;
use crate::mastodon::{CLIENT_ID, CLIENT_SECRET, INSTANCE, NETWORK, PEOPLE, TOKEN};
use crate::world::{Shown, World};

const POST: &str = "/api/v1/statuses";
const MEDIA: &str = "/api/v2/media";
const PROCESSING: &str = "/api/v1/media/";

/// What is tried.
pub(super) fn cases(library: &Library) -> Cases {
    Cases { connect: account(), formats: formats(library), errors: errors() }
}

fn account() -> Connect {
    let (id, name) = PEOPLE[0];
    let credentials = Credentials::Mastodon {
        instance: format!("https://{INSTANCE}/").parse().expect("an address"),
        access_token: Secret::new(TOKEN),
        client_id: CLIENT_ID.to_owned(),
        client_secret: Secret::new(CLIENT_SECRET),
    };
    let profile = Profile {
        remote_id: id.into(),
        name: name.into(),
        handle: format!("{name}@{INSTANCE}"),
        instance: Some(INSTANCE.to_owned()),
        ..Profile::default()
    };
    Connect::Given(Box::new((profile, credentials)))
}

fn formats(library: &Library) -> Vec<FormatCase> {
    let format = |name, job, shown, check| FormatCase { name, job, shown, check };
    let mut thread = with_thread(job("One #bench", vec![picture(library)]), &["Two, with @ben", "Three"]);
    thread.thread[1].media = pictures(library, 2);
    thread = with_text(thread, "visibility", "unlisted");
    let mut commented = with_text(job("Hello <there>", vec![]), "spoiler", "Woodwork");
    commented.first_comment = Some("More at https://example.com/benches".to_owned());
    let poll = with_list(job("Which?", vec![]), "poll", &["Oak", "Ash", "Elm"]);
    let warned = with_text(with_flag(job("Look", vec![picture(library)]), "sensitive"), "spoiler", "A sharp saw");
    vec![
        format(
            "text",
            job("Hello @ben@mastodon.example & all,\nsee https://example.com/a/long/path/to/it", vec![]),
            1,
            |shown| {
                expect(&shown[0], "visibility", "public")?;
                let unsaid = ["language", "quotes"].into_iter().find(|name| shown[0].notes.contains_key(*name));
                unsaid.map_or(Ok(()), |name| Err(format!("{name} was not asked for")))
            },
        ),
        format("picture", job("A bench", vec![picture(library)]), 1, |shown| files(&shown[0], "image image/png", 1)),
        format("pictures", job("Benches", pictures(library, 4)), 1, |shown| files(&shown[0], "image image/png", 4)),
        format("video", job("Sawing", vec![library.mp4(300_000)]), 1, |shown| {
            files(&shown[0], "video video/mp4 300000", 1)
        }),
        format("video cover", with_cover(job("Sawing", vec![library.mp4(3000)]), picture(library)), 1, |shown| {
            files(&shown[0], "video video/mp4 3000", 1)?;
            expect(&shown[0], "cover", "image/png 73 bytes")
        }),
        format("cover as JPEG", with_cover(job("Planing", vec![library.mp4(3000)]), webp(library)), 1, |shown| {
            let cover = shown[0].notes.get("cover").map(String::as_str).unwrap_or_default();
            if cover.starts_with("image/jpeg ") { Ok(()) } else { Err(format!("the cover is {cover:?}")) }
        }),
        format("poll", with_text(poll.clone(), "poll_duration", "3d"), 1, |shown| {
            expect(&shown[0], "poll", "Oak | Ash | Elm (259200 s)")
        }),
        format(
            "poll of several",
            with_flag(with_flag(poll.clone(), "poll_multiple"), "poll_hide_totals"),
            1,
            |shown| {
                expect(&shown[0], "several answers", "yes")?;
                expect(&shown[0], "totals hidden", "yes")
            },
        ),
        format("language", with_text(job("Guten Tag", vec![]), "language", "DE"), 1, |shown| {
            expect(&shown[0], "language", "de")
        }),
        format("quotes by followers", with_text(job("For some", vec![]), "quote_policy", "followers"), 1, |shown| {
            expect(&shown[0], "quotes", "followers")
        }),
        format("quotes by nobody", with_text(thread.clone(), "quote_policy", "nobody"), 3, |shown| {
            shown.iter().try_for_each(|part| expect(part, "quotes", "nobody"))
        }),
        format("warning", warned, 1, |shown| {
            expect(&shown[0], "warning", "A sharp saw")?;
            expect(&shown[0], "sensitive", "yes")
        }),
        format("for followers", with_text(job("Hush", vec![]), "visibility", "private"), 1, |shown| {
            expect(&shown[0], "visibility", "private")
        }),
        format("thread", thread, 3, |shown| {
            in_order(shown)?;
            expect(&shown[2], "visibility", "unlisted")?;
            files(&shown[2], "image image/png", 2)
        }),
        format("first comment", commented, 2, |shown| {
            in_order(shown)?;
            expect(&shown[1], "warning", "Woodwork")
        }),
    ]
}

fn expect(shown: &Shown, note: &str, wanted: &str) -> Result<(), String> {
    let found = shown.notes.get(note).map(String::as_str);
    if found == Some(wanted) { Ok(()) } else { Err(format!("{note} is {found:?} instead of {wanted}")) }
}

fn files(shown: &Shown, wanted: &str, count: usize) -> Result<(), String> {
    let right = shown.media.len() == count && shown.media.iter().all(|file| file.starts_with(wanted));
    if right { Ok(()) } else { Err(format!("the files are {:?}", shown.media)) }
}

fn in_order(shown: &[Shown]) -> Result<(), String> {
    let follows = |pair: &[Shown]| pair[1].parent.as_ref() == Some(&pair[0].id);
    if shown.windows(2).all(follows) { Ok(()) } else { Err("the parts do not follow one another".to_owned()) }
}

fn refuse(world: &World, path: &str, status: u16, message: &str) {
    world.plan(Fault::json("POST", path, status, &json!({"error": message})));
}

fn front_of(world: &World, path: &str, kind: Kind) {
    world.plan(Fault::next("POST", path, kind));
}

fn errors() -> Vec<ErrorCase> {
    use AttemptOutcome::{Ambiguous, Rejected, Revoked, Transient};
    let case = |name, format, bring, expect, says| ErrorCase { name, format, bring, expect, says };
    let text = |name, bring, expect, says| case(name, "text", bring, expect, says);
    let mut cases = vec![
        text(
            "access revoked",
            |world| world.grants(|grants| grants.revoke_user(NETWORK, &format!("ada@{INSTANCE}"))),
            Revoked,
            "The access token is invalid",
        ),
        text(
            "too narrow a scope",
            |world| refuse(world, POST, 403, "This action is outside the authorized scopes"),
            Revoked,
            "outside",
        ),
        text(
            "login disabled",
            |world| refuse(world, POST, 403, "Your login is currently disabled"),
            Revoked,
            "disabled",
        ),
        text(
            "e-mail unconfirmed",
            |world| refuse(world, POST, 403, "Your login is missing a confirmed e-mail address"),
            Revoked,
            "confirmed",
        ),
        text("refused by a proxy", |world| front_of(world, POST, Kind::Html(403)), Rejected, "administrator"),
        text(
            "too long",
            |world| refuse(world, POST, 422, "Validation failed: Text character limit of 500 exceeded"),
            Rejected,
            "character limit",
        ),
        case(
            "bad poll",
            "poll",
            |world| refuse(world, POST, 422, "Validation failed: Poll options can't be blank"),
            Rejected,
            "Poll",
        ),
        text("no such thing", |world| refuse(world, POST, 404, "Record not found"), Rejected, "still exist"),
        text("gone", |world| refuse(world, POST, 410, "Gone"), Rejected, "still exist"),
        case(
            "file too large for a proxy",
            "picture",
            |world| front_of(world, MEDIA, Kind::Html(413)),
            Rejected,
            "smaller",
        ),
        case(
            "file of a wrong type",
            "picture",
            |world| refuse(world, MEDIA, 422, "Validation failed: File content type is invalid"),
            Rejected,
            "content type",
        ),
        case(
            "cover of a wrong type",
            "video cover",
            |world| refuse(world, MEDIA, 422, "Validation failed: Thumbnail content type is invalid"),
            Rejected,
            "Thumbnail",
        ),
        case(
            "processing failed",
            "video",
            |world| {
                let body = json!({"error": "Error processing thumbnail for uploaded media"});
                world.plan(Fault::json("GET", PROCESSING, 422, &body));
            },
            Rejected,
            "another format",
        ),
        case(
            "upload lost",
            "video",
            |world| {
                world.plan(Fault::json("GET", PROCESSING, 404, &json!({"error": "Record not found"})));
            },
            Transient,
            "",
        ),
        case(
            "processing takes long",
            "video",
            |world| {
                let headers = vec![("content-type", "application/json".to_owned())];
                let kind = Kind::Answer { status: 206, headers, body: json!({"id": "1", "url": null}).to_string() };
                world.plan(Fault { times: 20, ..Fault::next("GET", PROCESSING, kind) });
            },
            Transient,
            "",
        ),
        case("upload: 503", "picture", |world| front_of(world, MEDIA, Kind::Html(503)), Transient, ""),
        case("upload: answer lost", "picture", |world| front_of(world, MEDIA, Kind::LostAnswer), Transient, ""),
        text("rate limit", |world| limited(world, 5), AttemptOutcome::RateLimited, ""),
        text(
            "lost answer, then silence until the key is forgotten",
            |world| {
                front_of(world, POST, Kind::LostAnswer);
                limited(world, 120);
            },
            Ambiguous,
            "",
        ),
        case(
            "second part lost, then silence until the key is forgotten",
            "thread",
            |world| {
                world.plan(Fault { skip: 1, ..Fault::next("POST", POST, Kind::LostAnswer) });
                let mut later = limit(world, 120);
                later.skip = 2;
                world.plan(later);
            },
            Ambiguous,
            "",
        ),
        text(
            "redirect",
            |world| front_of(world, POST, Kind::Redirect("https://elsewhere.example/".to_owned())),
            Rejected,
            "address",
        ),
    ];
    cases.extend(front());
    cases
}

/// What any server's front may do.
fn front() -> Vec<ErrorCase> {
    use AttemptOutcome::{Ambiguous, Transient};
    let text = |name, bring, expect| ErrorCase { name, format: "text", bring, expect, says: "" };
    vec![
        text("500", |world| refuse(world, POST, 500, "Internal Server Error"), Ambiguous),
        text("502 of a proxy", |world| front_of(world, POST, Kind::Html(502)), Ambiguous),
        text("503 for maintenance", |world| front_of(world, POST, Kind::Html(503)), Ambiguous),
        text("504", |world| front_of(world, POST, Kind::Html(504)), Ambiguous),
        text("a page with 200", |world| front_of(world, POST, Kind::Html(200)), Ambiguous),
        text("an empty answer", |world| front_of(world, POST, Kind::Nothing), Ambiguous),
        text("half an answer", |world| front_of(world, POST, Kind::HalfAnswer), Ambiguous),
        text("a lost answer", |world| front_of(world, POST, Kind::LostAnswer), Ambiguous),
        text("a lost request", |world| front_of(world, POST, Kind::LostRequest), Ambiguous),
        text("connection refused", |world| front_of(world, POST, Kind::Refused), Transient),
    ]
}

fn limit(world: &World, minutes: i64) -> Fault {
    let reset = world.now() + SignedDuration::from_mins(minutes);
    let headers = vec![("content-type", "application/json".to_owned()), ("x-ratelimit-reset", reset.to_string())];
    let body = json!({"error": "Too many requests"}).to_string();
    Fault::next("POST", POST, Kind::Answer { status: 429, headers, body })
}

fn limited(world: &World, minutes: i64) {
    world.plan(limit(world, minutes));
}
