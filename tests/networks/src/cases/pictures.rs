//! Pictures that can be decoded, for clients that clean them before they are sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::media::MediaUse;

use crate::library::Library;

/// Four by five pixels.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAQAAAAFCAIAAADtz9qMAAAAEElEQVR42mPQsKmAIwYyOAAotxExTYTJIwAAAABJRU5ErkJggg==";

/// One pixel, which only some networks take as it is.
const WEBP: &str = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==";

/// One pixel of a PNG.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const GIF: &str = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

/// A PNG as small as can be.
pub(super) fn pixel(library: &Library) -> MediaUse {
    let content = STANDARD.decode(PIXEL).unwrap_or_default();
    library.add("image/png", (1, 1), None, content.into())
}

/// A GIF as small as can be.
pub(super) fn animation(library: &Library) -> MediaUse {
    let content = STANDARD.decode(GIF).unwrap_or_default();
    library.add("image/gif", (1, 1), None, content.into())
}

/// A real WebP.
pub(super) fn webp(library: &Library) -> MediaUse {
    let content = STANDARD.decode(WEBP).unwrap_or_default();
    library.add("image/webp", (1, 1), None, content.into())
}

/// A real PNG.
pub(super) fn picture(library: &Library) -> MediaUse {
    let content = STANDARD.decode(PNG).unwrap_or_default();
    library.add("image/png", (4, 5), None, content.into())
}

/// Several of them.
pub(super) fn pictures(library: &Library, count: usize) -> Vec<MediaUse> {
    (0..count).map(|_| picture(library)).collect()
}
