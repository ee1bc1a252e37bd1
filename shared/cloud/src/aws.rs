//! What every AWS client starts from: region, credentials, and one HTTP client for all.
//!
//! A Lambda has its credentials in its environment, for as long as it lives, and talks to AWS alone. So nothing is looked
//! for (profiles, instance metadata, single sign-on), and only the authorities that sign AWS's own certificates are
//! trusted: loading a system's whole store takes longer than everything else that a cold start does.

use std::path::{Path, PathBuf};
use std::{env, fs};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region, SharedHttpClient};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_types::SdkConfig;

use crate::config::Config;

/// Amazon Trust Services' roots, one of which every endpoint of AWS chains to, in the order of their published list:
/// Amazon Root CA 1 to 4, Starfield Services Root Certificate Authority G2. The first of them ends in December 2037.
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon-roots.pem");

/// The settings of all clients: what [`Cloud::with`](crate::Cloud::with) connects with.
#[must_use]
pub fn settings(config: &Config) -> SdkConfig {
    let credentials = match &config.static_credentials {
        Some((key, secret)) => SharedCredentialsProvider::new(Credentials::new(key, secret, None, None, "configured")),
        None => from_environment(|name| env::var(name).ok()),
    };
    let bundle = env::var("AWS_CA_BUNDLE").ok().filter(|path| !path.is_empty()).map(PathBuf::from);
    let in_lambda = env::var_os("AWS_LAMBDA_FUNCTION_NAME").is_some();
    let trust = Trust::choose(bundle, in_lambda, &config.region);
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(config.region.clone()))
        .credentials_provider(credentials)
        .retry_config(RetryConfig::standard())
        .timeout_config(config.patience.config())
        .http_client(http_client(trust.store()))
        .build()
}

fn http_client(trust: TrustStore) -> SharedHttpClient {
    // Fails for other TLS stacks only.
    let context = TlsContext::builder().with_trust_store(trust).build().unwrap_or_default();
    Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).tls_context(context).build_https()
}

/// The credentials that Lambda puts into a function's environment, and that a shell may hold.
fn from_environment(variable: impl Fn(&str) -> Option<String>) -> SharedCredentialsProvider {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    match (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY")) {
        (Some(key), Some(secret)) => {
            let credentials = Credentials::new(key, secret, variable("AWS_SESSION_TOKEN"), None, "environment");
            SharedCredentialsProvider::new(credentials)
        }
        _ => SharedCredentialsProvider::new(Missing),
    }
}

/// There are no credentials: whoever asks AWS for something is told.
#[derive(Debug)]
struct Missing;

impl ProvideCredentials for Missing {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let missing = "set the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
        future::ProvideCredentials::ready(Err(CredentialsError::not_loaded(missing)))
    }
}

/// Whose certificates count.
#[derive(Debug, PartialEq, Eq)]
enum Trust {
    /// Amazon's.
    Amazon,
    /// Those that this machine trusts.
    System,
    /// Those in a file, as the setting `AWS_CA_BUNDLE` has it in all of AWS's SDKs: for a network whose proxy signs.
    File(PathBuf),
}

impl Trust {
    /// Amazon's inside a Lambda, unless told otherwise; regions outside the common partition have other authorities.
    fn choose(bundle: Option<PathBuf>, in_lambda: bool, region: &str) -> Self {
        let apart = region.starts_with("cn-") || region.contains("-iso");
        match bundle {
            Some(path) => Self::File(path),
            None if in_lambda && !apart => Self::Amazon,
            None => Self::System,
        }
    }

    fn store(&self) -> TrustStore {
        match self {
            Self::Amazon => TrustStore::empty().with_pem_certificate(AMAZON_ROOTS),
            Self::System => TrustStore::default(),
            Self::File(path) => {
                read(path).map_or_else(TrustStore::default, |pem| TrustStore::empty().with_pem_certificate(pem))
            }
        }
    }
}

fn read(path: &Path) -> Option<Vec<u8>> {
    let read = fs::read(path);
    if let Err(error) = &read {
        tracing::error!(path = %path.display(), %error, "AWS_CA_BUNDLE cannot be read: the system's own authorities are trusted");
    }
    read.ok()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn a_function_trusts_amazon_and_others_their_system() {
        assert_eq!(Trust::choose(None, true, "eu-central-1"), Trust::Amazon);
        assert_eq!(Trust::choose(None, true, "cn-north-1"), Trust::System);
        assert_eq!(Trust::choose(None, false, "eu-central-1"), Trust::System);
        let file = PathBuf::from("/etc/ssl/proxy.pem");
        assert_eq!(Trust::choose(Some(file.clone()), true, "eu-central-1"), Trust::File(file));
    }

    /// SHA-256 of each certificate, as Amazon Trust Services publish them.
    #[test]
    fn the_roots_are_those_that_amazon_publishes() {
        let pem = std::str::from_utf8(AMAZON_ROOTS).unwrap();
        let certificates = pem.split("-----BEGIN CERTIFICATE-----").skip(1).map(|rest| {
            let body = rest.split("-----END CERTIFICATE-----").next().unwrap();
            let der = STANDARD.decode(body.split_whitespace().collect::<String>()).unwrap();
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &der);
            digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        });
        let published = [
            "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e",
            "1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4",
            "18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4",
            "e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092",
            "568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5",
        ];
        assert_eq!(certificates.collect::<Vec<_>>(), published);
        // Panics on a certificate that cannot be parsed.
        let client = http_client(Trust::Amazon.store());
        assert!(format!("{client:?}").contains("Client"), "{client:?}");
    }

    #[tokio::test]
    async fn credentials_are_the_environments() {
        let lambda = |name: &str| Some(format!("the {name}"));
        let found = from_environment(lambda).provide_credentials().await.unwrap();
        assert_eq!(found.access_key_id(), "the AWS_ACCESS_KEY_ID");
        assert_eq!(found.secret_access_key(), "the AWS_SECRET_ACCESS_KEY");
        assert_eq!(found.session_token(), Some("the AWS_SESSION_TOKEN"));
        let missing = from_environment(|_| None).provide_credentials().await.unwrap_err();
        let source = std::error::Error::source(&missing).unwrap().to_string();
        assert!(source.contains("AWS_ACCESS_KEY_ID"), "{source}");
    }
}
