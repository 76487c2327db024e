//! A plan, as the user reads it.

use std::fmt;

use super::Plan;
use super::bindings::BindingChange;
use super::edit::Direction;
use super::plan::Change;

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_unchanged = self.binding_change == BindingChange::Unchanged;
        if is_unchanged && self.client.changes.is_empty() && self.client.manual_steps.is_empty() {
            return writeln!(f, "nothing to change");
        }
        if !is_unchanged {
            self.write_binding(f)?;
        }
        for change in &self.client.changes {
            write_change(f, change, &self.program)?;
        }
        for step in &self.client.manual_steps {
            writeln!(f, "manual step: {step}")?;
        }
        if let Some(lacks) = &self.lacks {
            writeln!(f, "warning: {lacks}")?;
        }
        if !self.then.is_empty() {
            writeln!(f, "{}", self.then)?;
        }
        Ok(())
    }
}

impl Plan {
    fn write_binding(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.direction {
            Direction::Install => '+',
            Direction::Remove => '-',
        };
        let hosts: Vec<&str> = self
            .binding
            .patterns
            .iter()
            .map(|(host, _)| host.as_str())
            .collect();
        writeln!(
            f,
            "{}\n  {sign} [[match]] {} for {}: profile {}",
            self.config.display(),
            hosts.join(", "),
            self.binding.hooks.join(", "),
            self.binding.profile.as_deref().unwrap_or_default()
        )
    }
}

fn write_change(f: &mut fmt::Formatter<'_>, change: &Change, program: &str) -> fmt::Result {
    match change {
        Change::Text {
            path,
            before,
            after,
        } => {
            writeln!(f, "{}", path.display())?;
            for line in difference(before, after) {
                writeln!(f, "  {line}")?;
            }
            Ok(())
        }
        Change::Run(words) => {
            let words: Vec<_> = words
                .iter()
                .filter_map(|word| shlex::try_quote(word).ok())
                .collect();
            writeln!(f, "$ {}", words.join(" "))
        }
        Change::Link(path) => writeln!(f, "{} -> {program}", path.display()),
        Change::Unlink(path) => writeln!(f, "{}\n  - the link to {program}", path.display()),
    }
}

/// The lines that differ, the old ones with `-` and the new ones with `+`. All of one file's
/// changes are in one place, so the equal lines at the beginning and at the end are left out.
fn difference(before: &str, after: &str) -> Vec<String> {
    let old: Vec<&str> = before.lines().collect();
    let new: Vec<&str> = after.lines().collect();
    let start = old
        .iter()
        .zip(&new)
        .take_while(|(old, new)| old == new)
        .count();
    let rest = old.len().min(new.len()) - start;
    let end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(|(old, new)| old == new)
        .count()
        .min(rest);
    let mut lines = Vec::new();
    for line in &old[start..old.len() - end] {
        lines.push(format!("- {line}"));
    }
    for line in &new[start..new.len() - end] {
        lines.push(format!("+ {line}"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_shown() {
        assert_eq!(difference("a\nb\nc\n", "a\nx\nc\n"), ["- b", "+ x"]);
        assert_eq!(difference("", "a\n"), ["+ a"]);
        assert_eq!(difference("a\na\n", "a\na\na\n"), ["+ a"]);
    }
}
