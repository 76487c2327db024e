//! go's configuration: `GOAUTH`, by `go env`.

use super::tool_output;
use crate::config::env;
use crate::error::Error;
use crate::install::plan::{ClientPlan, Setup, refusal};
use crate::install::program::calls_authctl;

pub fn plan(setup: &Setup<'_>) -> Result<ClientPlan, Error> {
    let mut plan = ClientPlan::default();
    if !setup.changes_shared() {
        return Ok(plan);
    }
    let command = format!("{} hook go", program(setup)?);
    refuse_environment()?;
    let known = tool_output(setup.secrets, &["go", "env", "GOAUTH"])?.unwrap_or_default();
    let known: Vec<&str> = known
        .split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    if setup.installs() && known == ["off"] {
        return Err(refusal(
            "GOAUTH is off".to_owned(),
            "`go env -u GOAUTH` undoes that, if authctl is to answer",
        ));
    }
    let mut wanted = Vec::new();
    if setup.installs() {
        wanted.push(command.as_str());
    }
    wanted.extend(known.iter().filter(|part| !calls_authctl(part, "go")));
    if wanted == known {
        return Ok(plan);
    }
    // `netrc` is go's default, and is not written down.
    if wanted.is_empty() || wanted == ["netrc"] {
        plan.run(&["go", "env", "-u", "GOAUTH"]);
    } else {
        let value = format!("GOAUTH={}", wanted.join("; "));
        plan.run(&["go", "env", "-w", &value]);
    }
    Ok(plan)
}

/// authctl's path, as go reads it in `GOAUTH`.
fn program(setup: &Setup<'_>) -> Result<String, Error> {
    if setup.program.contains([';', '\'', '"']) {
        return Err(refusal(
            "go cannot run a program with such a path".to_owned(),
            "link authctl into another directory",
        ));
    }
    Ok(match setup.program.contains(' ') {
        true => format!("'{}'", setup.program),
        false => setup.program.to_owned(),
    })
}

/// Refuses where go would ignore what `go env -w` writes.
fn refuse_environment() -> Result<(), Error> {
    let is_off = env::var("GOENV").is_some_and(|file| file == "off");
    if env::var("GOAUTH").is_none() && !is_off {
        return Ok(());
    }
    Err(refusal(
        "GOAUTH comes from the environment, or GOENV is off".to_owned(),
        "what `go env -w` writes would not count: unset it first",
    ))
}
