//! The flags of `exec`, and the form of its places for tokens.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser};

use super::OutputArgs;
use crate::time::parse_duration;

/// The variable that holds the token where no place is named.
pub const USUAL_VARIABLE: &str = "AUTHCTL_ACCESS_TOKEN";

/// The command line of `authctl exec`, without the tables of all other verbs. There is one for the
/// reason that there is a [`TokenCli`](super::TokenCli).
#[derive(Parser, Debug)]
#[command(name = "authctl exec", disable_help_flag = true)]
pub struct ExecCli {
    /// What to run, and where the tokens go
    #[command(flatten)]
    pub args: ExecArgs,
    /// How to answer
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Flags of `exec`.
#[derive(Args, Debug, Default)]
pub struct ExecArgs {
    /// The name of the profile
    pub profile: Option<String>,
    /// A variable that holds the token, by default AUTHCTL_ACCESS_TOKEN; may be repeated
    #[arg(long, short, value_name = "NAME[=PROFILE]", value_parser = variable)]
    pub env: Vec<Variable>,
    /// A variable that holds the whole header `Authorization`; may be repeated
    #[arg(long, value_name = "NAME[=PROFILE]", value_parser = variable)]
    pub header: Vec<Variable>,
    /// A variable that holds the path of a file with the token, which is kept fresh for as long as
    /// the command runs; without PATH, in a directory of its own; may be repeated
    #[arg(long, value_name = "NAME[=PATH][:PROFILE]", value_parser = token_file)]
    pub file: Vec<TokenFile>,
    /// Give ID tokens instead
    #[arg(long)]
    pub id_token: bool,
    /// Refresh a token if less than this is left of its life
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub min_ttl: Option<Duration>,
    /// Run nothing where no token with that much life is to be had
    #[arg(long, requires = "min_ttl")]
    pub strict: bool,
    /// How long to wait for other processes and the server, by default 90s
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub wait: Option<Duration>,
    /// The command, with its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}

/// A variable of the command's environment, and whose token it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// The profile, where one is named.
    pub profile: Option<String>,
}

/// A variable that names a file, and whose token the file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFile {
    /// The variable's name.
    pub name: String,
    /// Where the file is to be, where that is named.
    pub path: Option<PathBuf>,
    /// The profile, where one is named.
    pub profile: Option<String>,
}

/// Reads `NAME[=PROFILE]`.
///
/// # Errors
/// When the name is none that a variable can have.
fn variable(text: &str) -> Result<Variable, String> {
    let (name, profile) = match text.split_once('=') {
        Some((name, profile)) => (name, Some(profile.to_owned())),
        None => (text, None),
    };
    Ok(Variable {
        name: variable_name(name)?,
        profile,
    })
}

/// Reads `NAME[=PATH][:PROFILE]`. What follows the last colon is a profile unless it could only be
/// a part of a path.
///
/// # Errors
/// When the name is none that a variable can have.
fn token_file(text: &str) -> Result<TokenFile, String> {
    let (rest, profile) = match text.rsplit_once(':') {
        Some((rest, profile)) if !profile.is_empty() && !profile.contains(['/', '\\', '=']) => {
            (rest, Some(profile.to_owned()))
        }
        _ => (text, None),
    };
    let (name, path) = match rest.split_once('=') {
        Some((_, "")) => return Err("there is no path behind `=`".to_owned()),
        Some((name, path)) => (name, Some(PathBuf::from(path))),
        None => (rest, None),
    };
    Ok(TokenFile {
        name: variable_name(name)?,
        path,
        profile,
    })
}

/// Reads the name of a variable.
///
/// # Errors
/// What it must be.
pub(super) fn variable_name(name: &str) -> Result<String, String> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty()
        || !name.chars().all(is_of_name)
        || name.starts_with(|c: char| c.is_ascii_digit())
    {
        return Err("a variable's name has letters, digits and `_`".to_owned());
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_by_their_form() {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        for (text, name, profile) in [
            ("TOKEN", "TOKEN", None),
            ("TOKEN=work", "TOKEN", Some("work")),
            ("_t1=a.b", "_t1", Some("a.b")),
        ] {
            let read = variable(text).expect(text);
            assert_eq!((read.name.as_str(), read.profile), (name, owned(profile)));
        }
        for (text, name, path, profile) in [
            ("T", "T", None, None),
            ("T:work", "T", None, Some("work")),
            ("T=/a/b", "T", Some("/a/b"), None),
            ("T=/a/b:work", "T", Some("/a/b"), Some("work")),
            ("T=a:b/c", "T", Some("a:b/c"), None),
            (r"T=C:\a\b", "T", Some(r"C:\a\b"), None),
            (r"T=C:\a\b:work", "T", Some(r"C:\a\b"), Some("work")),
        ] {
            let read = token_file(text).expect(text);
            let expected = (name, path.map(PathBuf::from), owned(profile));
            assert_eq!((read.name.as_str(), read.path, read.profile), expected);
        }
        for wrong in ["", "=work", "1A", "A-B", "A B=x"] {
            assert!(
                variable(wrong).is_err() && token_file(wrong).is_err(),
                "{wrong}"
            );
        }
        assert!(token_file("T=").is_err());
    }
}
