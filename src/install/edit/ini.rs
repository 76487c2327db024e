//! A setting in a section of an INI file.
//!
//! The file is read as Python's `configparser` reads it, which aws and pip use: a line that is
//! further in than the setting before it continues that setting's value, names are compared without
//! regard to case, and `:` separates like `=`.

use super::{Direction, EditError, Edited, MARK, with_line_break};

/// A setting that is installed or removed.
pub struct IniSetting<'a> {
    /// The name of the section.
    pub section: &'a str,
    /// The name of the setting.
    pub name: &'a str,
    /// The value that authctl writes.
    pub value: &'a str,
    /// Tells a value that authctl has written, now or earlier. `None` where the user could have
    /// written the value; then the mark above the setting tells.
    pub is_authctls: Option<&'a dyn Fn(&str) -> bool>,
}

impl IniSetting<'_> {
    fn needs_mark(&self) -> bool {
        self.is_authctls.is_none()
    }

    fn line(&self) -> String {
        format!("{} = {}", self.name, self.value)
    }
}

/// Sets the setting, or takes it out again.
pub fn ini(text: &str, setting: &IniSetting<'_>, direction: Direction) -> Edited {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let Some(section) = Section::find(&lines, setting.section) else {
        return Ok(match direction {
            Direction::Install => with_section(text, setting),
            Direction::Remove => text.to_owned(),
        });
    };
    let known = section.known(&lines, setting);
    match direction {
        Direction::Install => install(&mut lines, &section, setting, known)?,
        Direction::Remove => remove(&mut lines, &section, setting, known),
    }
    let changed: String = lines.iter().map(|line| format!("{line}\n")).collect();
    Ok(if changed.trim_end() == text.trim_end() {
        text.to_owned()
    } else {
        changed
    })
}

/// The text with the section at its end.
fn with_section(text: &str, setting: &IniSetting<'_>) -> String {
    let gap = if text.trim().is_empty() { "" } else { "\n" };
    let mut added = format!("{gap}{MARK}\n[{}]\n", setting.section);
    if setting.needs_mark() {
        added.push_str(&format!("{MARK}\n"));
    }
    format!("{}{added}{}\n", with_line_break(text), setting.line())
}

fn install(
    lines: &mut Vec<String>,
    section: &Section,
    setting: &IniSetting<'_>,
    known: Option<Known>,
) -> Result<(), EditError> {
    // Further in than the settings below it, the new one would swallow them.
    let line = format!("{}{}", section.indent(lines), setting.line());
    match known {
        Some(known) if known.value == setting.value => {}
        Some(known) if known.is_authctls => lines[known.line] = line,
        Some(known) => {
            return Err(EditError::OtherValue(lines[known.line].trim().to_owned()));
        }
        None => {
            let place = section.header + 1;
            lines.insert(place, line);
            if setting.needs_mark() {
                lines.insert(place, MARK.to_owned());
            }
        }
    }
    Ok(())
}

/// Takes the setting out with its mark. The section goes too if nothing is left in it and authctl
/// has added it, with the empty line before it.
fn remove(
    lines: &mut Vec<String>,
    section: &Section,
    setting: &IniSetting<'_>,
    known: Option<Known>,
) {
    let Some(known) = known.filter(|known| known.is_authctls) else {
        return;
    };
    let first = known.line - usize::from(setting.needs_mark());
    lines.drain(first..=known.line);
    let end = section.end - (known.line + 1 - first);
    let header = section.header;
    let is_empty = lines[header + 1..end]
        .iter()
        .all(|line| line.trim().is_empty());
    if is_empty && header > 0 && lines[header - 1].trim() == MARK {
        let has_gap = header > 1 && lines[header - 2].trim().is_empty();
        lines.drain(header - 1 - usize::from(has_gap)..end);
    }
}

/// Where a section is: the line of its header, and the line after its last one.
struct Section {
    header: usize,
    end: usize,
}

/// A setting that the file has, and its line.
struct Known {
    line: usize,
    value: String,
    is_authctls: bool,
}

impl Section {
    fn find(lines: &[String], name: &str) -> Option<Self> {
        let header = lines
            .iter()
            .position(|line| section_name(line).is_some_and(|known| known == name))?;
        let next = lines[header + 1..]
            .iter()
            .position(|line| section_name(line).is_some());
        Some(Self {
            header,
            end: next.map_or(lines.len(), |next| header + 1 + next),
        })
    }

    fn settings<'a>(&self, lines: &'a [String]) -> Vec<Setting<'a>> {
        settings(&lines[self.header + 1..self.end])
    }

    /// What the section has of a setting of this name.
    fn known(&self, lines: &[String], wanted: &IniSetting<'_>) -> Option<Known> {
        let name = normal(wanted.name);
        let settings = self.settings(lines);
        let found = settings.iter().find(|setting| setting.name == name)?;
        let line = self.header + 1 + found.at;
        let is_authctls = match wanted.is_authctls {
            Some(is_authctls) => is_authctls(found.value),
            None => lines[line - 1].trim() == MARK,
        };
        Some(Known {
            line,
            value: found.value.to_owned(),
            is_authctls,
        })
    }

    /// The indent of the section's settings.
    fn indent<'a>(&self, lines: &'a [String]) -> &'a str {
        self.settings(lines)
            .first()
            .map_or("", |first| first.indent)
    }
}

