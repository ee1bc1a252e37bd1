//! Subtitles: that they show something, and how large they are for networks that take only `WebVTT`.

use domain::media::subtitles::{Unusable, text, to_vtt};
use domain::media::{Details, Facts, MediaType, SRT};

use crate::check::{Content, Trouble};

/// Reads subtitles.
pub(crate) fn read(bytes: &[u8], kind: MediaType) -> Result<Content, Trouble> {
    let text = text(bytes).map_err(refused)?;
    let vtt_bytes = if kind.mime == SRT { to_vtt(text).len() } else { bytes.len() };
    let details = Details { vtt_bytes: Some(vtt_bytes as u64), ..Details::default() };
    Ok(Content { facts: Facts { details, ..Facts::default() }, thumb: None })
}

fn refused(unusable: Unusable) -> Trouble {
    let (code, detail, fix) = match unusable {
        Unusable::Encoding => (
            "subtitles-encoding",
            "The subtitles are not written in UTF-8.",
            "Save them as UTF-8, which editors offer under “Save as” or “Encoding”, then upload that.",
        ),
        Unusable::NoCue => (
            "subtitles-empty",
            "The file shows no text at any time of a film.",
            "Export it from the program that it was written in, with its times, then upload that.",
        ),
    };
    Trouble::refused(code, detail, fix)
}

#[cfg(test)]
mod tests {
    use domain::media::VTT;

    use super::*;

    fn code(bytes: &[u8]) -> String {
        match read(bytes, MediaType::of(SRT).unwrap()) {
            Err(Trouble::Refused(problem)) => problem.code,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn subtitles_are_measured_as_they_are_sent() {
        let bytes = |text: &str, mime: &str| {
            let content = read(text.as_bytes(), MediaType::of(mime).unwrap()).unwrap();
            (content.facts.details.vtt_bytes, content.thumb)
        };
        let srt = "\u{feff}1\r\n00:00:01,000 --> 00:00:02,000\r\nTea & cake\r\n";
        assert_eq!(bytes(srt, SRT), (Some(srt.len() as u64 - 3 - 3 + 8 + 4 + 1), None));
        let vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n";
        assert_eq!(bytes(vtt, VTT), (Some(vtt.len() as u64), None));
    }

    #[test]
    fn what_shows_nothing_says_why() {
        assert_eq!(code(b"1\n00:00:01,000 --> 00:00:02,000\nGr\xfc\xdfe\n"), "subtitles-encoding");
        assert_eq!(code(b"1\n00:00:01,000 --> 00:00:02,000\n\n"), "subtitles-empty");
    }
}
