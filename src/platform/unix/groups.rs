//! Whether a group has one member only. Many systems give each user a group of their own and a
//! umask of 002, so that what a user makes may be written to by a group in which nobody else is.

use std::fs;

/// Whether nobody but the user of this number is in the group of that number, as far as the files
/// of the system tell. A group or user that only a directory service knows counts as shared.
pub fn is_private(group: u32, user: u32) -> bool {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    has_one_member(&read("/etc/passwd"), &read("/etc/group"), group, user)
}

/// The same, from the text of `passwd(5)` and `group(5)`.
fn has_one_member(passwd: &str, groups: &str, group: u32, user: u32) -> bool {
    let mut name = None;
    for line in passwd.lines() {
        let fields: Vec<&str> = line.split(':').collect();
        let [login, _, uid, gid, ..] = fields[..] else {
            continue;
        };
        if uid.parse() == Ok(user) {
            name = Some(login);
        } else if gid.parse() == Ok(group) {
            return false;
        }
    }
    let Some(name) = name else { return false };
    let mut is_known = false;
    // A group may have several names, each with members of its own.
    for line in groups.lines() {
        let fields: Vec<&str> = line.split(':').collect();
        let [_, _, gid, members] = fields[..] else {
            continue;
        };
        if gid.parse() == Ok(group) {
            let mut members = members.split(',').filter(|member| !member.is_empty());
            if !members.all(|member| member == name) {
                return false;
            }
            is_known = true;
        }
    }
    is_known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_private_when_nobody_else_is_in_it() {
        const PASSWD: &str = "root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n\
            bob:x:1001:1001::/home/bob:/bin/sh\ncarl:x:1002:100::/home/carl:/bin/sh\n\
            dora:x:1003:100::/home/dora:/bin/sh\n";
        const GROUPS: &str = "root:x:0:\nann:x:1000:\nbob:x:1001:bob,ann\nusers:x:100:\n\
            own:x:7:ann\ntwo:x:8:ann\ntoo:x:8:bob\n";
        for (group, user, expected) in [
            (1000, 1000, true),
            (7, 1000, true),
            (8, 1000, false),
            (1001, 1001, false),
            (100, 1002, false),
            (0, 1000, false),
            (999, 1000, false),
            (1000, 4711, false),
        ] {
            let found = has_one_member(PASSWD, GROUPS, group, user);
            assert_eq!(found, expected, "group {group} of user {user}");
        }
    }
}
