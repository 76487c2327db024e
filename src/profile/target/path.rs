//! Paths that a server may read in another way than the pattern that was to decide about them.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// How often a path is decoded: a server behind another one may decode again what that has decoded.
const ROUNDS: usize = 3;

/// How often a path is decoded that must not lead up. What is still encoded then is meant to.
const MOST_ROUNDS: usize = 8;

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

/// How servers were seen to read signs of a step that are written in another way: escapes of UTF-16
/// (`%u002e`), and UTF-8 with more bytes than a character needs.
const DISGUISES: &[(&str, &str)] = &[
    ("%u002e", "."),
    ("%c0%ae", "."),
    ("%u002f", "/"),
    ("%u005c", "\\"),
    ("%c0%af", "/"),
];

/// Whether a path has a step up (`..`), as it is or as a server may read it: decoded again and
/// again, without signs that some servers leave out, cut where they cut.
#[must_use]
pub fn leads_up(path: &str) -> bool {
    let mut path = path.to_ascii_lowercase();
    for _ in 0..MOST_ROUNDS {
        for (disguise, sign) in DISGUISES {
            path = path.replace(disguise, sign);
        }
        let mut segments = path.split(['/', '\\']);
        if segments.any(|segment| names_of(segment).iter().any(|name| name == "..")) {
            return true;
        }
        let decoded = percent_decode_str(&path).decode_utf8_lossy().into_owned();
        if decoded == path {
            return false;
        }
        path = decoded;
    }
    true
}

/// What a server may read a segment as that cuts it at a sign, trims it, or leaves out signs that
/// are no text, as the URL standard of browsers does with line breaks and tabs.
fn names_of(segment: &str) -> [String; 2] {
    let name = |ends: &[char]| {
        let cut = segment.split(ends).next().unwrap_or_default();
        cut.replace(char::is_control, "").trim().to_owned()
    };
    // A byte of zero ends the name, or is left out.
    [name(&[';', '?', '#', '\0']), name(&[';', '?', '#'])]
}

fn has_plain_segments(path: &str) -> bool {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    path.is_empty() || path.split(['/', '\\']).all(is_plain_segment)
}

/// Whether a segment is no step, and has no sign at which a path ends or that some leave out.
fn is_plain_segment(segment: &str) -> bool {
    let mut names = names_of(segment).into_iter();
    let is_step = names.any(|name| ["", ".", ".."].contains(&&*name));
    !is_step && !segment.contains(['?', '#']) && !segment.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_up_is_found_in_every_disguise() {
        for up in [
            "/..",
            "/../x",
            "/a/%2e%2E/x",
            "/..;a/x",
            "/.%09./x",
            "/%2e%0a%2e/x",
            "/..%00/x",
            "/.%00./x",
            "/..%3f/x",
            "/..%23/x",
            "/%u002e%u002E/x",
            "/%c0%ae%C0%AE/x",
            "/%25252e%25252e/x",
            "/%2525252525252525252525252e/x",
            "/a%5c..%5cb",
            "/a%c0%af..%c0%afb",
        ] {
            assert!(leads_up(up), "{up}");
        }
        for plain in [
            "/",
            "/a/b",
            "/a..b",
            "/...",
            "/a%20b",
            "/100%25",
            "/b%C3%BCcher",
            "/a;b",
        ] {
            assert!(!leads_up(plain), "{plain}");
        }
    }

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
            "/team/.%09./other",
            "/team/%2e%0a%2e/other",
            "/team/x%0dy",
        ] {
            assert!(!is_plain(strange), "{strange}");
        }
    }
}
