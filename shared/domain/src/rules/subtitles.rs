//! Which subtitles a network takes for a film.

use serde::Deserialize;

use crate::media::{SRT, VTT};

/// Longest tag of a language that is kept: what BCP 47 (RFC 5646, 4.4.1) asks everybody to have room for.
const LANGUAGE_MAX: usize = 35;

/// Which subtitles a network takes, for a film that is the post's only file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubtitlesRule {
    /// Types that are sent as they are. Where that is `WebVTT` alone, `SubRip` becomes it.
    pub types: Vec<String>,
    /// Largest file as it is sent, in bytes.
    pub max_bytes: u64,
    /// Most files, each in a language of its own; absent = no limit.
    pub files_max: Option<usize>,
}

impl SubtitlesRule {
    /// The type as which a file of this type is sent; nothing where it cannot be.
    #[must_use]
    pub fn sent_as<'a>(&self, mime: &'a str) -> Option<&'a str> {
        let takes = |mime: &str| self.types.iter().any(|taken| taken == mime);
        match mime {
            mime if takes(mime) => Some(mime),
            SRT if takes(VTT) => Some(VTT),
            _ => None,
        }
    }
}

/// Whether this is a tag of a language as BCP 47 writes them: a language of two or three letters, and what narrows it
/// down, such as `de`, `pt-BR` or `zh-Hant-TW`.
#[must_use]
pub fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    let named = (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_alphabetic());
    let narrows = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    // A single letter announces what follows it.
    let ends = tag.rsplit('-').next().is_some_and(|last| last.len() > 1);
    named && ends && tag.len() <= LANGUAGE_MAX && parts.all(narrows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_written_by_its_tag() {
        for tag in ["en", "de", "yue", "pt-BR", "zh-Hant-TW", "es-419", "de-1996", "en-x-pirate", "DE-at"] {
            assert!(is_language(tag), "{tag}");
        }
        for wrong in
            ["", "e", "english", "en_US", "en-", "-en", "en--US", "12", "en US", "en-x", "d\u{e9}", "en-toolonga1"]
        {
            assert!(!is_language(wrong), "{wrong}");
        }
        assert!(!is_language(&format!("en{}", "-abcdefgh".repeat(4))), "36 characters and more");
    }

    #[test]
    fn subrip_becomes_webvtt_where_only_that_is_taken() {
        let rule = |types: &[&str]| SubtitlesRule {
            types: types.iter().map(|mime| (*mime).to_owned()).collect(),
            max_bytes: 1,
            files_max: None,
        };
        assert_eq!(rule(&[VTT]).sent_as(SRT), Some(VTT));
        assert_eq!(rule(&[SRT, VTT]).sent_as(SRT), Some(SRT));
        assert_eq!(rule(&[SRT]).sent_as(VTT), None);
        assert_eq!(rule(&[SRT, VTT]).sent_as("application/pdf"), None);
    }
}
