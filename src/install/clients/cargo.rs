//! cargo's configuration: `registry.global-credential-providers` in `~/.cargo/config.toml`.

use super::client_file;
use crate::error::Error;
use crate::install::edit;
use crate::install::plan::{ClientPlan, Setup, refusal};
use crate::install::program::calls_authctl;

pub fn plan(setup: &Setup<'_>) -> Result<ClientPlan, Error> {
    if setup.program.contains(char::is_whitespace) {
        return Err(refusal(
            "cargo cannot run a program with a space in its path".to_owned(),
            "link authctl into a directory without one",
        ));
    }
    let mut plan = ClientPlan::default();
    if !setup.changes_shared() {
        return Ok(plan);
    }
    // cargo reads the old name first.
    let mut path = client_file("CARGO_HOME", "~/.cargo", "config");
    if !path.exists() {
        path = client_file("CARGO_HOME", "~/.cargo", "config.toml");
    }
    let provider = format!("{} hook cargo", setup.program);
    plan.edit_file(setup, path, |text, direction| {
        edit::toml_array(
            text,
            ["registry", "global-credential-providers"],
            "cargo:token",
            &provider,
            |item| calls_authctl(item, "cargo"),
            direction,
        )
    })?;
    Ok(plan)
}
