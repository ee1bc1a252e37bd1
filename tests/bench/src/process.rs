//! What the kernel knows of a process.

use std::fs;
use std::time::Duration;

use anyhow::Context as _;

/// Between two looks at a process that may still be at work.
const LOOK: Duration = Duration::from_millis(2);
/// Looks at most: what works on for longer (a compiler in the background) is no part of what was asked.
const LOOKS: usize = 25;

/// Processor time that all threads of a process had so far.
pub(crate) fn cpu(process: u32) -> anyhow::Result<Duration> {
    let mut nanos = 0;
    for task in fs::read_dir(format!("/proc/{process}/task")).context("the process ended")? {
        // A thread may end between the two.
        let Ok(text) = fs::read_to_string(task?.path().join("schedstat")) else { continue };
        nanos += text.split(' ').next().and_then(|nanos| nanos.parse::<u64>().ok()).unwrap_or(0);
    }
    Ok(Duration::from_nanos(nanos))
}

/// The same once it rests: the kernel counts a running thread only when it leaves the processor.
pub(crate) async fn cpu_at_rest(process: u32) -> anyhow::Result<Duration> {
    let mut last = cpu(process)?;
    for _ in 0..LOOKS {
        tokio::time::sleep(LOOK).await;
        let next = cpu(process)?;
        if next == last {
            break;
        }
        last = next;
    }
    Ok(last)
}

/// The most memory it ever held, in MB.
pub(crate) fn peak_mb(process: u32) -> anyhow::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("only Linux tells")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
}
