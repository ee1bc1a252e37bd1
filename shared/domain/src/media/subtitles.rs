//! Subtitles: what tells such a file by its content, whether it can be used, and `SubRip` as `WebVTT`.
//!
//! After the W3C's `WebVTT` (sections 4, Syntax, and 6, Parsing) and, since nobody standardized it, `SubRip` as programs
//! write it: blocks of a number, a line of times and lines of text, with a comma before the milliseconds.

use super::{SRT, VTT};

/// Escapes that `WebVTT` knows.
const ESCAPES: [&str; 6] = ["&amp;", "&lt;", "&gt;", "&nbsp;", "&lrm;", "&rlm;"];
/// Marks that both formats know.
const MARKS: [&str; 6] = ["<b>", "</b>", "<i>", "</i>", "<u>", "</u>"];

/// Why a file of subtitles cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// It is not text in UTF-8.
    Encoding,
    /// It has no line of times behind which a text stands.
    NoCue,
}

/// From when to when a text is shown, in milliseconds from the film's beginning.
type Times = (u64, u64);

/// The type of subtitles that a file is by its beginning; nothing when it is something else.
#[must_use]
pub fn kind(head: &[u8]) -> Option<&'static str> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if is_vtt(head) {
        return Some(VTT);
    }
    let lines = head.split(|byte| matches!(byte, b'\n' | b'\r')).map(<[u8]>::trim_ascii);
    let mut lines = lines.filter(|line| !line.is_empty());
    let first = lines.next()?;
    let numbered = first.iter().all(u8::is_ascii_digit);
    let line = if numbered { lines.next()? } else { first };
    times(std::str::from_utf8(line).ok()?).map(|_| SRT)
}

/// The text of a file of subtitles, without the mark of its encoding, if anything would be shown.
///
/// # Errors
/// Why nothing would.
pub fn text(bytes: &[u8]) -> Result<&str, Unusable> {
    let text = std::str::from_utf8(bytes).map_err(|_| Unusable::Encoding)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = (!text.contains('\0')).then_some(text).ok_or(Unusable::Encoding)?;
    let lines: Vec<&str> = lines(text).collect();
    let shows = |pair: &[&str]| times(pair[0]).is_some() && !pair[1].trim().is_empty();
    if lines.windows(2).any(shows) { Ok(text) } else { Err(Unusable::NoCue) }
}

/// `SubRip` as `WebVTT`: the same texts at the same times. Bold, italic and underlined stay; fonts, colours and places, which
/// programs invented beside the format, go.
#[must_use]
pub fn to_vtt(srt: &str) -> String {
    let srt = srt.strip_prefix('\u{feff}').unwrap_or(srt);
    let mut vtt = String::with_capacity(srt.len() + 8);
    vtt.push_str("WEBVTT\n\n");
    for line in lines(srt.trim_start_matches(['\n', '\r'])) {
        match times(line) {
            Some((from, until)) => {
                vtt.push_str(&stamp(from));
                vtt.push_str(" --> ");
                vtt.push_str(&stamp(until));
            }
            None => push_text(&mut vtt, line),
        }
        vtt.push('\n');
    }
    vtt
}

/// Whether it begins as the specification demands: the word, and nothing that goes on with it.
fn is_vtt(head: &[u8]) -> bool {
    head.strip_prefix(b"WEBVTT").is_some_and(|rest| matches!(rest.first(), None | Some(b' ' | b'\t' | b'\n' | b'\r')))
}

/// The lines, however they end.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// The times of a line such as `00:01:02,345 --> 00:01:04,000`. What follows them is not looked at.
fn times(line: &str) -> Option<Times> {
    let (from, rest) = line.split_once("-->")?;
    Some((instant(from.trim())?, instant(rest.split_whitespace().next()?)?))
}

/// Hours may be left out, and programs differ in the mark before the milliseconds.
fn instant(text: &str) -> Option<u64> {
    let (clock, millis) = text.split_once([',', '.'])?;
    let millis = Some(millis).filter(|digits| digits.len() == 3).and_then(number)?;
    let parts: Vec<u64> = clock.split(':').map(number).collect::<Option<_>>()?;
    let (hours, minutes, seconds) = match parts[..] {
        [hours, minutes, seconds] => (hours, minutes, seconds),
        [minutes, seconds] => (0, minutes, seconds),
        _ => return None,
    };
    (minutes < 60 && seconds < 60).then_some(((hours * 60 + minutes) * 60 + seconds) * 1000 + millis)
}

fn number(digits: &str) -> Option<u64> {
    let proper = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if proper { digits.parse().ok() } else { None }
}

