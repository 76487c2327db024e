//! What is known of a server, in words: for people, and for scripts that show it to people.

use std::fmt;

use super::{Body, IssuerCheck, OldAccessToken, Repeat, Revocation, Rotation, Set};
use crate::time::describe;

impl fmt::Display for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Set::Issuer(url) => write!(f, "issuer: {url}"),
            Set::IssuerCheck(IssuerCheck::Exact) => f.write_str("the issuer is compared exactly"),
            Set::IssuerCheck(IssuerCheck::AnyTenant) => {
                f.write_str("the issuer of any of its tenants is taken")
            }
            Set::AuthorizationEndpoint(url) => write!(f, "authorization endpoint: {url}"),
            Set::TokenEndpoint(url) => write!(f, "token endpoint: {url}"),
            Set::DeviceAuthorizationEndpoint(url) => {
                write!(f, "device authorization endpoint: {url}")
            }
            Set::RevocationEndpoint(url) => write!(f, "revocation endpoint: {url}"),
            Set::Whoami(url, member) => {
                write!(f, "who has logged in: `{member}` at {url}")
            }
            Set::AuthMethod(method) => {
                let name = method.name();
                write!(f, "a client with a secret authenticates by {name}")
            }
            Set::Body(Body::Form) => f.write_str("requests are form-encoded"),
            Set::Body(Body::Json) => f.write_str("requests are JSON"),
            Set::ScopeSeparator(" ") => f.write_str("scopes are separated by spaces"),
            Set::ScopeSeparator(separator) => write!(f, "scopes are separated by `{separator}`"),
            Set::DefaultScope(scopes) => write!(f, "scopes by default: {}", scopes.join(" ")),
            Set::AuthorizationParams(parameters) => {
                let pairs = parameters
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"));
                let pairs: Vec<String> = pairs.collect();
                write!(f, "a login asks with {}", pairs.join(" "))
            }
            Set::RedirectHost(host) => write!(f, "the redirect goes to {host}"),
            Set::Rotation(Rotation::Rotating) => {
                f.write_str("each refresh gives a new refresh token and spends the old one")
            }
            Set::Rotation(Rotation::Stable) => {
                f.write_str("a refresh token can be used again and again")
            }
            Set::ReuseInterval(seconds) => {
                let length = describe(std::time::Duration::from_secs(*seconds));
                write!(f, "a spent refresh token is taken again for {length}")
            }
            Set::OldAccessToken(OldAccessToken::Lives) => {
                f.write_str("a refresh leaves the access token before it valid")
            }
            Set::OldAccessToken(OldAccessToken::DiesOnRefresh) => {
                f.write_str("a refresh may end the access token before it")
            }
            Set::Repeats(repeats) => {
                let names: Vec<&str> = repeats.iter().copied().map(parameter).collect();
                match names.join(" ").as_str() {
                    "" => f.write_str("a refresh repeats nothing of the login"),
                    names => write!(f, "a refresh repeats {names}"),
                }
            }
            Set::TerminalCodes(codes) => {
                write!(f, "these errors end a session as well: {}", codes.join(" "))
            }
            Set::TokenPointer(pointer) => write!(f, "tokens are at {pointer} of an answer"),
            Set::AssumedTtl(seconds) => {
                let length = describe(std::time::Duration::from_secs(*seconds));
                write!(f, "an access token that does not say lives for {length}")
            }
            Set::Revocation(Revocation::Rfc7009) => f.write_str("a logout revokes the tokens"),
            Set::Revocation(Revocation::Elsewhere(place)) => {
                write!(f, "a session can only be ended at {place}")
            }
            Set::AbsoluteLife(seconds) => {
                let length = describe(std::time::Duration::from_secs(*seconds));
                write!(f, "a session ends {length} after its login")
            }
            Set::IdleLife(seconds) => {
                let length = describe(std::time::Duration::from_secs(*seconds));
                write!(f, "a session ends that is not used for {length}")
            }
            Set::SessionLimit(count) => {
                write!(f, "of more than {count} sessions of a user the oldest ends")
            }
            Set::Endings(endings) => {
                let told: Vec<String> = endings
                    .iter()
                    .map(|(words, ending)| format!("`{words}` says that {}", ending.words()))
                    .collect();
                f.write_str(&told.join(", "))
            }
            Set::BasicUsername(name) => write!(f, "as a password, with the user name {name}"),
            Set::Registration(registration) => write!(f, "to register: {registration}"),
            Set::GitHost(host) => write!(f, "git repositories are at {host}"),
            Set::ScopesFor(uses) => {
                let told: Vec<String> = uses
                    .iter()
                    .map(|(wanted, scopes)| format!("{}: {}", wanted.word(), scopes.join(" ")))
                    .collect();
                write!(f, "scopes by use: {}", told.join("; "))
            }
        }
    }
}

/// The name of a parameter that a refresh repeats.
fn parameter(repeat: Repeat) -> &'static str {
    match repeat {
        Repeat::Scope => "scope",
        Repeat::Resource => "resource",
        Repeat::Audience => "audience",
        Repeat::RedirectUri => "redirect_uri",
    }
}

#[cfg(test)]
mod tests {
    use crate::provider::PRESETS;

    #[test]
    fn every_fact_is_a_sentence_without_forms_of_the_source() {
        for preset in PRESETS {
            for fact in preset.facts {
                let words = fact.set.to_string();
                assert!(!words.is_empty() && !words.contains("::"), "{words}");
                assert!(
                    !words.contains(['(', '{', '"']) || words.starts_with("to register"),
                    "{words}"
                );
            }
        }
    }
}
