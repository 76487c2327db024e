//! Changes to INI files, as Python's parser reads them, which is that of aws and pip: what is
//! further in than the setting before it is more of its value, names are compared without regard to
//! case, `:` is as good as `=`.

use super::edit::{Changed, MARK, Refused, Way, ended};

/// A setting in a section of an INI file. `is_ours` tells an older one of ours; `None` where one
/// cannot be told from somebody else's, so that it is marked.
pub fn ini(
    text: &str,
    place: [&str; 2],
    value: &str,
    is_ours: Option<&dyn Fn(&str) -> bool>,
    way: Way,
) -> Changed {
    let [section, key] = place;
    let setting = format!("{key} = {value}");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let Some(begin) = lines
        .iter()
        .position(|line| header(line).is_some_and(|name| name == section))
    else {
        let (gap, mark) = (
            if text.trim().is_empty() { "" } else { "\n" },
            is_ours.map_or(format!("{MARK}\n"), |_| String::new()),
        );
        return Ok(match way {
            Way::Make => format!("{}{gap}{MARK}\n[{section}]\n{mark}{setting}\n", ended(text)),
            Way::Undo => text.to_owned(),
        });
    };
    let next = lines[begin + 1..]
        .iter()
        .position(|line| header(line).is_some());
    let end = next.map_or(lines.len(), |next| begin + 1 + next);
    let settings = settings(&lines[begin + 1..end]);
    let indent = settings
        .first()
        .map_or(String::new(), |first| first.indent.to_owned());
    let found = settings.iter().find(|setting| setting.name == normal(key));
    let place = found.map(|setting| begin + 1 + setting.at);
    let known = found.map(|setting| setting.value.to_owned());
    let marked = place.is_some_and(|place| lines[place - 1].trim() == MARK);
    let ours = known
        .as_deref()
        .is_some_and(|known| is_ours.map_or(marked, |is_ours| is_ours(known)));
    // Further in than the settings below it, they would be taken for more of its value.
    let setting = format!("{indent}{setting}");
    match (place, way) {
        (Some(_), Way::Make) if known.as_deref() == Some(value) => {}
        (Some(place), Way::Make) if ours => lines[place] = setting,
        (Some(place), Way::Make) => return Err(Refused::Taken(lines[place].trim().to_owned())),
        (None, Way::Make) => {
            lines.insert(begin + 1, setting);
            if is_ours.is_none() {
                lines.insert(begin + 1, MARK.to_owned());
            }
        }
        (Some(place), Way::Undo) if ours => {
            let from = if marked && is_ours.is_none() {
                place - 1
            } else {
                place
            };
            let rest = end - (place + 1 - from);
            lines.drain(from..=place);
            let bare = lines[begin + 1..rest]
                .iter()
                .all(|line| line.trim().is_empty());
            if bare && begin > 0 && lines[begin - 1].trim() == MARK {
                let gap = begin > 1 && lines[begin - 2].trim().is_empty();
                lines.drain(begin - 1 - usize::from(gap)..rest);
            }
        }
        _ => {}
    }
    let changed: String = lines.iter().map(|line| format!("{line}\n")).collect();
    Ok(if changed.trim_end() == text.trim_end() {
        text.to_owned()
    } else {
        changed
    })
}

/// The name in a section's header, as the parsers of INI files read it: comments behind it and
/// quotes do not count.
fn header(line: &str) -> Option<String> {
    let name = line.trim_start().strip_prefix('[')?.split(']').next()?;
    Some(
        name.split_whitespace()
            .map(|word| word.trim_matches(['"', '\'']))
            .collect::<Vec<_>>()
            .join(" "),
    )
}

/// A setting of a section.
struct Setting<'a> {
    at: usize,
    indent: &'a str,
    name: String,
    value: &'a str,
}

/// The settings of a section. What is further in than the one before is more of its value.
fn settings(lines: &[String]) -> Vec<Setting<'_>> {
    let mut all: Vec<Setting<'_>> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let indent = &line[..line.len() - line.trim_start().len()];
        let goes_on = all
            .last()
            .is_some_and(|last| indent.len() > last.indent.len());
        if goes_on || line.trim().is_empty() || line.trim_start().starts_with(['#', ';']) {
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

fn normal(name: &str) -> String {
    name.trim().to_ascii_lowercase().replace('-', "_")
}
