//! pnpm's configuration: `tokenHelper` in `~/.npmrc`, and a link to authctl.

use crate::config::expand;
use crate::error::Error;
use crate::install::edit;
use crate::install::plan::{ClientPlan, Setup};

/// The name under which pnpm runs authctl.
const PROGRAM: &str = "pnpm-token-authctl";

pub fn plan(setup: &Setup<'_>) -> Result<ClientPlan, Error> {
    let link = setup.links.join(PROGRAM);
    let hosts = setup.literal_hosts()?;
    let mut plan = ClientPlan::default();
    plan.edit_file(setup, expand("~/.npmrc"), |text, direction| {
        let mut text = text.to_owned();
        for host in hosts {
            let name = format!("//{host}/:tokenHelper");
            text = edit::line(
                &text,
                &format!("{name}={}", link.display()),
                |line| line.starts_with(&name),
                |line| line.contains(PROGRAM),
                direction,
            )?;
        }
        Ok(text)
    })?;
    if setup.changes_shared() {
        plan.link(setup, setup.links, PROGRAM)?;
    }
    Ok(plan)
}
