//! Emoji sequences, as UTS #51 allows them.

use icu_properties::CodePointSetData;
use icu_properties::props::{Emoji, EmojiModifier, EmojiModifierBase};

const JOINER: char = '\u{200d}';
const AS_TEXT: char = '\u{fe0e}';
const AS_EMOJI: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';
const BLACK_FLAG: char = '\u{1f3f4}';

/// How many characters the emoji sequence at the beginning of `chars` has; 0 when there is none.
///
/// A symbol that has two looks is one unless a variation selector says that it is text. Digits, and the
/// copyright and registered signs, are text unless the contrary is said.
pub(super) fn sequence(chars: &[char]) -> usize {
    let Some(&first) = chars.first() else { return 0 };
    let at = |index: usize| chars.get(index).copied().unwrap_or_default();
    if matches!(first, '0'..='9' | '#' | '*') {
        let selector = usize::from(at(1) == AS_EMOJI);
        return if at(1 + selector) == KEYCAP { 2 + selector } else { 0 };
    }
    if is_regional(first) {
        return 1 + usize::from(is_regional(at(1)));
    }
    let mut length = element(chars);
    while length > 0 && at(length) == JOINER {
        let next = element(&chars[length + 1..]);
        if next == 0 {
            break;
        }
        length += 1 + next;
    }
    length
}

/// One pictograph with what belongs to it.
fn element(chars: &[char]) -> usize {
    let Some(&base) = chars.first() else { return 0 };
    let at = |index: usize| chars.get(index).copied().unwrap_or_default();
    let said = at(1) == AS_EMOJI;
    if base.is_ascii() || at(1) == AS_TEXT || !CodePointSetData::new::<Emoji>().contains(base) {
        return 0;
    }
    if matches!(base, '©' | '®') && !said {
        return 0;
    }
    if is_regional(base) {
        return 0;
    }
    if said {
        return 2;
    }
    if CodePointSetData::new::<EmojiModifierBase>().contains(base)
        && CodePointSetData::new::<EmojiModifier>().contains(at(1))
    {
        return 2;
    }
    if base == BLACK_FLAG {
        return 1 + tags(&chars[1..]);
    }
    1
}

/// The tags of a flag of a region, with their end mark.
fn tags(chars: &[char]) -> usize {
    let tags = chars.iter().take_while(|c| matches!(c, '\u{e0020}'..='\u{e007e}')).count();
    if tags > 0 && chars.get(tags) == Some(&'\u{e007f}') { tags + 1 } else { 0 }
}

fn is_regional(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> usize {
        sequence(&text.chars().collect::<Vec<_>>())
    }

    #[test]
    fn a_whole_sequence_is_found() {
        for text in ["👩‍👩‍👧‍👦", "🇩🇪", "👍🏽", "1️⃣", "1⃣", "❤️", "❤", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴‍☠️", "👁‍🗨", "©️", "🇩", "™"]
        {
            assert_eq!(found(text), text.chars().count(), "{text:?}");
        }
    }

    #[test]
    fn what_is_text_is_none() {
        for text in ["", "1", "#", "©", "❤\u{fe0e}", "a", "\u{200d}", "\u{fe0f}", "日"] {
            assert_eq!(found(text), 0, "{text:?}");
        }
        assert_eq!(found("👩\u{200d}"), 1);
        assert_eq!(found("❤🏽"), 1);
        assert_eq!(found("🏴\u{e0067}"), 1);
    }
}
