//! `make deploy`, against commands that note how they are called: in which order what is brought where.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::root;

const OUTPUTS: &str = "Origin\thttps://page.example\nPageBucket\tthe-page\nDistribution\tEDIST\nIssuer\thttps://pool.example\n\
                       ClientId\tclient\nLogin\thttps://login.example";

/// A machine with the commands that a deployment uses.
struct Machine {
    folder: PathBuf,
}

/// A deployment that ended.
struct Ended {
    passed: bool,
    text: String,
    calls: Vec<String>,
}

impl Machine {
    fn new(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("deploy-{name}"));
        let _ = fs::remove_dir_all(&folder);
        for part in ["bin", "page/assets"] {
            fs::create_dir_all(folder.join(part)).expect("a folder");
        }
        fs::write(folder.join("page/index.html"), "<script src=/assets/a.js></script>").expect("a page");
        fs::write(folder.join("page/assets/a.js"), "1").expect("an asset");
        let machine = Self { folder };
        let note = format!("echo \"$(basename \"$0\") $*\" >>'{}'\n", machine.folder.join("calls").display());
        for command in ["sam", "cargo-lambda", "rustup"] {
            machine.command(command, &format!("{note}echo aarch64-unknown-linux-gnu\n"));
        }
        let answers = format!(
            "{note}case \"$*\" in\n*get-caller-identity*) [ -z \"$SIGNED_OUT\" ] || {{ echo expired >&2; exit 255; }}; echo 123;;\n\
             *describe-stacks*) [ -z \"$DRY_RUN\" ] && printf '{OUTPUTS}';;\nesac\n"
        );
        machine.command("aws", &answers);
        machine
    }

    fn command(&self, name: &str, script: &str) {
        let path = self.folder.join("bin").join(name);
        fs::write(&path, format!("#!/bin/bash\n{script}")).expect("a command");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
    }

    fn deploy(&self, settings: &[(&str, &str)]) -> Ended {
        let cargo = PathBuf::from(env!("CARGO"));
        let own = cargo.parent().unwrap_or_else(|| Path::new("/"));
        let path = format!("{}:{}:/usr/bin:/bin", self.folder.join("bin").display(), own.display());
        let run = Command::new("bash")
            .arg(root().join("scripts/deploy"))
            .env("PATH", path)
            .env("PAGE", self.folder.join("page"))
            .env("CARGO_TARGET_DIR", &self.folder)
            .env("AWS_REGION", "eu-central-1")
            .env_remove("DRY_RUN")
            .envs(settings.iter().copied())
            .output()
            .expect("it starts");
        let text = String::from_utf8_lossy(&run.stdout) + String::from_utf8_lossy(&run.stderr);
        let calls = fs::read_to_string(self.folder.join("calls")).unwrap_or_default();
        Ended {
            passed: run.status.success(),
            text: text.into_owned(),
            calls: calls.lines().map(str::to_owned).collect(),
        }
    }
}

/// Where in `calls` these come, each behind the one before.
fn in_order(calls: &[String], wanted: &[&str]) {
    let mut rest = calls.iter();
    for part in wanted {
        assert!(rest.any(|call| call.contains(part)), "{part} is missing or out of order: {calls:#?}");
    }
}

#[test]
fn the_document_comes_last_and_is_never_kept() {
    let machine = Machine::new("order");
    let ended = machine.deploy(&[("DOMAIN", "atelier.example"), ("MAIL_FROM", "a@atelier.example")]);
    assert!(ended.passed, "{}", ended.text);
    let wanted = [
        "aws sts get-caller-identity",
        "aws cloudformation deploy --region us-east-1 --stack-name atelier-global",
        "sam build",
        "sam deploy --template .aws-sam/build/template.yaml --stack-name atelier --region eu-central-1",
        "page/assets s3://the-page/assets --cache-control public, max-age=31536000, immutable",
        "s3://the-page --exclude assets/* --exclude .vite/* --exclude index.html --cache-control no-cache",
        "config.json s3://the-page/config.json --cache-control no-cache",
        "page/index.html s3://the-page/index.html --cache-control no-cache",
        "aws cloudfront create-invalidation --distribution-id EDIST",
    ];
    in_order(&ended.calls, &wanted);
    let deploy = ended.calls.iter().find(|call| call.starts_with("sam deploy")).expect("a deployment");
    assert!(deploy.contains("Domain=atelier.example") && deploy.contains("MailFrom=a@atelier.example"), "{deploy}");
    assert!(!deploy.contains("AlarmEmail="), "what is not said stays as it was: {deploy}");
    let config = fs::read_to_string(machine.folder.join("deploy/config.json")).expect("the page's settings");
    let config: serde_json::Value = serde_json::from_str(&config).expect("JSON");
    assert_eq!(config["token_endpoint"], "https://login.example/oauth2/token");
    assert_eq!((&config["issuer"], &config["client_id"]), (&"https://pool.example".into(), &"client".into()));
    assert!(ended.text.trim_end().ends_with("Atelier is at https://page.example"), "{}", ended.text);
}

#[test]
fn a_dry_run_says_everything_and_changes_nothing() {
    let ended = Machine::new("dry").deploy(&[("DRY_RUN", "1")]);
    assert!(ended.passed, "{}", ended.text);
    for said in ["+ sam build", "+ sam deploy", "+ aws s3 sync", "s3://<PageBucket>/index.html", "+ aws cloudfront"] {
        assert!(ended.text.contains(said), "{said}: {}", ended.text);
    }
    let changes = |call: &&String| !call.contains("get-caller-identity") && !call.contains("describe-stacks");
    assert_eq!(ended.calls.iter().find(changes), None);
}

#[test]
fn what_is_missing_is_said_in_one_line() {
    let machine = Machine::new("missing");
    let failed = |settings: &[(&str, &str)], words: &str| {
        let ended = machine.deploy(settings);
        assert!(
            !ended.passed && ended.text.lines().count() == 1 && ended.text.contains(words),
            "{words}: {}",
            ended.text
        );
    };
    failed(&[("SIGNED_OUT", "1")], "sign in");
    failed(&[("STACK", "My_Stack")], "lower-case letters");
    failed(&[("ARCHITECTURE", "x86_64")], "rustup target add x86_64-unknown-linux-gnu");
    fs::remove_file(machine.folder.join("bin/aws")).expect("removed");
    failed(&[], "AWS command line is missing");
}
