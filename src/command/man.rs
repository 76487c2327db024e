//! `authctl man`: a page of the manual, or all of them put where `man` looks.

use std::io::IsTerminal;

use crate::cli::ManArgs;
use crate::cli::manual::{Page, pages};
use crate::error::{Error, ErrorKind};
use crate::install::install_manual;
use crate::output::{Output, answer_to_reader};

/// Prints or installs pages of the manual.
///
/// # Errors
/// When there is no such page, or the pages cannot be written.
pub fn run(output: Output, args: &ManArgs) -> Result<(), Error> {
    let pages = pages();
    if args.install {
        let texts = pages.iter().map(|Page { file, text }| (&**file, &**text));
        return output.tell(&install_manual(texts)?);
    }
    let words: Vec<&str> = args.verb.iter().map(String::as_str).collect();
    let name = [&["authctl"], &words[..]].concat().join("-");
    let file = format!("{name}.1");
    let Some(page) = pages.iter().find(|page| page.file == file) else {
        let message = format!("there is no page of `{}`", words.join(" "));
        return Err(Error::new(ErrorKind::Usage, message).hint("`authctl help` lists the verbs"));
    };
    answer_to_reader(&page.text)?;
    if std::io::stdout().is_terminal() {
        let call = [&["authctl", "man"], &words[..]].concat().join(" ");
        output.say(&format!("to read it: `{call} | man -l -`"));
    }
    Ok(())
}
