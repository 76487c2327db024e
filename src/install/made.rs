//! Which files of clients were not there before `hook install` made them: `hook uninstall` takes
//! such a file away again when nothing is left in it. One that the user made stays, empty or not.
//!
//! The list is a hint: without it an empty file stays behind, which does no harm.

use std::path::{Path, PathBuf};

use super::plan::{Change, ClientPlan};
use crate::platform::files;
use crate::session::Context;

/// Where the list is, below the directory of sessions.
const PLACE: &str = ".hooks/made";

/// The files that a plan changes, by itself or by the client's own tool.
fn changed(plan: &ClientPlan) -> Vec<PathBuf> {
    let texts = plan.changes.iter().filter_map(|change| match change {
        Change::Text { path, .. } => Some(path.clone()),
        _ => None,
    });
    texts.chain(plan.tool_file.clone()).collect()
}

fn list(context: &Context) -> Option<(PathBuf, Vec<PathBuf>)> {
    let place = context.locations.state().ok()?.join(PLACE);
    let text = files::read_hint(&place).unwrap_or_default();
    Some((place, serde_json::from_str(&text).unwrap_or_default()))
}

fn write(place: &Path, made: &[PathBuf]) {
    if let Ok(text) = serde_json::to_string(made) {
        let _ = files::write_hint(place, text.as_bytes());
    }
}

/// Notes the files that a plan is going to make. To be called before it is carried out.
pub fn note(context: &Context, plan: &ClientPlan) {
    let Some((place, mut made)) = list(context) else {
        return;
    };
    let before = made.len();
    for path in changed(plan) {
        if !path.exists() && !made.contains(&path) {
            made.push(path);
        }
    }
    if made.len() != before {
        write(&place, &made);
    }
}

/// Takes away the files of a plan that was carried out in which nothing is left, if authctl made
/// them.
pub fn clean_up(context: &Context, plan: &ClientPlan) {
    let Some((place, mut made)) = list(context) else {
        return;
    };
    let before = made.len();
    for path in changed(plan) {
        let text = std::fs::read_to_string(&path);
        if made.contains(&path) && text.is_ok_and(|text| says_nothing(&text)) {
            made.retain(|known| *known != path);
            let _ = files::remove(&path);
        }
    }
    if made.len() != before {
        write(&place, &made);
    }
}

/// Whether a configuration has no setting: it is blank, an empty object, or what kubectl writes
/// where it knows no cluster, user or context.
fn says_nothing(text: &str) -> bool {
    let text = text.trim();
    let is_of_kubectl = text.starts_with("apiVersion: v1") && !text.contains("- ");
    text.is_empty() || text == "{}" || is_of_kubectl
}
