//! Text from servers and other programs, made fit for a terminal and for one line of a log.

/// How alike two names must be for one to be suggested in place of the other, from 0 to 1.
const LIKE: f64 = 0.7;

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

/// `text` without the passwords of the addresses in it (RFC 3986, section 3.2.1): `...` stands in
/// the place of each.
#[must_use]
pub fn without_passwords(text: &str) -> String {
    const SCHEME_END: &str = "://";
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(SCHEME_END) {
        let end = after.find(ends_authority).unwrap_or(after.len());
        let authority = &after[..end];
        shown.push_str(before);
        shown.push_str(SCHEME_END);
        let user_info = authority.rsplit_once('@');
        match user_info.and_then(|(user, host)| Some((user.split_once(':')?.0, host))) {
            Some((user, host)) => shown.push_str(&format!("{user}:...@{host}")),
            None => shown.push_str(authority),
        }
        rest = &after[end..];
    }
    shown.push_str(rest);
    shown
}

/// At most three of `known` that are like `name`, the most alike first. In short names two letters
/// are exchanged, or one is wrong or too many.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let likeness = |known: &str| {
        let is_one_slip = name.len() > 2 && strsim::osa_distance(name, known) == 1;
        let likeness = strsim::jaro_winkler(name, known);
        if is_one_slip {
            likeness.max(0.9)
        } else {
            likeness
        }
    };
    let mut close: Vec<(f64, &str)> = known
        .into_iter()
        .map(|known| (likeness(known), known))
        .collect();
    close.retain(|(likeness, _)| *likeness > LIKE);
    close.sort_by(|a, b| b.0.total_cmp(&a.0));
    let close = close.into_iter().take(3);
    close.map(|(_, known)| known.to_owned()).collect()
}

/// The question whether one of the names that are like `name` was meant, if there is any.
#[must_use]
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let nearest = nearest(name, known);
    (!nearest.is_empty()).then(|| format!("did you mean {}?", nearest.join(" or ")))
}

/// Whether a word may be a token: long, of letters and digits. Names of hosts and files are divided
/// by dots and slashes.
#[must_use]
pub fn may_be_token(word: &str) -> bool {
    const SHORTEST: usize = 20;
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || "-_~+".contains(c);
    let has = |kind: fn(&char) -> bool| word.chars().any(|c| kind(&c));
    let is_address = word.contains("://") || word.starts_with(['/', '.', '~']);
    let has_long_run = word
        .split(|c| !is_of_token(c))
        .any(|run| run.len() >= SHORTEST);
    let is_mixed = has(char::is_ascii_digit) && has(char::is_ascii_alphabetic);
    has_long_run && is_mixed && !is_address
}

/// A value of the user's as a message repeats it: the beginning only, if it may be a token that
/// stands in the wrong place.
#[must_use]
pub fn repeatable(value: &str) -> String {
    if value.split_whitespace().any(may_be_token) {
        return format!("{}...", value.chars().take(3).collect::<String>());
    }
    without_passwords(value)
}

