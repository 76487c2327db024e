//! What is bound to an address.

use serde_json::{Value, json};

use crate::oauth::want::TokenKind;
use crate::profile::binding::Found;
use crate::profile::target::Target;

/// What is bound to an address.
pub struct Bound<'a> {
    /// The address.
    pub target: &'a Target,
    /// The name of the profile that answers for it.
    pub profile: &'a str,
    /// The user name that goes with the token.
    pub username: &'a str,
    /// The binding that says most.
    pub first: &'a Found<'a>,
    /// The others, by how much they say.
    pub others: &'a [Found<'a>],
}

impl Bound<'_> {
    /// As JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut also = Vec::new();
        for Found {
            binding, pattern, ..
        } in self.others
        {
            also.push(json!({"pattern": pattern, "profile": binding.profile}));
        }
        let binding = self.first.binding;
        json!({
            "address": self.target.to_string(),
            "profile": self.profile,
            "pattern": self.first.pattern,
            "hooks": binding.hooks,
            "username": self.username,
            "token": binding.token.map(TokenKind::name),
            "audience": binding.audience,
            "also": also,
        })
    }

    /// As lines for a person.
    #[must_use]
    pub fn text(&self) -> String {
        let binding = self.first.binding;
        let hooks = match binding.hooks.as_slice() {
            [] => "all".to_owned(),
            hooks => hooks.join(", "),
        };
        let token = binding.token.map(TokenKind::name);
        let token = token.unwrap_or("what the hook's callers expect");
        let mut lines = vec![
            ("because", self.first.pattern.to_owned()),
            ("hooks", hooks),
            ("username", self.username.to_owned()),
            ("token", token.to_owned()),
        ];
        if let Some(audience) = &binding.audience {
            lines.push(("audience", audience.clone()));
        }
        for Found {
            binding, pattern, ..
        } in self.others
        {
            let profile = binding.profile.as_deref().unwrap_or_default();
            lines.push(("shorter", format!("{pattern} ({profile})")));
        }
        let mut text = format!("{}\n", self.profile);
        for (label, value) in lines {
            text.push_str(&format!("  {label:<10} {value}\n"));
        }
        text
    }
}
