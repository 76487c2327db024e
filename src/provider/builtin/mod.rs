//! The table of providers that authctl knows by name.
//!
//! A value stands here only where it differs from [`Provider::default`](super::Provider), with the
//! place where it was read and a [`Mark`] that says how far it can be relied on. No value was tried
//! against a live server: a mark tells what was read, not what was run.

use super::{Fact, Mark, Preset, Set};

mod apps;
mod forges;
mod identity_providers;

/// Every provider that `--provider` knows, sorted by name.
pub const PRESETS: &[Preset] = &[
    apps::ATLASSIAN,
    identity_providers::AUTH0,
    forges::BITBUCKET,
    apps::BOX,
    identity_providers::COGNITO,
    identity_providers::DEX,
    apps::DISCORD,
    apps::DROPBOX,
    identity_providers::ENTRA,
    forges::GITHUB,
    forges::GITHUB_APP,
    forges::GITLAB,
    identity_providers::GOOGLE,
    forges::HUGGINGFACE,
    identity_providers::HYDRA,
    identity_providers::KEYCLOAK,
    apps::LINEAR,
    apps::NOTION,
    identity_providers::OKTA,
    apps::SALESFORCE,
    apps::SLACK,
    identity_providers::ZITADEL,
];

impl Preset {
    /// The preset whose [`Preset::id`] is `id`.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Preset> {
        PRESETS.iter().find(|preset| preset.id == id)
    }
}

/// A day, in seconds.
const DAY: u64 = 86_400;

/// A value that the provider's documentation or source says.
const fn documented(set: Set, source: &'static str) -> Fact {
    Fact {
        set,
        mark: Mark::Documented,
        source,
    }
}

/// A value that an issue thread, a test or a post says.
const fn third_party(set: Set, source: &'static str) -> Fact {
    Fact {
        set,
        mark: Mark::ThirdParty,
        source,
    }
}

/// A value that was not looked up for this table.
const fn unverified(set: Set) -> Fact {
    Fact {
        set,
        mark: Mark::Unverified,
        source: "common knowledge of the provider's public address or habit",
    }
}
