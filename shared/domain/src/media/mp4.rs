//! The facts of an MP4 file, from its boxes: only `moov`, which is small, is ever held in memory.

/// Longest box header in bytes.
pub const HEADER_BYTES: u64 = 16;
/// Boxes nest no deeper than this on the way to what is read here.
const DEEPEST: u8 = 3;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movie {
    /// Width in pixels, as shown (after rotation).
    pub width: u32,
    /// Height in pixels, as shown.
    pub height: u32,
    /// Length in milliseconds; absent where the file does not say.
    pub duration_ms: Option<u64>,
}

/// Reads the content of a `moov` box. Nothing when it has no picture track.
#[must_use]
pub fn movie(moov: &[u8]) -> Option<Movie> {
    let mut found = Found::default();
    found.visit(moov, 0);
    let (width, height) = found.size?;
    Some(Movie { width, height, duration_ms: found.duration_ms })
}

#[derive(Default)]
struct Found {
    duration_ms: Option<u64>,
    /// Size of the track being read.
    track: Option<(u32, u32)>,
    /// Size of the first track that is a picture.
    size: Option<(u32, u32)>,
}

impl Found {
    fn visit(&mut self, mut bytes: &[u8], depth: u8) {
        while let Some(header) = BoxHeader::parse(bytes, bytes.len() as u64) {
            let Some((content, rest)) = split(bytes, header) else { return };
            match &header.kind {
                b"mvhd" => self.duration_ms = duration(content),
                b"trak" | b"mdia" if depth < DEEPEST => self.visit(content, depth + 1),
                b"tkhd" => self.track = track_size(content),
                // Type of the track, behind version, flags and four unused bytes.
                b"hdlr" if content.get(8..12) == Some(b"vide") => {
                    self.size = self.size.or(self.track);
                }
                _ => {}
            }
            bytes = rest;
        }
    }
}

fn split(bytes: &[u8], header: BoxHeader) -> Option<(&[u8], &[u8])> {
    let (whole, rest) = bytes.split_at_checked(usize::try_from(header.size).ok()?)?;
    Some((whole.get(usize::try_from(header.header).ok()?..)?, rest))
}

/// Length from `mvhd`: units per second and units. All ones, or zero in a film that is recorded in
/// fragments, mean unknown.
fn duration(mvhd: &[u8]) -> Option<u64> {
    let (scale, units, unknown) = match mvhd.first()? {
        0 => (u32_at(mvhd, 12)?, u64::from(u32_at(mvhd, 16)?), u64::from(u32::MAX)),
        _ => (u32_at(mvhd, 20)?, u64_at(mvhd, 24)?, u64::MAX),
    };
    let millis = (u128::from(units) * 1000).checked_div(u128::from(scale))?;
    u64::try_from(millis).ok().filter(|millis| *millis > 0 && units != unknown)
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

    #[test]
    fn size_length_and_rotation_are_read() {
        let sound = track(b"soun", 0, 0, false);
        let upright = [header(600, 1500), sound.clone(), track(b"vide", 1920, 1080, true)].concat();
        assert_eq!(movie(&upright), Some(Movie { width: 1080, height: 1920, duration_ms: Some(2500) }));
        let fragmented = [header(600, 0), track(b"vide", 640, 360, false)].concat();
        assert_eq!(movie(&fragmented), Some(Movie { width: 640, height: 360, duration_ms: None }));
        assert_eq!(movie(&[header(600, 1500), sound].concat()), None);
        assert_eq!(movie(&header(0, 1)), None);
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
