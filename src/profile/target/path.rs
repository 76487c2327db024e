//! Paths that a server may read in another way than the pattern that was to decide about them.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// How often a path is decoded: a server behind another one may decode again what that has decoded.
const ROUNDS: usize = 3;

/// Whether a path has one meaning only: no segment is empty or a step (`.`, `..`), and no separator
/// is encoded, not even twice. The last segment may be empty: `/team/`.
pub(super) fn is_plain(path: &str) -> bool {
    let mut path = path.to_owned();
    for _ in 0..ROUNDS {
        if !has_plain_segments(&path) {
            return false;
        }
        // Bytes that are no text, and escapes of another kind, are read in more than one way.
        let Ok(decoded) = percent_decode_str(&path).decode_utf8().map(Cow::into_owned) else {
            return false;
        };
        if path.to_ascii_lowercase().contains("%u") {
            return false;
        }
        if decoded == path {
            return true;
        }
        if decoded.matches(['/', '\\']).count() > path.matches(['/', '\\']).count() {
            return false;
        }
        path = decoded;
    }
    // What is still encoded was meant to be hard to read.
    false
}

/// Whether a path has a step up (`..`), as it is or as a server may decode it.
#[must_use]
pub fn leads_up(path: &str) -> bool {
    let mut path = path.to_owned();
    for _ in 0..ROUNDS {
        if path
            .split(['/', '\\'])
            .any(|segment| name_of(segment) == "..")
        {
            return true;
        }
        path = percent_decode_str(&path).decode_utf8_lossy().into_owned();
    }
    false
}

/// What a server may read a segment as that cuts it at a `;` or trims it.
fn name_of(segment: &str) -> &str {
    segment.split(';').next().unwrap_or_default().trim()
}

fn has_plain_segments(path: &str) -> bool {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    path.is_empty() || path.split(['/', '\\']).all(is_plain_segment)
}

/// Whether a segment is no step, and has no sign at which a path ends.
fn is_plain_segment(segment: &str) -> bool {
    !["", ".", ".."].contains(&name_of(segment)) && !segment.contains(['\0', '?', '#'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_read_in_two_ways_is_not_plain() {
        for plain in [
            "/",
            "/team",
            "/team/",
            "/team/a.b/..c",
            "/My%20Team/x",
            "/b%C3%BCcher/x",
            "/100%25",
        ] {
            assert!(is_plain(plain), "{plain}");
        }
        for strange in [
            "/team//x",
            "//team",
            "/team/./x",
            "/team/../x",
            "/team/%2e%2e/x",
            "/team/%2E/x",
            "/team/%252e%252e/x",
            "/team%2fx",
            "/team%2Fx",
            "/team%252fx",
            "/team%25252fx",
            "/team%5cx",
            "/team%255Cx",
            "/team/%00",
            "/team//",
            "/team/..;/other",
            "/team/..%3b/other",
            "/team/.;x/other",
            "/team/..%20/other",
            "/team/%c0%ae%c0%ae/other",
            "/team/%u002e%u002e/other",
            "/team/..?a",
            "/evil/x?x=/mine",
            "/team/..#x",
            "/team/..%3fx/y",
            "/team/x%253fy",
            "/team/x%23y",
        ] {
            assert!(!is_plain(strange), "{strange}");
        }
    }
}
