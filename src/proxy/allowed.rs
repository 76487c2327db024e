//! The hosts to which a profile's token may go.

use url::Url;

use crate::config::Config;
use crate::error::{Error, ErrorKind};
use crate::oauth::discovery::is_loopback;
use crate::oauth::want::TokenKind;
use crate::profile::binding::{self, Binding};
use crate::profile::target::{Pattern, Target};

/// The name by which a `[[match]]` may be for requests only.
const HOOK: &str = "request";

/// What a profile is bound to: by `[[match]]` tables, and by the command line.
pub struct Allowed {
    /// The profile that was chosen; `None` for the one that is meant when none is named.
    pub profile: Option<String>,
    /// The name of the profile.
    name: String,
    /// What the command line binds.
    hosts: Vec<Pattern>,
    bindings: Vec<Binding>,
}

/// Which token an address gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms<'a> {
    /// The kind of token.
    pub kind: TokenKind,
    /// The audience that the token must name (RFC 7519, section 4.1.3); `None` if any will do.
    pub audience: Option<&'a str>,
}

impl Allowed {
    /// What may have the token of `profile`, or of the profile to which `url` is bound, if none is
    /// named. `hosts` are bound by the command line.
    ///
    /// # Errors
    /// When a host is no pattern, or `url` is not bound.
    pub fn find(
        config: &Config,
        profile: Option<&str>,
        hosts: &[String],
        url: &Url,
    ) -> Result<Self, Error> {
        let mut patterns = Vec::new();
        for host in hosts {
            let pattern = Pattern::parse(host).ok_or_else(|| {
                Error::new(ErrorKind::Usage, "--host takes a host, or host:port")
                    .hint("for example `--host api.example.com`")
            })?;
            patterns.push(pattern);
        }
        let target = Target::parse(url.as_str());
        let bound = target.as_ref().and_then(|target| {
            let found = binding::find(config.bindings(), Some(HOOK), target);
            found
                .first()
                .and_then(|found| found.binding.profile.clone())
        });
        let by_hosts = target.is_some_and(|target| patterns.iter().any(|it| it.matches(&target)));
        let profile = match profile {
            Some(name) => Some(name.to_owned()),
            None if by_hosts => bound,
            None => Some(bound.ok_or_else(|| not_bound(url))?),
        };
        // For the profile that is meant when none is named, its own bindings count.
        let name = match &profile {
            Some(name) => name.clone(),
            None => config.profile(None)?.name,
        };
        let allowed = Self {
            profile,
            name,
            hosts: patterns,
            bindings: config.bindings().to_vec(),
        };
        if allowed.terms(url).is_some() {
            return Ok(allowed);
        }
        Err(not_bound(url))
    }

    /// Which token goes to `url`; `None` where none may.
    #[must_use]
    pub fn terms(&self, url: &Url) -> Option<Terms<'_>> {
        let is_safe = url.scheme() == "https" || is_loopback(url);
        let target = Target::parse(url.as_str()).filter(|_| is_safe)?;
        if self.hosts.iter().any(|host| host.matches(&target)) {
            return Some(Terms::default());
        }
        let binding = binding::find_of(&self.bindings, HOOK, &target, &self.name)?;
        Some(Terms {
            kind: binding.token.unwrap_or_default(),
            audience: binding.audience.as_deref(),
        })
    }
}

fn not_bound(url: &Url) -> Error {
    let host = url.host_str().unwrap_or("that address");
    let in_the_clear = url.scheme() == "http" && !is_loopback(url);
    if in_the_clear {
        let message =
            format!("{host} is asked in plain http: a token crosses no network in the clear");
        return Error::new(ErrorKind::Config, message).hint("ask it by https");
    }
    let message = format!("{host} is not bound to the profile: it gets no token");
    Error::new(ErrorKind::Config, message).hint(format!(
        "bind it: a `[[match]]` in the configuration, or `--host {host}`"
    ))
}
