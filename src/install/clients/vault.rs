//! The configuration of Vault and OpenBao: `token_helper` in `~/.vault`, and a link to authctl.

use super::is_hcl_setting;
use crate::config::{env, expand};
use crate::error::Error;
use crate::install::edit;
use crate::install::plan::{ClientPlan, Setup};

/// The name under which the client runs authctl.
const PROGRAM: &str = "vault-token-authctl";

pub fn plan(setup: &Setup<'_>) -> Result<ClientPlan, Error> {
    let mut plan = ClientPlan::default();
    if !setup.changes_shared() {
        return Ok(plan);
    }
    let path = env::path("VAULT_CONFIG_PATH").unwrap_or_else(|| expand("~/.vault"));
    let link = setup.links.join(PROGRAM);
    let setting = format!("token_helper = \"{}\"", link.display());
    plan.edit_file(setup, path, |text, direction| {
        edit::line(
            text,
            &setting,
            |line| is_hcl_setting(line, "token_helper"),
            |line| line.contains(PROGRAM),
            direction,
        )
    })?;
    plan.link(setup, setup.links, PROGRAM)?;
    Ok(plan)
}
