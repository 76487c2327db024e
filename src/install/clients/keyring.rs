//! The configuration of pip and uv: `keyring-provider = subprocess`, and a link to authctl named
//! `keyring`.

use std::path::PathBuf;

use super::client_file;
use crate::config::{env, expand};
use crate::error::Error;
use crate::install::edit::{self, IniSetting};
use crate::install::plan::{ClientPlan, Setup};

pub fn plan(setup: &Setup<'_>) -> Result<ClientPlan, Error> {
    let mut plan = ClientPlan::default();
    if setup.installs() {
        plan.manual_steps.push(
            "pip and uv ask only where the index's URL has a user name: \
             https://oauth2@HOST/simple/"
                .to_owned(),
        );
    }
    if !setup.changes_shared() {
        return Ok(plan);
    }
    let uv = client_file("XDG_CONFIG_HOME", "~/.config", "uv/uv.toml");
    plan.edit_file(setup, uv, |text, direction| {
        edit::toml_string(text, "keyring-provider", "subprocess", direction)
    })?;
    plan.edit_file(setup, pip_file(), |text, direction| {
        let setting = IniSetting {
            section: "global",
            name: "keyring-provider",
            value: "subprocess",
            is_authctls: None,
        };
        edit::ini(text, &setting, direction)
    })?;
    plan.link_in_path(setup, "keyring")?;
    Ok(plan)
}

/// The file with the user's settings of pip. pip's own tool would drop the comments in it.
fn pip_file() -> PathBuf {
    if let Some(path) = env::path("PIP_CONFIG_FILE") {
        return path;
    }
    let old = expand("~/.pip/pip.conf");
    let usual = client_file("XDG_CONFIG_HOME", "~/.config", "pip/pip.conf");
    if old.exists() && !usual.exists() {
        old
    } else {
        usual
    }
}
