//! Where a shell looks for the completions of programs that the user has installed.

use std::path::{Path, PathBuf};

use super::refuse_other_homes;
use crate::config::{env, expand};
use crate::error::{Error, ErrorKind};
use crate::platform::files;

/// A shell whose completions can be installed.
pub struct Place {
    /// The name of the shell.
    pub shell: &'static str,
    /// The variable that names the directory above, where the user has set it, and that directory
    /// where it is not.
    base: (&'static str, &'static str),
    /// The file below it.
    file: &'static str,
    /// What the user has to add to the shell's own configuration, in which `PATH` and `DIRECTORY`
    /// stand for the file and where it is; empty where the shell looks there by itself.
    to_add: &'static str,
}

pub(super) const XDG_DATA: (&str, &str) = ("XDG_DATA_HOME", "~/.local/share");
const XDG_CONFIG: (&str, &str) = ("XDG_CONFIG_HOME", "~/.config");

/// Every shell.
pub const PLACES: &[Place] = &[
    Place {
        shell: "bash",
        base: XDG_DATA,
        file: "bash-completion/completions/authctl",
        to_add: "",
    },
    Place {
        shell: "elvish",
        base: XDG_CONFIG,
        file: "elvish/lib/authctl-completions.elv",
        to_add: "add to ~/.config/elvish/rc.elv: use authctl-completions",
    },
    Place {
        shell: "fish",
        base: XDG_CONFIG,
        file: "fish/completions/authctl.fish",
        to_add: "",
    },
    Place {
        shell: "powershell",
        base: XDG_CONFIG,
        file: "powershell/authctl-completions.ps1",
        to_add: "add to the file that $PROFILE names: . 'PATH'",
    },
    Place {
        shell: "zsh",
        base: ("ZDOTDIR", "~"),
        file: ".zfunc/_authctl",
        to_add: "add to .zshrc, before compinit: fpath=(DIRECTORY $fpath)",
    },
];

/// The directory that a variable names, or the usual one where the variable names none.
pub(super) fn directory((variable, usual): (&str, &str)) -> PathBuf {
    let named = env::path(variable).filter(|named| named.is_absolute());
    named.unwrap_or_else(|| expand(&format!("{usual}/")))
}

impl Place {
    /// The file.
    fn path(&self) -> PathBuf {
        directory(self.base).join(self.file)
    }

    /// What the user has to add to the shell's own configuration, if anything.
    fn still_to_add(&self, path: &Path) -> Option<String> {
        let directory = files::directory_of(path).display().to_string();
        let text = self.to_add.replace("DIRECTORY", &directory);
        let text = text.replace("PATH", &path.display().to_string());
        Some(text).filter(|text| !text.is_empty())
    }
}

/// Writes the script to where the shell of that name looks for it. Gives what was done, and what
/// is left to do, each as a sentence.
///
/// # Errors
/// When the file cannot be written.
pub fn install_completions(shell: &str, script: &[u8]) -> Result<Vec<String>, Error> {
    let place = PLACES.iter().find(|place| place.shell == shell);
    let Some(place) = place else {
        let message = format!("where {shell} looks for completions is not known");
        return Err(Error::new(ErrorKind::Usage, message));
    };
    refuse_other_homes()?;
    let path = place.path();
    let write = || {
        files::create_directory(files::directory_of(&path))?;
        files::replace_keeping_mode(&path, script)
    };
    write().map_err(|error| {
        let message = format!("cannot write {}: {error}", path.display());
        Error::new(ErrorKind::Failed, message)
            .hint(format!("`authctl completions {shell}` prints it"))
    })?;
    let mut said = vec![format!("{} is written", path.display())];
    said.extend(place.still_to_add(&path));
    Ok(said)
}
