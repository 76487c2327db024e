//! Files: single steps on the disk, atomic replacement, links, and whose a file is.
//!
//! What the steps in `steps.rs` add up to for a record is decided in the store. A small file that
//! is no session (the configuration, another program's settings, a token where a program looks for
//! one) is replaced as a whole, by [`replace()`] or [`replace_keeping_mode`].
//!
//! Deliberately absent: any file's meaning. No function here knows a name that the program gives.

mod access;
mod acting;
mod beside;
mod links;
mod paths;
mod programs;
mod read;
mod replace;
mod steps;
pub mod trust;

pub use access::{
    Stamp, certainly_leads_to, is_private_file, is_same, keep_owner, leads_to, let_no_others_write,
    mend_mode, number_of, obstacle_to_replacing, size_of_disk, stamp_of,
};
pub use acting::{Acting, is_lent, is_safe_place};
pub use beside::beside;
pub use links::{link, link_target, resolve_link, resolve_link_in_home, unlink};
pub use paths::{append, directory_of};
pub use programs::is_own_program;
pub use read::{Believed, open_believed, read_file, read_trusted, read_unbelieved};
pub use replace::{
    READER, deliver, open_special, read_hint, replace, replace_by, replace_keeping_mode, write_hint,
};
pub use steps::{
    claim_room, create, create_directory, create_readable_directory, open_to_append, overwrite,
    private_directory, remove, remove_directory, rename, sync_directory, temporary_directory,
    temporary_file, unnamed_file, wipe, write,
};
