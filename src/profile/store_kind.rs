//! Where a session is kept, as the `store` setting of a profile says it.
//!
//! Deliberately absent: the keys, and how a record is sealed. That is the work of `store`.

/// Where a session is kept. A session that is kept is always a record in a file; the kinds differ
/// in whether the tokens in it are encrypted, and in where the key for that is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StoreKind {
    /// In a plain file that only its owner may read.
    #[default]
    File,
    /// In a file that is sealed by a key in the operating system's keyring.
    Keyring,
    /// In a file that is sealed by a key that a command prints.
    Command,
    /// In a file that is sealed by a key in the environment.
    Env,
    /// Nowhere. Only for a client that needs no person: it asks the server for each token.
    None,
    /// Not decided yet: a login chooses a kind and writes it into the profile.
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

    /// How a session is kept, as a sentence for the user.
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

    /// Whether a record of this kind may be plain, so that it can be read without a key. With
    /// [`StoreKind::Auto`] it may be plain or sealed, because no login has chosen yet.
    #[must_use]
    pub fn admits_plain(self) -> bool {
        !matches!(
            self,
            StoreKind::Keyring | StoreKind::Command | StoreKind::Env
        )
    }
}
