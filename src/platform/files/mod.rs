//! Files: single steps on the disk, atomic replacement, links, and whose a file is.
//!
//! What the steps in `steps.rs` add up to for a record is decided in the store. A small file that
//! is no session (the configuration, another program's settings, a token where a program looks for
//! one) is replaced as a whole, by [`replace()`] or [`replace_keeping_mode`].
//!
//! Deliberately absent: any file's meaning. No function here knows a name that the program gives.

mod access;
mod links;
mod replace;
mod steps;

pub use access::{
    Owner, certainly_leads_to, is_open_to_others, is_private_file, is_same, keep_owner, leads_to,
    mend_mode, obstacle_to_replacing, owner,
};
pub use links::{follow, link, resolve_link, resolve_link_in_home, unlink};
pub use replace::{read_hint, replace, replace_keeping_mode, write_hint};
pub use steps::{
    append, claim_room, create, create_directory, directory_of, overwrite, read_file, remove,
    rename, sync_directory, temporary_directory, temporary_file, wipe, write,
};
