//! A post's text as HTML: escaped, with its lines, paragraphs and links.

use linkify::{LinkFinder, LinkKind};
use maud::{Markup, html};

/// Longest headline in characters.
const HEADLINE_CHARS: usize = 80;

/// Paragraphs and lines as they were typed, with addresses as links. Everything else stays text.
pub(crate) fn paragraphs(text: &str) -> Markup {
    let text = printable(text);
    html! {
        @for paragraph in blocks(&text) {
            p {
                @for (index, line) in paragraph.iter().enumerate() {
                    @if index > 0 { br; }
                    (linked(line))
                }
            }
        }
    }
}

/// The text's first line, shortened at a word.
pub(crate) fn headline(text: &str) -> String {
    let text = printable(text);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    if line.chars().count() <= HEADLINE_CHARS {
        return line.to_owned();
    }
    let kept: String = line.chars().take(HEADLINE_CHARS).collect();
    let kept = kept.rsplit_once(' ').map_or(kept.as_str(), |(words, _)| words);
    format!("{}…", kept.trim_end_matches([' ', ',', ';', ':', '.', '–', '-']))
}

/// The text without control characters, which no format below can carry.
pub(crate) fn printable(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).filter(|c| !is_noncharacter(*c)).collect()
}

const fn is_noncharacter(c: char) -> bool {
    matches!(c as u32 & 0xffff, 0xfffe | 0xffff)
}

/// Lines, in blocks that empty lines separate.
fn blocks(text: &str) -> Vec<Vec<&str>> {
    let mut blocks = vec![Vec::new()];
    for line in text.lines() {
        if line.trim().is_empty() {
            blocks.push(Vec::new());
        } else if let Some(block) = blocks.last_mut() {
            block.push(line);
        }
    }
    blocks.retain(|block: &Vec<&str>| !block.is_empty());
    blocks
}

fn linked(line: &str) -> Markup {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    html! {
        @for span in finder.spans(line) {
            @match span.kind().and_then(|_| shown(span.as_str())) {
                Some(label) => a href=(span.as_str()) rel="nofollow ugc noopener" { (label) },
                None => (span.as_str()),
            }
        }
    }
}

/// What a link says: its address without the scheme. Only addresses of the web are links, and only with a host.
fn shown(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    let web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    Some(rest.trim_end_matches('/')).filter(|label| web && !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{Strategy, prop_assert, prop_oneof, proptest};

    fn html(text: &str) -> String {
        paragraphs(text).into_string()
    }

    #[test]
    fn lines_and_paragraphs_are_kept() {
        assert_eq!(html("one\ntwo\r\n\r\n\nthree "), "<p>one<br>two</p><p>three </p>");
        assert_eq!(html("\n \n"), "");
    }

    #[test]
    fn addresses_become_links() {
        assert_eq!(
            html("See https://example.org/a?b=1&c=2. #news"),
            "<p>See <a href=\"https://example.org/a?b=1&amp;c=2\" rel=\"nofollow ugc noopener\">\
             example.org/a?b=1&amp;c=2</a>. #news</p>"
        );
        for text in
            ["javascript://x%0aalert(1)", "ftp://example.org", "mailto:a@example.org", "example.org", "HTTPS:///"]
        {
            assert!(!html(text).contains("<a"), "{text}");
        }
    }

    #[test]
    fn a_headline_is_one_short_line() {
        assert_eq!(headline("\n  First line \nsecond"), "First line");
        assert_eq!(headline(&"word ".repeat(40)), format!("{}…", "word ".repeat(16).trim_end()));
        assert_eq!(headline(""), "");
    }

    /// Texts that try to break out, between ones that do not.
    fn hostile() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            ".*",
            "(javascript|data|vbscript|https?|HTTPS)://?[\"'<>a-z(){}&;%/.]*",
            "</?(script|a|p|style)[^a-z]{0,9}",
            proptest::strategy::Just("https://x.org/\"onmouseover=alert(1)//".to_owned()),
        ];
        proptest::collection::vec(part, 0..6).prop_map(|parts| parts.join(" "))
    }

    /// What is left when the tags that are ours are taken out.
    fn without_own_tags(html: &str) -> String {
        let mut rest = html.to_owned();
        for tag in ["<p>", "</p>", "<br>", "</a>"] {
            rest = rest.replace(tag, "");
        }
        let behind = "\" rel=\"nofollow ugc noopener\">";
        while let Some(start) = rest.find("<a href=\"http") {
            let end = rest[start..].find(behind).unwrap();
            let address = &rest[start + 9..start + end];
            assert!(!address.contains(['"', '<', '>', ' ']), "{address}");
            rest.replace_range(start..start + end + behind.len(), "");
        }
        rest
    }

    proptest! {
        #[test]
        fn no_text_makes_markup_of_its_own(text in hostile()) {
            let rest = without_own_tags(&html(&text).replace("<a href=\"HTTP", "<a href=\"http"));
            prop_assert!(!rest.contains(['<', '>', '"']), "{rest}");
        }
    }
}
