//! How a language is named.

use serde::Deserialize;

/// Longest tag that is kept: what BCP 47 (RFC 5646, 4.4.1) asks everybody to have room for.
const TAG_MAX: usize = 35;

/// How a network wants a language to be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LanguageForm {
    /// By two or three letters (ISO 639).
    Code,
    /// By a tag: such letters, and what narrows them down behind hyphens, as in `pt-BR` or `zh-Hant-TW` (BCP 47).
    Tag,
}

impl LanguageForm {
    /// Whether a text has the form; whether there is such a language, only the network knows.
    #[must_use]
    pub fn fits(self, text: &str) -> bool {
        let mut parts = text.split('-');
        let is_code = |part: &str| (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic());
        let narrows =
            |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        // A single letter announces what follows it.
        let ends = || text.rsplit('-').next().is_some_and(|last| last.len() > 1);
        let code = parts.next().is_some_and(is_code);
        match self {
            Self::Code => code && parts.next().is_none(),
            Self::Tag => code && ends() && text.len() <= TAG_MAX && parts.all(narrows),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LanguageForm::{Code, Tag};

    #[test]
    fn a_language_is_written_by_its_tag() {
        for tag in ["en", "de", "yue", "pt-BR", "zh-Hant-TW", "es-419", "de-1996", "en-x-pirate", "DE-at"] {
            assert!(Tag.fits(tag), "{tag}");
            assert_eq!(Code.fits(tag), !tag.contains('-'), "{tag}");
        }
        for wrong in
            ["", "e", "english", "en_US", "en-", "-en", "en--US", "12", "en US", "en-x", "d\u{e9}", "en-toolonga1"]
        {
            assert!(!Tag.fits(wrong) && !Code.fits(wrong), "{wrong}");
        }
        assert!(!Tag.fits(&format!("en{}", "-abcdefgh".repeat(4))), "36 characters and more");
    }
}
