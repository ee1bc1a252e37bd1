use std::collections::BTreeMap;

use super::*;
use crate::ids::{AccountId, Ulid, UserId};
use crate::media::Details;
use crate::platform::Platform;
use crate::post::{ChosenSubtitles, Format};
use jiff::Timestamp;

fn account(status: AccountStatus) -> Account {
    Account {
        remote_id: "did:plc:x".into(),
        name: "Ada".into(),
        handle: "ada.test".into(),
        status,
        ..Account::new(
            AccountId::new(Ulid::from(1)),
            Platform::Bluesky,
            UserId::new(Ulid::from(1)),
            Timestamp::UNIX_EPOCH,
        )
    }
}

fn picture() -> File {
    File {
        id: FileId::new(Ulid::from(1)),
        name: "bench.jpg".into(),
        mime: "image/jpeg".into(),
        bytes: 400_000,
        status: FileStatus::Ready,
        width: Some(1000),
        height: Some(1500),
        duration_ms: None,
        details: Details::default(),
        alt: "A bench".into(),
        thumb: false,
        used_by: Vec::new(),
        created_by: UserId::new(Ulid::from(1)),
        created_at: Timestamp::UNIX_EPOCH,
        version: 1,
        expires: None,
    }
}

fn target(text: Option<&str>) -> Target {
    let plain = Target::new(AccountId::new(Ulid::from(1)), Platform::Bluesky);
    Target { text: text.map(str::to_owned), ..plain }
}

fn codes(problems: &[Problem]) -> Vec<(&str, &str)> {
    problems.iter().map(|problem| (problem.pointer.as_str(), problem.code.as_str())).collect()
}

fn composition<'a>(text: &'a str, targets: &'a [Target], accounts: &'a [Account]) -> Composition<'a> {
    Composition {
        text,
        media: &[],
        thread: &[],
        first_comment: None,
        targets,
        accounts,
        files: &[],
        require_alt_text: false,
    }
}

#[test]
fn a_problem_points_at_the_field_that_holds_it() {
    let accounts = [account(AccountStatus::Healthy)];
    let long = "x".repeat(301);
    let shared = [target(None)];
    assert_eq!(codes(&composition(&long, &shared, &accounts).problems()), [("/text", "text-too-long")]);
    let own = [target(Some(&long))];
    assert_eq!(codes(&composition("fine", &own, &accounts).problems()), [("/targets/0/text", "text-too-long")]);
}

#[test]
fn a_draft_may_break_network_rules_but_not_name_what_is_not_there() {
    let accounts = [account(AccountStatus::Reconnect)];
    let targets = [target(None)];
    let long = "x".repeat(301);
    let composition = composition(&long, &targets, &accounts);
    assert!(composition.structural_problems().is_empty());
    let stopped = composition.problems();
    assert_eq!(codes(&stopped), [("/targets/0/account_id", "account-reconnect"), ("/text", "text-too-long")]);

    let file = [FileId::new(Ulid::from(5))];
    let unknown = Composition { media: &file, accounts: &[], ..composition };
    let problems = unknown.structural_problems();
    assert_eq!(codes(&problems), [("/media/0", "file-unknown"), ("/targets/0/account_id", "account-unknown")]);
}

#[test]
fn an_account_is_chosen_once() {
    let accounts = [account(AccountStatus::Healthy)];
    let targets = [target(None), target(None)];
    let problems = composition("hi", &targets, &accounts).structural_problems();
    assert_eq!(codes(&problems), [("/targets/1/account_id", "account-twice")]);
}

fn at(platform: Platform) -> Account {
    Account { platform, ..account(AccountStatus::Healthy) }
}

#[test]
fn each_part_of_a_thread_is_judged_and_pointed_at() {
    let long = Part { text: "x".repeat(281), media: Vec::new() };
    let fine = Part { text: "fine".into(), media: Vec::new() };
    let accounts = [at(Platform::X)];
    let shared = [target(None)];
    let thread = [fine, long.clone()];
    let composition = Composition { thread: &thread, ..composition("hi", &shared, &accounts) };
    assert_eq!(codes(&composition.problems()), [("/thread/1/text", "text-too-long")]);
    let counted = composition.counts(&shared[0]).unwrap();
    assert_eq!(counted.thread.iter().map(|count| count.used).collect::<Vec<_>>(), [4, 281]);

    let own = [Target { thread: Some(vec![long]), ..target(None) }];
    let composition = Composition { targets: &own, ..composition };
    assert_eq!(codes(&composition.problems()), [("/targets/0/thread/0/text", "text-too-long")]);
}

#[test]
fn a_thread_and_a_comment_are_left_out_where_there_are_none() {
    let file = [FileId::new(Ulid::from(5))];
    let files = [File { id: file[0], ..picture() }];
    let accounts = [at(Platform::Pinterest)];
    let thread = [Part { text: "more".into(), media: Vec::new() }];
    let settings = BTreeMap::from([("board".to_owned(), Setting::Text("1".into()))]);
    let shared = [Target { settings: settings.clone(), ..target(None) }];
    let composition = Composition {
        media: &file,
        files: &files,
        thread: &thread,
        first_comment: Some("first"),
        ..composition("hi", &shared, &accounts)
    };
    let problems = composition.problems();
    let found = [("/thread", "thread-not-offered"), ("/first_comment", "first-comment-not-offered")];
    assert_eq!(codes(&problems), found);
    assert!(problems.iter().all(|problem| problem.fix.contains("Leave")));
    let own = Target { thread: Some(Vec::new()), first_comment: Some(String::new()), settings, ..target(None) };
    assert!(Composition { targets: &[own], ..composition }.problems().is_empty());
}

