//! A line in a file in which every line is a setting of its own.

use super::{Direction, EditError, Edited, with_line_break};

/// Puts a line at the end of the text, in the place of the lines that authctl has written for the
/// same thing. `is_for_same` tells lines for the same thing, and gets them without the space around
/// them. `is_authctls` tells which of them authctl has written.
pub fn line(
    text: &str,
    line: &str,
    is_for_same: impl Fn(&str) -> bool,
    is_authctls: impl Fn(&str) -> bool,
    direction: Direction,
) -> Edited {
    if direction == Direction::Install {
        let lines = text.lines().filter(|known| is_for_same(known.trim()));
        let known: Vec<&str> = lines.collect();
        if let Some(other) = known.iter().find(|known| !is_authctls(known)) {
            return Err(EditError::OtherValue(other.trim().to_owned()));
        }
        if known == [line] {
            return Ok(text.to_owned());
        }
    }
    let rest: String = text
        .split_inclusive('\n')
        .filter(|known| !is_for_same(known.trim()) || !is_authctls(known))
        .collect();
    if direction == Direction::Remove {
        return Ok(rest);
    }
    // The backslash would join the new line to the last one.
    if rest.trim_end().ends_with('\\') {
        return Err(EditError::Unreadable);
    }
    Ok(format!("{}{line}\n", with_line_break(&rest)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{check, check_any, other_value};
    use super::*;

    fn helper(text: &str, direction: Direction) -> Edited {
        line(
            text,
            "h = authctl",
            |line| line.starts_with("h ="),
            |line| line.contains("authctl"),
            direction,
        )
    }

    #[test]
    fn a_line_comes_last_and_goes_alone() {
        check("", "h = authctl\n", helper);
        check("# mine\nb\n", "# mine\nb\nh = authctl\n", helper);
        assert_eq!(
            helper("h = other\n", Direction::Install),
            other_value("h = other")
        );
        assert_eq!(
            helper("h = other\n", Direction::Remove).as_deref(),
            Ok("h = other\n")
        );
        assert_eq!(
            helper("a\nh = /old/authctl\nb\n", Direction::Install).as_deref(),
            Ok("a\nb\nh = authctl\n")
        );
        assert_eq!(
            helper("goes on \\\n", Direction::Install),
            Err(EditError::Unreadable)
        );
    }

    proptest! {
        #[test]
        fn any_text_has_it_once(text in "[a-z \\[\\]={}\",\n#:5]{0,80}") {
            check_any(&text, &[helper]);
        }
    }
}
