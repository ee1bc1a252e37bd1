//! What tests need to know of `template.yaml`. It is read by its layout, which a reader relies on too: a resource
//! begins with its name at two spaces and ends where the next begins.

use std::path::Path;

use anyhow::Context as _;

/// The template's text.
#[derive(Debug)]
pub struct Template(String);

/// A route of the HTTP API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// `ANY` or a method.
    pub method: String,
    /// Path with variables.
    pub path: String,
    /// The crate that answers it.
    pub function: String,
    /// Whether it needs a token.
    pub needs_token: bool,
}

impl Template {
    /// Reads the project's.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read() -> anyhow::Result<Self> {
        Self::at("template.yaml")
    }

    /// Reads another one of the project's.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn at(path: &str) -> anyhow::Result<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
        Ok(Self(std::fs::read_to_string(path)?))
    }

    /// Reads the nested one with alarms and dashboard.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn monitoring() -> anyhow::Result<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/monitoring.yaml");
        Ok(Self(std::fs::read_to_string(path)?))
    }

    /// The names of the resources of a type, such as `AWS::CloudWatch::Alarm`.
    #[must_use]
    pub fn of_type(&self, kind: &str) -> Vec<String> {
        let line = format!("    Type: {kind}");
        let is_of = |text: &str| text.lines().any(|own| own == line);
        self.blocks().filter(|(_, text)| is_of(text)).map(|(name, _)| name.to_owned()).collect()
    }

    /// The names of its parameters.
    #[must_use]
    pub fn parameters(&self) -> Vec<String> {
        let section = self.0.split("\nParameters:\n").nth(1).unwrap_or_default();
        let lines = section.lines().take_while(|line| line.is_empty() || line.starts_with(' '));
        let name = |line: &str| Some(line.strip_prefix("  ")?.strip_suffix(':')?.to_owned());
        lines.filter_map(name).filter(|name| !name.starts_with(' ')).collect()
    }

    /// A resource's text.
    ///
    /// # Errors
    /// When there is no such resource.
    pub fn block(&self, name: &str) -> anyhow::Result<String> {
        let found = self.blocks().find(|(own, _)| *own == name);
        found.map(|(_, text)| text).with_context(|| format!("the template has no {name}"))
    }

    /// The crates that functions are built from.
    #[must_use]
    pub fn functions(&self) -> Vec<String> {
        let binary = |(_, text): (&str, String)| Some(between(&text, "Binary: ", " }")?.to_owned());
        self.blocks().filter_map(binary).collect()
    }

    /// The routes of the HTTP API.
    ///
    /// # Errors
    /// When one leads nowhere.
    pub fn routes(&self) -> anyhow::Result<Vec<Route>> {
        let mut routes = Vec::new();
        for (name, text) in self.blocks() {
            let Some(key) = between(&text, "RouteKey: ", "\n") else { continue };
            let (method, path) = key.split_once(' ').with_context(|| format!("{name}: a strange key"))?;
            let integration =
                between(&text, "integrations/${", "}").with_context(|| format!("{name} has no target"))?;
            let integration = self.block(integration)?;
            let function =
                between(&integration, "IntegrationUri: !Ref ", ".Alias").context("an integration without function")?;
            let function = self.block(function)?;
            routes.push(Route {
                method: method.to_owned(),
                path: path.to_owned(),
                function: between(&function, "Binary: ", " }").context("a function without crate")?.to_owned(),
                needs_token: text.contains("AuthorizationType: JWT") && text.contains("AuthorizerId: "),
            });
        }
        Ok(routes)
    }

    fn blocks(&self) -> impl Iterator<Item = (&str, String)> {
        let lines: Vec<&str> = self.0.lines().collect();
        let names = |line: &&str| line.starts_with("  ") && !line[2..].starts_with([' ', '#']) && line.ends_with(':');
        let starts: Vec<usize> = (0..lines.len()).filter(|&index| names(&lines[index])).collect();
        let ends = starts.iter().copied().skip(1).chain([lines.len()]).collect::<Vec<_>>();
        let block = move |(start, end): (usize, usize)| {
            (lines[start].trim().trim_end_matches(':'), lines[start..end].join("\n"))
        };
        starts.into_iter().zip(ends).map(block)
    }
}

impl Route {
    /// How well it fits a method and a path of the OpenAPI document, as API Gateway ranks: a path without a greedy
    /// variable before one with, then a method before `ANY`. Nothing when it does not fit.
    #[must_use]
    pub fn rank(&self, method: &str, path: &str) -> Option<(bool, bool)> {
        let method_fits = self.method == method;
        let (exact, path_fits) = match self.path.strip_suffix("/{proxy+}") {
            Some(prefix) => {
                (false, path.strip_prefix(prefix).is_some_and(|rest| rest.len() > 1 && rest.starts_with('/')))
            }
            None => (true, same_shape(&self.path, path)),
        };
        ((method_fits || self.method == "ANY") && path_fits).then_some((exact, method_fits))
    }
}

/// Whether two paths are the same but for the names of their variables.
fn same_shape(one: &str, other: &str) -> bool {
    let fits = |(one, other): (&str, &str)| one == other || (one.starts_with('{') && other.starts_with('{'));
    one.split('/').count() == other.split('/').count() && one.split('/').zip(other.split('/')).all(fits)
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after).map_or(rest, |(found, _)| found))
}
