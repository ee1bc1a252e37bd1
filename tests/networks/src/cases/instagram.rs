//! What is tried with an Instagram account, connected by either login.

use domain::delivery::AttemptOutcome::{self, Ambiguous, Published, RateLimited, Rejected, Revoked, Transient};
use domain::media::MediaUse;
use domain::target::Format;
use platforms::Job;
use serde_json::json;

use super::{Cases, Connect, ErrorCase, FormatCase, job, with_cover, with_flag, with_frame, with_list};
use crate::faults::{Fault, Kind};
use crate::graph::Refusal;
use crate::library::Library;
use crate::world::{Shown, World};

const CAPTION: &str = "Tea & cake\n#morning @friend 👩‍👩‍👧";

/// What is tried by Instagram's own login.
pub(super) fn cases(library: &Library) -> Cases {
    let connect = Connect::Consent { way: "instagram", user: "17841400000000503", account: 0 };
    let own = [
        error(
            "token expired",
            |world| {
                let now = world.now();
                world.grants(|grants| grants.expire("instagram", "access", now));
            },
            Revoked,
            "expired",
        ),
        error(
            "app removed",
            |world| world.grants(|grants| grants.revoke_user("instagram", "17841400000000503")),
            Revoked,
            "token",
        ),
    ];
    Cases { connect, formats: formats(library), errors: own.into_iter().chain(errors()).collect() }
}

/// What is tried through a Facebook page.
pub(super) fn by_page(library: &Library) -> Cases {
    let connect = Connect::Consent { way: "facebook", user: "8801", account: 1 };
    let own = [
        error(
            "token expired",
            |world| {
                let now = world.now();
                world.grants(|grants| grants.expire("facebook", "page", now));
            },
            Revoked,
            "expired",
        ),
        error(
            "app removed",
            |world| world.grants(|grants| grants.revoke_user("facebook", "2051003")),
            Revoked,
            "token",
        ),
    ];
    let errors = own.into_iter().chain(errors()).chain(of_uploads()).collect();
    Cases { connect, formats: formats(library), errors }
}

fn format(name: &'static str, job: Job, check: fn(&[Shown]) -> Result<(), String>) -> FormatCase {
    let shown = 1 + usize::from(job.first_comment.is_some());
    FormatCase { name, job, shown, check }
}

