use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};

use super::*;
use crate::ids::{Ulid, UserId};
use crate::import::read;
use crate::media::{Details, FileStatus};

fn file(number: u128, name: &str, alt: &str) -> File {
    File {
        id: FileId::new(Ulid::from(number)),
        name: name.to_owned(),
        mime: "image/png".to_owned(),
        bytes: 1,
        status: FileStatus::Ready,
        width: None,
        height: None,
        duration_ms: None,
        details: Details::default(),
        alt: alt.to_owned(),
        thumb: false,
        used_by: Vec::new(),
        created_by: UserId::new(Ulid::from(1)),
        created_at: Timestamp::UNIX_EPOCH,
        version: 1,
        expires: None,
    }
}

fn library() -> Library {
    Library::new([file(1, "bench.png", ""), file(2, "saw.png", ""), file(3, "kiln.png", "A kiln")], true)
}

/// What a sheet with these cells of media and texts makes of the library: each file's text, and every problem.
fn described(rows: &[(&str, &str)]) -> (Vec<String>, Vec<Vec<(String, String)>>) {
    let row = |(media, alt): &(&str, &str)| format!("Hello,\"{media}\",\"{alt}\"\n");
    let csv = format!("text,media,alt\n{}", rows.iter().map(row).collect::<String>());
    let mut library = library();
    let problems = library.describe(&read(&csv).unwrap().rows);
    assert!(problems.iter().flatten().all(|problem| problem.pointer == AT && problem.is_error()));
    let told = |problem: Problem| (problem.code, problem.detail);
    let problems = problems.into_iter().map(|row| row.into_iter().map(told).collect()).collect();
    let texts = (1..=3_u128).map(|number| library.get(FileId::new(Ulid::from(number))).unwrap().alt.clone());
    (texts.collect(), problems)
}

fn code(rows: &[(&str, &str)]) -> String {
    let (_, problems) = described(rows);
    problems.into_iter().flatten().map(|(code, _)| code).collect::<Vec<_>>().join(" ")
}

#[test]
fn texts_are_for_the_files_by_their_places() {
    for alt in ["A bench; A saw", "A bench\nA saw", "A bench;\n A saw;", "A bench;A saw;;"] {
        let (texts, problems) = described(&[("bench.png; saw.png", alt)]);
        assert_eq!(texts, ["A bench", "A saw", "A kiln"], "{alt:?}");
        assert!(problems[0].is_empty());
    }
    let (texts, _) = described(&[("bench.png; saw.png", "; A saw"), ("bench.png", "")]);
    assert_eq!(texts, ["", "A saw", "A kiln"]);
}

#[test]
fn a_semicolon_after_a_backslash_belongs_to_its_text() {
    let (texts, problems) = described(&[("bench.png; saw.png", "A bench\\; an old one; A saw\\;")]);
    assert_eq!((&texts[0][..], &texts[1][..]), ("A bench; an old one", "A saw;"));
    assert!(problems[0].is_empty());
}

#[test]
fn more_texts_than_files_are_told() {
    assert_eq!(code(&[("bench.png", "A bench; an old one")]), "alt-too-many");
    assert_eq!(code(&[("", "A bench")]), "alt-too-many");
    assert_eq!(code(&[("bench.png; saw.png", "A bench")]), "", "fewer are fine");
}

#[test]
fn no_text_of_the_library_is_replaced() {
    let (texts, problems) = described(&[("kiln.png", "An oven"), ("kiln.png", "A kiln")]);
    assert_eq!(texts[2], "A kiln");
    assert_eq!(problems[0][0].0, "alt-differs");
    assert!(problems[0][0].1.contains("The library") && problems[0][0].1.contains("A kiln"), "{problems:?}");
    assert!(problems[1].is_empty(), "the same again says nothing new");
    let (texts, problems) = described(&[("bench.png", "A bench"), ("bench.png", ""), ("bench.png", "A table")]);
    assert_eq!(texts[0], "A bench");
    assert!(problems[2][0].1.contains("Line 2"), "{problems:?}");
}

#[test]
fn what_follows_from_another_problem_is_not_told() {
    let (texts, problems) = described(&[("bench.png; plane.png", "A bench; A plane")]);
    assert_eq!((texts[0].as_str(), problems[0].len()), ("", 0));
    let long = "x".repeat(5001);
    assert_eq!(code(&[("bench.png", &long)]), "alt-too-long");
}

#[test]
fn only_what_is_new_is_to_be_stored() {
    let mut library = library();
    let sheet = read("text,media,alt\nHello,bench.png;kiln.png,A bench;A kiln\n").unwrap();
    assert_eq!(library.describe(&sheet.rows), [vec![]]);
    assert_eq!(library.described().map(|file| file.alt.as_str()).collect::<Vec<_>>(), ["A bench"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Texts come out as they went in, at their places, when their own semicolons stand after a backslash.
    #[test]
    fn texts_read_back(given in vec("[a-zäß,.;\"' ]{0,12}", 0..6), lines in proptest::bool::ANY) {
        let escaped: Vec<String> = given.iter().map(|text| text.replace(';', "\\;")).collect();
        let cell = escaped.join(if lines { "\n" } else { "; " });
        let mut wanted: Vec<&str> = given.iter().map(|text| text.trim()).collect();
        while wanted.last().is_some_and(|text| text.is_empty()) {
            wanted.pop();
        }
        prop_assert_eq!(texts(&cell), wanted);
    }
}
