//! Presets of hosts of code and models.

use super::{documented, third_party, unverified};
use crate::oauth::client::AuthMethod;
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
            Set::Registration(
                "the callback may be the configured URL with a suffix; needs the consumer's \
                 secret",
            ),
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
            Set::Registration(
                "register http://127.0.0.1/callback (the port need not match) and give the \
                 secret, or enable the device flow and use --device without a secret",
            ),
            GITHUB_DOCS,
        ),
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
            Set::Registration(
                "as for an OAuth app; a refresh needs the secret unless the login was by \
                 device",
            ),
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
        unverified(Set::Registration(
            "untick `Confidential`; register http://127.0.0.1:PORT/callback and use --port \
                 PORT; for your own server give --issuer",
        )),
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
        unverified(Set::Registration(
            "a public app with http://127.0.0.1:PORT/callback and --port PORT",
        )),
    ],
};
