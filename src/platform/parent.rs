//! The process that called us, told apart from any other that has had its number.

/// The parent, by number and by the moment it began; `None` where that cannot be known.
#[cfg(target_os = "linux")]
#[must_use]
pub fn id() -> Option<String> {
    let pid = std::os::unix::process::parent_id();
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // proc_pid_stat(5): the 22nd field. The second is a name in parentheses, and may have anything
    // in it.
    let began = stat.rsplit_once(')')?.1.split_whitespace().nth(19)?;
    Some(format!("{pid} {began}"))
}

/// Elsewhere it is not looked up: a caller that says nothing of a refusal waits for the token's end
/// there.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn id() -> Option<String> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn the_parent_is_the_same_at_each_look() {
        let id = super::id().expect("there is /proc");
        assert_eq!(Some(&id), super::id().as_ref());
        assert!(
            id.split(' ').all(|part| part.parse::<u64>().is_ok()),
            "{id}"
        );
    }
}
