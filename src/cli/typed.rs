//! What was typed, or set in the environment for authctl, and may be a secret in the wrong place. A
//! message that repeats it would carry it into terminals and logs.

use std::ffi::OsString;
use std::sync::LazyLock;

use url::Url;

use crate::config::env;
use crate::text::may_be_token;

/// From how many characters on the user in an address may be a token.
const SHORTEST: usize = 20;

/// How much of a secret is repeated: too little to be of use to anyone who reads it.
const SHOWN: usize = 3;

/// Words that no message repeats.
pub struct Typed(Vec<String>);

impl Typed {
    /// The words of a command line, and of the variables that are meant for authctl, that may be
    /// secrets.
    #[must_use]
    pub fn of(args: &[OsString]) -> Self {
        let args = args
            .iter()
            .skip(1)
            .map(|arg| arg.to_string_lossy().into_owned());
        let mut secrets = Vec::new();
        for text in args.chain(env::values_for_authctl()) {
            // `--flag=VALUE`, `NAME=VALUE`.
            for word in [text.as_str()]
                .into_iter()
                .chain(text.split(['=', ' ', ',', ':']))
            {
                secrets.extend(password(word));
                secrets.extend(may_be_token(word).then(|| word.to_owned()));
            }
        }
        // A longer one may have a shorter one in it.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.dedup();
        Self(secrets)
    }

    /// A text without what this process was given and may be a secret. The words are looked for
    /// when the first text is shown.
    #[must_use]
    pub fn hide(text: &str) -> String {
        static TYPED: LazyLock<Typed> =
            LazyLock::new(|| Typed::of(&std::env::args_os().collect::<Vec<_>>()));
        TYPED.hide_in(text)
    }

    /// A text without these words.
    #[must_use]
    pub fn hide_in(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.0 {
            if text.contains(secret.as_str()) {
                let shown: String = secret.chars().take(SHOWN).collect();
                text = text.replace(secret.as_str(), &format!("{shown}..."));
            }
        }
        text
    }
}

/// The password in an address, and the user's name where that is long enough to be a token.
fn password(word: &str) -> Vec<String> {
    let rest = word.split_once("://").map_or(word, |(_, rest)| rest);
    let Some((user, _)) = rest.rsplit_once('@') else {
        return Vec::new();
    };
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    let mut secrets = Vec::new();
    for (text, shortest) in [(password, 1), (name, SHORTEST)] {
        if text.len() >= shortest {
            secrets.push(text.to_owned());
        }
    }
    // A message may show the address in the form that a parser gives it.
    if let Ok(url) = Url::parse(word) {
        secrets.extend(url.password().map(str::to_owned));
    }
    secrets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_secret_is_hidden_and_names_are_not() {
        for (word, hidden) in [
            ("at-Zx81kq0P3vQx7LtVbN4cYw2JfsKmQ9", true),
            ("ghp_0123456789abcdefghijABCDEFGHIJ012345", true),
            (
                "--id-token=eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0abcdefgh1.AAAA",
                true,
            ),
            ("https://alice:hunter2@as.example", true),
            ("work", false),
            ("registry-2.internal.example.com:8443", false),
            ("https://as.example/realms/0123456789abcdef0123", false),
            ("/home/alice/a-directory-of-2026-with-a-long-name", false),
            ("a-name-of-letters-only-that-is-long", false),
        ] {
            let typed = Typed::of(&["authctl".into(), word.into()]);
            let text = format!("there is no `{word}`");
            assert_eq!(typed.hide_in(&text) != text, hidden, "{word}");
        }
    }
}
