//! From a signed-in browser to a code, and from the code to tokens.

use aws_lc_rs::constant_time::verify_slices_are_equal;

use super::Pool;
use super::error::PoolError;
use super::request::Request;
use super::store::{self, Family, Grant, User, hashed};
use super::tokens::Tokens;
use super::trigger::Source;
use crate::random;

/// Milliseconds that a code may be exchanged.
const LIFETIME: i64 = 5 * 60 * 1000;

/// Said of every code that is not good, whatever the reason.
const INVALID: PoolError = PoolError::NotAuthorized("invalid_grant");

impl Pool {
    /// A code for the person `sub`, who signed in at `auth_time`, bound to the request.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) async fn grant(&self, request: &Request, sub: String, auth_time: i64) -> Result<String, PoolError> {
        let code = random::token();
        let grant = Grant {
            sub,
            redirect_uri: request.redirect_uri.clone(),
            challenge: request.code_challenge.clone(),
            nonce: request.nonce.clone(),
            scope: request.scope.split_whitespace().collect::<Vec<_>>().join(" "),
            auth_time,
            expires: self.now() + LIFETIME,
            family: None,
        };
        let kept = code.clone();
        self.database.run(move |c| store::insert_grant(c, &kept, &grant)).await?;
        Ok(code)
    }

    /// Exchanges a code, once. A second attempt ends what the first one started: one of the two was
    /// not the rightful one.
    ///
    /// # Errors
    /// `NotAuthorized` when code, address or verifier do not belong together.
    pub(super) async fn exchange(
        &self,
        code: String,
        redirect_uri: String,
        verifier: String,
    ) -> Result<Tokens, PoolError> {
        let now = self.now();
        let (user, family, nonce) = self
            .database
            .run(move |c| {
                let Some(grant) = store::grant(c, &code)? else { return Ok(None) };
                if let Some(family) = &grant.family {
                    store::drop_family(c, family)?;
                    return Ok(None);
                }
                let family = Family::new(&grant.sub, &grant.scope, grant.auth_time);
                store::use_grant(c, &code, &family.id)?;
                if grant.expires <= now || grant.redirect_uri != redirect_uri || !answers(&grant.challenge, &verifier) {
                    return Ok(None);
                }
                Ok(store::user_by_sub(c, &grant.sub)?.map(|user: User| (user, family, grant.nonce)))
            })
            .await?
            .ok_or(INVALID)?;
        self.issue(&user, family, Source::HostedAuth, nonce.as_deref()).await
    }
}

/// Whether the verifier is the one behind an S256 challenge (RFC 7636).
fn answers(challenge: &str, verifier: &str) -> bool {
    (43..=128).contains(&verifier.len())
        && verify_slices_are_equal(hashed(verifier).as_bytes(), challenge.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::answers;

    #[test]
    fn the_verifier_of_the_standard_answers_its_challenge() {
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(answers(challenge, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert!(!answers(challenge, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK"));
        assert!(!answers(challenge, challenge));
    }
}
