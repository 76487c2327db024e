//! The clients: one file each, which plans what has to change so that the client asks authctl. A
//! client that has a tool for its configuration changes it by that tool, which keeps the rest.
//!
//! Deliberately absent: changes. A recipe reads, and returns a plan.

pub mod aws;
pub mod bazel;
pub mod cargo;
pub mod docker;
pub mod git;
pub mod go;
pub mod keyring;
pub mod kubectl;
pub mod kubelet;
pub mod manual;
pub mod nuget;
pub mod pnpm;
pub mod terraform;
pub mod vault;

use std::path::PathBuf;
use std::process::Stdio;

use super::plan::refusal;
use crate::config::{env, expand};
use crate::error::Error;
use crate::platform::child::{self, Secrets};

/// A word, quoted for a shell if need be.
fn quoted(word: &str) -> Result<String, Error> {
    match shlex::try_quote(word) {
        Ok(quoted) => Ok(quoted.into_owned()),
        Err(_) => Err(refusal(
            "authctl's own path cannot be quoted".to_owned(),
            "install it elsewhere",
        )),
    }
}

/// A client's file in the directory that a variable names, or else in the usual one.
fn client_file(variable: &str, usual: &str, name: &str) -> PathBuf {
    env::path(variable)
        .unwrap_or_else(|| expand(usual))
        .join(name)
}

/// What a client's own tool, which is not given `secrets`, writes to stdout; `None` if it exits
/// with another code than 0.
///
/// # Errors
/// When the tool cannot be run.
fn tool_output(secrets: &Secrets, words: &[&str]) -> Result<Option<String>, Error> {
    let [program, args @ ..] = words else {
        return Ok(None);
    };
    let output = child::command(program, secrets)
        .args(args)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    let output = output.map_err(|error| {
        refusal(
            format!("cannot run {program}: {error}"),
            "it is the client's own tool that changes its configuration",
        )
    })?;
    if !output.status.success() {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// Whether a line of HCL has this word, and is not a comment.
fn is_hcl_setting(line: &str, word: &str) -> bool {
    line.contains(word) && !line.trim_start().starts_with(['#', '/'])
}
