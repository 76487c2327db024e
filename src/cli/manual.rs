//! The manual: a page for each verb, made of the definition of the command line and of the tables.

use clap_mangen::Man;

use super::definition::definition;
use super::topics::{DescribedSetting, EXAMPLES, FILES, VARIABLES, settings};
use crate::profile::binding;

/// A page of the manual.
pub struct Page {
    /// The name of its file: `authctl-token.1`.
    pub file: String,
    /// Its text, as `man` reads it.
    pub text: String,
}

/// Every page, that of the program itself last.
///
/// # Panics
/// Never: memory takes what is written to it.
#[must_use]
pub fn pages() -> Vec<Page> {
    let mut whole = definition().disable_help_subcommand(true);
    whole.build();
    let mut pages = Vec::new();
    add(&whole, &[], &mut pages);
    pages
}

/// Adds the pages of a verb and of the verbs below it. `above` are the pages of the verbs above.
fn add(verb: &clap::Command, above: &[String], pages: &mut Vec<Page>) {
    let program = concat!("authctl ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(verb.clone()).source(program).manual("authctl");
    let file = man.get_filename();
    let mut path = above.to_vec();
    path.push(file.trim_end_matches(".1").to_owned());
    for below in verb.get_subcommands().filter(|verb| !verb.is_hide_set()) {
        add(below, &path, pages);
    }
    let mut text = Vec::new();
    man.render(&mut text)
        .expect("memory takes what is written to it");
    let mut text = String::from_utf8_lossy(&text).into_owned();
    if above.is_empty() {
        text.push_str(&configuration());
    } else {
        text.push_str(&see_also(above.iter().rev().map(String::as_str)));
    }
    pages.push(Page { file, text });
}

fn see_also<'a>(pages: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = pages.map(|name| format!("{name}(1)")).collect();
    format!(
        ".SH \"SEE ALSO\"\n{}\n",
        names.join(", ").replace('-', "\\-")
    )
}

/// The sections on the configuration, the environment and the files, from their tables.
fn configuration() -> String {
    let mut text = String::from(
        ".SH CONFIGURATION\nA TOML file, $AUTHCTL_CONFIG or config.toml in the platform's \
         configuration directory, with a table [profile.NAME] for each profile. Every setting is \
         also read from the environment, which wins over the file; flags win over both. Where a \
         variable says where a secret is sent or what is run, it counts only for the profile that \
         the environment makes, which has no name. Relative paths in the file start from its \
         directory. Root runs the commands of another user's configuration only if \
         $AUTHCTL_TRUST_OWNER is that user's number. Sessions are kept in $AUTHCTL_HOME, or the \
         platform's state directory.\n",
    );
    for DescribedSetting {
        name,
        shape,
        variable,
        help,
        ..
    } in settings()
    {
        text.push_str(&format!(
            ".TP\n\\fB{name}\\fR ({shape}; ${variable})\n{help}\n"
        ));
    }
    text.push_str(
        ".PP\nTables [[match]] say which profile answers hooks for which addresses; the \
         longest pattern wins.\n",
    );
    for setting in binding::SETTINGS {
        text.push_str(&format!(
            ".TP\n\\fB{}\\fR (match)\n{}\n",
            setting.name, setting.help
        ));
    }
    for (section, rows) in [
        ("ENVIRONMENT", VARIABLES),
        ("FILES", FILES),
        ("EXAMPLES", EXAMPLES),
    ] {
        text.push_str(&format!(".SH {section}\n"));
        for (name, help) in rows {
            text.push_str(&format!(".TP\n\\fB{name}\\fR\n{help}\n"));
        }
    }
    let others = [
        "authctl-login",
        "authctl-token",
        "authctl-exec",
        "authctl-hook",
        "authctl-explain",
        "authctl-doctor",
        "git-credential",
        "curl",
    ];
    text.push_str(&see_also(others.into_iter()));
    text
}
