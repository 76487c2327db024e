//! The configuration of Terraform and OpenTofu: `credentials_helper` in `~/.terraformrc`, and a
//! link to authctl among the plugins.

use std::path::Path;

use super::is_hcl_setting;
use crate::config::{env, expand};
use crate::error::Error;
use crate::install::edit::{self, Direction, Edited};
use crate::install::plan::{ClientPlan, Setup, refusal};

/// The setting that authctl writes.
const HELPER: &str = "credentials_helper \"authctl\" {}";

pub fn plan(setup: &Setup<'_>) -> Result<ClientPlan, Error> {
    setup.plain_hosts()?;
    let mut plan = ClientPlan::default();
    if !setup.changes_shared() {
        return Ok(plan);
    }
    let directory = expand("~/.terraform.d");
    if setup.installs() {
        refuse_other_files(&directory)?;
    }
    let path = env::path("TF_CLI_CONFIG_FILE").unwrap_or_else(|| expand("~/.terraformrc"));
    plan.edit_file(setup, path, edit_helper)?;
    plan.link(
        setup,
        &directory.join("plugins"),
        "terraform-credentials-authctl",
    )?;
    Ok(plan)
}

/// Refuses a helper in another file that the client reads: it takes only one.
#[expect(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "terraform compares them so"
)]
fn refuse_other_files(directory: &Path) -> Result<(), Error> {
    let entries = std::fs::read_dir(directory).into_iter().flatten();
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.ends_with(".tfrc") && !name.ends_with(".tfrc.json") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        if text.lines().any(is_helper) {
            let message = format!(
                "{} already has a credentials_helper, of which there may be only one",
                path.display()
            );
            return Err(refusal(
                message,
                "remove that first, if authctl is to answer instead",
            ));
        }
    }
    Ok(())
}

fn is_helper(line: &str) -> bool {
    is_hcl_setting(line, "credentials_helper")
}

fn is_authctls(line: &str) -> bool {
    line.trim() == HELPER
}

fn edit_helper(text: &str, direction: Direction) -> Edited {
    // A block that the user has written for authctl is as good, and stays.
    if text.lines().any(is_users_own_block) {
        return Ok(text.to_owned());
    }
    edit::line(text, HELPER, is_helper, is_authctls, direction)
}

/// Whether the line begins a block for authctl that authctl has not written.
fn is_users_own_block(line: &str) -> bool {
    line.trim_start()
        .starts_with("credentials_helper \"authctl\"")
        && !is_authctls(line)
}
