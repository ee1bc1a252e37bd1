//! Which subtitles a network takes for a film.

use serde::Deserialize;

use crate::media::{SRT, VTT};

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

#[cfg(test)]
mod tests {
    use super::*;

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
