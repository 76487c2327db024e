//! Text that came from elsewhere, made fit for a terminal and for one line of a log.

/// Text from a server, made fit for a terminal: one line, no control characters, none that turn the
/// direction of writing or cannot be seen, at most `limit` characters.
#[must_use]
pub fn printable(text: &str, limit: usize) -> String {
    let unseen = |c: char| {
        matches!(c,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() || unseen(c) { ' ' } else { c })
        .collect();
    let line = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(limit) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn printable_text_has_no_control_characters(text in any::<String>()) {
            prop_assert!(!printable(&text, 100).contains(char::is_control));
        }
    }
}
