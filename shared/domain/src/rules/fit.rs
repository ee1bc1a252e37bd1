//! How small a picture has to be for networks that read it from an address.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::table::{Rule, rule_for};
use crate::platform::Platform;
use crate::target::Format;

/// Every bound of the table, worked out once.
static ALL: LazyLock<BTreeSet<ImageFit>> = LazyLock::new(|| {
    let offered = Platform::ALL.into_iter().flat_map(|platform| Format::ALL.map(|format| (platform, format)));
    let rules = offered.filter_map(|(platform, format)| rule_for(platform, format));
    rules.filter(|rule| rule.image_fit && rule.images_max > 0).map(Rule::image_bounds).collect()
});

/// What a picture has to fit into. `None` means: no limit of that kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageFit {
    /// Largest width, in pixels.
    pub max_width: Option<u32>,
    /// Most pixels.
    pub max_pixels: Option<u64>,
    /// Largest size, in bytes.
    pub max_bytes: Option<u64>,
}

impl ImageFit {
    /// Every bound of the table: what copies of a file there can be.
    #[must_use]
    pub fn all() -> &'static BTreeSet<Self> {
        &ALL
    }
}

impl Rule {
    /// What a picture has to fit into for this network.
    #[must_use]
    pub fn image_bounds(&self) -> ImageFit {
        ImageFit { max_width: self.image_max_width, max_pixels: self.image_max_pixels, max_bytes: self.image_max_bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::rule;

    #[test]
    fn the_bounds_of_every_network_are_known() {
        assert!(ImageFit::all().len() > 4);
        for platform in [Platform::Instagram, Platform::Threads, Platform::Tiktok] {
            assert!(ImageFit::all().contains(&rule(platform).image_bounds()));
        }
    }
}
