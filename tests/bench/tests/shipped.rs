//! What the functions are linked from: the things that make a cold start slow are not in them.

use std::collections::BTreeSet;
use std::process::Command;

/// Every function.
const FUNCTIONS: [&str; 9] = ["accounts", "auth", "health", "identity", "media", "orgs", "pages", "posts", "publish"];
/// What none of them may be linked with, and why.
const BANNED: [(&str, &str); 8] = [
    ("aws-config", "looks for credentials where a function has none"),
    ("aws-sdk-sso", "comes with aws-config"),
    ("aws-sdk-ssooidc", "comes with aws-config"),
    ("aws-sdk-sts", "comes with aws-config"),
    ("native-tls", "a second TLS stack"),
    ("openssl", "a second TLS stack"),
    ("ring", "a second TLS stack's cryptography"),
    ("matchers", "brings regular expressions to every log line"),
];
/// What each of them may be linked with once: another major version is another HTTP or TLS stack.
const ONCE: [&str; 4] = ["hyper", "http", "rustls", "tokio"];

/// Names and versions of all crates that a function is linked from.
fn linked(function: &str) -> BTreeSet<(String, String)> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let tree =
        ["tree", "--locked", "--offline", "--edges", "normal,no-proc-macro", "--prefix", "none", "--package", function];
    let output = Command::new(cargo).args(tree).current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    let crates = text.lines().filter_map(|line| {
        let mut words = line.split(' ');
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    });
    crates.collect()
}

#[test]
fn functions_are_linked_from_one_stack_of_each_kind() {
    let mut wrong = Vec::new();
    for function in FUNCTIONS {
        let crates = linked(function);
        assert!(crates.iter().any(|(name, _)| name == "aws-sdk-dynamodb"), "{function}: {crates:?}");
        for (banned, why) in BANNED {
            if crates.iter().any(|(name, _)| name == banned) {
                wrong.push(format!("{function} is linked with {banned}, which {why}"));
            }
        }
        for once in ONCE {
            let versions: Vec<_> = crates.iter().filter(|(name, _)| name == once).collect();
            if versions.len() > 1 {
                wrong.push(format!("{function} is linked with {versions:?}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// `.cargo/config.toml` reaches every build, `sam build` too; without it the first TLS client takes 20 ms.
#[test]
fn the_generator_is_not_seeded_from_jitter() {
    assert_eq!(option_env!("AWS_LC_SYS_NO_JITTER_ENTROPY"), Some("1"));
}
