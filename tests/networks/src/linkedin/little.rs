//! little Text Format, as it is read: reserved characters are escaped by a backslash, and where one is not and begins
//! nothing either, the text ends.

use super::people::name_of;

/// Reserved unless escaped.
const RESERVED: &str = "|{}@[]()<>#\\*_~";

/// What people see of a little text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rendered {
    pub(super) text: String,
    pub(super) hashtags: Vec<String>,
    pub(super) mentions: Vec<String>,
}

pub(super) fn render(source: &str) -> Rendered {
    let mut shown = Rendered::default();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let next = &rest[first.len_utf8()..];
        match first {
            '\\' => match next.chars().next().filter(|escaped| RESERVED.contains(*escaped)) {
                Some(escaped) => {
                    shown.text.push(escaped);
                    rest = &next[escaped.len_utf8()..];
                }
                None => return shown,
            },
            '#' => {
                let end = next.find(|c: char| !c.is_alphanumeric()).unwrap_or(next.len());
                if !next[..end].contains(char::is_alphabetic) {
                    return shown;
                }
                shown.tag(&next[..end]);
                rest = &next[end..];
            }
            '{' => match template(next) {
                Some((word, after)) => {
                    shown.tag(&word);
                    rest = after;
                }
                None => return shown,
            },
            '@' => match mention(next) {
                Some((name, urn, after)) => {
                    let matches = name_of(urn).is_some_and(|known| {
                        known == name || (urn.starts_with("urn:li:person:") && known.contains(&name))
                    });
                    if matches {
                        shown.mentions.push(urn.to_owned());
                    }
                    shown.text.push_str(&name);
                    rest = after;
                }
                None => return shown,
            },
            _ if RESERVED.contains(first) => return shown,
            _ => {
                shown.text.push(first);
                rest = next;
            }
        }
    }
    shown
}

impl Rendered {
    fn tag(&mut self, word: &str) {
        self.hashtags.push(word.to_owned());
        self.text.push('#');
        self.text.push_str(word);
    }
}

/// `{hashtag|\#|word}` behind its brace.
fn template(source: &str) -> Option<(String, &str)> {
    let (inner, after) = source.strip_prefix("hashtag|")?.split_once('}')?;
    let word = inner.strip_prefix("\\#|").or_else(|| inner.strip_prefix("#|"))?;
    Some((unescaped(word)?, after))
}

/// `@[name](urn)` behind its sign.
fn mention(source: &str) -> Option<(String, &str, &str)> {
    let inner = source.strip_prefix('[')?;
    let mut escaped = false;
    let close = inner.find(|c| {
        let ends = c == ']' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    let (urn, after) = inner[close + 1..].strip_prefix('(')?.split_once(')')?;
    let person = urn.strip_prefix("urn:li:person:").is_some_and(|id| !id.is_empty());
    let organization = urn
        .strip_prefix("urn:li:organization:")
        .is_some_and(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()));
    (person || organization).then_some((unescaped(&inner[..close])?, urn, after))
}

/// A text in which everything reserved must be escaped.
fn unescaped(source: &str) -> Option<String> {
    let mut text = String::new();
    let mut characters = source.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.push(characters.next().filter(|escaped| RESERVED.contains(*escaped))?),
            _ if RESERVED.contains(character) => return None,
            _ => text.push(character),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use platforms::linkedin::little::escape;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_documents_examples_read_as_they_say() {
        let shown = render("Hello @[Analytical Engines](urn:li:organization:5515715) and {hashtag|\\#|all}\\!");
        assert_eq!(shown.text, "Hello Analytical Engines and #all", "an escape of nothing reserved ends it");
        assert_eq!((shown.hashtags.len(), shown.mentions.len()), (1, 1));
        assert_eq!(render("a \\(b\\) #tag c").text, "a (b) #tag c");
        assert_eq!(render("cut here (and here)").text, "cut here ");
        assert!(
            render("@[analytical engines](urn:li:organization:5515715)").mentions.is_empty(),
            "names match exactly"
        );
        assert_eq!(render("@[Ada](urn:li:person:Ada1815xYz)").mentions.len(), 1, "a member's name may be a part");
    }

    proptest! {
        /// What the client writes is what people see: whole, character for character.
        #[test]
        fn nothing_that_the_client_escapes_is_cut_or_changed(
            text in "([|{}@<>#*_~()\\\\\\[\\] \n]|[a-zA-Z0-9&/:.]|#[a-z]{1,4}|https?://[a-z#_()@]{1,6}|[äß漢😀]){0,60}",
        ) {
            prop_assume!(!text.contains("](urn:li:"));
            prop_assert_eq!(render(&escape(&text)).text, text);
        }

        #[test]
        fn hashtags_and_mentions_are_recognised_in_any_company(
            around in "[a-z(){}@|~* ]{0,10}",
            word in "[a-z]{1,10}",
        ) {
            let text = format!("{around} #{word} @[Analytical Engines](urn:li:organization:5515715) {around}");
            let shown = render(&escape(&text));
            prop_assert_eq!(shown.text, format!("{around} #{word} Analytical Engines {around}"));
            prop_assert_eq!((shown.hashtags, shown.mentions.len()), (vec![word], 1));
        }
    }
}