fn stamp(ms: u64) -> String {
    let (seconds, millis) = (ms / 1000, ms % 1000);
    format!("{:02}:{:02}:{:02}.{millis:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// A line of text, with what would mean something else in `WebVTT` escaped.
fn push_text(vtt: &mut String, line: &str) {
    let mut rest = line;
    while let Some(at) = rest.find(['&', '<', '>']) {
        let (plain, special) = rest.split_at(at);
        vtt.push_str(plain);
        let known = ESCAPES.iter().chain(&MARKS).find(|known| special.starts_with(**known));
        let (written, taken) = match (known, special.as_bytes().first()) {
            (Some(known), _) => (*known, known.len()),
            (None, Some(b'<')) => match font(special) {
                Some(length) => ("", length),
                None => ("&lt;", 1),
            },
            (None, Some(b'>')) => ("&gt;", 1),
            (None, _) => ("&amp;", 1),
        };
        vtt.push_str(written);
        rest = &special[taken..];
    }
    vtt.push_str(rest);
}

/// The length of a mark about fonts that `text` begins with.
fn font(text: &str) -> Option<usize> {
    let named = |mark: &str| text.get(..mark.len()).is_some_and(|head| head.eq_ignore_ascii_case(mark));
    (named("<font ") || named("</font>")).then(|| text.find('>').map(|end| end + 1)).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FILM: &str =
        "1\r\n00:00:01,000 --> 00:00:02,500\r\nThe harbour\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nwakes up.\r\n";

    #[test]
    fn a_file_is_told_by_its_content() {
        assert_eq!(kind(FILM.as_bytes()), Some(SRT));
        assert_eq!(kind(format!("\u{feff}\n\n{FILM}").as_bytes()), Some(SRT));
        assert_eq!(kind(b"00:00:01,000 --> 00:00:02,500\nWithout a number"), Some(SRT));
        for vtt in ["WEBVTT", "WEBVTT\n\n00:01.000 --> 00:02.000\nHi", "\u{feff}WEBVTT - Film\r\n", "WEBVTT\tx"] {
            assert_eq!(kind(vtt.as_bytes()), Some(VTT), "{vtt}");
        }
        for other in ["", "1", "1\n2\n00:00:01,000 --> 00:00:02,000", "WEBVTTX", "%PDF-1.7", "Hello --> world", "1\nHi"]
        {
            assert_eq!(kind(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn a_file_shows_something() {
        assert_eq!(text(format!("\u{feff}{FILM}").as_bytes()), Ok(FILM));
        assert!(text(b"WEBVTT\n\nNOTE nothing\n\n00:01.000 --> 00:02.000 align:start\nHi").is_ok());
        for empty in
            ["WEBVTT\n\nNOTE nothing", "1\n00:00:01,000 --> 00:00:02,500\n\n", "", "00:00:01,000 --> 00:00:02,500"]
        {
            assert_eq!(text(empty.as_bytes()), Err(Unusable::NoCue), "{empty}");
        }
        // Latin-1, and UTF-16 with its mark.
        assert_eq!(text(b"1\n00:00:01,000 --> 00:00:02,500\nGr\xfc\xdfe\n"), Err(Unusable::Encoding));
        assert_eq!(text(b"\xff\xfe1\0\n\0"), Err(Unusable::Encoding));
        assert_eq!(text(b"1\n00:00:01,000 --> 00:00:02,500\nH\0i"), Err(Unusable::Encoding));
    }

    #[test]
    fn times_are_read_as_programs_write_them() {
        assert_eq!(times("00:01:02,345 --> 100:00:00,000"), Some((62_345, 360_000_000)));
        assert_eq!(times("0:00:01.5 --> 0:00:02.0"), None, "milliseconds have three digits");
        assert_eq!(times("01:02.345-->01:03.000 line:0"), Some((62_345, 63_000)));
        assert_eq!(times("00:00:01,000 --> 00:00:02,000  X1:40 X2:600"), Some((1000, 2000)));
        for wrong in
            ["00:60:00,000 --> 00:00:01,000", "1 --> 2", "-->", "00:00:+1,000 --> 00:00:02,000", "00:00:01,000"]
        {
            assert_eq!(times(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn subrip_becomes_webvtt() {
        let wanted = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\nThe harbour\n\n2\n00:00:03.000 --> 00:00:04.000\nwakes up.\n\n";
        assert_eq!(to_vtt(FILM), wanted);
        let line = |text: &str| {
            let vtt = to_vtt(&format!("1\n00:00:01,000 --> 00:00:02,000 X1:1\n{text}"));
            vtt.lines().nth(4).unwrap_or_default().to_owned()
        };
        assert_eq!(line("<i>Tea & cake</i> &amp; more"), "<i>Tea &amp; cake</i> &amp; more");
        assert_eq!(line("a < b > c --> d"), "a &lt; b &gt; c --&gt; d");
        assert_eq!(line("<font color=\"#fff\">White</FONT> <script>"), "White &lt;script&gt;");
        assert_eq!(line("<font color"), "&lt;font color");
    }

    fn cue() -> impl Strategy<Value = (u64, u64, String)> {
        (0_u64..400_000_000, 0_u64..10_000, "[^\r\n\0]{0,30}")
    }

    proptest! {
        #[test]
        fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = (kind(&bytes), text(&bytes));
            let vtt = to_vtt(&String::from_utf8_lossy(&bytes));
            prop_assert_eq!(kind(vtt.as_bytes()), Some(VTT));
        }

        #[test]
        fn every_cue_keeps_its_times_and_nothing_else_becomes_one(cues in prop::collection::vec(cue(), 0..12)) {
            let comma = |ms: u64| stamp(ms).replace('.', ",");
            let block = |(number, (from, length, said)): (usize, &(u64, u64, String))| {
                format!("{}\r\n{} --> {}\r\n- {said}\r\n\r\n", number + 1, comma(*from), comma(from + length))
            };
            let srt: String = cues.iter().enumerate().map(block).collect();
            let vtt = to_vtt(&srt);
            let found: Vec<Times> = vtt.lines().filter_map(times).collect();
            let wanted: Vec<Times> = cues.iter().map(|(from, length, _)| (*from, from + length)).collect();
            prop_assert_eq!(found, wanted);
            prop_assert_eq!(vtt.matches("-->").count(), cues.len());
            prop_assert_eq!(text(vtt.as_bytes()).is_ok(), !cues.is_empty());
            prop_assert!(!vtt.contains('\r'));
            // What was converted stays as it is when its body is converted again.
            let again = to_vtt(vtt.trim_start_matches("WEBVTT\n\n"));
            prop_assert_eq!(again.trim_end(), vtt.trim_end());
        }
    }
}
