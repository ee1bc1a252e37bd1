//! The pool's signing key: made once, kept with the secrets.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde_json::{Map, Value, json};

use super::store::hashed;
use crate::secrets::Secrets;

/// The claims of a token.
pub(crate) type Claims = Map<String, Value>;

/// Signs and checks tokens.
pub(crate) struct Keys {
    id: String,
    signing: EncodingKey,
    checking: DecodingKey,
    modulus: String,
    exponent: String,
}

impl Keys {
    /// Takes the key from the secrets; the first start makes one.
    ///
    /// # Errors
    /// When the secrets cannot be written or the key is damaged.
    pub(crate) fn open(secrets: &Secrets) -> anyhow::Result<Self> {
        let damaged = || anyhow::anyhow!("the secret local/signing-key is damaged: restore it from a backup");
        let stored = secrets.ensure("local/signing-key", make)?;
        let der = STANDARD.decode(stored.trim()).map_err(|_| damaged())?;
        let pair = KeyPair::from_pkcs8(&der).map_err(|_| damaged())?;
        let public = pair.public_key();
        let modulus = URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero());
        let exponent = URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero());
        let pem =
            format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines(&STANDARD.encode(&der)));
        Ok(Self {
            id: hashed(&modulus),
            signing: EncodingKey::from_rsa_pem(pem.as_bytes())?,
            checking: DecodingKey::from_rsa_components(&modulus, &exponent)?,
            modulus,
            exponent,
        })
    }

    /// Signs claims with RS256.
    ///
    /// # Errors
    /// When the key does not sign, which is a bug.
    pub(crate) fn sign(&self, claims: &Claims) -> anyhow::Result<String> {
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(self.id.clone());
        Ok(jsonwebtoken::encode(&header, claims, &self.signing)?)
    }

    /// The claims of a token that we signed for `issuer` and that is valid at `now` (seconds);
    /// `None` for every other.
    pub(crate) fn verify(&self, token: &str, issuer: &str, now: i64) -> Option<Claims> {
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_issuer(&[issuer]);
        // Expiry is checked below, by our own clock; the audience by the caller.
        rules.validate_exp = false;
        rules.validate_aud = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &self.checking, &rules).ok()?.claims;
        (claims.get("exp")?.as_i64()? > now).then_some(claims)
    }

    /// The public half, as a JSON Web Key Set.
    pub(crate) fn public_set(&self) -> Value {
        json!({ "keys": [{ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id, "n": self.modulus, "e": self.exponent }] })
    }
}

fn make() -> anyhow::Result<String> {
    let failed = |_| anyhow::anyhow!("the signing key could not be made");
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
    Ok(STANDARD.encode(pair.as_der().map_err(failed)?.as_ref()))
}

/// PEM wants lines of 64 characters.
fn lines(text: &str) -> String {
    let chunks = text.as_bytes().chunks(64).map(String::from_utf8_lossy);
    chunks.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Keys;
    use crate::secrets::Secrets;

    #[test]
    fn tokens_are_ours_for_the_issuer_until_they_expire() {
        let path = crate::test_folder("keys").join("secrets.json");
        let open = || Keys::open(&Secrets::open(path.clone(), crate::test_clock()).unwrap()).unwrap();
        let Value::Object(claims) = json!({ "iss": "us", "exp": 100 }) else { unreachable!() };
        let token = open().sign(&claims).unwrap();
        let reopened = open();
        assert!(reopened.verify(&token, "us", 99).is_some(), "the key outlives a restart");
        assert!(reopened.verify(&token, "us", 100).is_none(), "expired");
        assert!(reopened.verify(&token, "them", 99).is_none(), "another issuer");
        let other = crate::test_folder("keys-other").join("secrets.json");
        let other = Keys::open(&Secrets::open(other, crate::test_clock()).unwrap()).unwrap();
        assert!(other.verify(&token, "us", 99).is_none(), "another key");
    }
}