#[test]
fn settings_and_format_are_the_targets_own() {
    let accounts = [at(Platform::Bluesky)];
    let settings = BTreeMap::from([("board".to_owned(), Setting::Text("1".into()))]);
    let own = [Target { settings, ..target(None) }];
    let found = composition("hi", &own, &accounts).problems();
    assert_eq!(codes(&found), [("/targets/0/settings/board", "setting-unknown")]);
    let reel = [Target { format: Format::Reel, ..target(None) }];
    let found = composition("hi", &reel, &accounts).problems();
    assert_eq!(codes(&found), [("/targets/0/format", "format-not-offered")]);
}

#[test]
fn only_what_keeps_a_draft_from_being_saved_stops_it() {
    let (accounts, targets) = ([account(AccountStatus::Reconnect)], [target(None)]);
    let media = [FileId::new(Ulid::from(9))];
    let problems = Composition { media: &media, ..composition("hi", &targets, &accounts) }.problems_of_draft();
    let told: Vec<_> = problems.iter().map(|problem| (problem.code.as_str(), problem.is_error())).collect();
    assert_eq!(told, [("file-unknown", true), ("account-reconnect", false)]);
    let nowhere = composition("hi", &[], &[]).problems_of_draft();
    assert_eq!(nowhere.iter().map(Problem::is_error).collect::<Vec<_>>(), [false]);
}

#[test]
fn a_part_names_only_files_that_exist() {
    let accounts = [account(AccountStatus::Healthy)];
    let targets = [target(None)];
    let thread = [Part { text: "a".into(), media: vec![FileId::new(Ulid::from(9))] }];
    let composition = Composition { thread: &thread, ..composition("hi", &targets, &accounts) };
    assert_eq!(codes(&composition.structural_problems()), [("/thread/0/media/0", "file-unknown")]);
}

#[test]
fn more_text_than_can_be_kept_is_refused() {
    let part = Part { text: "x".repeat(99_000), media: Vec::new() };
    let thread = [part.clone(), part.clone(), part];
    let composition = Composition { thread: &thread, ..composition("hi", &[], &[]) };
    assert_eq!(codes(&composition.structural_problems()), [("/text", "texts-too-large")]);
}

#[test]
fn subtitles_are_a_targets_own_and_their_files_exist() {
    let accounts = [at(Platform::Bluesky)];
    let (film, german, english) = (FileId::new(Ulid::from(5)), FileId::new(Ulid::from(6)), FileId::new(Ulid::from(7)));
    let video = File { id: film, mime: "video/mp4".into(), duration_ms: Some(9000), ..picture() };
    let srt = File { id: german, mime: crate::media::SRT.into(), bytes: 100, ..picture() };
    let files = [video, srt.clone(), File { id: english, ..srt }];
    let media = [film];
    let judged = |chosen: &[(FileId, &str)], files: &[File]| {
        let of = |(media_id, language): &(FileId, &str)| ChosenSubtitles {
            media_id: *media_id,
            language: (*language).to_owned(),
        };
        let targets = [Target { subtitles: chosen.iter().map(of).collect(), ..target(None) }];
        let whole = Composition { media: &media, files, ..composition("hi", &targets, &accounts) };
        whole.problems().iter().map(|problem| format!("{} {}", problem.pointer, problem.code)).collect::<Vec<_>>()
    };
    assert!(judged(&[(german, "de"), (english, "en")], &files).is_empty());
    let unknown = judged(&[(german, "de"), (english, "en")], &files[..2]);
    assert_eq!(unknown, ["/targets/0/subtitles/1/media_id file-unknown"]);
    assert_eq!(judged(&[(german, "de"), (english, "de")], &files), ["/targets/0/subtitles/1/language language-twice"]);
    let many = judged(&[(german, "de"); 41], &files);
    assert!(many.contains(&"/targets/0/subtitles subtitles-too-many".to_owned()), "{many:?}");
}

#[test]
fn a_cover_is_a_targets_own_and_its_picture_exists() {
    let accounts = [at(Platform::Instagram)];
    let (film, cover) = (FileId::new(Ulid::from(5)), FileId::new(Ulid::from(6)));
    let video = File { id: film, mime: "video/mp4".into(), duration_ms: Some(9000), ..picture() };
    let files = [video, File { id: cover, ..picture() }];
    let media = [film];
    let judged = |chosen: ChosenCover, files: &[File]| {
        let targets = [Target { cover: Some(chosen), ..target(None) }];
        let whole = Composition { media: &media, files, ..composition("hi", &targets, &accounts) };
        whole.problems().iter().map(|problem| format!("{} {}", problem.pointer, problem.code)).collect::<Vec<_>>()
    };
    let chosen = ChosenCover::Picture { media_id: cover };
    assert!(judged(chosen, &files).is_empty());
    assert_eq!(judged(chosen, &files[..1]), ["/targets/0/cover/media_id file-unknown"]);
    assert_eq!(judged(ChosenCover::Frame { at_ms: 9000 }, &files), ["/targets/0/cover cover-outside"]);
}
