use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn used(platform: Platform, text: &str) -> usize {
    count(platform, &Limits::default(), text).used
}

#[test]
fn what_a_reader_sees_as_one_character_counts_one() {
    for text in ["e\u{301}", "👩‍👩‍👧‍👦", "🇩🇪", "👍🏽", "\u{301}", "각", "\r\n", "क्षि"]
    {
        assert_eq!(used(Platform::Bluesky, text), 1, "{text:?}");
    }
}

#[test]
fn a_grapheme_can_be_too_many_bytes() {
    let counted = count(Platform::Bluesky, &Limits::default(), &"👩‍👩‍👧‍👦".repeat(150));
    assert_eq!((counted.used, counted.bytes), (150, 3750));
    assert!(!counted.fits());
}

#[test]
fn mastodon_counts_any_link_as_23() {
    let long = format!("https://example.com/{}?a=b&c=d#e", "x".repeat(400));
    assert_eq!(used(Platform::Mastodon, &long), 23);
    assert_eq!(used(Platform::Mastodon, &format!("see {long}.")), 4 + 23 + 1);
    assert_eq!(used(Platform::Mastodon, "http://a.de http://b.de"), 23 + 1 + 23);
    assert_eq!(used(Platform::Mastodon, "(https://example.com/a_(b))"), 1 + 23 + 2);
    assert_eq!(used(Platform::Bluesky, "http://a.de"), 11);
}

#[test]
fn mastodon_grants_nothing_to_what_it_will_not_link() {
    for text in ["example.com/path", "ftp://example.com/", "http://localhost/", "xhttps://example.com/a"] {
        assert_eq!(used(Platform::Mastodon, text), text.len(), "{text}");
    }
    assert_eq!(used(Platform::Mastodon, "https://example.com/日本"), 25);
}

#[test]
fn mastodon_counts_the_local_part_of_a_mention() {
    assert_eq!(used(Platform::Mastodon, "@ada@very.long.example.social hi"), "@ada hi".len());
    assert_eq!(used(Platform::Mastodon, "@ada"), 4);
    assert_eq!(used(Platform::Mastodon, "ada@example.com"), "ada@example.com".len());
}

#[test]
fn an_instance_sets_its_own_limit() {
    let limits = Limits { text_max: Some(5), url_counts_as: Some(2), ..Limits::default() };
    let counted = count(Platform::Mastodon, &limits, "ab https://example.com");
    assert_eq!((counted.used, counted.limit), (5, 5));
    assert!(counted.fits());
}

/// Texts with their lengths by counters that share no code with ours: X's own text library, and the
/// segmenter, encoder and list of emoji of a JavaScript engine. The page's tests wrote the file, and read it too.
#[test]
fn other_counters_agree() {
    let shared: Vec<Value> = serde_json::from_str(include_str!("counted.json")).unwrap();
    assert!(shared.len() >= 300);
    for counted in &shared {
        let text = counted["text"].as_str().unwrap();
        for unit in ["graphemes", "utf16", "code_points", "utf8_bytes", "x_weighted", "threads"] {
            let kind: Unit = serde_json::from_value(unit.into()).unwrap();
            assert_eq!(kind.length(text, 23) as u64, counted[unit].as_u64().unwrap(), "{unit} of {text:?}");
        }
    }
}

/// The documented rules of X's text library, version 3, and what its public conformance cases show.
#[test]
fn x_weighs_by_script_and_counts_any_link_as_23() {
    for (text, expected) in [
        ("Hello", 5),
        ("e\u{301}", 1),
        ("日本語", 6),
        ("“ä–ö”", 5),
        ("👩‍👩‍👧‍👦 🇩🇪 1️⃣", 8),
        ("©", 1),
        ("❤\u{fe0e}", 4),
        ("example.com and README.md", 23 + 5 + 23),
        ("http://example.com/a_(b) (https://x.みんな)", 23 + 2 + 23 + 1),
        ("a@example.com @user.com", "a@example.com @user.com".len()),
        ("https://t.co/abc/def", 23 + 4),
        ("https://example.com/日本", 23 + 4),
        ("日本example.com/a", 4 + 23),
        ("foo_bar.com 1.2.3.4 http://localhost", 11 + 1 + 7 + 1 + 16),
    ] {
        assert_eq!(used(Platform::X, text), expected, "{text}");
    }
    assert!(count(Platform::X, &Limits::default(), &"字".repeat(140)).fits());
    assert!(!count(Platform::X, &Limits::default(), &"字".repeat(141)).fits());
}

