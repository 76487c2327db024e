//! NuGet's plugins: a link to authctl in PATH.

use crate::error::Error;
use crate::install::plan::{ClientPlan, Setup};

/// The name under which NuGet looks for authctl.
const PROGRAM: &str = "nuget-plugin-authctl";

pub fn plan(setup: &Setup<'_>) -> Result<ClientPlan, Error> {
    let mut plan = ClientPlan::default();
    if setup.changes_shared() {
        plan.link_in_path(setup, PROGRAM)?;
    }
    if setup.installs() {
        plan.manual_steps.push(format!(
            "a NuGet before 6.13 looks only in NUGET_PLUGIN_PATHS={}",
            setup.links.join(PROGRAM).display()
        ));
    }
    Ok(plan)
}
