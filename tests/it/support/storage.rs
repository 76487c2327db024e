//! The ways to store a session, as types: a test body that is generic over [`Storage`] holds for
//! each of them. [`tests_by_storage`] makes the tests.

use authctl::profile::store_kind::StoreKind;

#[cfg(target_os = "linux")]
use super::secret_service::SecretService;

/// A way to store a session.
pub trait Storage: Sync {
    /// The profile's `store`.
    const STORE: StoreKind;
    /// Whether the access token can be read without the key.
    const READABLE: bool = false;

    /// Whether this machine has what it takes; if not, says so.
    fn is_available() -> bool {
        true
    }
}

/// In a file that is not sealed, as by default.
pub struct InFile;

impl Storage for InFile {
    const STORE: StoreKind = StoreKind::File;
}

/// Sealed, by a key in the environment.
pub struct ByEnvironment;

impl Storage for ByEnvironment {
    const STORE: StoreKind = StoreKind::Env;
}

/// Sealed, by a key that a command prints.
pub struct ByCommand;

impl Storage for ByCommand {
    const STORE: StoreKind = StoreKind::Command;
}

/// Sealed but for its access token, by a key in the environment.
pub struct WithReadableToken;

impl Storage for WithReadableToken {
    const STORE: StoreKind = StoreKind::Env;
    const READABLE: bool = true;
}

/// Sealed, by a key in a keyring that is started for the stage.
#[cfg(target_os = "linux")]
pub struct ByKeyring;

#[cfg(target_os = "linux")]
impl Storage for ByKeyring {
    const STORE: StoreKind = StoreKind::Keyring;

    fn is_available() -> bool {
        SecretService::is_available()
    }
}

/// Makes tests of bodies that are generic over [`Storage`]: `crash::by_command::NAME` runs
/// `crash::NAME::<ByCommand>()`. A body that is not named here is unused code, and the compiler
/// says so.
macro_rules! tests_by_storage {
    ($($(#[$attribute:meta])* $body:ident),+ $(,)?) => {
        tests_by_storage!(in_file InFile: $($(#[$attribute])* $body),+);
        tests_by_storage!(by_environment ByEnvironment: $($(#[$attribute])* $body),+);
        tests_by_storage!(by_command ByCommand: $($(#[$attribute])* $body),+);
        tests_by_storage!(with_a_readable_token WithReadableToken: $($(#[$attribute])* $body),+);
        #[cfg(target_os = "linux")]
        tests_by_storage!(by_keyring ByKeyring: $($(#[$attribute])* $body),+);
    };
    ($module:ident $storage:ident: $($(#[$attribute:meta])* $body:ident),+) => {
        mod $module {
            use crate::support::storage::{$storage, Storage};

            $(
                $(#[$attribute])*
                #[test]
                fn $body() {
                    if $storage::is_available() {
                        super::$body::<$storage>();
                    }
                }
            )+
        }
    };
}