#[test]
fn threads_counts_the_bytes_of_an_emoji() {
    for (text, expected) in [("ab", 2), ("日本", 2), ("😀", 4), ("👩‍👩‍👧‍👦", 25), ("1️⃣", 7), ("1", 1), ("e\u{301}", 2)]
    {
        assert_eq!(used(Platform::Threads, text), expected, "{text}");
    }
}

#[test]
fn links_are_counted_once_each() {
    assert_eq!(different_links("https://a.de https://a.de a.de https://b.de/x."), 3);
    let start = Instant::now();
    let many: String = (0..500).map(|index| format!("https://example.com/{index} ")).collect();
    assert_eq!(different_links(&many), 500);
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_hundred_thousand_characters_take_no_time() {
    let long = ["日".repeat(50_000), "a".repeat(50_000)].join(".");
    let underscores = ["日_".repeat(30_000), "com".to_owned()].join(".");
    let hostile = ["a", "@a", "http://", "http://a.b/", "@a@", "\u{301}", "a.", "👩‍", "-", "https://a.aa/("];
    let more =
        ["日", "日.", "a.co/(", "_a.", "日http://", "\u{202e}", "xn--", "a.com?", "🇩", "#a", "https://example.com/a "];
    let texts = hostile.into_iter().chain(more).map(|unit| unit.repeat(100_000 / unit.chars().count()));
    for text in texts.chain([long, underscores]) {
        for platform in [Platform::Mastodon, Platform::X, Platform::Threads] {
            let start = Instant::now();
            let counted = count(platform, &Limits::default(), &text);
            let said: String = text.chars().take(10).collect();
            assert!(start.elapsed() < Duration::from_secs(2), "{said:?} took {:?}", start.elapsed());
            assert!(counted.bytes == text.len());
        }
    }
}

proptest! {
    #[test]
    fn without_links_the_count_is_the_number_of_graphemes(text in "[^:@]{0,300}") {
        for platform in Platform::ALL.into_iter().filter(|platform| *platform != Platform::X) {
            prop_assert_eq!(used(platform, &text), rule(platform).counting.length(&text, 0));
        }
    }

    #[test]
    fn no_text_panics_and_bytes_are_those_of_the_text(text in "\\PC{0,200}|.{0,200}|([a@:/.#]|http|\u{301}){0,80}") {
        for platform in Platform::ALL {
            let counted = count(platform, &Limits::default(), &text);
            prop_assert_eq!(counted.bytes, text.len());
            prop_assert_eq!(counted.used == 0, text.is_empty());
        }
    }

    #[test]
    fn without_dots_x_weighs_each_character_by_itself(text in "[a-zA-Z \u{c0}-\u{24f}\u{300}-\u{36f}\u{400}-\u{4ff}\u{2010}-\u{2027}\u{3040}-\u{30ff}\u{4e00}-\u{4fff}]{0,200}") {
        let composed = ComposingNormalizerBorrowed::new_nfc().normalize(&text);
        prop_assert_eq!(used(Platform::X, &text), composed.chars().map(weight).sum::<usize>());
    }

    #[test]
    fn a_link_between_words_always_counts_23(path in "[a-z0-9/]{0,200}[a-z]", before in "[a-z ]{0,20}", after in "[a-z ]{0,20}") {
        let text = format!("{before} https://example.org/{path} {after}");
        prop_assert_eq!(used(Platform::Mastodon, &text), before.len() + 1 + 23 + 1 + after.len());
    }
}
