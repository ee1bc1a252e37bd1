//! LinkedIn's little Text Format (document of that title): plain text in which some characters are reserved.
//!
//! One that stands unescaped where it begins nothing cuts the text off silently, so everything reserved is escaped
//! except what is meant: hashtags, and mentions written as `@[Name](urn:li:organization:1)`.

/// Characters that mean something unless a backslash stands before them.
const RESERVED: &str = "|{}@[]()<>#\\*_~";
/// Longest name of a mention, in characters.
const NAME_MAX: usize = 200;

/// A text as the network reads it back to be the same.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    let mut before = None;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let taken = if starts_address(rest, before) {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            push_literal(&mut escaped, &rest[..end]);
            end
        } else if let Some(mention) = Mention::at(rest) {
            escaped.push_str("@[");
            push_literal(&mut escaped, mention.name);
            escaped.push_str("](");
            escaped.push_str(mention.urn);
            escaped.push(')');
            mention.length
        } else if first == '#' && starts_hashtag(rest, before) {
            escaped.push('#');
            1
        } else {
            let end = first.len_utf8();
            push_literal(&mut escaped, &rest[..end]);
            end
        };
        before = rest[..taken].chars().next_back();
        rest = &rest[taken..];
    }
    escaped
}

/// What people see of a text in this format, for comparing: the network may write hashtags and escapes in another way
/// than they were sent.
#[must_use]
pub fn rendered(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let end = first.len_utf8();
        let taken = if let Some(escaped) = escaped_at(rest) {
            text.push(escaped);
            end + escaped.len_utf8()
        } else if let Some((word, length)) = template_at(rest) {
            text.push('#');
            text.push_str(&literal(word));
            length
        } else if let Some(mention) = Mention::at(rest) {
            text.push_str(&literal(mention.name));
            mention.length
        } else {
            text.push(first);
            end
        };
        rest = &rest[taken..];
    }
    text
}

fn push_literal(to: &mut String, text: &str) {
    for character in text.chars() {
        if RESERVED.contains(character) {
            to.push('\\');
        }
        to.push(character);
    }
}

/// A text whose escapes are taken away.
fn literal(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let shown = escaped_at(rest);
        text.push(shown.unwrap_or(first));
        rest = &rest[first.len_utf8() + shown.map_or(0, char::len_utf8)..];
    }
    text
}

fn escaped_at(source: &str) -> Option<char> {
    source.strip_prefix('\\')?.chars().next().filter(|escaped| RESERVED.contains(*escaped))
}

/// Addresses are literal to their end: `#part` in one is no hashtag.
fn starts_address(rest: &str, before: Option<char>) -> bool {
    let begins = |scheme: &str| rest.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    !before.is_some_and(char::is_alphanumeric) && (begins("https://") || begins("http://"))
}

/// A hashtag has a letter, and begins where a word may begin. Numbers such as `#1` are none.
fn starts_hashtag(rest: &str, before: Option<char>) -> bool {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '#' | '&');
    let word = rest[1..].chars().take_while(|c| c.is_alphanumeric());
    !before.is_some_and(inside) && word.clone().any(char::is_alphabetic)
}

/// `{hashtag|\#|word}`: the word and the length of all of it.
fn template_at(source: &str) -> Option<(&str, usize)> {
    let inner = source.strip_prefix("{hashtag|")?;
    let inner = inner.strip_prefix("\\#|").or_else(|| inner.strip_prefix("#|"))?;
    let word = &inner[..inner.find('}')?];
    Some((word, source.len() - inner.len() + word.len() + 1))
}

/// A mention as users write it, which is as the network reads it but for escapes in the name.
struct Mention<'a> {
    name: &'a str,
    urn: &'a str,
    length: usize,
}

impl<'a> Mention<'a> {
    fn at(source: &'a str) -> Option<Self> {
        let inner = source.strip_prefix("@[")?;
        let name = &inner[..inner.find("](")?];
        let after = &inner[name.len() + 2..];
        let urn = &after[..after.find(')')?];
        let plain = !name.contains(['[', ']', '\n']) && name.chars().count() <= NAME_MAX;
        let well_formed = !name.trim().is_empty() && plain && is_mentionable(urn);
        well_formed.then(|| Self { name, urn, length: 2 + name.len() + 2 + urn.len() + 1 })
    }
}

