//! Flags of `profile`.

use clap::{Args, Subcommand};

/// Verbs of `profile`.
#[derive(Subcommand, Debug)]
pub enum ProfileCommand {
    /// List the profiles
    List,
    /// Show a profile, with the source of each value
    Show(ProfileShowArgs),
    /// Choose the profile that is used when none is named
    Use(ProfileNameArgs),
    /// Set a value of a profile; comments in the file stay
    Set(ProfileSetArgs),
    /// Take a value out of a profile, so that the default counts again
    Unset(ProfileUnsetArgs),
    /// Give a profile another name: its session, its bindings and its hooks go with it
    Rename(ProfilePairArgs),
    /// Make a profile with the values of another, without its session
    Copy(ProfilePairArgs),
    /// Open the configuration file in $VISUAL or $EDITOR, and check it afterwards
    Edit,
    /// Print where the configuration file is
    Path,
    /// Keep the session of a profile in another place from now on
    Move(ProfileMoveArgs),
    /// Seal every session anew, with a new key
    Reseal,
    /// Remove a profile from the configuration
    Remove(ProfileNameArgs),
}

/// Flags of `profile show`.
#[derive(Args, Debug)]
pub struct ProfileShowArgs {
    /// The name of the profile
    pub profile: Option<String>,
}

/// Flags of `profile set`.
#[derive(Args, Debug)]
pub struct ProfileSetArgs {
    /// The name of the profile
    pub profile: String,
    /// The setting, as `authctl profile --help` lists it
    pub key: String,
    /// Its value; several for a list, NAME=VALUE for a table
    #[arg(required = true)]
    pub value: Vec<String>,
}

/// Flags of `profile unset`.
#[derive(Args, Debug)]
pub struct ProfileUnsetArgs {
    /// The name of the profile
    pub profile: String,
    /// The setting
    pub key: String,
}

/// A profile, and the name of another.
#[derive(Args, Debug)]
pub struct ProfilePairArgs {
    /// The name of the profile
    pub profile: String,
    /// The other name
    pub new: String,
}

/// Flags of `profile move`.
#[derive(Args, Debug)]
pub struct ProfileMoveArgs {
    /// The name of the profile
    pub profile: String,
    /// Where to keep the session: file, keyring, command or env
    #[arg(long, value_name = "KIND")]
    pub store: String,
    /// The command that prints the key, for `--store command`
    #[arg(long, value_name = "CMD")]
    pub key_command: Option<String>,
}

/// A profile that has to be named.
#[derive(Args, Debug)]
pub struct ProfileNameArgs {
    /// The name of the profile
    pub profile: String,
}
