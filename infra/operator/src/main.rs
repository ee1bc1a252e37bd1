//! `operator`: what whoever runs an installation does with it by hand.

use std::io::stdout;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let setting = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    match operator::run(&arguments, setting, &mut stdout()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("operator: {error}"));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "a command that fails says why in one line")]
fn complain(line: &str) {
    eprintln!("{line}");
}
