//! The facts of an MP4 file, from its boxes: only `moov`, which is small, is ever held in memory.

/// Longest box header in bytes.
pub const HEADER_BYTES: u64 = 16;
/// Boxes nest no deeper than this on the way to what is read here.
const DEEPEST: u8 = 6;

/// The beginning of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoxHeader {
    /// Its type, such as `moov`.
    pub kind: [u8; 4],
    /// Length of the header itself, in bytes.
    pub header: u64,
    /// Length of the box with its header, in bytes.
    pub size: u64,
}

impl BoxHeader {
    /// Reads the header at the beginning of `bytes`; `left` is how much of the enclosing box or file
    /// is left, which is the size of a box that gives none. Nothing when it makes no sense.
    #[must_use]
    pub fn parse(bytes: &[u8], left: u64) -> Option<Self> {
        let kind = <[u8; 4]>::try_from(bytes.get(4..8)?).ok()?;
        let (header, size) = match u32_at(bytes, 0)? {
            0 => (8, left),
            1 => (16, u64_at(bytes, 8)?),
            size => (8, u64::from(size)),
        };
        (size >= header).then_some(Self { kind, header, size })
    }
}

/// What a film is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movie {
    /// Width in pixels, as shown (after rotation).
    pub width: u32,
    /// Height in pixels, as shown.
    pub height: u32,
    /// Length in milliseconds; absent where the file does not say.
    pub duration_ms: Option<u64>,
    /// By how many degrees it is turned clockwise when it is shown.
    pub rotation: u16,
    /// How its pictures are coded, such as `avc1`.
    pub codec: Option<String>,
    /// Pictures in a thousand seconds; absent where the file does not say.
    pub frame_rate: Option<u32>,
    /// Whether it has sound.
    pub audio: bool,
}

/// Reads the content of a `moov` box. Nothing when it has no picture track.
#[must_use]
pub fn movie(moov: &[u8]) -> Option<Movie> {
    let mut found = Found::default();
    found.visit(moov, 0);
    let picture = found.picture?;
    let (width, height) = picture.size?;
    Some(Movie {
        width,
        height,
        duration_ms: found.duration_ms,
        rotation: picture.rotation,
        codec: picture.codec,
        frame_rate: picture.frame_rate,
        audio: found.audio,
    })
}

/// What is known of a track.
#[derive(Default)]
struct Track {
    /// What it is, such as `vide` or `soun`.
    kind: Option<[u8; 4]>,
    size: Option<(u32, u32)>,
    rotation: u16,
    codec: Option<String>,
    /// Units in a second, and its length in them.
    length: Option<(u32, u64)>,
    frames: Option<u64>,
    frame_rate: Option<u32>,
}

impl Track {
    fn measured(mut self) -> Self {
        self.frame_rate = self.length.zip(self.frames).and_then(|((scale, units), frames)| {
            let rate = (u128::from(frames) * u128::from(scale) * 1000).checked_div(u128::from(units))?;
            u32::try_from(rate).ok().filter(|rate| *rate > 0)
        });
        self
    }
}

#[derive(Default)]
struct Found {
    duration_ms: Option<u64>,
    audio: bool,
    /// The track being read.
    track: Track,
    /// The first track that is a picture.
    picture: Option<Track>,
}

impl Found {
    fn visit(&mut self, mut bytes: &[u8], depth: u8) {
        while let Some(header) = BoxHeader::parse(bytes, bytes.len() as u64) {
            let Some((content, rest)) = split(bytes, header) else { return };
            self.read(header.kind, content, depth);
            bytes = rest;
        }
    }

