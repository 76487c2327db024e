//! A provider that is known by name: a list of facts, each with its source and a mark.

use super::ending::Ending;
use super::registration::{Registration, Use};
use super::{Body, IssuerCheck, OldAccessToken, Provider, Repeat, Revocation, Rotation};
use crate::oauth::client::AuthMethod;

/// How reliable a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Read in the provider's documentation or source.
    Documented,
    /// Read in an issue thread, a test or a post.
    ThirdParty,
    /// Common knowledge that was not looked up for this table.
    Unverified,
}

impl Mark {
    /// The word for it in listings.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Mark::Documented => "documented",
            Mark::ThirdParty => "third party",
            Mark::Unverified => "unverified",
        }
    }
}

/// One field of [`Provider`] with a value that differs from the default.
#[derive(Clone, Copy, Debug)]
#[expect(
    missing_docs,
    reason = "each variant sets the field of Provider that has its name"
)]
pub enum Set {
    Issuer(&'static str),
    IssuerCheck(IssuerCheck),
    AuthorizationEndpoint(&'static str),
    TokenEndpoint(&'static str),
    DeviceAuthorizationEndpoint(&'static str),
    RevocationEndpoint(&'static str),
    Whoami(&'static str, &'static str),
    AuthMethod(AuthMethod),
    Body(Body),
    ScopeSeparator(&'static str),
    DefaultScope(&'static [&'static str]),
    AuthorizationParams(&'static [(&'static str, &'static str)]),
    RedirectHost(&'static str),
    Rotation(Rotation),
    ReuseInterval(u64),
    OldAccessToken(OldAccessToken),
    Repeats(&'static [Repeat]),
    TerminalCodes(&'static [&'static str]),
    TokenPointer(&'static str),
    AssumedTtl(u64),
    Revocation(Revocation),
    AbsoluteLife(u64),
    IdleLife(u64),
    SessionLimit(u32),
    Endings(&'static [(&'static str, Ending)]),
    BasicUsername(&'static str),
    Registration(Registration),
    ScopesFor(&'static [(Use, &'static [&'static str])]),
    GitHost(&'static str),
}

/// A value with its source and its mark.
#[derive(Clone, Copy, Debug)]
pub struct Fact {
    /// The value.
    pub set: Set,
    /// How reliable it is.
    pub mark: Mark,
    /// Where it was read.
    pub source: &'static str,
}

/// A provider that authctl knows by name.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// What `--provider` calls it.
    pub id: &'static str,
    /// The name that the provider has for people.
    pub name: &'static str,
    /// Whether the user has to give `--issuer`, because each customer's server has its own.
    pub needs_issuer: bool,
    /// Everything in which the provider differs from the default.
    pub facts: &'static [Fact],
}

impl Preset {
    /// The command that logs in with this preset, once a client is registered.
    #[must_use]
    pub fn login_command(&self, profile: &str, wanted: Option<Use>) -> String {
        let provider = self.provider();
        let issuer = if self.needs_issuer {
            " --issuer URL"
        } else {
            ""
        };
        let flags = provider.registration.flags();
        let mut command = format!(
            "authctl login {profile} --provider {}{issuer} --client-id ID{flags}",
            self.id
        );
        if let Some(scopes) = wanted.and_then(|wanted| provider.scopes_for(wanted)) {
            command.push_str(&format!(" --scope \"{}\"", scopes.join(" ")));
        }
        command
    }

    /// The default with this preset's facts applied.
    #[must_use]
    pub fn provider(&self) -> Provider {
        let mut provider = Provider {
            id: self.id,
            ..Provider::default()
        };
        for fact in self.facts {
            provider.apply(fact.set);
        }
        provider
    }
}
