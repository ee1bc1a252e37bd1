//! The table of what was tried.

use domain::rules::rule;

use crate::trial::NetworkResult;

/// A line for each network and format, as Markdown.
#[must_use]
pub fn lines(results: &[NetworkResult]) -> Vec<String> {
    let mut lines = vec![
        "| network | class | format | publishes | read back | requests | accidents | late | errors |".to_owned(),
        "|---|---|---|---|---|---|---|---|---|".to_owned(),
    ];
    for result in results {
        for format in &result.formats {
            let fine = if format.failures.is_empty() { "yes" } else { "NO" };
            let read = if format.read_back { "yes" } else { "cannot" };
            let class = result.class.map_or_else(String::new, |class| format!("{class:?}").to_lowercase());
            lines.push(format!(
                "| {} | {class} | {} | {fine} | {read} | {} | {} | {} | {} |",
                rule(result.platform).label,
                format.name,
                format.requests,
                format.accidents,
                format.late,
                result.errors,
            ));
        }
    }
    lines
}

/// The last line: `networks: networks=… formats=… cases=… failed=…`.
#[must_use]
pub fn summary(results: &[NetworkResult]) -> String {
    let platforms: std::collections::BTreeSet<_> = results.iter().map(|result| result.platform).collect();
    let formats: usize = results.iter().map(|result| result.formats.len()).sum();
    let formats_tried = results.iter().flat_map(|result| &result.formats);
    let accidents: u32 = formats_tried.map(|format| format.accidents + format.late + 1).sum();
    let errors: usize = results.iter().map(|result| result.errors).sum();
    let cases = errors + usize::try_from(accidents).unwrap_or(usize::MAX);
    let failed: usize = results.iter().map(|result| result.all_failures().count()).sum();
    format!("networks: networks={} formats={formats} cases={cases} failed={failed}", platforms.len())
}
