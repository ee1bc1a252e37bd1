//! Settings of the process.

use std::env;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use cloud::{Clock, SystemClock};
use url::Url;

use crate::dynamo::TABLE;
use crate::remote::Functions;

/// Requests per second that one person may make, unless set otherwise.
const RATE_LIMIT: u32 = 50;

/// Settings of the process.
#[derive(Clone, Debug)]
pub struct Options {
    /// Port of the public listener; 0 takes a free one.
    pub port: u16,
    /// Address of the public listener.
    pub bind: IpAddr,
    /// Where everything is kept.
    pub data_dir: PathBuf,
    /// Name of the table: another one than usual after a restore.
    pub table: String,
    /// The public origin, when it is not `http://localhost:<port>` (behind a proxy with a name); in the sandbox
    /// `http://127.0.0.1:<port>`.
    pub base_url: Option<String>,
    /// The built front end; without it, only the API and the sign-in pages are served.
    pub frontend_dist: Option<PathBuf>,
    /// Development switch: addresses that users supply may be on loopback.
    pub allow_loopback: bool,
    /// Whether all networks are simulated, so that nothing is published to real ones.
    pub sandbox: bool,
    /// Whether to fill an empty installation with a demo organization.
    pub demo: bool,
    /// Requests per second that one person may make; absent = no limit.
    pub rate_limit: Option<u32>,
    /// Where the functions run when they do not run here: under `cargo lambda watch` or `sam local`.
    pub functions: Option<Functions>,
    /// This machine's name as those functions see it, when they are in containers: the stand-ins then listen to
    /// other machines too (signed requests only).
    pub functions_host: Option<String>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

impl Options {
    /// Settings for an installation in `data_dir`, on a free port, without front end.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            port: 0,
            bind: Ipv4Addr::LOCALHOST.into(),
            data_dir: data_dir.into(),
            table: TABLE.into(),
            base_url: None,
            frontend_dist: None,
            allow_loopback: false,
            sandbox: false,
            demo: false,
            rate_limit: Some(RATE_LIMIT),
            functions: None,
            functions_host: None,
            clock: Arc::new(SystemClock),
        }
    }

    /// Reads `PORT`, `BIND`, `DATA_DIR`, `TABLE`, `BASE_URL`, `FRONTEND_DIST`, `DEMO`, `SANDBOX`, `FUNCTIONS_URL`,
    /// `INVOKE_URL`, `FUNCTIONS_HOST`, `ATELIER_ALLOW_LOOPBACK` and `ATELIER_RATE_LIMIT` (0 = none).
    ///
    /// # Errors
    /// When one of them is not of its form; the message names it.
    pub fn from_env() -> anyhow::Result<Self> {
        let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let text = |name: &str, default: &str| set(name).unwrap_or_else(|| default.to_owned());
        let switch = |name: &str| set(name).is_some_and(|value| matches!(value.as_str(), "1" | "true" | "yes"));
        let rate_limit = set("ATELIER_RATE_LIMIT").map_or(Ok(RATE_LIMIT), |value| value.parse());
        let rate_limit = rate_limit.context("ATELIER_RATE_LIMIT must be a number of requests per second")?;
        let sandbox = switch("SANDBOX");
        Ok(Self {
            port: text("PORT", "4000").parse().context("PORT must be a number from 0 to 65535")?,
            bind: text("BIND", "127.0.0.1").parse().context("BIND must be an IP address, such as 0.0.0.0")?,
            data_dir: text("DATA_DIR", if sandbox { ".atelier-sandbox" } else { ".atelier" }).into(),
            table: text("TABLE", TABLE),
            base_url: set("BASE_URL").map(|url| url.trim_end_matches('/').to_owned()),
            frontend_dist: Some(text("FRONTEND_DIST", "frontend/dist").into()),
            allow_loopback: switch("ATELIER_ALLOW_LOOPBACK"),
            sandbox,
            demo: switch("DEMO"),
            rate_limit: Some(rate_limit).filter(|limit| *limit > 0),
            functions: set("FUNCTIONS_URL").map(|api| functions(&api, set("INVOKE_URL").as_deref())).transpose()?,
            functions_host: set("FUNCTIONS_HOST"),
            clock: Arc::new(SystemClock),
        })
    }
}

/// Where functions answer; invocations by name at the same place unless said otherwise.
fn functions(api: &str, invoke: Option<&str>) -> anyhow::Result<Functions> {
    let origin = |text: &str| Url::parse(text).context("FUNCTIONS_URL and INVOKE_URL must be addresses (http://…)");
    Ok(Functions { api: origin(api)?, invoke: origin(invoke.unwrap_or(api))? })
}
