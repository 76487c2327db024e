//! The plan of the house as tables: which room lies on which floor, and what a room must not know.
//!
//! A room is a folder or a file below `src`; a sub-room with a row of its own is a room of its own.
//!
//! Deliberately absent: tables of exceptions. A file that does not fit is mended, not listed.

/// The floors, as `src/lib.rs` draws them. A room uses only rooms of lower floors. For a file the
/// longest name that fits counts: `hook/protocol` lies low, the rest of `hook` high.
pub const FLOORS: &[(u8, &[&str])] = &[
    (0, &["secret", "time", "text", "body"]),
    (1, &["oauth", "platform", "event", "explain/cause"]),
    (2, &["provider", "exchange", "fault"]),
    (3, &["profile"]),
    (4, &["http", "loopback", "ui", "config"]),
    (5, &["store", "log", "sandbox", "hook/protocol"]),
    (6, &["broker", "grant"]),
    (7, &["error"]),
    (8, &["cli", "session"]),
    (
        9,
        &[
            "hook", "install", "demo", "keep", "proxy", "view", "explain", "doctor", "probe",
            "guide", "output",
        ],
    ),
    (10, &["command"]),
];

/// Up to this floor a room computes with values and touches neither files nor the network.
pub const PURE_UP_TO: u8 = 3;

/// The two rooms down there that do: one is the operating system, the other ends the process.
pub const NOT_PURE: &[&str] = &["platform", "fault"];

/// What a pure room does not name.
pub const IMPURE: &[&str] = &["anyhow", "tokio", "std::path", "std::fs", "std::net"];

/// Rooms that a room must not know although they lie below it.
pub const UNKNOWN_ROOMS: &[(&str, &[&str])] = &[(
    "hook/protocol",
    &["session", "store", "config", "http", "ui", "loopback"],
)];

/// Names that do not occur in a room's paths (`clap::Parser`, `std::io::stdout`) nor as a macro
/// (`println!`).
pub const UNKNOWN_NAMES: &[(&str, &[&str])] =
    &[("session", &["clap", "stdout", "Stdout", "print", "println"])];

/// What a verb may have from `src/command/mod.rs`. Everything else that two verbs need belongs
/// into a room below.
pub const VERBS_SHARE: &[&str] = &["Output", "answer", "answer_json", "answer_to_reader"];

/// How many lines a room may have. Besides, `command` is never the largest room.
pub const ROOM_LINES: &[(&str, usize)] = &[("command", 1500)];

/// Where the program may ask which operating system it runs on.
pub const KNOWS_THE_SYSTEM: &[&str] = &["platform", "store/keyring"];

/// Crates that touch the world, each with the one file that imports it.
pub const FENCED: &[(&str, &str)] = &[
    ("reqwest", "http.rs"),
    ("rustls", "http/tls.rs"),
    ("webpki", "http/tls.rs"),
    ("hyper", "loopback.rs"),
    ("hyper_util", "loopback.rs"),
    ("open", "platform/browser.rs"),
    ("directories", "config/home.rs"),
    ("sysinfo", "platform/ancestors.rs"),
    ("jiff", "platform/zone.rs"),
    ("close_fds", "platform/unix/detached.rs"),
    ("signal_hook", "platform/unix/signals.rs"),
    ("windows_sys", "platform/windows/api.rs"),
    ("keyring_core", "store/keyring.rs"),
    ("dbus_secret_service_keyring_store", "store/keyring.rs"),
    ("apple_native_keyring_store", "store/keyring.rs"),
    ("windows_native_keyring_store", "store/keyring.rs"),
    ("chacha20poly1305", "store/envelope.rs"),
    ("clap_mangen", "cli/manual.rs"),
    ("supports_hyperlinks", "ui.rs"),
    ("qrcode", "ui.rs"),
];

/// Whether a file belongs to the room or sub-room of that name.
pub fn is_in(file: &str, room: &str) -> bool {
    let rest = file.strip_prefix(room);
    rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

/// The room that a file belongs to, with its floor.
pub fn room(file: &str) -> Option<(&'static str, u8)> {
    let mut found: Option<(&'static str, u8)> = None;
    for (floor, rooms) in FLOORS {
        for name in *rooms {
            if is_in(file, name) && found.is_none_or(|(other, _)| other.len() < name.len()) {
                found = Some((name, *floor));
            }
        }
    }
    found
}
