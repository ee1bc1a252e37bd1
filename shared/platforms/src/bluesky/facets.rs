//! Rich text: links, mentions and hashtags as ranges of UTF-8 bytes.
//!
//! A Bluesky server detects nothing by itself. The rules here are those of the network's own app,
//! so that a post looks the same whichever of the two wrote it.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Value, json};

use super::tlds::is_top_level;

const TAG_MAX_CHARS: usize = 64;

/// A detected range of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    /// Bytes of the text, on character boundaries.
    pub(super) range: Range<usize>,
    /// What it is.
    pub(super) kind: Kind,
}

/// What a range of the text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A link to this address.
    Link(String),
    /// A mention of this handle, without the `@`.
    Mention(String),
    /// A hashtag, without the `#`.
    Tag(String),
}

/// Everything in `text` that deserves a facet, in order and without overlaps, in linear time.
pub(super) fn detect(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut at = 0;
    for word in text.split(char::is_whitespace) {
        let start = at;
        // The separator may be longer than a byte, so its length is looked up.
        at += word.len();
        at += text[at..].chars().next().map_or(0, char::len_utf8);
        spans.extend(tag(word, start).or_else(|| {
            let inner = word.strip_prefix('(').unwrap_or(word);
            let start = start + (word.len() - inner.len());
            mention(inner, start).or_else(|| link(inner, start))
        }));
    }
    spans
}

/// The handles that are mentioned, each once.
pub(super) fn handles(spans: &[Span]) -> Vec<&str> {
    let mut handles: Vec<_> = spans
        .iter()
        .filter_map(|span| match &span.kind {
            Kind::Mention(handle) => Some(handle.as_str()),
            _ => None,
        })
        .collect();
    handles.sort_unstable();
    handles.dedup();
    handles
}

/// The facets of a record. A mention without a DID in `dids` stays plain text.
pub(super) fn facets(spans: &[Span], dids: &BTreeMap<String, Option<String>>) -> Vec<Value> {
    spans
        .iter()
        .filter_map(|span| {
            let feature = match &span.kind {
                Kind::Link(uri) => json!({"$type": "app.bsky.richtext.facet#link", "uri": uri}),
                Kind::Tag(tag) => json!({"$type": "app.bsky.richtext.facet#tag", "tag": tag}),
                Kind::Mention(handle) => {
                    let did = dids.get(handle)?.as_deref()?;
                    json!({"$type": "app.bsky.richtext.facet#mention", "did": did})
                }
            };
            let index = json!({"byteStart": span.range.start, "byteEnd": span.range.end});
            Some(json!({"index": index, "features": [feature]}))
        })
        .collect()
}

fn tag(word: &str, start: usize) -> Option<Span> {
    let body = word.strip_prefix(['#', '＃'])?;
    // The emoji "keycap #" begins the same way.
    if body.starts_with('\u{fe0f}') || body.starts_with('\u{20e3}') {
        return None;
    }
    let body = body.split(is_invisible).next()?;
    let body = body.trim_end_matches(is_punctuation);
    let worthy = body.chars().any(|c| !c.is_numeric() && !is_punctuation(c));
    if !worthy || body.chars().count() > TAG_MAX_CHARS {
        return None;
    }
    let end = start + (word.len() - word.strip_prefix(['#', '＃'])?.len()) + body.len();
    Some(Span { range: start..end, kind: Kind::Tag(body.to_owned()) })
}

fn mention(word: &str, start: usize) -> Option<Span> {
    let body = word.strip_prefix('@')?;
    let length = body.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-')));
    let handle = body[..length.unwrap_or(body.len())].trim_end_matches(['.', '-']);
    is_domain(handle)
        .then(|| Span { range: start..start + 1 + handle.len(), kind: Kind::Mention(handle.to_ascii_lowercase()) })
}

fn link(word: &str, start: usize) -> Option<Span> {
    let address = trimmed(word);
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| address.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)));
    let uri = if let Some(scheme) = scheme {
        let host_follows = address[scheme.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '[');
        host_follows.then(|| address.to_owned())?
    } else {
        let host = &address[..address.find(['/', '?', '#', ':']).unwrap_or(address.len())];
        let top = host.rsplit('.').next()?;
        let begins_well = host.starts_with(|c: char| c.is_ascii_alphabetic());
        (begins_well && is_domain(host) && is_top_level(top)).then(|| format!("https://{address}"))?
    };
    // What the network's schema would refuse must not spoil the whole post.
    url::Url::parse(&uri).ok()?;
    Some(Span { range: start..start + address.len(), kind: Kind::Link(uri) })
}

/// Without the punctuation that ends a sentence, and without a parenthesis that was opened before.
fn trimmed(word: &str) -> &str {
    // Looked up once, so that a word of nothing but punctuation does not take quadratic time.
    let opened = word.find('(').unwrap_or(usize::MAX);
    let mut address = word;
    loop {
        let shorter = address.trim_end_matches(['.', ',', ';', ':', '!', '?', '"', '\'', '”', '’', '»']);
        let shorter = match shorter.strip_suffix(')') {
            Some(inner) if opened >= inner.len() => inner,
            _ => shorter,
        };
        if shorter.len() == address.len() {
            return address;
        }
        address = shorter;
    }
}

/// Whether this looks like `name.example`.
pub(super) fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let top_is_a_word = text.rsplit('.').next().is_some_and(|top| top.starts_with(|c: char| c.is_ascii_alphabetic()));
    text.len() <= 253 && text.contains('.') && top_is_a_word && text.split('.').all(label)
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{2060}' | '\u{200a}'..='\u{200d}' | '\u{20e2}')
}

