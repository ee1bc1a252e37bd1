//! Hashtags and mentions, counted as people read them.

/// How many hashtags a text has: a sign that does not follow a word, then a word that is not a number.
pub(super) fn hashtags(text: &str) -> usize {
    marked(text, |c| matches!(c, '#' | '＃'), is_word, |word| word.chars().any(|c| !c.is_numeric()))
}

/// How many mentions a text has.
pub(super) fn mentions(text: &str) -> usize {
    marked(text, |c| matches!(c, '@' | '＠'), |c| c.is_ascii_alphanumeric() || c == '_', |_| true)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn marked(text: &str, sign: fn(char) -> bool, belongs: fn(char) -> bool, counts: fn(&str) -> bool) -> usize {
    let mut before = ' ';
    let mut number = 0;
    for (index, c) in text.char_indices() {
        // An `&` before it makes an HTML character reference, a `/` a part of an address.
        if sign(c) && !is_word(before) && !matches!(before, '&' | '/') {
            let rest = &text[index + c.len_utf8()..];
            let word = &rest[..rest.find(|c| !belongs(c)).unwrap_or(rest.len())];
            number += usize::from(!word.is_empty() && counts(word));
        }
        before = c;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_needs_a_word_and_does_not_follow_one() {
        assert_eq!(hashtags("#one, #two (#three) ＃四 #5th"), 5);
        assert_eq!(hashtags("# one a#b #12 &#39; https://a.de/#top ##"), 0);
        assert_eq!(mentions("@ada and @bob_2, not a@b.de or @"), 2);
    }

    #[test]
    fn a_hundred_thousand_signs_take_no_time() {
        let start = std::time::Instant::now();
        for text in ["#".repeat(100_000), "#a".repeat(50_000), "@a ".repeat(30_000), "#12".repeat(30_000)] {
            assert!(hashtags(&text) + mentions(&text) <= 60_000);
        }
        assert!(start.elapsed() < std::time::Duration::from_secs(2));
    }
}
