//! What must hold of a file must hold of every way to keep a session: the same tests, for each.

/// The tests of these rooms once more, on stages that keep their sessions in another way.
macro_rules! stores {
    ($($name:ident: $store:ident, $readable:literal;)*) => {$(
        #[path = "."]
        mod $name {
            mod stage {
                pub use crate::stage::*;
                use authctl::profile::store_kind::StoreKind;

                pub struct Kept;
                impl Keeping for Kept {
                    const STORE: StoreKind = StoreKind::$store;
                    const READABLE: bool = $readable;
                }
                pub type Stage = StageOf<Kept>;
            }
            #[path = "crash.rs"]
            mod crash;
            #[path = "disk.rs"]
            mod disk;
            #[path = "herd.rs"]
            mod herd;
            #[path = "record.rs"]
            mod record;
        }
    )*};
}

stores! {
    by_environment: Env, false;
    by_command: Command, false;
    with_a_readable_token: Env, true;
}

#[cfg(target_os = "linux")]
stores! {
    by_keyring: Keyring, false;
}
