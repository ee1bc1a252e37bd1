//! Least privilege: what roles allow is what the executables can ask for, and the report can fail.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use super::root;

/// A run of the report.
struct Report {
    passed: bool,
    text: String,
}

impl Report {
    fn of(template: &str, executables: &Path, more: &[&str]) -> Self {
        let run = Command::new(root().join("tests/.venv/sam/bin/python"))
            .args(["tests/policies/report.py", "--template", template, "--executables"])
            .arg(executables)
            .args(more)
            .current_dir(root())
            .output()
            .unwrap_or_else(|error| panic!("{error}: run scripts/setup-tests"));
        let text = String::from_utf8_lossy(&run.stdout) + String::from_utf8_lossy(&run.stderr);
        Self { passed: run.status.success(), text: text.into_owned() }
    }

    /// The report on the project, with what it read of the executables kept in a file for the others.
    fn on_project() -> &'static (Self, PathBuf) {
        static REPORT: LazyLock<(Report, PathBuf)> = LazyLock::new(|| {
            // The executables of this build: the tests' own is among them, one folder down.
            let own = std::env::current_exe().expect("a path");
            let executables = own.parent().and_then(Path::parent).expect("a folder");
            assert!(executables.join("publish").is_file(), "run cargo build --workspace --bins");
            let told = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("executables.json");
            (Report::of("template.yaml", executables, &["--tell", &told.to_string_lossy()]), told)
        });
        &REPORT
    }

    /// The report on the template with one thing changed.
    fn on(name: &str, from: &str, to: &str) -> Self {
        let template = std::fs::read_to_string(root().join("template.yaml")).expect("the template");
        assert!(template.contains(from), "the template no longer has {from}");
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.yaml"));
        std::fs::write(&path, template.replacen(from, to, 1)).expect("written");
        Self::of(&path.to_string_lossy(), &Self::on_project().1, &[])
    }

    fn must_find(&self, fault: &str) {
        assert!(!self.passed && self.text.contains(&format!("fault {fault}")), "{fault}: {}", self.text);
    }
}

#[test]
fn roles_allow_what_the_executables_use_and_no_more() {
    let (report, _) = Report::on_project();
    assert!(report.passed, "{}", report.text);
    let last = report.text.lines().last().unwrap_or_default();
    assert!(last.starts_with("policies: functions=9 ") && last.contains(" unused=0 missing=0 "), "{last}");
}

const AUTH: &str = "{ Effect: Allow, Action: dynamodb:GetItem, Resource: !GetAtt Table.Arn }";

#[test]
fn an_action_that_nothing_uses_is_found() {
    let more = AUTH.replace("dynamodb:GetItem", "[dynamodb:GetItem, dynamodb:DeleteItem]");
    Report::on("more", AUTH, &more).must_find("auth: dynamodb:DeleteItem on Table is allowed and not used");
}

#[test]
fn an_action_that_is_missing_is_found() {
    let less = AUTH.replace("GetItem", "Query");
    let report = Report::on("less", AUTH, &less);
    report.must_find("auth: dynamodb:GetItem on Table is used and not allowed: store::table::Table::get");
}

#[test]
fn a_resource_that_could_be_named_is_found() {
    let star = AUTH.replace("!GetAtt Table.Arn", "'*'");
    Report::on("star", AUTH, &star).must_find("auth: dynamodb:GetItem on * has no reason");
}

/// What SAM adds by itself is in no line of the template.
#[test]
fn grants_that_sam_adds_are_seen() {
    let report = Report::on("implicit", "      Role: !GetAtt RolloutRole.Arn\n", "");
    let said = "CodeDeployServiceRole has arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda";
    assert!(!report.passed && report.text.contains(said), "{}", report.text);
}

/// What Lambda does under the role because of how a function is set up.
#[test]
fn the_queue_that_a_function_reads_is_seen() {
    let report =
        Report::on("mapping", "[sqs:SendMessage, sqs:ReceiveMessage, sqs:DeleteMessage, ", "[sqs:SendMessage, ");
    report.must_find("publish: sqs:DeleteMessage on ReleaseQueue is used and not allowed: PublishReleases");
}

/// A release reaches people through the alias, so whatever goes past it would be one release ahead.
#[test]
fn nothing_invokes_a_function_past_its_alias() {
    let past = [
        ("integration", "IntegrationUri: !Ref Posts.Alias", "IntegrationUri: !GetAtt Posts.Arn", "PostsIntegration"),
        ("permission", "FunctionName: !Ref Posts.Alias", "FunctionName: !Ref Posts", "PostsPermission"),
        ("schedule", "Arn: !Ref Health.Alias", "Arn: !GetAtt Health.Arn", "HealthSchedule"),
        ("trigger", "PostConfirmation: !Ref Identity.Alias", "PostConfirmation: !GetAtt Identity.Arn", "UserPool"),
    ];
    for (name, from, to, resource) in past {
        let report = Report::on(name, from, to);
        assert!(!report.passed && report.text.contains("past its alias") && report.text.contains(resource), "{name}");
    }
    let setting = "ATELIER_PUBLISH_ARN: !Sub arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${AWS::StackName}-publish";
    let report = Report::on("setting", &format!("{setting}:live"), setting);
    report.must_find("Posts names function:${AWS::StackName}-publish past its alias");
}

#[test]
fn a_release_that_nothing_takes_back_is_found() {
    let report = Report::on("rollout", "      Alarms: [!Ref ApiFailuresAlarm]\n", "");
    report.must_find("Posts is rolled out with no alarm that takes it back");
}
