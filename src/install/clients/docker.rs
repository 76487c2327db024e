//! docker's configuration: `credHelpers` in `~/.docker/config.json`, and a link to authctl.

use super::client_file;
use crate::error::Error;
use crate::install::edit;
use crate::install::plan::{ClientPlan, Setup, refusal};

/// The name that docker's own registry has in its configuration.
const DOCKER_HUB: &str = "https://index.docker.io/v1/";

pub fn plan(setup: &Setup<'_>) -> Result<ClientPlan, Error> {
    let mut registries = Vec::new();
    for host in setup.literal_hosts()? {
        registries.push(registry(host)?);
    }
    let path = client_file("DOCKER_CONFIG", "~/.docker", "config.json");
    let mut plan = ClientPlan::default();
    plan.edit_file(setup, path, |text, direction| {
        let mut text = text.to_owned();
        for registry in &registries {
            text = edit::json(&text, ["credHelpers", registry], "authctl", direction)?;
        }
        Ok(text)
    })?;
    if setup.changes_shared() {
        plan.link_in_path(setup, "docker-credential-authctl")?;
    }
    Ok(plan)
}

/// The host, as docker writes it in its configuration.
fn registry(host: &str) -> Result<String, Error> {
    let host = host.to_ascii_lowercase();
    match host.trim_end_matches(":443").trim_end_matches('.') {
        "docker.io" | "registry-1.docker.io" => Err(refusal(
            "docker calls its own registry index.docker.io".to_owned(),
            "`--host index.docker.io`",
        )),
        "index.docker.io" => Ok(DOCKER_HUB.to_owned()),
        host => Ok(host.to_owned()),
    }
}
