//! Checkov's findings: each is mended, or accepted with a reason (`tests/policies/accepted.txt`).

use std::collections::BTreeSet;

use serde_json::Value;

use super::{root, said};

const ACCEPTED: &str = "tests/policies/accepted.txt";

/// A check, the resources it is accepted for (a `*` at the end stands for any end), and why.
fn accepted() -> Vec<(String, String, String)> {
    let text = std::fs::read_to_string(root().join(ACCEPTED)).expect("the list");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let part = |line: &str| {
        let mut parts = line.splitn(3, ' ').map(str::to_owned);
        let mut next = || parts.next().unwrap_or_else(|| panic!("{ACCEPTED}: `check resource reason`, not {line}"));
        (next(), next(), next())
    };
    lines.map(part).collect()
}

fn fits(pattern: &str, resource: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == resource, |begin| resource.starts_with(begin))
}

#[test]
fn each_finding_has_a_reason_and_each_reason_a_finding() {
    let mut arguments =
        vec!["--skip-download", "--soft-fail", "--framework", "cloudformation", "--output", "json", "-f"];
    let templates = super::templates();
    arguments.extend(templates.iter().map(String::as_str));
    let report: Value = serde_json::from_str(&said("checkov/bin/checkov", &arguments)).expect("JSON");
    let failed = report["results"]["failed_checks"].as_array().expect("findings");
    assert!(report["summary"]["passed"].as_u64() > Some(100), "it looked at little: {}", report["summary"]);
    let of = |finding: &Value, field: &str| finding[field].as_str().unwrap_or_default().to_owned();
    let found: BTreeSet<_> = failed.iter().map(|finding| (of(finding, "check_id"), of(finding, "resource"))).collect();

    let accepted = accepted();
    let excuses = |(check, pattern, _): &(String, String, String), (id, resource): &(String, String)| {
        check == id && fits(pattern, resource)
    };
    let open: Vec<_> = found.iter().filter(|finding| !accepted.iter().any(|line| excuses(line, finding))).collect();
    assert!(open.is_empty(), "mend these, or accept them with a reason in {ACCEPTED}: {open:?}");
    let idle: Vec<_> = accepted.iter().filter(|line| !found.iter().any(|finding| excuses(line, finding))).collect();
    assert!(idle.is_empty(), "nothing is found any more for: {idle:?}");
}
