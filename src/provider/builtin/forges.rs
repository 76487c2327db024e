//! Presets of hosts of code and models.

use super::{documented, third_party, unverified};
use crate::oauth::client::AuthMethod;
use crate::provider::registration::{ClientSecret, Redirects, Registration, Use};
use crate::provider::{OldAccessToken, Preset, Repeat, Revocation, Rotation, Set};

const GITHUB_DOCS: &str =
    "docs.github.com/apps: authorizing OAuth apps, refreshing user access tokens";
const GITLAB_DOCS: &str = "docs.gitlab.com/api/oauth2";

/// Bitbucket Cloud.
pub const BITBUCKET: Preset = Preset {
    id: "bitbucket",
    name: "Bitbucket Cloud",
    needs_issuer: false,
    facts: &[
        documented(
            Set::AuthorizationEndpoint("https://bitbucket.org/site/oauth2/authorize"),
            "support.atlassian.com: use OAuth on Bitbucket Cloud",
        ),
        documented(
            Set::TokenEndpoint("https://bitbucket.org/site/oauth2/access_token"),
            "support.atlassian.com: use OAuth on Bitbucket Cloud",
        ),
        documented(
            Set::AuthMethod(AuthMethod::ClientSecretBasic),
            "support.atlassian.com: use OAuth on Bitbucket Cloud",
        ),
        documented(Set::DefaultScope(&[]), "scopes are those of the consumer"),
        unverified(Set::Rotation(Rotation::Stable)),
        unverified(Set::OldAccessToken(OldAccessToken::Lives)),
        unverified(Set::Whoami(
            "https://api.bitbucket.org/2.0/user",
            "username",
        )),
        unverified(Set::Revocation(Revocation::Elsewhere(
            "bitbucket.org/account/settings/app-authorizations",
        ))),
        unverified(Set::BasicUsername("x-token-auth")),
        documented(
            Set::Registration(Registration {
                page: "the workspace's settings, OAuth consumers",
                client: "a consumer",
                redirects: Redirects::AnyPort,
                secret: ClientSecret::Needed,
                note: "the callback may be the registered address with a suffix; scopes are those \
                   of the consumer",
            }),
            "support.atlassian.com: use OAuth on Bitbucket Cloud",
        ),
    ],
};

/// GitHub (OAuth app).
pub const GITHUB: Preset = Preset {
    id: "github",
    name: "GitHub (OAuth app)",
    needs_issuer: false,
    facts: &[
        documented(
            Set::AuthorizationEndpoint("https://github.com/login/oauth/authorize"),
            GITHUB_DOCS,
        ),
        documented(
            Set::TokenEndpoint("https://github.com/login/oauth/access_token"),
            GITHUB_DOCS,
        ),
        documented(
            Set::DeviceAuthorizationEndpoint("https://github.com/login/device/code"),
            GITHUB_DOCS,
        ),
        documented(Set::AuthMethod(AuthMethod::ClientSecretPost), GITHUB_DOCS),
        documented(Set::DefaultScope(&["read:user"]), GITHUB_DOCS),
        unverified(Set::Whoami("https://api.github.com/user", "login")),
        documented(Set::OldAccessToken(OldAccessToken::Lives), GITHUB_DOCS),
        documented(Set::TerminalCodes(&["incorrect_device_code"]), GITHUB_DOCS),
        documented(
            Set::Revocation(Revocation::Elsewhere("github.com/settings/applications")),
            GITHUB_DOCS,
        ),
        unverified(Set::BasicUsername("x-access-token")),
        unverified(Set::SessionLimit(10)),
        documented(
            Set::Registration(Registration {
                page: "https://github.com/settings/applications/new",
                client: "an OAuth app; tick `Enable Device Flow` for --device",
                redirects: Redirects::AnyPort,
                secret: ClientSecret::UnlessByDevice,
                note: "",
            }),
            GITHUB_DOCS,
        ),
        unverified(Set::ScopesFor(&[
            (Use::Git, &["repo"]),
            (Use::Api, &["repo", "read:org"]),
        ])),
    ],
};

