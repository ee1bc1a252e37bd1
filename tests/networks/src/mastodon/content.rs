//! Texts: how long they are, and how they are shown.

use unicode_segmentation::UnicodeSegmentation as _;

pub(super) const TEXT_MAX: usize = 500;
pub(super) const URL_COUNTS_AS: usize = 23;

fn is_address(word: &str) -> bool {
    word.starts_with("http://") || word.starts_with("https://")
}

/// How much of the limit a text takes: addresses count alike, and mentions without their instance.
pub(super) fn length(text: &str) -> usize {
    let count = |word: &str| {
        if is_address(word) {
            return URL_COUNTS_AS;
        }
        let mention = word.strip_prefix('@').and_then(|rest| rest.split_once('@'));
        mention.map_or_else(|| word.graphemes(true).count(), |(name, _)| name.graphemes(true).count() + 1)
    };
    text.split_inclusive(char::is_whitespace)
        .map(|piece| {
            let word = piece.trim_end();
            count(word) + piece[word.len()..].graphemes(true).count()
        })
        .sum()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// A text as HTML, with its links shortened.
pub(super) fn html(text: &str, host: &str) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| {
        let lines = paragraph.split('\n').map(|line| {
            let words: Vec<String> = line.split(' ').map(|word| shown(word, host)).collect();
            words.join(" ")
        });
        format!("<p>{}</p>", lines.collect::<Vec<_>>().join("<br />"))
    });
    paragraphs.collect()
}

fn shown(word: &str, host: &str) -> String {
    if is_address(word) {
        let (scheme, rest) = word.split_once("://").unwrap_or_default();
        let short: String = rest.chars().take(30).collect();
        let (word, short) = (escaped(word), escaped(&short));
        return format!(
            "<a href=\"{word}\"><span class=\"invisible\">{scheme}://</span><span class=\"ellipsis\">{short}</span></a>"
        );
    }
    if let Some(mention) = word.strip_prefix('@').filter(|rest| !rest.is_empty()) {
        let name = escaped(mention.split('@').next().unwrap_or_default());
        return format!("<span class=\"h-card\"><a href=\"https://{host}/@{name}\">@<span>{name}</span></a></span>");
    }
    if let Some(tag) = word.strip_prefix('#').filter(|tag| !tag.is_empty()) {
        let tag = escaped(tag);
        return format!("<a href=\"https://{host}/tags/{tag}\" class=\"mention hashtag\">#<span>{tag}</span></a>");
    }
    escaped(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_mentions_have_their_own_length() {
        assert_eq!(length("a b"), 3);
        assert_eq!(length("https://example.com/a/very/long/path/that/goes/on"), 23);
        assert_eq!(length("hi @ada@mastodon.example!"), 3 + 4);
        assert_eq!(length("👩‍👩‍👧\n"), 2);
    }

    #[test]
    fn html_is_escaped() {
        assert_eq!(html("a <b>\nc\n\nd", "m.example"), "<p>a &lt;b&gt;<br />c</p><p>d</p>");
        assert!(html("https://x.example/\"", "m.example").contains("&quot;"));
    }
}
