//! kubectl's configuration: a user with an exec plugin, by `kubectl config`, and a link to authctl.

use serde_json::{Value, json};

use super::tool_output;
use crate::config::{env, expand};
use crate::error::Error;
use crate::install::plan::{ClientPlan, Setup, refusal};
use crate::install::program::calls_authctl;
use crate::oauth::want::TokenKind;
use crate::platform::child::Secrets;

pub fn plan(setup: &Setup<'_>) -> Result<ClientPlan, Error> {
    let usual = format!("authctl-{}", setup.profile);
    let user = setup.user.unwrap_or(&usual);
    let known = known_user(setup.secrets, user)?;
    let file = env::path("KUBECONFIG").unwrap_or_else(|| expand("~/.kube/config"));
    let mut plan = ClientPlan {
        tool_file: Some(file),
        ..ClientPlan::default()
    };
    if !setup.changes_shared() {
        return Ok(plan);
    }
    // kubectl runs a program of that name for `kubectl authctl`.
    plan.link(setup, setup.links, "kubectl-authctl")?;
    if let Some(known) = known {
        let exec = &known["user"]["exec"];
        let is_authctls = is_for_profile(exec, setup.profile);
        if !is_authctls && setup.installs() {
            return Err(refusal(
                format!("kubectl's user `{user}` has other credentials"),
                "choose another with `--user NAME`",
            ));
        }
        if !is_authctls {
            return Ok(ClientPlan::default());
        }
        if setup.installs() && is_current(exec, setup) {
            return Ok(plan);
        }
        plan.run(&["kubectl", "config", "delete-user", user]);
    }
    if setup.installs() {
        set_credentials(&mut plan, setup, user);
    }
    Ok(plan)
}

/// Has kubectl's users that ask for the profile `old` ask for `new`. They keep their names, which
/// contexts use.
pub fn rename(secrets: &Secrets, old: &str, new: &str) -> Result<ClientPlan, Error> {
    let mut plan = ClientPlan::default();
    let mut directories = env::search_path().into_iter();
    if !directories.any(|directory| directory.join("kubectl").is_file()) {
        return Ok(plan);
    }
    for known in known_users(secrets)? {
        let exec = &known["user"]["exec"];
        let Some(user) = known["name"].as_str().filter(|_| is_for_profile(exec, old)) else {
            continue;
        };
        plan.run(&["kubectl", "config", "delete-user", user]);
        let mut args = exec_args(exec);
        args[3] = new;
        let has_hosts = exec["provideClusterInfo"] == json!(true);
        set_plugin(&mut plan, user, exec_command(exec), &args, has_hosts);
        plan.manual_steps
            .push(format!("kubectl's user {user} asks for {new}"));
    }
    Ok(plan)
}

/// The user of that name in kubectl's configuration.
fn known_user(secrets: &Secrets, user: &str) -> Result<Option<Value>, Error> {
    let mut users = known_users(secrets)?.into_iter();
    Ok(users.find(|known| known["name"] == user))
}

/// Every user in kubectl's configuration.
fn known_users(secrets: &Secrets) -> Result<Vec<Value>, Error> {
    let config = tool_output(
        secrets,
        &["kubectl", "config", "view", "--raw", "-o", "json"],
    )?;
    let config: Option<Value> = config.and_then(|text| serde_json::from_str(&text).ok());
    let Some(config) = config else {
        return Err(refusal(
            "kubectl cannot read its configuration".to_owned(),
            "correct it first",
        ));
    };
    Ok(config["users"].as_array().cloned().unwrap_or_default())
}

/// The plugin's program.
fn exec_command(exec: &Value) -> &str {
    exec["command"].as_str().unwrap_or_default()
}

/// The plugin's arguments.
fn exec_args(exec: &Value) -> Vec<&str> {
    let args = exec["args"].as_array().into_iter().flatten();
    args.filter_map(Value::as_str).collect()
}

/// Whether the plugin is authctl's hook for this profile.
fn is_for_profile(exec: &Value, profile: &str) -> bool {
    let args = exec_args(exec);
    let words = [&[exec_command(exec)][..], &args].concat();
    let command = shlex::try_join(words).unwrap_or_default();
    calls_authctl(&command, "kubectl") && args.get(3) == Some(&profile)
}

/// Whether the plugin is already what would be written.
fn is_current(exec: &Value, setup: &Setup<'_>) -> bool {
    exec_command(exec) == setup.program
        && exec_args(exec) == hook_args(setup)
        && exec["provideClusterInfo"] == json!(!setup.hosts.is_empty())
}

/// The arguments with which kubectl is to run authctl.
fn hook_args<'a>(setup: &Setup<'a>) -> Vec<&'a str> {
    let mut args = vec!["hook", "kubectl", "--profile", setup.profile];
    if let Some(token) = setup.token.map(TokenKind::name) {
        args.extend(["--token", token]);
    }
    args
}

fn set_credentials(plan: &mut ClientPlan, setup: &Setup<'_>, user: &str) {
    // With the cluster's address, authctl answers for the clusters that are bound and for no other.
    let has_hosts = !setup.hosts.is_empty();
    set_plugin(plan, user, setup.program, &hook_args(setup), has_hosts);
    plan.manual_steps.push(format!(
        "to use it: kubectl config set-context --current --user={user}"
    ));
}

fn set_plugin(plan: &mut ClientPlan, user: &str, program: &str, args: &[&str], has_hosts: bool) {
    let mut words = vec![format!("--exec-command={program}")];
    for arg in args {
        words.push(format!("--exec-arg={arg}"));
    }
    words.push("--exec-api-version=client.authentication.k8s.io/v1".to_owned());
    words.push("--exec-interactive-mode=IfAvailable".to_owned());
    words.push(format!("--exec-provide-cluster-info={has_hosts}"));
    let mut command = vec!["kubectl", "config", "set-credentials", user];
    command.extend(words.iter().map(String::as_str));
    plan.run(&command);
}
