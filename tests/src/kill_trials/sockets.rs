//! When everything that dead processes had sent is dealt with.

use std::time::{Duration, Instant};

use anyhow::ensure;

/// State of a connection whose other side has closed it and whose own side has not: `TCP_CLOSE_WAIT`.
const CLOSE_WAIT: &str = "08";
/// How long a server may take over what a dead process asked.
const LIMIT: Duration = Duration::from_secs(30);

/// Waits until no server on one of these ports of this machine has a connection left that its caller has closed: from then
/// on nothing that was sent before can begin to take effect.
///
/// A process that is killed leaves its connections to the system, which closes them behind what was written already.
/// The server reads that first, and keeps the connection until it is done or has given the request up.
///
/// # Errors
/// When the system does not tell (only Linux does), or it takes too long.
pub(super) async fn settled(ports: &[u16]) -> anyhow::Result<()> {
    let since = Instant::now();
    while half_closed(&std::fs::read_to_string("/proc/net/tcp")?, ports) {
        ensure!(since.elapsed() < LIMIT, "a server does not finish what a dead process asked");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}

fn half_closed(table: &str, ports: &[u16]) -> bool {
    table.lines().skip(1).any(|line| {
        let mut fields = line.split_whitespace().skip(1);
        let (local, state) = (fields.next().unwrap_or_default(), fields.nth(1));
        let port = local.rsplit(':').next().and_then(|port| u16::from_str_radix(port, 16).ok());
        state == Some(CLOSE_WAIT) && port.is_some_and(|port| ports.contains(&port))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n\
        \x20  0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0\n\
        \x20  1: 0100007F:1F90 0100007F:C350 08 00000000:00000010 00:00000000 00000000     0\n";

    #[test]
    fn a_connection_that_its_caller_closed_is_seen() {
        assert!(half_closed(TABLE, &[8080]));
        assert!(!half_closed(TABLE, &[8081, 50000]));
        assert!(!half_closed(TABLE.lines().take(2).collect::<Vec<_>>().join("\n").as_str(), &[8080]));
    }
}
