use super::*;
use crate::media::{SRT, VTT};

fn subtitles(mime: &str, language: &str) -> SubtitleFacts {
    let file = MediaFacts { mime: mime.into(), bytes: 900, vtt_bytes: Some(910), ready: true, ..MediaFacts::default() };
    SubtitleFacts { file: Some(file), language: language.to_owned() }
}

/// What is said about these subtitles of a post with these files, beside what the network demands.
fn said(platform: Platform, media: &[MediaFacts], subtitles: &[SubtitleFacts]) -> Vec<String> {
    let settings = demanded(platform);
    let content = Content { settings: &settings, subtitles, ..Content::new("Hello", media) };
    let mut found = all_codes(platform, &content);
    found.retain(|problem| problem.starts_with("/subtitles"));
    found
}

#[test]
fn only_some_networks_take_subtitles() {
    let both = [subtitles(SRT, "en"), subtitles(VTT, "pt-BR")];
    for platform in Platform::ALL {
        let taken = matches!(platform, Platform::Bluesky | Platform::Youtube);
        let wanted: &[&str] = if taken { &[] } else { &["/subtitles subtitles-not-offered"] };
        assert_eq!(said(platform, &[video()], &both), wanted, "{platform:?}");
        assert!(said(platform, &[video()], &[]).is_empty());
    }
}

#[test]
fn subtitles_go_with_a_film_alone() {
    for media in [vec![], vec![image()], vec![video(), image()], vec![video(), video()]] {
        let found = said(Platform::Bluesky, &media, &[subtitles(VTT, "en")]);
        assert_eq!(found, ["/subtitles subtitles-unused?"], "a remark: they are left out");
    }
}

#[test]
fn each_has_a_language_of_its_own() {
    let of = |languages: &[&str]| {
        let chosen: Vec<_> = languages.iter().map(|language| subtitles(SRT, language)).collect();
        said(Platform::Youtube, &[video()], &chosen)
    };
    assert!(of(&["en", "en-GB", "de"]).is_empty());
    assert_eq!(of(&["en", "EN"]), ["/subtitles/1/language language-twice"]);
    assert_eq!(
        of(&["", "English"]),
        ["/subtitles/0/language language-missing", "/subtitles/1/language language-invalid"]
    );
    let many: Vec<String> = (0..21).map(|number| format!("en-{number:04}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(of(&many).is_empty(), "YouTube names no limit");
    let chosen: Vec<_> = many.iter().map(|language| subtitles(VTT, language)).collect();
    assert!(said(Platform::Bluesky, &[video()], &chosen[1..]).is_empty());
    assert_eq!(said(Platform::Bluesky, &[video()], &chosen), ["/subtitles subtitles-too-many"]);
}

#[test]
fn what_is_sent_is_measured() {
    let sized = |mime: &str, bytes: u64, vtt: Option<u64>| {
        let mut one = subtitles(mime, "en");
        let file = one.file.as_mut().unwrap();
        (file.bytes, file.vtt_bytes) = (bytes, vtt);
        [one]
    };
    let bluesky = |chosen: &[SubtitleFacts]| said(Platform::Bluesky, &[video()], chosen);
    assert!(bluesky(&sized(VTT, 20_000, Some(20_000))).is_empty());
    assert_eq!(bluesky(&sized(VTT, 20_001, Some(20_001))), ["/subtitles/0 subtitles-too-large"]);
    assert_eq!(bluesky(&sized(SRT, 19_999, Some(20_003))), ["/subtitles/0 subtitles-too-large"]);
    assert!(bluesky(&sized(SRT, 20_600, Some(19_900))).is_empty(), "it is shorter once it is converted");
    assert!(said(Platform::Youtube, &[video()], &sized(SRT, 1_000_000, Some(1_000_008))).is_empty());
}

#[test]
fn other_files_are_no_subtitles_and_subtitles_are_no_other_files() {
    let pdf = SubtitleFacts { file: Some(pdf()), language: "en".into() };
    assert_eq!(said(Platform::Youtube, &[video()], &[pdf]), ["/subtitles/0 subtitles-type"]);
    let mut coming = subtitles(SRT, "en");
    coming.file.as_mut().unwrap().ready = false;
    assert_eq!(said(Platform::Youtube, &[video()], &[coming]), ["/subtitles/0 media-not-ready"]);
    let missing = SubtitleFacts { file: None, language: "en".into() };
    assert!(said(Platform::Youtube, &[video()], &[missing]).is_empty(), "that it is gone is said where files are");
    for platform in Platform::ALL {
        for mime in [SRT, VTT] {
            let attached = MediaFacts { alt: String::new(), ..subtitles(mime, "en").file.unwrap() };
            let settings = demanded(platform);
            let content = Content { settings: &settings, ..Content::new("Hello", std::slice::from_ref(&attached)) };
            let found = all_codes(platform, &content);
            assert!(found.contains(&"/media/0 subtitles-attached".to_owned()), "{platform:?} {found:?}");
            assert!(!found.iter().any(|problem| problem.contains("alt-missing")), "{found:?}");
        }
    }
}
