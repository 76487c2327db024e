//! bazel's configuration: `--credential_helper` in `~/.bazelrc`, and a link to authctl.

use crate::config::expand;
use crate::error::Error;
use crate::install::edit::{self, Direction, Edited};
use crate::install::plan::{ClientPlan, Setup, refusal};

/// The name under which bazel runs authctl.
const PROGRAM: &str = "bazel-credential-authctl";

pub fn plan(setup: &Setup<'_>) -> Result<ClientPlan, Error> {
    let link = setup.links.join(PROGRAM).display().to_string();
    if setup.hosts.iter().any(|host| host.contains('[')) {
        return Err(refusal(
            "bazel cannot name an IPv6 address".to_owned(),
            "give the host's name",
        ));
    }
    if link.contains(char::is_whitespace) {
        return Err(refusal(
            format!("bazel would take `{link}` for several words"),
            "choose another directory with `--links`",
        ));
    }
    let hosts = setup.plain_hosts()?;
    let mut plan = ClientPlan::default();
    plan.edit_file(setup, expand("~/.bazelrc"), |text, direction| {
        let mut text = text.to_owned();
        for host in hosts {
            text = edit_host(&text, host, &link, direction)?;
        }
        Ok(text)
    })?;
    if setup.changes_shared() {
        plan.link(setup, setup.links, PROGRAM)?;
    }
    Ok(plan)
}

fn edit_host(text: &str, host: &str, link: &str, direction: Direction) -> Edited {
    // bazel compares names, and no ports.
    let name = host.split(':').next().unwrap_or_default();
    let option = format!("--credential_helper={name}=");
    edit::line(
        text,
        &format!("common {option}{link}"),
        |line| has_option(line, &option),
        is_authctls,
        direction,
    )
}

fn has_option(line: &str, option: &str) -> bool {
    !line.starts_with('#') && line.split_whitespace().any(|word| word.starts_with(option))
}

/// Whether authctl has written the line: it has one option and nothing else.
fn is_authctls(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let ["common", option] = words.as_slice() else {
        return false;
    };
    let directory = option.strip_suffix(PROGRAM);
    directory.is_some_and(|directory| directory.ends_with('/'))
}
