//! Opening a browser, and finding out whether the user would see it. The only file that knows
//! `open`.
//!
//! The opener runs detached, in a process group of its own, with no inherited streams: some openers
//! write to stdout, some stay in the foreground as long as the browser lives.
//!
//! Deliberately absent: waiting for the browser. What it was opened for arrives over the network.

use std::process::{Command, Stdio};

use super::child::{self, Secrets};
use super::system;
use super::words;

/// Opens `url` by `command`, a command line in which `%s` stands for it, else to which it is added
/// as the last argument; or by the system's opener. Does not wait. The browser is not given
/// `secrets`; `ended` hears the exit status of a command that fails.
///
/// # Errors
/// A clause that says why nothing was started.
pub fn open(
    url: &str,
    command: Option<&str>,
    secrets: &Secrets,
    ended: impl FnOnce(String) + Send + 'static,
) -> Result<(), String> {
    let Some(command) = command else {
        return start_first(open::commands(url), secrets, ended);
    };
    let words = words::split(command).filter(|words| !words.is_empty());
    let words = words.ok_or_else(|| format!("`{command}` is not a command line"))?;
    let mut opener = child::command(&words[0], secrets);
    let mut is_placed = false;
    for word in &words[1..] {
        is_placed |= word.contains("%s");
        opener.arg(word.replace("%s", url));
    }
    if !is_placed {
        opener.arg(url);
    }
    start_first(vec![opener], secrets, ended)
        .map_err(|why| format!("cannot run `{}`: {why}", words[0]))
}

/// Starts the first of `commands` that can be started.
fn start_first(
    commands: Vec<Command>,
    secrets: &Secrets,
    ended: impl FnOnce(String) + Send + 'static,
) -> Result<(), String> {
    let mut last = "no program opens addresses here".to_owned();
    for mut command in commands {
        child::adopt(&mut command, secrets);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        system::leave_process_group(&mut command);
        match command.spawn() {
            Ok(mut child) => {
                // Reaped when it ends, so that it is no zombie while the login waits for the user.
                std::thread::spawn(move || match child.wait() {
                    Ok(status) if !status.success() => ended(status.to_string()),
                    _ => {}
                });
                return Ok(());
            }
            Err(error) => last = error.to_string(),
        }
    }
    Err(last)
}

/// Whether the user would see a browser that is opened on this machine, as far as the environment
/// tells, and what is odd about that browser, if anything. `var` reads a variable, `exists` looks
/// whether a file is there.
///
/// # Errors
/// Why the user would not see it.
pub fn is_at_hand(
    var: &dyn Fn(&str) -> Option<String>,
    exists: &dyn Fn(&str) -> bool,
) -> Result<Option<&'static str>, &'static str> {
    let any = |names: &[&str]| names.iter().any(|name| var(name).is_some());
    if any(&["BROWSER"]) {
        return Ok(None);
    }
    if any(&["SSH_CONNECTION", "SSH_TTY"]) {
        return Err("this is an SSH session");
    }
    if any(&["CODESPACES", "REMOTE_CONTAINERS", "CLOUD_SHELL"]) {
        return Err("this machine is a remote workspace");
    }
    if exists("/.dockerenv") || exists("/run/.containerenv") || any(&["KUBERNETES_SERVICE_HOST"]) {
        return Err("this is a container");
    }
    if any(&["WSL_DISTRO_NAME", "WSL_INTEROP"]) {
        return Ok(Some("this is WSL, where the browser is Windows' own"));
    }
    if system::NEEDS_DISPLAY && !any(&["DISPLAY", "WAYLAND_DISPLAY"]) {
        return Err("there is no display");
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(vars: &[(&str, &str)], files: &[&str]) -> Result<Option<&'static str>, &'static str> {
        let var = |name: &str| {
            vars.iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        };
        is_at_hand(&var, &|path| files.contains(&path))
    }

    #[test]
    fn the_environment_decides_and_says_why() {
        assert_eq!(judge(&[("DISPLAY", ":0")], &[]), Ok(None));
        assert_eq!(
            judge(&[("DISPLAY", ":0"), ("SSH_CONNECTION", "x")], &[]),
            Err("this is an SSH session")
        );
        assert_eq!(
            judge(&[("DISPLAY", ":0")], &["/.dockerenv"]),
            Err("this is a container")
        );
        assert_eq!(
            judge(
                &[("BROWSER", "firefox"), ("SSH_TTY", "x")],
                &["/.dockerenv"]
            ),
            Ok(None)
        );
        if system::NEEDS_DISPLAY {
            assert_eq!(judge(&[], &[]), Err("there is no display"));
            assert!(judge(&[("WSL_DISTRO_NAME", "Debian")], &[]).is_ok_and(|note| note.is_some()));
        }
    }

    #[test]
    fn a_command_that_is_not_there_is_named() {
        let error = open(
            "https://as.example",
            Some("/nonexistent/browser --new"),
            &Secrets::default(),
            |_| {},
        )
        .expect_err("nothing to run");
        assert!(
            error.starts_with("cannot run `/nonexistent/browser`"),
            "{error}"
        );
    }
}
