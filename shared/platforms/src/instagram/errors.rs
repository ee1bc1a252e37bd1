//! Instagram's own error codes ("Error Codes"). The subcode decides: several of them come with codes that mean
//! something else elsewhere.

use crate::graph::{GraphError, Verdict};

/// What to do about bytes that are refused: the upload host hardly says why.
const UNTAKEN: &str = "Save the video as MP4 (H.264, AAC), check its length and size, then try again. If another video is \
                       refused as well, connect the account again.";

/// What is known of them.
pub(super) fn table(error: &GraphError) -> Option<Verdict> {
    of_subcode(error.subcode).or(match error.code {
        9 => Some(Verdict::Slow),
        25 => of_subcode(2_207_050),
        -1 => Some(Verdict::Unclear),
        -2 | 9004 | 9007 => Some(Verdict::Later),
        0 if !error.upload.is_empty() && !error.is_transient => Some(Verdict::Refused(UNTAKEN)),
        _ => None,
    })
}

/// What a subcode means; containers that failed name only that.
pub(super) fn of_subcode(subcode: i64) -> Option<Verdict> {
    Some(match subcode {
        // A server error, and an upload that failed for no known reason.
        2_207_001 | 2_207_053 => Verdict::Unclear,
        // The file could not be fetched; the container expired, is not ready, or was not made.
        2_207_003 | 2_207_052 | 2_207_020 | 2_207_008 | 2_207_027 | 2_207_032 => Verdict::Later,
        2_207_042 => Verdict::Slow,
        2_207_006 => Verdict::Refused("Instagram does not find it any more: try again."),
        2_207_004 => Verdict::Refused("Use a picture of at most 8 MB."),
        2_207_005 => Verdict::Refused("Save the picture as JPEG."),
        2_207_009 => Verdict::Refused("Crop the picture to between 4:5 and 1.91:1."),
        2_207_010 => Verdict::Refused("Shorten the caption to 2200 characters."),
        2_207_023 => Verdict::Refused("Choose another form of post."),
        2_207_026 => Verdict::Refused("Save the video as MP4 (H.264, AAC), check its length and size, then try again."),
        2_207_028 => Verdict::Refused("Use 2 to 10 pictures and videos."),
        2_207_035..=2_207_037 => Verdict::Refused("Remove the product tags."),
        2_207_040 => Verdict::Refused("Mention or tag fewer accounts: 20 at most."),
        2_207_050 => {
            Verdict::Refused("Instagram restricts the account: open the Instagram app, do what it asks, then retry.")
        }
        2_207_051 => Verdict::Refused(
            "Instagram took this for spam and blocks it: wait a day or more, look at its notices in the app, then retry.",
        ),
        2_207_057 => Verdict::Refused("Choose a cover within the clip."),
        2_207_081 => Verdict::Refused("The account cannot publish trial reels."),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(code: i64, subcode: i64) -> Option<Verdict> {
        table(&GraphError { code, subcode, ..GraphError::default() })
    }

    #[test]
    fn the_subcode_decides_before_the_code() {
        assert!(matches!(verdict(10, 2_207_028), Some(Verdict::Refused(_))));
        assert!(matches!(verdict(4, 2_207_051), Some(Verdict::Refused(_))));
        assert_eq!(verdict(9, 2_207_042), Some(Verdict::Slow));
        assert_eq!(verdict(1, 2_207_053), Some(Verdict::Unclear));
        assert_eq!(verdict(-1, 0), Some(Verdict::Unclear));
        assert!(matches!(verdict(25, 0), Some(Verdict::Refused(_))));
        assert_eq!(verdict(190, 463), None);
    }

    #[test]
    fn bytes_are_refused_for_good_only_if_the_upload_host_says_so() {
        let said = |code, is_transient| {
            table(&GraphError { code, is_transient, upload: "ProcessingFailedError".into(), ..GraphError::default() })
        };
        assert!(matches!(said(0, false), Some(Verdict::Refused(advice)) if advice.contains("MP4")));
        assert_eq!((said(0, true), said(190, false)), (None, None));
    }
}
