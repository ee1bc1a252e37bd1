//! How long a text is, and what becomes of its links: Counting Characters (text library v3).

use icu_normalizer::ComposingNormalizerBorrowed;
use linkify::{LinkFinder, LinkKind};
use serde_json::{Value, json};
use unicode_segmentation::UnicodeSegmentation as _;

/// What a link counts, however long it is.
const LINK: usize = 23;
/// The endings by which an address without a scheme is known here; the real list has all of them.
const ENDINGS: [&str; 12] = ["com", "org", "net", "io", "dev", "app", "de", "eu", "uk", "info", "example", "test"];

/// A text as it is stored: composed.
pub(super) fn composed(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

/// The links of a text, with their beginning and end in bytes.
fn links(text: &str) -> Vec<(usize, usize)> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]).url_must_have_scheme(false);
    let known = |link: &str| {
        let web = link.starts_with("http://") || link.starts_with("https://");
        let host = link.split(['/', '?', '#']).next().unwrap_or_default();
        web || (!link.contains("://") && ENDINGS.iter().any(|ending| host.ends_with(&format!(".{ending}"))))
    };
    finder.links(text).filter(|link| known(link.as_str())).map(|link| (link.start(), link.end())).collect()
}

/// Its weighted length.
pub(super) fn weight(text: &str) -> usize {
    let text = composed(text);
    let (mut total, mut from) = (0, 0);
    for (start, end) in links(&text) {
        total += plain_weight(&text[from..start]) + LINK;
        from = end;
    }
    total + plain_weight(&text[from..])
}

fn plain_weight(text: &str) -> usize {
    let light = |code: u32| matches!(code, 0..=4351 | 8192..=8205 | 8208..=8223 | 8242..=8247);
    let of = |cluster: &str| {
        if is_emoji(cluster) {
            return 2;
        }
        cluster.chars().map(|character| if light(u32::from(character)) { 1 } else { 2 }).sum()
    };
    text.graphemes(true).map(of).sum()
}

fn is_emoji(cluster: &str) -> bool {
    cluster.chars().any(|character| {
        matches!(u32::from(character), 0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0x2B00..=0x2BFF | 0xFE0F | 0x20E3)
    })
}

/// The text as the API returns it, with the links that it has and those of `media`: shortened, and `&`, `<`, `>`
/// written as entities.
pub(super) fn returned(text: &str, media: Option<&str>, number: u64) -> (String, Value) {
    let mut shown = String::new();
    let (mut from, mut urls) = (0, Vec::new());
    for (index, (start, end)) in links(text).into_iter().enumerate() {
        let written = &text[start..end];
        let short = format!("https://t.co/{number}{index}");
        shown.push_str(&escaped(&text[from..start]));
        let expanded = if written.contains("://") { written.to_owned() } else { format!("http://{written}") };
        let begin = shown.chars().count();
        shown.push_str(&short);
        urls.push(json!({"start": begin, "end": shown.chars().count(), "url": short, "expanded_url": expanded, "display_url": written}));
        from = end;
    }
    shown.push_str(&escaped(&text[from..]));
    if let Some(address) = media {
        let short = format!("https://t.co/{number}m");
        if !shown.is_empty() {
            shown.push(' ');
        }
        let begin = shown.chars().count();
        shown.push_str(&short);
        urls.push(json!({"start": begin, "end": shown.chars().count(), "url": short, "expanded_url": address, "display_url": "pic.x.com", "media_key": format!("3_{number}")}));
    }
    (shown, json!(urls))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// How many cashtags a text has.
pub(super) fn cashtags(text: &str) -> usize {
    let is_one = |word: &&str| {
        let letters = word.strip_prefix('$').unwrap_or_default().trim_end_matches(|last: char| !last.is_alphanumeric());
        (1..=6).contains(&letters.len()) && letters.chars().all(|letter| letter.is_ascii_alphabetic())
    };
    text.split_whitespace().filter(is_one).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_weighted() {
        assert_eq!(weight("plain text"), 10);
        assert_eq!(weight("日本"), 4);
        assert_eq!(weight("👩‍👩‍👧‍👦"), 2);
        assert_eq!(weight("e\u{301}"), 1);
        assert_eq!(weight("see https://example.com/a/very/long/path/that/goes/on"), 27);
        assert_eq!(weight("see example.com now"), 31);
    }

    #[test]
    fn links_come_back_shortened() {
        let (text, urls) = returned("A & B: example.com", Some("https://x.com/a/status/1/photo/1"), 7);
        assert_eq!(text, "A &amp; B: https://t.co/70 https://t.co/7m");
        assert_eq!(urls[0]["expanded_url"], "http://example.com");
        assert_eq!(cashtags("$ABC and $5 and $TSLA."), 2);
    }
}
