//! An organization's colour, made readable on light and on dark ground.

/// Contrast that text needs against its ground.
const READABLE: f64 = 4.5;
/// From this contrast on white belongs on a colour, and the colour gives way a little.
const TAKES_WHITE: f64 = 3.0;
/// Ground of the pages; the style sheet has the same.
const LIGHT_GROUND: Colour = Colour([0xfc, 0xfb, 0xf9]);
const DARK_GROUND: Colour = Colour([0x17, 0x16, 0x15]);
const BLACK: Colour = Colour([0; 3]);
const WHITE: Colour = Colour([0xff, 0xff, 0xff]);
/// Text on light colours.
const INK: Colour = Colour([0x12, 0x11, 0x10]);

/// A colour: red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour([u8; 3]);

impl Colour {
    /// Reads `#rrggbb`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Self([red, green, blue]))
    }

    /// How light it looks, from 0 to 1 (WCAG's relative luminance).
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// `share` sixteenths of `other` mixed in.
    fn mixed(self, other: Self, share: u16) -> Self {
        let mix = |index: usize| {
            let parts = u16::from(self.0[index]) * (16 - share) + u16::from(other.0[index]) * share;
            u8::try_from(parts / 16).unwrap_or(u8::MAX)
        };
        Self([mix(0), mix(1), mix(2)])
    }

    /// The nearest shade towards `end` that can be read on `ground`.
    fn readable_on(self, ground: Self, end: Self) -> Self {
        (0..=16).map(|share| self.mixed(end, share)).find(|shade| shade.contrast(ground) >= READABLE).unwrap_or(end)
    }

    /// It as a ground, with the ink that can be read on it. White looks right on far more colours than
    /// reach its full contrast: those are darkened until they do.
    fn ground(self) -> (Self, Self) {
        if self.contrast(WHITE) >= TAKES_WHITE { (self.readable_on(WHITE, BLACK), WHITE) } else { (self, INK) }
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// Style rules for an accent colour: the band at the top with its ink, and links, for light and dark.
pub(crate) fn rules(accent: &str) -> String {
    let accent = Colour::parse(accent).unwrap_or(INK);
    let ((light, on_light), (dark, on_dark)) = (accent.ground(), accent.mixed(BLACK, 4).ground());
    format!(
        ":root{{--band:{light};--ink:{on_light};--link:{}}}\
         @media(prefers-color-scheme:dark){{:root{{--band:{dark};--ink:{on_dark};--link:{}}}}}",
        accent.readable_on(LIGHT_GROUND, BLACK),
        accent.readable_on(DARK_GROUND, WHITE),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop_assert, proptest};

    #[test]
    fn a_fit_accent_stays_as_it_is() {
        let rules = rules("#24447c");
        assert!(rules.starts_with(":root{--band:#24447c;--ink:#ffffff;--link:#24447c}"), "{rules}");
    }

    proptest! {
        #[test]
        fn any_accent_can_be_read(parts in any::<[u8; 3]>()) {
            let accent = Colour(parts);
            prop_assert!(accent.readable_on(LIGHT_GROUND, BLACK).contrast(LIGHT_GROUND) >= READABLE);
            prop_assert!(accent.readable_on(DARK_GROUND, WHITE).contrast(DARK_GROUND) >= READABLE);
            let (ground, ink) = accent.ground();
            prop_assert!(ground.contrast(ink) >= READABLE);
        }

        #[test]
        fn any_text_makes_rules_without_markup(text in ".*") {
            prop_assert!(!rules(&text).contains('<'));
        }
    }
}