    fn read(&mut self, kind: [u8; 4], content: &[u8], depth: u8) {
        match &kind {
            b"mvhd" => self.duration_ms = duration(content).or(self.duration_ms),
            b"trak" if depth < DEEPEST => {
                self.track = Track::default();
                self.visit(content, depth + 1);
                let track = std::mem::take(&mut self.track).measured();
                match track.kind.as_ref() {
                    Some(b"soun") => self.audio = true,
                    Some(b"vide") if track.size.is_some() && self.picture.is_none() => self.picture = Some(track),
                    _ => {}
                }
            }
            b"mdia" | b"minf" | b"stbl" if depth < DEEPEST => self.visit(content, depth + 1),
            b"tkhd" => (self.track.size, self.track.rotation) = (track_size(content), rotation(content)),
            b"mdhd" => self.track.length = length(content),
            // Type of the track, behind version, flags and four unused bytes. QuickTime has a second
            // such box for how the data are stored.
            b"hdlr" => self.track.kind = self.track.kind.or_else(|| content.get(8..12)?.try_into().ok()),
            // Behind version, flags, the number of entries and the first one's size.
            b"stsd" => self.track.codec = content.get(12..16).and_then(four_characters),
            b"stts" => self.track.frames = frames(content),
            _ => {}
        }
    }
}

fn split(bytes: &[u8], header: BoxHeader) -> Option<(&[u8], &[u8])> {
    let (whole, rest) = bytes.split_at_checked(usize::try_from(header.size).ok()?)?;
    Some((whole.get(usize::try_from(header.header).ok()?..)?, rest))
}

/// Length from `mvhd` in milliseconds.
fn duration(mvhd: &[u8]) -> Option<u64> {
    let (scale, units) = length(mvhd)?;
    let millis = (u128::from(units) * 1000).checked_div(u128::from(scale))?;
    u64::try_from(millis).ok().filter(|millis| *millis > 0)
}

/// Units per second and units, from `mvhd` or `mdhd`, which begin alike. All ones, or zero in a film
/// that is recorded in fragments, mean unknown.
fn length(header: &[u8]) -> Option<(u32, u64)> {
    let (scale, units, unknown) = match header.first()? {
        0 => (u32_at(header, 12)?, u64::from(u32_at(header, 16)?), u64::from(u32::MAX)),
        _ => (u32_at(header, 20)?, u64_at(header, 24)?, u64::MAX),
    };
    (units != unknown && units > 0).then_some((scale, units))
}

/// Number of pictures from `stts`: a list of how many have which length.
fn frames(stts: &[u8]) -> Option<u64> {
    let entries = stts.get(8..)?.chunks_exact(8).take(usize::try_from(u32_at(stts, 4)?).ok()?);
    let frames: u64 = entries.filter_map(|entry| u32_at(entry, 0)).map(u64::from).sum();
    (frames > 0).then_some(frames)
}

fn four_characters(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    text.chars().all(|c| c.is_ascii_graphic() || c == ' ').then(|| text.trim().to_owned())
}

/// Degrees clockwise from the first column of the matrix in `tkhd`.
fn rotation(tkhd: &[u8]) -> u16 {
    let matrix = if tkhd.first() == Some(&0) { 40 } else { 52 };
    let sign = |at: usize| u32_at(tkhd, matrix + at).map_or(0, |value| value.cast_signed().signum());
    match (sign(0), sign(4)) {
        (0, 1) => 90,
        (-1, 0) => 180,
        (0, -1) => 270,
        _ => 0,
    }
}

