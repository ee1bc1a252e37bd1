//! Why a user came back from a network without the access we asked for, and what that means for them.

use domain::platform::Platform;
use domain::rules::rule;
use platforms::Scope;

use crate::callback::{End, Returned};
use crate::trouble::sentence;

/// What networks call a user's no: `access_denied` is OAuth's, with Meta's reason `user_denied`; the others
/// are LinkedIn's.
const DENIED: [&str; 4] = ["access_denied", "user_denied", "user_cancelled_login", "user_cancelled_authorize"];
/// What networks call scopes that they have not given our app: OAuth's, and LinkedIn's.
const SCOPES_REFUSED: [&str; 2] = ["invalid_scope", "unauthorized_scope_error"];
/// Most of a network's own words that are shown, in characters.
const WORDS_MAX: usize = 200;

/// The user, or the network, said no.
pub(crate) fn declined(platform: Platform, returned: &Returned) -> End {
    let said = |known: &[&str]| {
        let words = [&returned.error, &returned.error_reason];
        words.into_iter().flatten().any(|word| known.contains(&word.as_str()))
    };
    let label = &rule(platform).label;
    // A network may call refused scopes a denied access as well: the more precise word counts.
    if said(&SCOPES_REFUSED) {
        let detail = format!(
            "{label} does not give this installation's app the permissions that publishing needs. \
             Its operator must ask {label} for them."
        );
        return End::Failed("not-configured", detail);
    }
    if said(&DENIED) {
        return End::Failed("declined", "You did not allow access. Nothing was connected.".to_owned());
    }
    let words: String = returned.error_description.as_deref().unwrap_or_default().chars().take(WORDS_MAX).collect();
    let detail = match words.trim() {
        "" => format!("{label} did not give access. Connect again."),
        words => format!("{label} did not give access. It says: {} Connect again.", sentence(words)),
    };
    End::Failed("refused", detail)
}

/// Left-out permissions without which nothing can be published.
pub(crate) fn lacking(platform: Platform, missing: &[Scope]) -> Option<End> {
    let required = missing.iter().filter(|scope| scope.required).map(|scope| scope.purpose);
    let mut purposes: Vec<&str> = required.collect();
    purposes.dedup();
    if purposes.is_empty() {
        return None;
    }
    let detail = format!(
        "On {} you left out the permission to {}, without which nothing can be published. Connect again, and leave it allowed.",
        rule(platform).label,
        listed(&purposes)
    );
    Some(End::Failed("missing-permissions", detail))
}

/// Access to nothing.
pub(crate) fn no_account(platform: Platform) -> End {
    let label = &rule(platform).label;
    let detail =
        format!("{label} gave access to no account. Connect again, and choose at least one that you may publish to.");
    End::Failed("no-accounts", detail)
}

/// `a`, `a and b`, `a, b and c`.
fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(error: &str, reason: Option<&str>, words: Option<&str>) -> (&'static str, String) {
        let returned = Returned {
            error: Some(error.to_owned()),
            error_reason: reason.map(str::to_owned),
            error_description: words.map(str::to_owned),
            ..Returned::default()
        };
        match declined(Platform::Linkedin, &returned) {
            End::Failed(slug, detail) => (slug, detail),
            End::Connected(..) | End::Choose(..) => panic!("connected"),
        }
    }

    #[test]
    fn every_network_s_no_is_understood() {
        for no in ["access_denied", "user_cancelled_login", "user_cancelled_authorize"] {
            assert_eq!(end(no, None, None).0, "declined", "{no}");
        }
        assert_eq!(end("200", Some("user_denied"), Some("Permissions error")).0, "declined");
        assert_eq!(end("unauthorized_scope_error", None, None).0, "not-configured");
        let (slug, detail) = end("server_error", None, Some("try later"));
        assert_eq!((slug, detail.contains("It says: Try later.")), ("refused", true), "{detail}");
        assert!(end("server_error", None, Some(&"x".repeat(5_000))).1.len() < 400);
    }

    #[test]
    fn only_what_is_required_stops_connecting_and_is_named_by_its_purpose() {
        let scope = |purpose, required| Scope { name: "w", purpose, required };
        let linkedin = Platform::Linkedin;
        assert!(lacking(linkedin, &[scope("read figures", false)]).is_none());
        let missing = [scope("publish posts", true), scope("read figures", false), scope("upload videos", true)];
        let Some(End::Failed(slug, detail)) = lacking(linkedin, &missing) else { panic!("connected") };
        assert_eq!(slug, "missing-permissions");
        assert!(detail.contains("permission to publish posts and upload videos,"), "{detail}");
        assert!(!detail.contains("figures"), "{detail}");
    }
}
