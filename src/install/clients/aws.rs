//! The configuration of aws and the AWS SDKs: `credential_process` in `~/.aws/config`.

use std::path::PathBuf;

use super::quoted;
use crate::config::{env, expand};
use crate::error::{Error, ErrorKind};
use crate::exchange::aws::is_role;
use crate::install::edit::{self, IniSetting};
use crate::install::plan::{Change, ClientPlan, Setup, read_or_empty, refusal};
use crate::install::program::calls_authctl;

pub fn plan(setup: &Setup<'_>) -> Result<ClientPlan, Error> {
    let role = setup.role.unwrap_or_default();
    if setup.installs() && setup.role.is_none() {
        return Err(
            Error::new(ErrorKind::Usage, "cannot install aws without a role")
                .hint("`--role-arn ARN`: the one whose trust policy names the profile's issuer"),
        );
    }
    if setup.installs() && !is_role(role) {
        return Err(Error::new(ErrorKind::Usage, "the role is not a valid ARN")
            .hint("it has the form arn:aws:iam::ACCOUNT:role/NAME"));
    }
    let name = setup.user.unwrap_or(setup.profile);
    if name.contains(char::is_whitespace) {
        return Err(refusal(
            "aws needs a name without a space".to_owned(),
            "choose another with `--user NAME`",
        ));
    }
    let section = match name {
        "default" => name.to_owned(),
        _ => format!("profile {name}"),
    };
    let command = format!(
        "{} hook aws --profile {} --role-arn {}",
        quoted(setup.program)?,
        setup.profile,
        quoted(role)?
    );
    let path = config_path();
    let mut plan = ClientPlan::default();
    plan.edit_file(setup, path, |text, direction| {
        let setting = IniSetting {
            section: &section,
            name: "credential_process",
            value: &command,
            is_authctls: Some(&|value: &str| is_for_profile(value, setup.profile)),
        };
        edit::ini(text, &setting, direction)
    })?;
    plan.manual_steps.extend(stored_keys(setup, name));
    Ok(plan)
}

/// Has the profiles of aws that ask for the profile `old` ask for `new`.
pub fn rename(old: &str, new: &str) -> ClientPlan {
    let path = config_path();
    let mut plan = ClientPlan::default();
    let Ok(before) = read_or_empty(&path) else {
        return plan;
    };
    let mut after = String::new();
    for line in before.split_inclusive('\n') {
        let command = line.trim().strip_prefix("credential_process");
        let command = command.and_then(|rest| rest.trim_start().strip_prefix('='));
        if command.is_some_and(|command| is_for_profile(command.trim(), old)) {
            let (old, new) = (format!("--profile {old} "), format!("--profile {new} "));
            after.push_str(&line.replace(&old, &new));
        } else {
            after.push_str(line);
        }
    }
    if after != before {
        plan.manual_steps
            .push(format!("{} asks for {new}", path.display()));
        plan.changes.push(Change::Text {
            path,
            before,
            after,
        });
    }
    plan
}

fn config_path() -> PathBuf {
    env::path("AWS_CONFIG_FILE").unwrap_or_else(|| expand("~/.aws/config"))
}

/// Whether a command is authctl's hook for this profile.
fn is_for_profile(command: &str, profile: &str) -> bool {
    let words = shlex::split(command).unwrap_or_default();
    calls_authctl(command, "aws")
        && words
            .windows(2)
            .any(|pair| pair[0] == "--profile" && pair[1] == profile)
}

/// The step that is necessary where aws has stored keys for the same name.
fn stored_keys(setup: &Setup<'_>, name: &str) -> Option<String> {
    let path =
        env::path("AWS_SHARED_CREDENTIALS_FILE").unwrap_or_else(|| expand("~/.aws/credentials"));
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    if !setup.installs() || !text.contains(&format!("[{name}]")) {
        return None;
    }
    Some(format!(
        "{} has keys of `{name}`, which aws prefers: remove them",
        path.display()
    ))
}
