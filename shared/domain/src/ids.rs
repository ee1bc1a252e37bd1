//! Identifiers: a ULID behind a prefix that names its kind, such as `pst_01J9…`.
//!
//! The prefix makes a mixed-up id a parse error instead of a silent miss, and the ULID's leading
//! timestamp makes ids sort by creation.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
pub use ulid::Ulid;

/// Why a text is not an id of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id of the form {prefix}_ followed by 26 characters")]
pub struct InvalidId {
    prefix: &'static str,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Ulid);

        impl $name {
            /// The text before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// Wraps a ULID that the caller drew.
            #[must_use]
            pub const fn new(ulid: Ulid) -> Self {
                Self(ulid)
            }

            /// The ULID inside.
            #[must_use]
            pub const fn ulid(&self) -> Ulid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let ulid = parse($prefix, text).ok_or(InvalidId { prefix: $prefix })?;
                Ok(Self(ulid))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some(concat!("^", $prefix, "_[0-7][0-9A-HJKMNP-TV-Z]{25}$")))
                    .examples([concat!($prefix, "_01JD4S2T7Q0000000000000000")])
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    )*};
}

ids! {
    /// An organization: the tenant.
    OrgId = "org";
    /// A person, derived from the user pool's `sub`.
    UserId = "usr";
    /// A connected social account.
    AccountId = "acc";
    /// A post: the intent to publish.
    PostId = "pst";
    /// A series: a post that repeats.
    SeriesId = "ser";
    /// A file in the media library.
    FileId = "fil";
    /// An invitation to join an organization.
    InvitationId = "inv";
    /// A group of social accounts.
    GroupId = "grp";
    /// An entry of the audit log.
    AuditId = "aud";
}

impl UserId {
    /// The id of the user whose `sub` claim is this UUID: the same 128 bits in another spelling.
    ///
    /// # Errors
    /// When `sub` is not a UUID.
    pub fn from_sub(sub: &str) -> Result<Self, InvalidId> {
        let hex: String = sub.chars().filter(|c| *c != '-').collect();
        let valid = hex.len() == 32 && sub.len() == 36;
        let bits = valid.then(|| u128::from_str_radix(&hex, 16).ok()).flatten();
        bits.map(|bits| Self(Ulid::from(bits))).ok_or(InvalidId { prefix: Self::PREFIX })
    }
}

/// Only the canonical spelling parses, so that one thing has one id and one key.
fn parse(prefix: &str, text: &str) -> Option<Ulid> {
    let body = text.strip_prefix(prefix)?.strip_prefix('_')?;
    let ulid = Ulid::from_string(body).ok()?;
    (ulid.to_string() == body).then_some(ulid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_round_trips_only_in_its_canonical_spelling() {
        let id = PostId::new(Ulid::from(u128::MAX));
        assert_eq!(id.to_string().parse::<PostId>().unwrap(), id);
        assert!(id.to_string().to_lowercase().parse::<PostId>().is_err());
        assert!(id.to_string().parse::<OrgId>().is_err());
        assert!("pst_".parse::<PostId>().is_err());
    }

    #[test]
    fn a_sub_is_the_same_bits() {
        let user = UserId::from_sub("0190d6f0-0000-7000-8000-0123456789ab").unwrap();
        assert_eq!(u128::from(user.ulid()), 0x0190_d6f0_0000_7000_8000_0123_4567_89ab);
        assert!(UserId::from_sub("nobody").is_err());
    }
}
