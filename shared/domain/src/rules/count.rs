//! Length of a text as a network counts it.

mod emoji;
mod links;

use std::borrow::Cow;
use std::collections::BTreeSet;

use icu_normalizer::ComposingNormalizerBorrowed;
use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use super::limits::Limits;
use super::table::{Rule, rule};
use crate::platform::Platform;

/// What a length is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Extended grapheme clusters: what a reader sees as one character.
    Graphemes,
    /// UTF-16 code units.
    Utf16,
    /// Unicode scalar values.
    CodePoints,
    /// UTF-8 bytes.
    Utf8Bytes,
    /// After normalization one or two by script, two for an emoji sequence, and the same for any link.
    XWeighted,
    /// Unicode scalar values, but for an emoji sequence its UTF-8 bytes.
    Threads,
}

impl Unit {
    /// How many of them a text has.
    fn length(self, text: &str, link: usize) -> usize {
        match self {
            Self::Graphemes => text.graphemes(true).count(),
            Self::Utf16 => text.encode_utf16().count(),
            Self::CodePoints => text.chars().count(),
            Self::Utf8Bytes => text.len(),
            Self::XWeighted => weighted(text, link),
            Self::Threads => threads(text),
        }
    }
}

/// X's weighted length: the rules of its text library, version 3. `link` is what any link counts.
fn weighted(text: &str, link: usize) -> usize {
    let text: Vec<char> = ComposingNormalizerBorrowed::new_nfc().normalize(text).chars().collect();
    let mut links = links::links(&text).into_iter().peekable();
    let (mut used, mut at) = (0, 0);
    while at < text.len() {
        if let Some(found) = links.next_if(|found| found.start == at) {
            (used, at) = (used + link, found.end);
            continue;
        }
        let emoji = emoji::sequence(&text[at..]);
        used += if emoji > 0 { 2 } else { weight(text[at]) };
        at += emoji.max(1);
    }
    used
}

fn weight(c: char) -> usize {
    match u32::from(c) {
        0..=4351 | 8192..=8205 | 8208..=8223 | 8242..=8247 => 1,
        _ => 2,
    }
}

fn threads(text: &str) -> usize {
    let text: Vec<char> = text.chars().collect();
    let (mut used, mut at) = (0, 0);
    while at < text.len() {
        let emoji = emoji::sequence(&text[at..]);
        used += if emoji > 0 { text[at..at + emoji].iter().map(|c| c.len_utf8()).sum() } else { 1 };
        at += emoji.max(1);
    }
    used
}

/// How many different links a text has.
pub(super) fn different_links(text: &str) -> usize {
    let text: Vec<char> = text.chars().collect();
    links::links(&text).into_iter().map(|found| &text[found]).collect::<BTreeSet<_>>().len()
}

/// The length of a text, beside what the network allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Count {
    /// Units used.
    pub used: usize,
    /// Units allowed.
    pub limit: usize,
    /// What both count.
    pub unit: Unit,
    /// UTF-8 bytes used.
    pub bytes: usize,
    /// UTF-8 bytes allowed, where the network limits them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_limit: Option<usize>,
}

impl Count {
    /// Whether the network takes a text of this length.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.used <= self.limit && self.bytes_limit.is_none_or(|limit| self.bytes <= limit)
    }
}

/// Counts `text` as the network does, in time linear in its length.
#[must_use]
pub fn count(platform: Platform, limits: &Limits, text: &str) -> Count {
    count_by(&rule(platform).with(limits), text)
}

pub(super) fn count_by(rule: &Rule, text: &str) -> Count {
    count_in(rule, rule.counting, text)
}

/// Counts in a unit other than the rule's.
pub(super) fn count_in(rule: &Rule, unit: Unit, text: &str) -> Count {
    Count {
        used: unit.length(&countable(rule, text), rule.url_counts_as.unwrap_or_default()),
        limit: rule.text_max,
        unit,
        bytes: text.len(),
        bytes_limit: rule.text_max_bytes,
    }
}

/// The text with links and mentions replaced by what they count as.
fn countable<'a>(rule: &Rule, text: &'a str) -> Cow<'a, str> {
    let mut text = Cow::Borrowed(text);
    if let (Some(pattern), Some(length)) = (&rule.url_pattern, rule.url_counts_as) {
        // Letters after the preceding character, so that the replacement forms no cluster with it.
        text = replace(text, pattern.regex(), &format!("${{1}}{}", "x".repeat(length)));
    }
    if let Some(pattern) = &rule.mention_pattern {
        text = replace(text, pattern.regex(), "${1}@${2}");
    }
    text
}

fn replace<'a>(text: Cow<'a, str>, pattern: &regex::Regex, with: &str) -> Cow<'a, str> {
    match pattern.replace_all(&text, with) {
        Cow::Borrowed(_) => text,
        Cow::Owned(replaced) => Cow::Owned(replaced),
    }
}

#[cfg(test)]
mod tests;