/// Size from `tkhd`: a matrix that swaps the axes turns the picture by a quarter.
fn track_size(tkhd: &[u8]) -> Option<(u32, u32)> {
    let matrix = if *tkhd.first()? == 0 { 40 } else { 52 };
    let turned = u32_at(tkhd, matrix)? == 0 && u32_at(tkhd, matrix + 4)? != 0;
    let (width, height) = (u32_at(tkhd, matrix + 36)? >> 16, u32_at(tkhd, matrix + 40)? >> 16);
    let size = if turned { (height, width) } else { (width, height) };
    (size.0 > 0 && size.1 > 0).then_some(size)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, proptest};

    fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let size = u32::try_from(content.len() + 8).unwrap();
        [&size.to_be_bytes()[..], kind, content].concat()
    }

    fn header(scale: u32, units: u32) -> Vec<u8> {
        let words = [0, 0, 0, scale, units].map(u32::to_be_bytes).concat();
        boxed(b"mvhd", &[words, vec![0; 80]].concat())
    }

    fn track(kind: &[u8; 4], width: u32, height: u32, turned: bool) -> Vec<u8> {
        let one = 1 << 16;
        let matrix = if turned { [0, one, 0, one, 0, 0, 0, 0, 1 << 30] } else { [one, 0, 0, 0, one, 0, 0, 0, 1 << 30] };
        let words = [&[0; 10][..], &matrix, &[width << 16, height << 16]].concat();
        let tkhd = boxed(b"tkhd", &words.into_iter().flat_map(u32::to_be_bytes).collect::<Vec<_>>());
        let hdlr = boxed(b"hdlr", &[&[0; 8][..], kind, &[0; 13]].concat());
        boxed(b"trak", &[tkhd, boxed(b"mdia", &hdlr)].concat())
    }

    /// A track with 24 pictures a second in a box of samples.
    fn coded(kind: &[u8; 4], codec: &[u8; 4]) -> Vec<u8> {
        let mdhd = boxed(b"mdhd", &[0, 0, 0, 24_000, 60_000, 0].map(u32::to_be_bytes).concat());
        let hdlr = boxed(b"hdlr", &[&[0; 8][..], kind, &[0; 13]].concat());
        let store = boxed(b"hdlr", &[&[0; 8][..], b"alis", &[0; 13]].concat());
        let stsd = boxed(b"stsd", &[&[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 16][..], codec, &[0; 8]].concat());
        let stts = boxed(b"stts", &[0, 2, 59, 1000, 1, 1000].map(u32::to_be_bytes).concat());
        let minf = boxed(b"minf", &[store, boxed(b"stbl", &[stsd, stts].concat())].concat());
        let one = 1 << 16;
        let words = [&[0; 10][..], &[one, 0, 0, 0, one, 0, 0, 0, 1 << 30], &[1280 << 16, 720 << 16]].concat();
        let tkhd = boxed(b"tkhd", &words.into_iter().flat_map(u32::to_be_bytes).collect::<Vec<_>>());
        boxed(b"trak", &[tkhd, boxed(b"mdia", &[mdhd, hdlr, minf].concat())].concat())
    }

    fn silent(width: u32, height: u32, duration_ms: Option<u64>, rotation: u16) -> Movie {
        Movie { width, height, duration_ms, rotation, codec: None, frame_rate: None, audio: false }
    }

    #[test]
    fn size_length_and_rotation_are_read() {
        let sound = track(b"soun", 0, 0, false);
        let upright = [header(600, 1500), sound.clone(), track(b"vide", 1920, 1080, true)].concat();
        assert_eq!(movie(&upright), Some(Movie { audio: true, ..silent(1080, 1920, Some(2500), 90) }));
        let fragmented = [header(600, 0), track(b"vide", 640, 360, false)].concat();
        assert_eq!(movie(&fragmented), Some(silent(640, 360, None, 0)));
        assert_eq!(movie(&[header(600, 1500), sound].concat()), None);
        assert_eq!(movie(&header(0, 1)), None);
    }

    #[test]
    fn codec_and_frame_rate_are_those_of_the_picture() {
        let film = [header(600, 1500), coded(b"soun", b"mp4a"), coded(b"vide", b"hvc1")].concat();
        let expected = Movie {
            codec: Some("hvc1".into()),
            frame_rate: Some(24_000),
            audio: true,
            ..silent(1280, 720, Some(2500), 0)
        };
        assert_eq!(movie(&film), Some(expected));
    }

    #[test]
    fn a_header_without_sense_is_refused() {
        assert_eq!(BoxHeader::parse(b"\0\0\0\x04free", 100), None);
        assert_eq!(BoxHeader::parse(b"\0\0\0\x01mdat", 100), None);
        let open = BoxHeader { kind: *b"mdat", header: 8, size: 100 };
        assert_eq!(BoxHeader::parse(b"\0\0\0\0mdat", 100), Some(open));
    }

    proptest! {
        #[test]
        fn any_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = movie(&bytes);
            let _ = movie(&[boxed(b"mvhd", &bytes), boxed(b"trak", &boxed(b"tkhd", &bytes))].concat());
        }
    }
}
