//! Text from servers and other programs, made fit for a terminal and for one line of a log.

/// `text` in one line of at most `limit` characters, without control characters, invisible
/// characters and characters that turn the direction of writing. Three dots follow if it was
/// longer.
#[must_use]
pub fn printable(text: &str, limit: usize) -> String {
    let clean: String = text
        .chars()
        .map(|c| if is_unseen(c) { ' ' } else { c })
        .collect();
    let line = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(limit) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}

fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            // Zero-width spaces and joiners, marks of direction.
            '\u{200b}'..='\u{200f}'
            // Embeddings and overrides of direction.
            | '\u{202a}'..='\u{202e}'
            // Word joiner, invisible operators, isolates of direction.
            | '\u{2060}'..='\u{206f}'
            // Byte order mark.
            | '\u{feff}')
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