fn formats(library: &Library) -> Vec<FormatCase> {
    let video = || library.mp4(90_000);
    let mixed = || vec![library.jpeg(), video(), library.jpeg()];
    let story = |file: MediaUse| Job { format: Format::Story, ..job("", vec![file]) };
    let reel = |text: &str| Job { format: Format::Reel, ..job(text, vec![video()]) };
    let commented = |job: Job| Job { first_comment: Some("The first comment".to_owned()), ..job };
    let shared = with_list(job("Together", vec![library.jpeg()]), "collaborators", &["@atelier.nord", "friend"]);
    let told = with_flag(with_flag(shared, "ai_generated"), "paid_partnership");
    vec![
        format("picture", job(CAPTION, vec![library.jpeg()]), |shown| {
            same(&shown[0].account, "17841400000000503")?;
            same(&shown[0].text, CAPTION)?;
            same(shown[0].kind, "post")?;
            same(&files(&shown[0]), "image image/jpeg 19 bytes")?;
            same(&(noted(&shown[0], "people") + &noted(&shown[0], "comments")), "")?;
            same(&noted(&shown[0], "alt").chars().take(14).collect::<String>(), "Picture number")
        }),
        format("picture alone", job("", vec![library.jpeg()]), |shown| same(&shown[0].text, "")),
        format("carousel", job("Three of them", mixed()), |shown| {
            let expected = "image image/jpeg 19 bytes, video video/mp4 90000 bytes, image image/jpeg 19 bytes";
            same(&files(&shown[0]), expected)
        }),
        format("video", job("A video", vec![video()]), |shown| {
            same(shown[0].kind, "reel")?;
            same(&noted(&shown[0], "share_to_feed"), "true")
        }),
        format("reel", with_flag(reel("A reel"), "hide_from_feed"), |shown| {
            same(shown[0].kind, "reel")?;
            same(&noted(&shown[0], "share_to_feed"), "false")?;
            same(&files(&shown[0]), "video video/mp4 90000 bytes")
        }),
        format("cover picture", with_cover(reel("A reel with a picture"), library.jpeg()), |shown| {
            same(&noted(&shown[0], "cover"), "image image/jpeg 19 bytes")?;
            same(&files(&shown[0]), "video video/mp4 90000 bytes")
        }),
        format("cover moment", with_frame(job("A video's moment", vec![video()]), 2500), |shown| {
            same(&noted(&shown[0], "cover"), "2500 ms")
        }),
        format("story picture", story(library.jpeg()), |shown| same(shown[0].kind, "story")),
        format("story video", story(video()), |shown| {
            same(shown[0].kind, "story")?;
            same(&files(&shown[0]), "video video/mp4 90000 bytes")
        }),
        format("disclosure", told, |shown| {
            same(&noted(&shown[0], "collaborators"), "atelier.nord, friend")?;
            same(&noted(&shown[0], "is_ai_generated"), "true")?;
            same(&noted(&shown[0], "is_paid_partnership"), "true")
        }),
        format("people", with_list(job("We two", vec![library.jpeg()]), "people", &["@ada", "ben"]), |shown| {
            same(&noted(&shown[0], "people"), "ada at 0.333 0.9, ben at 0.667 0.9")
        }),
        format(
            "people in a carousel",
            with_list(job("We", vec![video(), library.jpeg()]), "people", &["ada"]),
            |shown| {
                same(&noted(&shown[0], "people 1"), "")?;
                same(&noted(&shown[0], "people 2"), "ada at 0.5 0.9")
            },
        ),
        format("people in a reel", with_list(reel("We"), "people", &["ada", "ben"]), |shown| {
            same(&noted(&shown[0], "people"), "ada, ben")
        }),
        format("no comments", with_flag(job("Quiet", vec![library.jpeg()]), "no_comments"), |shown| {
            same(&noted(&shown[0], "comments"), "off")
        }),
        format("one comment and no other", with_flag(commented(reel("Quiet")), "no_comments"), |shown| {
            follows(shown)?;
            same(&noted(&shown[0], "comments"), "off")
        }),
        format("story without comments", with_flag(story(library.jpeg()), "no_comments"), |shown| {
            same(&noted(&shown[0], "comments"), "")
        }),
        format("first comment", commented(job("With a comment", vec![library.jpeg()])), follows),
        format("reel and comment", commented(reel("A reel with a comment")), follows),
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
    world.plan(Fault::json("POST", path, 400, &Refusal::new(code, subcode, message).body()));
}

/// The next container is refused.
fn building(world: &World, code: i64, subcode: i64) {
    refuse(world, "/media", code, subcode, "The container is refused");
}

/// The next publication is refused.
fn publishing(world: &World, code: i64, subcode: i64) {
    refuse(world, "/media_publish", code, subcode, "The publication is refused");
}

fn instead(world: &World, kind: Kind) {
    world.plan(Fault::next("POST", "/media_publish", kind));
}

/// The next look at a container finds this. Containers are numbered from 180.
fn state(world: &World, code: &str, text: &str) {
    let body = json!({"id": "1", "status_code": code, "status": text});
    world.plan(Fault::json("GET", "/v25.0/1801", 200, &body));
}

fn error(name: &'static str, bring: fn(&World), expect: AttemptOutcome, says: &'static str) -> ErrorCase {
    ErrorCase { name, format: "picture", bring, expect, says }
}

fn errors() -> Vec<ErrorCase> {
    let mut cases = general();
    cases.extend(of_subcodes());
    cases
}

fn general() -> Vec<ErrorCase> {
    vec![
        error("token refused", |world| publishing(world, 190, 467), Revoked, ""),
        error("permission missing", |world| publishing(world, 10, 0), Revoked, ""),
        error("permission of the page", |world| publishing(world, 200, 0), Revoked, ""),
        error("app limit", |world| publishing(world, 4, 0), RateLimited, ""),
        error("user limit", |world| publishing(world, 17, 0), RateLimited, ""),
        error("page limit", |world| publishing(world, 32, 0), RateLimited, ""),
        error("custom limit", |world| publishing(world, 613, 0), RateLimited, ""),
        error("business limit", |world| publishing(world, 80_002, 0), RateLimited, ""),
        error("unknown error", |world| publishing(world, 1, 0), Ambiguous, ""),
        error("unavailable", |world| publishing(world, 2, 0), Ambiguous, ""),
        error("invalid", |world| building(world, 100, 0), Rejected, "refused"),
        error("front page", |world| instead(world, Kind::Html(502)), Ambiguous, ""),
        error("page with a 200", |world| instead(world, Kind::Html(200)), Ambiguous, ""),
        error("empty answer", |world| instead(world, Kind::Nothing), Ambiguous, ""),
        error("half an answer", |world| instead(world, Kind::HalfAnswer), Ambiguous, ""),
        error("answer lost", |world| instead(world, Kind::LostAnswer), Ambiguous, ""),
        error("request lost", |world| instead(world, Kind::LostRequest), Ambiguous, ""),
        error("redirect", |world| instead(world, Kind::Redirect("https://www.instagram.com/".into())), Ambiguous, ""),
        error("connection refused", |world| instead(world, Kind::Refused), Transient, ""),
        error("container expired", |world| state(world, "EXPIRED", "Expired"), Transient, ""),
        error("container broken", |world| state(world, "ERROR", "Error: code 2207026"), Rejected, "MP4"),
        error("upload broken", |world| state(world, "ERROR", "Error: code 2207053"), Transient, ""),
        error(
            "permalink not told",
            |world| world.plan(Fault::next("GET", "/v25.0/1791", Kind::Html(500))),
            Published,
            "",
        ),
        ErrorCase {
            format: "no comments",
            ..error(
                "comments not switched off",
                |world| refuse(world, "/v25.0/1791", 10, 0, "Permission"),
                Published,
                "",
            )
        },
        ErrorCase {
            format: "first comment",
            ..error("comment refused", |world| refuse(world, "/comments", 10, 0, "Permission"), Published, "")
        },
    ]
}

/// What goes wrong with a video's bytes, which only this way takes.
fn of_uploads() -> Vec<ErrorCase> {
    let with = |format: &'static str, case: ErrorCase| ErrorCase { format, ..case };
    vec![
        with("reel", error("upload interrupted", |world| on_upload(world, Kind::HalfRequest), Transient, "")),
        with("story video", error("story interrupted", |world| on_upload(world, Kind::HalfRequest), Transient, "")),
        with("carousel", error("item interrupted", |world| on_upload(world, Kind::HalfRequest), Transient, "")),
        with("reel", error("upload lost", |world| on_upload(world, Kind::LostAnswer), Transient, "")),
        with("reel", error("upload host down", |world| on_upload(world, Kind::Html(503)), Transient, "")),
        with("reel", error("upload passes", |world| untaken(world, 400, true), Transient, "")),
        with("reel", error("upload refused", |world| untaken(world, 400, false), Rejected, "MP4")),
        with("reel", error("upload refused in words", |world| untaken(world, 200, false), Rejected, "unauthorized")),
        with("reel", error("upload without token", |world| untaken(world, 401, false), Revoked, "")),
        with("reel", error("upload failed there", |world| untaken(world, 500, false), Transient, "")),
        with("reel", error("film broken", |world| state(world, "ERROR", "Error: code 2207026"), Rejected, "MP4")),
    ]
}

/// This becomes of the next bytes.
fn on_upload(world: &World, kind: Kind) {
    world.plan(Fault::next("POST", "/ig-api-upload", kind));
}

/// The upload host refuses the next bytes.
fn untaken(world: &World, status: u16, retriable: bool) {
    let quoted = json!({"success": false, "error": {"message": "unauthorized user request"}}).to_string();
    let info = json!({"debug_info": {"retriable": retriable, "type": "ProcessingFailedError", "message": quoted}});
    world.plan(Fault::json("POST", "/ig-api-upload", status, &info));
}

fn of_subcodes() -> Vec<ErrorCase> {
    vec![
        error("server error", |world| publishing(world, -1, 2_207_001), Ambiguous, ""),
        error("server error before", |world| building(world, -1, 2_207_001), Transient, ""),
        error("media not downloaded", |world| building(world, -2, 2_207_003), Transient, ""),
        error("media not fetched", |world| building(world, 9004, 2_207_052), Transient, ""),
        error("expired", |world| publishing(world, 24, 2_207_020), Transient, ""),
        error("not usable yet", |world| publishing(world, 24, 2_207_008), Transient, ""),
        error("not found", |world| publishing(world, 24, 2_207_006), Rejected, "try again"),
        error("not ready", |world| publishing(world, 9007, 2_207_027), Transient, ""),
        error("too large", |world| building(world, 36_000, 2_207_004), Rejected, "8 MB"),
        error("image format", |world| building(world, 36_001, 2_207_005), Rejected, "JPEG"),
        error("aspect ratio", |world| building(world, 36_003, 2_207_009), Rejected, "4:5"),
        error("caption too long", |world| building(world, 36_004, 2_207_010), Rejected, "2200"),
        error("media type", |world| building(world, 100, 2_207_023), Rejected, "form"),
        error("video format", |world| building(world, 352, 2_207_026), Rejected, "MP4"),
        error("carousel count", |world| building(world, 10, 2_207_028), Rejected, "2 to 10"),
        error("creation failed", |world| building(world, -1, 2_207_032), Transient, ""),
        error("product tags", |world| building(world, 100, 2_207_035), Rejected, "product tags"),
        error("too many tags", |world| building(world, 100, 2_207_040), Rejected, "20"),
        error("daily quota", |world| publishing(world, 9, 2_207_042), RateLimited, ""),
        error("restricted", |world| publishing(world, 25, 2_207_050), Rejected, "restricts"),
        error("spam", |world| publishing(world, 4, 2_207_051), Rejected, "spam"),
        error("upload error", |world| building(world, 1, 2_207_053), Transient, ""),
        ErrorCase {
            format: "cover moment",
            ..error("thumb offset", |world| building(world, 100, 2_207_057), Rejected, "cover")
        },
        ErrorCase {
            format: "cover picture",
            ..error("cover not fetched", |world| building(world, 9004, 2_207_052), Transient, "")
        },
        error("trial reels", |world| building(world, 100, 2_207_081), Rejected, "trial"),
    ]
}
