//! The rights of a thread on the disk: Linux lets root borrow those of a user (setfsuid(2)).

use nix::unistd::{Gid, Uid, setfsgid, setfsuid};

use super::sockets::UNMAPPED;

/// Whether a number stands for all users that have none in this process's user namespace. Outside
/// of one, it is an ordinary user's.
pub fn is_unmapped(user: u32) -> bool {
    let map = || std::fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    user == UNMAPPED && !map().split_whitespace().eq(["0", "0", "4294967295"])
}

/// A user's rights, until the value is dropped. Where the system does not allow the change (a
/// container that took the right from root), nothing changes.
pub struct Rights {
    user: Uid,
    group: Gid,
}

impl Rights {
    pub fn of(user: u32, group: u32) -> Self {
        Self {
            group: setfsgid(Gid::from_raw(group)),
            user: setfsuid(Uid::from_raw(user)),
        }
    }
}

impl Drop for Rights {
    fn drop(&mut self) {
        setfsuid(self.user);
        setfsgid(self.group);
    }
}
