//! Where a session is kept, as a profile says it.

/// Where a session is kept. The record is always a file; all but one of these are where the key is
/// that seals it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StoreKind {
    /// In a file that only its owner may read.
    #[default]
    File,
    /// In the same file, sealed by a key in the operating system's keyring.
    Keyring,
    /// In the same file, sealed by a key that a command prints.
    Command,
    /// In the same file, sealed by a key in the environment.
    Env,
    /// Nowhere: for clients that speak for themselves, who ask anew each time.
    None,
    /// Whatever a login finds best. It writes down what that was.
    Auto,
}

impl StoreKind {
    /// Every kind with the name that a profile calls it by.
    pub const ALL: &[(&str, StoreKind)] = &[
        ("file", StoreKind::File),
        ("keyring", StoreKind::Keyring),
        ("command", StoreKind::Command),
        ("env", StoreKind::Env),
        ("none", StoreKind::None),
        ("auto", StoreKind::Auto),
    ];

    /// The name that a profile calls it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("", |(name, _)| name)
    }

    /// How a session is kept, as a sentence.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            StoreKind::File | StoreKind::Auto => "the session is in a file that only you may read",
            StoreKind::Keyring => "the session is sealed, by a key in the OS keyring",
            StoreKind::Command => "the session is sealed, by the key that `key_command` prints",
            StoreKind::Env => "the session is sealed, by the key in AUTHCTL_KEY",
            StoreKind::None => "nothing is kept",
        }
    }

    /// Whether a record that everybody may read who can read the file is one of this kind. Until a
    /// login has chosen, either is.
    #[must_use]
    pub fn admits_plain(self) -> bool {
        !matches!(
            self,
            StoreKind::Keyring | StoreKind::Command | StoreKind::Env
        )
    }
}