/// General category P, as far as texts use it.
fn is_punctuation(c: char) -> bool {
    match c {
        '$' | '+' | '<' | '=' | '>' | '^' | '`' | '|' | '~' => false,
        '¡' | '§' | '«' | '¶' | '·' | '»' | '¿' => true,
        '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' => !matches!(c, '\u{2044}' | '\u{2052}'),
        '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}' | '・' => true,
        '！'..='＊' | '，'..='／' | '：' | '；' | '？' | '＠' | '［'..='］' | '＿' | '｛' | '｝' => {
            c != '＄'
        }
        '\u{ff5f}'..='\u{ff65}' => true,
        '؟' | '،' | '؛' | '।' | '॥' => true,
        _ => c.is_ascii_punctuation(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::*;

    /// Each detected range as `kind:covered text`, and `=target` where a link's differs.
    fn found(text: &str) -> Vec<String> {
        detect(text)
            .into_iter()
            .map(|span| {
                let covered = &text[span.range];
                match span.kind {
                    Kind::Link(uri) if uri == covered => format!("link:{covered}"),
                    Kind::Link(uri) => format!("link:{covered}={uri}"),
                    Kind::Mention(handle) => format!("mention:{covered}={handle}"),
                    Kind::Tag(tag) => format!("tag:{covered}={tag}"),
                }
            })
            .collect()
    }

    #[test]
    fn links_are_found_with_and_without_scheme() {
        assert_eq!(found("see https://example.com/a?b=c#d now"), ["link:https://example.com/a?b=c#d"]);
        assert_eq!(found("see example.com/a."), ["link:example.com/a=https://example.com/a"]);
        assert_eq!(found("(https://example.com)"), ["link:https://example.com"]);
        assert_eq!(found("https://en.wikipedia.org/wiki/A_(b)"), ["link:https://en.wikipedia.org/wiki/A_(b)"]);
        assert_eq!(found("HTTPS://EXAMPLE.COM!"), ["link:HTTPS://EXAMPLE.COM"]);
        assert_eq!(found("x\nhttps://a.de\thttps://b.de"), ["link:https://a.de", "link:https://b.de"]);
        assert_eq!(found("https://münchen.de/straße"), ["link:https://münchen.de/straße"]);
    }

    #[test]
    fn what_only_looks_like_a_link_stays_plain() {
        for text in [
            "e.g. this",
            "file.txt",
            "main.rs",
            "1.2.3",
            "a@example.com",
            "https://",
            "ftp://example.com",
            "end.Of",
            "...",
            "http://)",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn mentions_look_like_domains() {
        assert_eq!(found("hi @Ada.bsky.social, hello"), ["mention:@Ada.bsky.social=ada.bsky.social"]);
        assert_eq!(found("(@ada.test)"), ["mention:@ada.test=ada.test"]);
        assert!(found("@ada @ mail@ada.test @-.test @a..b").is_empty());
    }

    #[test]
    fn tags_need_a_letter_and_lose_trailing_punctuation() {
        assert_eq!(found("#one #zwölf! #日本語。"), ["tag:#one=one", "tag:#zwölf=zwölf", "tag:#日本語=日本語"]);
        assert_eq!(found("＃全角 #2026a"), ["tag:＃全角=全角", "tag:#2026a=2026a"]);
        assert_eq!(found("#👩‍🎨"), ["tag:#👩=👩"]);
        let long = format!("#{}", "x".repeat(65));
        for text in ["#", "#1", "##", "#!?", "a#b", "#️⃣", long.as_str()] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn offsets_are_bytes_of_utf8() {
        let text = "👩‍👩‍👧 ü #tag https://example.com";
        let spans = detect(text);
        assert_eq!(spans[0].range, 22..26);
        assert_eq!(spans[1].range, 27..46);
        let facets = facets(&spans, &BTreeMap::new());
        assert_eq!(facets[0]["index"], json!({"byteStart": 22, "byteEnd": 26}));
        assert_eq!(facets[1]["features"][0]["uri"], "https://example.com");
    }

    #[test]
    fn a_mention_without_a_did_has_no_facet() {
        let spans = detect("@ada.test @bob.test @ada.test");
        assert_eq!(handles(&spans), ["ada.test", "bob.test"]);
        let dids =
            BTreeMap::from([("ada.test".to_owned(), Some("did:plc:ada".to_owned())), ("bob.test".to_owned(), None)]);
        let facets = facets(&spans, &dids);
        assert_eq!(facets.len(), 2);
        assert_eq!(facets[0]["features"][0]["did"], "did:plc:ada");
    }

    #[test]
    fn long_texts_take_no_time() {
        for unit in ["a.", "@a.b", "https://", "#", "(", ")", "https://a.de/(( ", "# ", ".)"] {
            let text = unit.repeat(100_000 / unit.len());
            let start = Instant::now();
            let _ = detect(&text);
            assert!(start.elapsed() < Duration::from_secs(2), "{unit:?} took {:?}", start.elapsed());
        }
    }

    proptest! {
        #[test]
        fn ranges_are_sorted_apart_and_on_boundaries(text in "(\\PC|[ \n(@#.:/)]|https://a.de|@a.bc|#x|＃|\u{301}|👩‍🎨){0,60}") {
            let mut end = 0;
            for span in detect(&text) {
                prop_assert!(span.range.start >= end && span.range.start < span.range.end);
                prop_assert!(text.get(span.range.clone()).is_some());
                end = span.range.end;
            }
            prop_assert!(end <= text.len());
        }

        #[test]
        fn a_tag_among_words_is_found_where_it_is(before in "[a-zäöü👍 ]{0,20}", tag in "[a-zäöü]{1,20}") {
            let text = format!("{before} #{tag} .");
            let spans = detect(&text);
            prop_assert_eq!(spans.len(), 1);
            prop_assert_eq!(&text[spans[0].range.clone()], format!("#{tag}"));
        }
    }
}