/// Lines as a terminal may be given them: what was read from a file or came from a server moves no
/// cursor and turns no writing. The styles and links that this program makes itself stay.
#[must_use]
pub fn shown(lines: &str) -> String {
    let mut shown = String::with_capacity(lines.len());
    let mut rest = lines;
    while let Some(c) = rest.chars().next() {
        let length = match own_sequence(rest) {
            Some(sequence) => {
                shown.push_str(sequence);
                sequence.len()
            }
            None => {
                let stays = matches!(c, '\n' | '\t') || !is_unseen(c);
                shown.push(if stays { c } else { ' ' });
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    shown
}

/// JSON in which signs that a terminal would obey, or that are unseen, stand as escapes (RFC 8259,
/// section 7): the same value, and fit for a person's eyes.
#[must_use]
pub fn visible_json(json: &str) -> String {
    let mut visible = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() || !is_unseen(c) {
            visible.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            visible.push_str(&format!("\\u{unit:04x}"));
        }
    }
    visible
}

/// A style (SGR) or the begin or end of a link (OSC 8) at the start of `text`.
fn own_sequence(text: &str) -> Option<&str> {
    const LINK_END: &str = "\x1b\\";
    let after = text.strip_prefix('\x1b')?;
    if let Some(style) = after.strip_prefix('[') {
        let end = style.find(|c: char| !c.is_ascii_digit() && c != ';')?;
        return style[end..].starts_with('m').then(|| &text[..=2 + end]);
    }
    let address = after.strip_prefix("]8;;")?;
    let end = address.find(LINK_END)?;
    let is_plain = !address[..end].contains(|c: char| is_unseen(c) || c.is_whitespace());
    is_plain.then(|| &text[..5 + end + LINK_END.len()])
}

fn ends_authority(c: char) -> bool {
    c.is_whitespace() || "/?#\"'`<>".contains(c)
}

fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            // A soft hyphen, a mark of direction, fillers, a separator of vowels.
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{180e}'
            // Zero-width spaces and joiners, marks of direction.
            | '\u{200b}'..='\u{200f}'
            // Embeddings and overrides of direction.
            | '\u{202a}'..='\u{202e}'
            // Word joiner, invisible operators, isolates of direction.
            | '\u{2060}'..='\u{206f}'
            // Byte order mark, tags.
            | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_sequences_reach_a_terminal() {
        let link = "\x1b]8;;https://a.example/x\x1b\\go\x1b]8;;\x1b\\";
        for (text, expected) in [
            (
                "one\n\ttwo \x1b[1;32mgood\x1b[0m",
                "one\n\ttwo \x1b[1;32mgood\x1b[0m",
            ),
            (link, link),
            ("a\x1b[2Jb", "a [2Jb"),
            ("a\x1b]0;title\x07b", "a ]0;title b"),
            ("a\x1b]8;;x\ny\x1b\\b", "a ]8;;x\ny \\b"),
            ("a\u{9b}31mb\rc\u{202e}d", "a 31mb c d"),
            ("\x1b", " "),
            ("\x1b[1", " [1"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn json_keeps_its_value_and_shows_what_is_unseen() {
        let value = serde_json::json!({"a": "\u{9b}31m\u{202e}x\u{e0041}\u{1b}é"});
        let json = visible_json(&value.to_string());
        assert_eq!(json, r#"{"a":"\u009b31m\u202ex\udb40\udc41\u001bé"}"#);
        let read: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(read, value);
    }

    #[test]
    fn a_misspelt_name_finds_its_neighbours() {
        let known = ["work", "home", "works", "git", "go"];
        for (name, expected) in [
            ("wrok", &["work", "works"][..]),
            ("gti", &["git"]),
            ("gitt", &["git"]),
            ("zzz", &[]),
        ] {
            assert_eq!(nearest(name, known), expected, "{name}");
        }
        let asked = did_you_mean("wrok", known);
        assert_eq!(asked.as_deref(), Some("did you mean work or works?"));
    }
    use proptest::prelude::*;

    #[test]
    fn a_password_in_an_address_is_not_shown_and_all_else_is() {
        for (text, shown) in [
            (
                "`https://alice:hunter2@as.example/a@b` and ftp://b:p@q@c",
                "`https://alice:...@as.example/a@b` and ftp://b:...@c",
            ),
            ("https://alice@as.example:8443/x?y=a:b@c", ""),
            ("://:@ at 10:30, a@b", "://:...@ at 10:30, a@b"),
            ("https://[::1]:80/", ""),
        ] {
            let shown = if shown.is_empty() { text } else { shown };
            assert_eq!(without_passwords(text), shown);
        }
    }

    proptest! {
        #[test]
        fn printable_text_has_no_control_characters(text in any::<String>()) {
            prop_assert!(!printable(&text, 100).contains(char::is_control));
        }
    }
}