fn is_mentionable(urn: &str) -> bool {
    let id = |kind: &str| urn.strip_prefix(kind).filter(|id| !id.is_empty());
    id("urn:li:organization:").is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_digit()))
        || id("urn:li:person:")
            .is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What is left unescaped once hashtags and mentions are taken out.
    fn bare(source: &str) -> Option<char> {
        let mut rest = source;
        while let Some(first) = rest.chars().next() {
            let taken = if let Some(escaped) = escaped_at(rest) {
                1 + escaped.len_utf8()
            } else if let Some(mention) = Mention::at(rest) {
                mention.length
            } else if first == '#' && rest[1..].starts_with(char::is_alphanumeric) {
                1
            } else if RESERVED.contains(first) {
                return Some(first);
            } else {
                first.len_utf8()
            };
            rest = &rest[taken..];
        }
        None
    }

    #[test]
    fn what_is_meant_stays_and_the_rest_is_escaped() {
        for (text, expected) in [
            ("plain text, nothing else!", "plain text, nothing else!"),
            ("50 % (of 3) [sic] *really* ~5 <3", "50 % \\(of 3\\) \\[sic\\] \\*really\\* \\~5 \\<3"),
            ("#rust and #Straße, not #1 or a#b", "#rust and #Straße, not \\#1 or a\\#b"),
            ("C# and ##x and &#x27;", "C\\# and \\#\\#x and &\\#x27;"),
            ("mail a@b.example", "mail a\\@b.example"),
            ("hi @[Tom & Co](urn:li:organization:12)!", "hi @[Tom & Co](urn:li:organization:12)!"),
            ("@[A (B)](urn:li:person:x-Y_9)", "@[A \\(B\\)](urn:li:person:x-Y_9)"),
            ("@[A](https://a.example)", "\\@\\[A\\]\\(https://a.example\\)"),
            ("@[A](urn:li:organization:x)", "\\@\\[A\\]\\(urn:li:organization:x\\)"),
            ("@[a @[B](urn:li:organization:1)", "\\@\\[a @[B](urn:li:organization:1)"),
            ("see https://a.example/x_(y)#part?q=@z now", "see https://a.example/x\\_\\(y\\)\\#part?q=\\@z now"),
            ("a\\b", "a\\\\b"),
            ("|{}<>", "\\|\\{\\}\\<\\>"),
            ("#snake_case", "#snake\\_case"),
        ] {
            assert_eq!(escape(text), expected, "{text}");
        }
    }

    #[test]
    fn both_ways_of_writing_a_hashtag_read_the_same() {
        assert_eq!(rendered("on {hashtag|\\#|rust} \\(x\\)"), "on #rust (x)");
        assert_eq!(rendered("on #rust (x)"), "on #rust (x)");
        assert_eq!(rendered("@[A \\(B\\)](urn:li:organization:1) {hashtag|x"), "A (B) {hashtag|x");
    }

    proptest! {
        /// Reserved characters, hashtags and addresses, in any order.
        #[test]
        fn every_text_is_read_back_as_it_was_written(
            text in "([|{}@<>#*_~()\\\\\\[\\] \n]|[a-zA-Z0-9&/:.]|#[a-z]{1,4}|https?://[a-z#_()]{1,6}|[äß漢😀]){0,60}",
        ) {
            prop_assume!(!text.contains("](urn:li:") && !text.contains("{hashtag|"));
            prop_assert_eq!(rendered(&escape(&text)), text);
        }

        #[test]
        fn any_text_at_all_is_read_back_as_it_was_written(text in "\\PC{0,200}") {
            prop_assume!(!text.contains("](urn:li:"));
            prop_assert_eq!(rendered(&escape(&text)), text);
        }

        #[test]
        fn nothing_reserved_stays_that_would_cut_the_text(
            text in "([|{}@<>#*_~()\\\\\\[\\] ]|[a-z0-9]|@\\[[A-Z ()]{1,5}\\]\\(urn:li:organization:[0-9]{1,4}\\)|https://[a-z#_()@]{1,6}){0,40}",
        ) {
            prop_assert_eq!(bare(&escape(&text)), None);
        }

        #[test]
        fn hashtags_stay(word in "[a-z]{1,12}", before in "[ (.,!\n]?", after in "[ ).,!\n]?") {
            let tag = format!("#{word}");
            let text = format!("a{before} {tag}{after}");
            let source = escape(&text);
            let at = source.find(&tag).expect("the hashtag");
            prop_assert!(!source[..at].ends_with('\\'));
        }

        #[test]
        fn mentions_stay_and_show_their_name(
            name in "[A-Za-z0-9 &.,'()*_~#@|]{1,30}",
            id in 1_u64..,
            around in "[a-z(){}#@ ]{0,10}",
        ) {
            prop_assume!(!name.trim().is_empty());
            let text = format!("{around}@[{name}](urn:li:organization:{id}){around}");
            let source = escape(&text);
            let target = format!("](urn:li:organization:{id})");
            prop_assert!(source.contains(&target), "{}", source);
            prop_assert_eq!(bare(&source), None);
            prop_assert_eq!(rendered(&source), format!("{around}{name}{around}"));
        }

        #[test]
        fn no_source_panics(source in "(\\PC|[\\\\{}@#()\\[\\]|]|\\{hashtag\\||@\\[){0,60}") {
            let _ = rendered(&source);
            let _ = escape(&source);
        }
    }
}
