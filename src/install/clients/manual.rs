//! Clients whose configuration is not changed: it is not a file that is known, or the user writes
//! it by hand in any case. The plan is a manual step.

#![expect(
    clippy::unnecessary_wraps,
    reason = "a recipe may fail, and these do not"
)]

use crate::error::Error;
use crate::install::plan::{ClientPlan, Setup};

pub fn google(setup: &Setup<'_>) -> Result<ClientPlan, Error> {
    let place = "in the credential configuration, as credential_source.executable.command, with \
                 GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1 in the environment";
    Ok(manual_step(setup, place, "google", ""))
}

pub fn headers(setup: &Setup<'_>) -> Result<ClientPlan, Error> {
    let place = "as the client's headersHelper";
    Ok(manual_step(setup, place, "headers", ""))
}

pub fn oauthbearer(setup: &Setup<'_>) -> Result<ClientPlan, Error> {
    let place = "where the mail program runs a command for the response";
    let options = " --server HOST --port PORT --username ADDRESS";
    Ok(manual_step(setup, place, "oauthbearer", options))
}

pub fn token(setup: &Setup<'_>) -> Result<ClientPlan, Error> {
    let place = "where the program runs a command and reads a token";
    Ok(manual_step(setup, place, "token", ""))
}

pub fn xoauth2(setup: &Setup<'_>) -> Result<ClientPlan, Error> {
    let place = "where the mail program runs a command for the response (msmtp and mutt make the \
                 response themselves, and need the hook `token`)";
    Ok(manual_step(setup, place, "xoauth2", " --username ADDRESS"))
}

/// The command that the user writes into this place. There is no step to remove it.
fn manual_step(setup: &Setup<'_>, place: &str, hook: &str, options: &str) -> ClientPlan {
    let mut plan = ClientPlan::default();
    if setup.installs() {
        plan.manual_steps.push(format!(
            "{place}: {} hook {hook} --profile {}{options}",
            setup.program, setup.profile
        ));
    }
    plan
}
