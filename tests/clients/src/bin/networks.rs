//! `networks [NAME…]`: tries every client, or those named, against its simulated network.

use std::env;
use std::process::ExitCode;

use clients::{table, try_network};

#[tokio::main]
async fn main() -> ExitCode {
    let wanted: Vec<String> = env::args().skip(1).collect();
    let mut results = Vec::new();
    for (platform, make) in networks::cases::all() {
        if wanted.is_empty() || wanted.iter().any(|name| name == platform.as_str()) {
            results.push(try_network(platform, make).await);
        }
    }
    for line in table::lines(&results) {
        say(&line);
    }
    let failures: Vec<String> = results.iter().flat_map(|result| result.all_failures().collect::<Vec<_>>()).collect();
    for failure in &failures {
        say(failure);
    }
    say(&table::summary(&results));
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[expect(clippy::print_stdout, reason = "a program started by hand says what it found")]
fn say(line: &str) {
    println!("{line}");
}
