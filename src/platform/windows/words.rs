//! Command lines by the rules of Windows (`CommandLineToArgvW`): words end at spaces and tabs
//! outside of double quotation marks. Before a quotation mark, two backslashes are one, and a
//! backslash that is left over makes the mark a part of the word. Other backslashes are what they
//! are.

/// `None` when a quotation does not end.
pub fn split_words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut rest = line.trim_matches(is_space);
    while !rest.is_empty() {
        let (word, behind) = first_word(rest)?;
        words.push(word);
        rest = behind.trim_start_matches(is_space);
    }
    Some(words)
}

fn is_space(sign: char) -> bool {
    matches!(sign, ' ' | '\t')
}

/// The first word of a line, and what comes behind it.
fn first_word(line: &str) -> Option<(String, &str)> {
    let mut word = String::new();
    let mut is_quoted = false;
    let mut backslashes = 0;
    for (at, sign) in line.char_indices() {
        match sign {
            '\\' => backslashes += 1,
            '"' => {
                word.extend(std::iter::repeat_n('\\', backslashes / 2));
                if backslashes % 2 == 1 {
                    word.push('"');
                } else {
                    is_quoted = !is_quoted;
                }
                backslashes = 0;
            }
            _ => {
                word.extend(std::iter::repeat_n('\\', backslashes));
                backslashes = 0;
                if is_space(sign) && !is_quoted {
                    return Some((word, &line[at..]));
                }
                word.push(sign);
            }
        }
    }
    word.extend(std::iter::repeat_n('\\', backslashes));
    (!is_quoted).then_some((word, ""))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "on Unix a word may not be written down"
)]
pub fn join_words(words: &[String]) -> Option<String> {
    let quoted: Vec<String> = words.iter().map(|word| quote(word)).collect();
    Some(quoted.join(" "))
}

fn quote(word: &str) -> String {
    if !word.is_empty() && !word.contains([' ', '\t', '"']) {
        return word.to_owned();
    }
    let mut quoted = "\"".to_owned();
    let mut backslashes = 0;
    for sign in word.chars() {
        if sign == '"' {
            quoted.extend(std::iter::repeat_n('\\', backslashes + 1));
        }
        backslashes = if sign == '\\' { backslashes + 1 } else { 0 };
        quoted.push(sign);
    }
    quoted.extend(std::iter::repeat_n('\\', backslashes));
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_keeps_its_backslashes_and_a_quotation_its_spaces() {
        for (line, expected) in [
            (
                r"C:\bin\browser.exe -new %s",
                &[r"C:\bin\browser.exe", "-new", "%s"][..],
            ),
            (
                r#""C:\Program Files\b.exe" --x"#,
                &[r"C:\Program Files\b.exe", "--x"],
            ),
            (r#"a "" b"#, &["a", "", "b"]),
            (r#"a\\\"b "c d\\" e"#, &[r#"a\"b"#, r"c d\", "e"]),
            (r#"say "it ""is"" so""#, &["say", "it is so"]),
            ("  \t ", &[]),
            (r"\\host\share\x ", &[r"\\host\share\x"]),
        ] {
            assert_eq!(split_words(line).expect("it ends"), expected, "{line}");
        }
        assert_eq!(split_words(r#"a "b c"#), None, "it does not end");
    }

    #[test]
    fn what_was_joined_is_split_into_the_same_words() {
        for words in [
            &["a", "b c", r"C:\x y\", "", r#"say "hi""#, r#"back\""#][..],
            &[r"\\", r"a\\ b\\"],
        ] {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            let line = join_words(&words).expect("they can be written");
            assert_eq!(split_words(&line), Some(words), "{line}");
        }
    }
}