/// The name in a section's header. Comments behind it, quotes and repeated spaces do not count.
fn section_name(line: &str) -> Option<String> {
    let name = line.trim_start().strip_prefix('[')?.split(']').next()?;
    let words: Vec<&str> = name
        .split_whitespace()
        .map(|word| word.trim_matches(['"', '\'']))
        .collect();
    Some(words.join(" "))
}

/// A setting of a section: its line, counted from the section's first, and what it says.
struct Setting<'a> {
    at: usize,
    indent: &'a str,
    name: String,
    value: &'a str,
}

/// The settings in the lines of a section.
fn settings(lines: &[String]) -> Vec<Setting<'_>> {
    let mut all: Vec<Setting<'_>> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let indent = &line[..line.len() - line.trim_start().len()];
        let continues = all
            .last()
            .is_some_and(|last| indent.len() > last.indent.len());
        if continues || line.trim().is_empty() || line.trim_start().starts_with(['#', ';']) {
            continue;
        }
        if let Some((name, value)) = line.split_once(['=', ':']) {
            all.push(Setting {
                at,
                indent,
                name: normal(name),
                value: value.trim(),
            });
        }
    }
    all
}

/// A setting's name in the form in which names are compared.
fn normal(name: &str) -> String {
    name.trim().to_ascii_lowercase().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{check, check_any, other_value};
    use super::*;

    fn aws(text: &str, direction: Direction) -> Edited {
        let setting = IniSetting {
            section: "profile work",
            name: "credential_process",
            value: "/a/authctl hook aws",
            is_authctls: Some(&|value: &str| value.contains("authctl hook aws")),
        };
        ini(text, &setting, direction)
    }

    fn pip(text: &str, direction: Direction) -> Edited {
        let setting = IniSetting {
            section: "global",
            name: "keyring-provider",
            value: "subprocess",
            is_authctls: None,
        };
        ini(text, &setting, direction)
    }

    #[test]
    fn ini_is_read_as_its_parsers_read_it() {
        let written = "credential_process = /a/authctl hook aws\n";
        check("", &format!("{MARK}\n[profile work]\n{written}"), aws);
        check(
            "[default]\nregion = x\n",
            &format!("[default]\nregion = x\n\n{MARK}\n[profile work]\n{written}"),
            aws,
        );
        for header in [
            "[profile work]",
            "[profile work]  # mine",
            "[profile \"work\"]",
            "[profile  'work'] ; x",
        ] {
            let before = format!("{header}\nregion = x\n\n[profile home]\nregion = y\n");
            check(
                &before,
                &before.replacen('\n', &format!("\n{written}"), 1),
                aws,
            );
        }
        for other in ["credential_process = /other", "Credential_Process: /other"] {
            assert_eq!(
                aws(&format!("[profile work]\n{other}\n"), Direction::Install),
                other_value(other)
            );
        }
        // What is further in than the line before it would be more of its value.
        let before = "[profile work]\n  region = x\n  s3 =\n    max = 1\n";
        check(
            before,
            &before.replacen('\n', &format!("\n  {written}"), 1),
            aws,
        );
        assert_eq!(
            aws(
                "[profile work]\n  credential_process = /other\n",
                Direction::Install
            ),
            other_value("credential_process = /other")
        );
        let old = "[profile work]\ncredential_process = /old/authctl hook aws --role-arn x\n";
        assert_eq!(
            aws(old, Direction::Install),
            Ok(format!("[profile work]\n{written}"))
        );
        assert_eq!(
            aws(old, Direction::Remove).as_deref(),
            Ok("[profile work]\n"),
            "the header was there before"
        );

        let setting = format!("{MARK}\nkeyring-provider = subprocess\n");
        check(
            "# mine\n[global]\nindex-url = x\n",
            &format!("# mine\n[global]\n{setting}index-url = x\n"),
            pip,
        );
        check("", &format!("{MARK}\n[global]\n{setting}"), pip);
        let by_user = "[global]\nkeyring_provider: subprocess\n";
        assert_eq!(
            (
                pip(by_user, Direction::Install).as_deref(),
                pip(by_user, Direction::Remove).as_deref()
            ),
            (Ok(by_user), Ok(by_user))
        );
        assert_eq!(
            pip("[global]\nkeyring-provider = import\n", Direction::Install),
            other_value("keyring-provider = import")
        );
    }

    proptest! {
        #[test]
        fn any_text_has_it_once(text in "[a-z \\[\\]={}\",\n#:5]{0,80}") {
            check_any(&text, &[aws, pip]);
        }
    }
}
