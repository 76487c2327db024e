//! Whose a connection on this machine is, from the kernel's tables of sockets (`proc_net_tcp`).

use std::fmt::Write;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use rustix::process::geteuid;

/// From this number on, users are people (`UID_MIN` of login.defs, as all distributions have it).
/// Services have smaller ones.
const FIRST_PERSON: u32 = 1000;

/// What stands for a user that has no number in this process's user namespace.
pub(super) const UNMAPPED: u32 = 65534;

/// The state of a connection that both ends have open.
const ESTABLISHED: &str = "01";

/// The state of a socket that waits for connections.
const LISTENING: &str = "0A";

/// See [`crate::platform::peer`].
pub fn is_another_persons(own: SocketAddr, other: SocketAddr) -> bool {
    let user = geteuid().as_raw();
    if user == 0 {
        return false;
    }
    let Some(tables) = tables(|path| std::fs::read_to_string(path)) else {
        return true;
    };
    match owner(&tables, other, own, true) {
        Some(owner) => owner >= FIRST_PERSON && owner != UNMAPPED && owner != user,
        // The other end of a connection on this machine is in the tables while it is open. An end
        // that was closed at once, or reset, tells no owner. Tables without this process's own
        // socket are not to be relied on.
        None => listens(&tables, own.port()),
    }
}

/// The tables that there are; `None` when they cannot be read although they are there: a flood may
/// have taken every file that this process may open.
fn tables(read: impl Fn(&str) -> std::io::Result<String>) -> Option<String> {
    let mut tables = String::new();
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        match read(table) {
            Ok(text) => tables.push_str(&text),
            // A sandbox without them tells nothing.
            Err(error) if is_absent(&error) => {}
            Err(_) => return None,
        }
    }
    Some(tables)
}

/// Whether a table has a socket that waits for connections at this port.
fn listens(tables: &str, port: u16) -> bool {
    let port = format!(":{port:04X}");
    tables.lines().any(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        matches!(fields[..], [_, local, _, LISTENING, ..] if local.ends_with(&port))
    })
}

fn is_absent(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{NotFound, PermissionDenied};
    [NotFound, PermissionDenied].contains(&error.kind())
}

/// The user whose socket has these two ends, `from` being its own. One that was closed belongs to
/// nobody, and its line says root: it counts only if `is_open` does not matter.
fn owner(table: &str, from: SocketAddr, to: SocketAddr, is_open: bool) -> Option<u32> {
    let forms = [
        (as_written(from), as_written(to)),
        (as_written(mapped(from)), as_written(mapped(to))),
    ];
    for line in table.lines() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, local, remote, state, _, _, _, user, _, inode, ..] = fields[..] else {
            continue;
        };
        let is_it = |(from, to): &(String, String)| from == local && to == remote;
        let counts = !is_open || state == ESTABLISHED && inode != "0";
        if counts && forms.iter().any(is_it) {
            return user.parse().ok();
        }
    }
    None
}

/// An address as a socket has it that is meant for both families.
fn mapped(address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) => SocketAddr::new(ip.to_ipv6_mapped().into(), address.port()),
        IpAddr::V6(_) => address,
    }
}

/// An address as the tables write it: each 32 bits as a number in this machine's order of bytes,
/// then the port.
fn as_written(address: SocketAddr) -> String {
    let octets: Vec<u8> = match address.ip() {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => Ipv6Addr::octets(&ip).to_vec(),
    };
    let mut text = String::new();
    for word in octets.chunks_exact(4) {
        let word = u32::from_ne_bytes([word[0], word[1], word[2], word[3]]);
        let _ = write!(text, "{word:08X}");
    }
    let _ = write!(text, ":{:04X}", address.port());
    text
}

#[cfg(test)]
mod tests {
    use rustix::io::Errno;

    use super::*;

    /// Lines as a kernel on a little-endian machine writes them.
    const TABLE: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when uid\n\
        0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 1 1\n\
        1: 0100007F:A3C4 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1001 0 2 1\n\
        2: 0100007F:A3C9 0100007F:1F90 06 00000000:00000000 00:00000000 00000000     0 0 0 1\n";
    const TABLE6: &str = "  sl  local_address remote_address st tx_queue rx_queue tr uid\n\
        0: 0000000000000000FFFF00000100007F:A3C5 0000000000000000FFFF00000100007F:1F90 \
        01 0:0 00:0 0  1002 0 3 1\n\
        1: 00000000000000000000000001000000:A3C6 00000000000000000000000001000000:1F90 \
        01 0:0 00:0 0  1003 0 4 1\n";

    #[test]
    fn a_table_that_is_there_and_cannot_be_read_is_not_an_empty_one() {
        let failing = |errno: Errno| move |_: &str| Err(std::io::Error::from(errno));
        assert_eq!(tables(failing(Errno::NOENT)), Some(String::new()));
        assert_eq!(tables(failing(Errno::MFILE)), None);
        let read = |path: &str| Ok(path.to_owned());
        assert_eq!(tables(read).as_deref(), Some("/proc/net/tcp/proc/net/tcp6"));
    }

    #[cfg(target_endian = "little")]
    #[test]
    fn the_owner_of_the_other_end_is_found_in_both_tables() {
        let at = |text: &str| text.parse::<SocketAddr>().expect("an address");
        let own = at("127.0.0.1:8080");
        assert_eq!(owner(TABLE, at("127.0.0.1:41924"), own, true), Some(1001));
        assert_eq!(owner(TABLE, at("127.0.0.1:41925"), own, true), None);
        assert_eq!(owner(TABLE6, at("127.0.0.1:41925"), own, true), Some(1002));
        let found = owner(TABLE6, at("[::1]:41926"), at("[::1]:8080"), true);
        assert_eq!(found, Some(1003));
        assert_eq!(owner("", own, own, true), None);
        assert!(listens(TABLE, 8080) && !listens(TABLE, 41924) && !listens("", 8080));
        // A stranger had closed his end, and counted as root.
        assert_eq!(owner(TABLE, at("127.0.0.1:41929"), own, true), None);
    }
}
