//! `bigvideo [BYTES]`: sends a large video through the clients of YouTube and TikTok to the simulated networks, over real
//! connections, and fails when the memory of both ends together grows by more than 64 MB. The video is made while it is sent.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use cloud::{Clock, SystemClock};
use domain::delivery::Failure;
use domain::ids::{FileId, Ulid};
use domain::media::{Details, MediaUse};
use domain::platform::Platform;
use jiff::{SignedDuration, Timestamp};
use networks::World;
use networks::cases::{connect, credentials, job, with_text};
use networks::fetch::Shelf;
use platforms::http::{Chunks, Http};
use platforms::network::in_pieces;
use platforms::token::SandboxApps;
use platforms::{Job, MediaSource, Networks, Sleep, Steps, Tools};
use tokio::net::TcpListener;
use url::Url;

const USUAL: u64 = 1_000_000_000;
const MOST_MB: u64 = 64;
/// A delivery goes on over several attempts when one does not suffice.
const ATTEMPTS: u32 = 30;

/// A video of any size that is nowhere.
#[derive(Debug, Clone)]
struct Endless;

#[async_trait]
impl MediaSource for Endless {
    async fn bytes(&self, _: &FileId) -> Result<Bytes, Failure> {
        Err(Failure::Transient { message: "nobody may hold all of it".to_owned() })
    }

    async fn range(&self, _: &FileId, from: u64, length: u64) -> Result<Bytes, Failure> {
        let length = usize::try_from(length).map_err(|error| Failure::Transient { message: error.to_string() })?;
        let mut piece = vec![7; length];
        let head = b"\0\0\0\x18ftypmp42";
        if from == 0 && length >= head.len() {
            piece[..head.len()].copy_from_slice(head);
        }
        Ok(piece.into())
    }

    async fn url(&self, _: &FileId) -> Result<Url, Failure> {
        Err(Failure::Transient { message: "it has no address".to_owned() })
    }

    fn stream(&self, file: &FileId, length: u64) -> Chunks {
        in_pieces(self, *file, length)
    }
}

/// Time at the networks, for the client as well: pauses take none.
#[derive(Debug)]
struct Time(World);

impl Clock for Time {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

#[async_trait]
impl Sleep for Time {
    async fn sleep(&self, duration: Duration) {
        self.0.pass(SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX));
    }
}

#[derive(Default)]
struct Recorded(BTreeMap<String, String>);

#[async_trait]
impl Steps for Recorded {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    async fn record(&mut self, name: &str, value: String) -> Result<(), Failure> {
        self.0.insert(name.to_owned(), value);
        Ok(())
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let bytes = env::args().nth(1).and_then(|bytes| bytes.parse().ok()).unwrap_or(USUAL);
    match send_all(bytes).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("bigvideo: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Whether every network kept within the limit.
async fn send_all(bytes: u64) -> Result<bool, Box<dyn Error>> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let world = World::new(Arc::new(SystemClock), &origin, Arc::new(Shelf::default()));
    let time = Arc::new(Time(world.clone()));
    let tools = Tools {
        http: Http::new("https://atelier.test", true).in_sandbox(Some(origin.parse()?)),
        clock: Arc::clone(&time) as Arc<dyn Clock>,
        sleep: time,
        apps: Arc::new(SandboxApps),
    };
    let serving = tokio::spawn({
        let world = world.clone();
        async move { networks::serve(&world, listener, futures::future::pending()).await }
    });
    let mut fine = true;
    for platform in [Platform::Youtube, Platform::Tiktok] {
        fine &= send(platform, bytes, &world, &tools).await?;
    }
    serving.abort();
    Ok(fine)
}

async fn send(platform: Platform, bytes: u64, world: &World, tools: &Tools) -> Result<bool, Box<dyn Error>> {
    let clients = Networks::new(tools).clients();
    let client = Arc::clone(clients.get(&platform).ok_or("there is no client")?);
    let granted = connect(&networks::router(world), tools, &client, "default", "").await?;
    let (profile, credentials) = credentials(&granted, 0);
    let job = Job { profile, ..video(platform, bytes) };
    // What connecting took is not counted.
    forget_peak();
    let (before, start) = (memory_kb("VmRSS:")?, Instant::now());
    let mut steps = Recorded::default();
    client.prepare(&job, &credentials, &mut steps, &Endless).await.or_else(passing)?;
    if !world.shown(platform).is_empty() {
        return Err("the video shows before its time".into());
    }
    let mut published = None;
    for _ in 0..ATTEMPTS {
        match client.publish(&job, &credentials, &mut steps, &Endless).await {
            Ok(receipt) => {
                published = Some(receipt);
                break;
            }
            Err(failure) => passing(failure)?,
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let grown = memory_kb("VmHWM:")?.saturating_sub(before) / 1024;
    published.ok_or("it was not published")?;
    let shown = world.shown(platform);
    let whole = shown.len() == 1 && shown[0].media.iter().all(|media| media.contains(&format!("{bytes} bytes")));
    if !whole {
        return Err(format!("people see {shown:?}").into());
    }
    say(&format!("bigvideo: network={} bytes={bytes} peak_growth_mb={grown} seconds={seconds:.1}", platform.as_str()));
    Ok(grown <= MOST_MB)
}

/// What another attempt gets over.
fn passing(failure: Failure) -> Result<(), Failure> {
    match failure {
        Failure::Transient { .. } | Failure::Ambiguous { .. } => Ok(()),
        other => Err(other),
    }
}

fn video(platform: Platform, bytes: u64) -> Job {
    let file = MediaUse {
        file_id: FileId::new(Ulid::from(1_u128)),
        mime: "video/mp4".to_owned(),
        bytes,
        width: Some(1920),
        height: Some(1080),
        duration_ms: Some(500_000),
        alt: String::new(),
        thumb: true,
        details: Details::default(),
    };
    let job = job("A long film.", vec![file]);
    match platform {
        Platform::Youtube => with_text(with_text(job, "title", "A long film"), "made_for_kids", "no"),
        _ => with_text(job, "privacy", "PUBLIC_TO_EVERYONE"),
    }
}

/// Lets the kernel count the highest use anew. Where it does not, earlier use counts too, which is stricter.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// A figure of this process's memory, in KB.
fn memory_kb(name: &str) -> Result<u64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such figure")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}

#[expect(clippy::print_stdout, reason = "a program started by hand says what it found")]
fn say(line: &str) {
    println!("{line}");
}
