//! The templates: valid by the tools' word, and true to the code where the code relies on them.

mod deploy;
mod edge;
mod findings;
mod policies;

use std::path::{Path, PathBuf};
use std::process::Command;

use domain::delivery::INVOCATION_TIMEOUT;
use store::Index;
use tests::template::Template;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every template of the project.
fn templates() -> Vec<String> {
    let nested = std::fs::read_dir(root().join("infra")).expect("infra/");
    let nested = nested.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let nested = nested.filter(|name| Path::new(name).extension().is_some_and(|end| end == "yaml"));
    let mut all: Vec<_> = nested.map(|name| format!("infra/{name}")).collect();
    all.sort();
    all.insert(0, "template.yaml".to_owned());
    all
}

/// What a tool of `tests/.venv` says when it passes.
fn said(name: &str, arguments: &[&str]) -> String {
    let program = root().join("tests/.venv").join(name);
    let run = Command::new(&program)
        .args(arguments)
        .current_dir(root())
        .env("SAM_CLI_TELEMETRY", "0")
        .output()
        .unwrap_or_else(|error| panic!("{} ({error}): run scripts/setup-tests", program.display()));
    let said = String::from_utf8_lossy(&run.stdout) + String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{name}: {said}");
    String::from_utf8_lossy(&run.stdout).into_owned()
}

#[test]
fn sam_accepts_it() {
    said("sam/bin/sam", &["validate", "--lint", "--template", "template.yaml", "--region", "eu-central-1"]);
}

#[test]
fn cfn_lint_accepts_all() {
    let templates = templates();
    said("sam/bin/cfn-lint", &templates.iter().map(String::as_str).collect::<Vec<_>>());
}

/// Who deploys has to know nothing: each parameter has a default that works, and says what it does.
#[test]
fn every_parameter_has_a_default_and_is_explained() {
    let template = Template::read().expect("the template");
    let (guide, script) = (text("docs/aws.md"), text("scripts/deploy"));
    let names = template.parameters();
    assert!(names.len() >= 10, "{names:?}");
    for name in names {
        let block = template.block(&name).expect("it is declared");
        assert!(block.contains("    Default: ") && block.contains("    Description: "), "{block}");
        assert!(guide.contains(&format!("| `{name}` | `")), "docs/aws.md has no row for {name}");
        assert!(script.contains(&format!("\n{name} ")), "scripts/deploy does not pass {name}");
    }
}

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).expect("a file")
}

/// What holds data outlives the stack, and goes back to an earlier state where it can.
#[test]
fn what_holds_data_is_kept() {
    let template = Template::read().expect("the template");
    let edge = Template::at("infra/edge.yaml").expect("the edge");
    for name in ["Table", "Bucket", "TokenKeySeed", "TokenKey", "StateKey", "UserPool"] {
        let block = template.block(name).expect("it is declared");
        assert!(block.contains("DeletionPolicy: Retain") && block.contains("UpdateReplacePolicy: Retain"), "{name}");
    }
    let table = template.block("Table").expect("the table");
    for part in [
        "DeletionProtectionEnabled: true",
        "PointInTimeRecoveryEnabled: true",
        "SSEEnabled: true",
        "AttributeName: expires",
    ] {
        assert!(table.contains(part), "{part}");
    }
    for (bucket, policy) in [
        (template.block("Bucket"), template.block("BucketPolicy")),
        (edge.block("PageBucket"), edge.block("PageBucketPolicy")),
    ] {
        let (bucket, policy) = (bucket.expect("a bucket"), policy.expect("its policy"));
        assert!(policy.contains("Effect: Deny") && policy.contains("aws:SecureTransport: 'false'"), "{policy}");
        assert_eq!(
            bucket.matches("BlockPublic").count()
                + bucket.matches("IgnorePublic").count()
                + bucket.matches("RestrictPublic").count(),
            4
        );
        assert!(bucket.contains("VersioningConfiguration") && bucket.contains("LifecycleConfiguration"), "{bucket}");
    }
}

#[test]
fn publish_may_run_as_long_as_its_lease_expects() {
    let publish = Template::read().expect("the template").block("Publish").expect("the function");
    assert!(publish.contains(&format!("Timeout: {}\n", INVOCATION_TIMEOUT.as_secs())), "{publish}");
}

#[test]
fn a_release_is_hidden_until_publish_surely_ended() {
    let queue = Template::read().expect("the template").block("ReleaseQueue").expect("the queue");
    assert!(queue.contains(&format!("VisibilityTimeout: {}\n", 6 * INVOCATION_TIMEOUT.as_secs())), "{queue}");
}

#[test]
fn every_dead_letter_raises_an_alarm() {
    let (template, monitoring) = (Template::read().expect("the template"), Template::monitoring().expect("its alarms"));
    let letters = ["ReleaseDeadLetters", "PublishDeadLetters", "ScheduleDeadLetters"];
    let policy = template.block("QueuePolicies").expect("the policy");
    for name in letters {
        let alarm = monitoring.block(&format!("{name}Alarm")).expect("its alarm");
        assert!(alarm.contains(&format!("Value: !Ref {name} ")) && alarm.contains("Threshold: 0\n"), "{alarm}");
        let given = template.block("Monitoring").expect("the nested stack");
        assert!(given.contains(&format!("{name}: !GetAtt {name}.QueueName\n")), "{given}");
        assert!(policy.contains(&format!("!Ref {name}\n")), "{name} takes requests without TLS");
    }
    assert!(policy.contains("!Ref ReleaseQueue\n") && policy.contains("aws:SecureTransport: 'false'"), "{policy}");
}

#[test]
fn every_function_is_built_from_its_own_crate() {
    let template = Template::read().expect("the template");
    let mut declared = template.functions();
    let mut crates: Vec<_> = std::fs::read_dir(root().join("functions"))
        .expect("functions/")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    declared.sort();
    crates.sort();
    assert_eq!(declared, crates);
}

#[test]
fn every_index_has_the_keys_and_attributes_that_the_code_relies_on() {
    let table = Template::read().expect("the template").block("Table").expect("the table");
    for index in [Index::Calendar, Index::Due, Index::User] {
        let (_, declared) = table.split_once(&format!("IndexName: {}\n", index.name())).expect("it is declared");
        let declared = declared.split("- IndexName").next().unwrap_or_default();
        let (partition, sort) = index.keys();
        for key in [format!("{partition}, KeyType: HASH"), format!("{sort}, KeyType: RANGE")] {
            assert!(declared.contains(&key), "{key}: {declared}");
        }
        let projection = match index.carries() {
            None => "{ ProjectionType: ALL }".to_owned(),
            Some([]) => "{ ProjectionType: KEYS_ONLY }".to_owned(),
            Some(names) => format!("{{ ProjectionType: INCLUDE, NonKeyAttributes: [{}] }}", names.join(", ")),
        };
        assert!(declared.contains(&projection), "{projection}: {declared}");
    }
}