/// GitHub (App, user token).
pub const GITHUB_APP: Preset = Preset {
    id: "github-app",
    name: "GitHub (App, user token)",
    needs_issuer: false,
    facts: &[
        documented(
            Set::AuthorizationEndpoint("https://github.com/login/oauth/authorize"),
            GITHUB_DOCS,
        ),
        documented(
            Set::TokenEndpoint("https://github.com/login/oauth/access_token"),
            GITHUB_DOCS,
        ),
        documented(
            Set::DeviceAuthorizationEndpoint("https://github.com/login/device/code"),
            GITHUB_DOCS,
        ),
        documented(Set::AuthMethod(AuthMethod::ClientSecretPost), GITHUB_DOCS),
        documented(Set::DefaultScope(&[]), GITHUB_DOCS),
        unverified(Set::Whoami("https://api.github.com/user", "login")),
        documented(
            Set::OldAccessToken(OldAccessToken::DiesOnRefresh),
            GITHUB_DOCS,
        ),
        third_party(
            Set::TerminalCodes(&["bad_refresh_token", "incorrect_device_code"]),
            "test suites of several clients",
        ),
        documented(
            Set::Revocation(Revocation::Elsewhere(
                "github.com/settings/apps/authorizations",
            )),
            GITHUB_DOCS,
        ),
        unverified(Set::BasicUsername("x-access-token")),
        documented(
            Set::Registration(Registration {
                page: "https://github.com/settings/apps/new",
                client: "a GitHub App; tick `Enable Device Flow` for --device",
                redirects: Redirects::AnyPort,
                secret: ClientSecret::UnlessByDevice,
                note: "a refresh needs the secret unless the login was by device; what a token may \
                   do is a matter of the app's permissions",
            }),
            GITHUB_DOCS,
        ),
    ],
};

/// GitLab.
pub const GITLAB: Preset = Preset {
    id: "gitlab",
    name: "GitLab",
    needs_issuer: false,
    facts: &[
        unverified(Set::Issuer("https://gitlab.com")),
        documented(
            Set::DeviceAuthorizationEndpoint("https://gitlab.com/oauth/authorize_device"),
            GITLAB_DOCS,
        ),
        documented(
            Set::RevocationEndpoint("https://gitlab.com/oauth/revoke"),
            GITLAB_DOCS,
        ),
        documented(Set::DefaultScope(&["openid", "read_user"]), GITLAB_DOCS),
        documented(
            Set::OldAccessToken(OldAccessToken::DiesOnRefresh),
            GITLAB_DOCS,
        ),
        documented(Set::Repeats(&[Repeat::RedirectUri]), GITLAB_DOCS),
        unverified(Set::Registration(Registration {
            page: "https://gitlab.com/-/user_settings/applications",
            client: "an application with `Confidential` not ticked",
            redirects: Redirects::OnePort,
            secret: ClientSecret::None,
            note: "for your own server give --issuer",
        })),
        unverified(Set::ScopesFor(&[
            (
                Use::Git,
                &["openid", "read_user", "read_repository", "write_repository"],
            ),
            (Use::Api, &["openid", "api"]),
        ])),
    ],
};

/// Hugging Face.
pub const HUGGINGFACE: Preset = Preset {
    id: "huggingface",
    name: "Hugging Face",
    needs_issuer: false,
    facts: &[
        documented(
            Set::Issuer("https://huggingface.co"),
            "huggingface.co/docs/hub/oauth",
        ),
        documented(
            Set::DefaultScope(&["openid", "profile"]),
            "huggingface.co/docs/hub/oauth",
        ),
        unverified(Set::OldAccessToken(OldAccessToken::Lives)),
        unverified(Set::AssumedTtl(28_800)),
        unverified(Set::Registration(Registration {
            page: "https://huggingface.co/settings/applications/new",
            client: "a public app",
            redirects: Redirects::OnePort,
            secret: ClientSecret::None,
            note: "",
        })),
        unverified(Set::ScopesFor(&[
            (
                Use::Git,
                &["openid", "profile", "read-repos", "write-repos"],
            ),
            (Use::Api, &["openid", "profile", "inference-api"]),
        ])),
    ],
};
