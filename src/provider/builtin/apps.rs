//! Presets of applications that let other programs in: storage, chat, project management.

use super::{DAY, documented, third_party, unverified};
use crate::oauth::client::AuthMethod;
use crate::provider::registration::{ClientSecret, Redirects, Registration, Use};
use crate::provider::{Body, OldAccessToken, Preset, Revocation, Rotation, Set};

/// Atlassian 3LO.
pub const ATLASSIAN: Preset = Preset {
    id: "atlassian",
    name: "Atlassian 3LO",
    needs_issuer: false,
    facts: &[
        unverified(Set::AuthorizationEndpoint(
            "https://auth.atlassian.com/authorize",
        )),
        third_party(
            Set::TokenEndpoint("https://auth.atlassian.com/oauth/token"),
            "provider list of an integration platform",
        ),
        unverified(Set::AuthMethod(AuthMethod::ClientSecretPost)),
        documented(
            Set::DefaultScope(&["offline_access", "read:me"]),
            "developer.atlassian.com: OAuth 2.0 (3LO) apps",
        ),
        unverified(Set::AuthorizationParams(&[
            ("audience", "api.atlassian.com"),
            ("prompt", "consent"),
        ])),
        documented(
            Set::ReuseInterval(600),
            "developer.atlassian.com: 10 minutes of leeway",
        ),
        unverified(Set::Revocation(Revocation::Elsewhere(
            "id.atlassian.com/manage-profile/apps",
        ))),
        unverified(Set::RedirectHost("localhost")),
        unverified(Set::IdleLife(90 * DAY)),
        unverified(Set::AbsoluteLife(365 * DAY)),
        third_party(
            Set::Registration(Registration {
                page: "https://developer.atlassian.com/console/myapps/",
                client: "an OAuth 2.0 integration",
                redirects: Redirects::OnePort,
                secret: ClientSecret::Needed,
                note: "an app has one callback URL",
            }),
            "community threads",
        ),
        unverified(Set::ScopesFor(&[(
            Use::Api,
            &["offline_access", "read:me", "read:jira-work"],
        )])),
    ],
};

/// Box.
pub const BOX: Preset = Preset {
    id: "box",
    name: "Box",
    needs_issuer: false,
    facts: &[
        unverified(Set::AuthorizationEndpoint(
            "https://account.box.com/api/oauth2/authorize",
        )),
        documented(
            Set::TokenEndpoint("https://api.box.com/oauth2/token"),
            "developer.box.com: refresh a token",
        ),
        unverified(Set::RevocationEndpoint("https://api.box.com/oauth2/revoke")),
        unverified(Set::AuthMethod(AuthMethod::ClientSecretPost)),
        unverified(Set::DefaultScope(&[])),
        unverified(Set::Whoami("https://api.box.com/2.0/users/me", "login")),
        documented(
            Set::ReuseInterval(60),
            "Box staff: the same pair is returned until the new refresh token is used; one \
             minute is a cautious bound",
        ),
        unverified(Set::OldAccessToken(OldAccessToken::Lives)),
        documented(
            Set::IdleLife(60 * DAY),
            "developer.box.com: a refresh token lives 60 days, and is renewed with each refresh",
        ),
        unverified(Set::Registration(Registration {
            page: "https://app.box.com/developers/console",
            client: "a custom app with user authentication (OAuth 2.0)",
            redirects: Redirects::OnePort,
            secret: ClientSecret::Needed,
            note: "",
        })),
        unverified(Set::RedirectHost("localhost")),
    ],
};

/// Discord.
pub const DISCORD: Preset = Preset {
    id: "discord",
    name: "Discord",
    needs_issuer: false,
    facts: &[
        documented(
            Set::AuthorizationEndpoint("https://discord.com/oauth2/authorize"),
            "discord.com/developers/docs/topics/oauth2",
        ),
        documented(
            Set::TokenEndpoint("https://discord.com/api/oauth2/token"),
            "discord.com/developers/docs/topics/oauth2",
        ),
        documented(
            Set::RevocationEndpoint("https://discord.com/api/oauth2/token/revoke"),
            "discord.com/developers/docs/topics/oauth2",
        ),
        documented(
            Set::DefaultScope(&["identify"]),
            "discord.com/developers/docs/topics/oauth2",
        ),
        unverified(Set::Whoami("https://discord.com/api/users/@me", "username")),
        unverified(Set::OldAccessToken(OldAccessToken::Lives)),
        unverified(Set::Registration(Registration {
            page: "https://discord.com/developers/applications",
            client: "an application, OAuth2, Public Client",
            redirects: Redirects::OnePort,
            secret: ClientSecret::None,
            note: "",
        })),
    ],
};

/// Dropbox.
pub const DROPBOX: Preset = Preset {
    id: "dropbox",
    name: "Dropbox",
    needs_issuer: false,
    facts: &[
        third_party(
            Set::AuthorizationEndpoint("https://www.dropbox.com/oauth2/authorize"),
            "client libraries",
        ),
        unverified(Set::TokenEndpoint(
            "https://api.dropboxapi.com/oauth2/token",
        )),
        documented(
            Set::AuthorizationParams(&[("token_access_type", "offline")]),
            "dropbox.com/developers: OAuth guide",
        ),
        unverified(Set::DefaultScope(&[])),
        documented(
            Set::Rotation(Rotation::Stable),
            "dropbox.com/developers: OAuth guide",
        ),
        unverified(Set::OldAccessToken(OldAccessToken::Lives)),
        unverified(Set::Revocation(Revocation::Elsewhere(
            "dropbox.com/account/connected_apps",
        ))),
        unverified(Set::RedirectHost("localhost")),
        third_party(
            Set::Registration(Registration {
                page: "https://www.dropbox.com/developers/apps",
                client: "an app that allows public clients (PKCE)",
                redirects: Redirects::OnePort,
                secret: ClientSecret::None,
                note: "",
            }),
            "client libraries",
        ),
    ],
};

/// Linear.
pub const LINEAR: Preset = Preset {
    id: "linear",
    name: "Linear",
    needs_issuer: false,
    facts: &[
        documented(
            Set::AuthorizationEndpoint("https://linear.app/oauth/authorize"),
            "linear.app/developers/oauth-2-0-authentication",
        ),
        unverified(Set::TokenEndpoint("https://api.linear.app/oauth/token")),
        unverified(Set::RevocationEndpoint(
            "https://api.linear.app/oauth/revoke",
        )),
        documented(
            Set::ScopeSeparator(","),
            "linear.app/developers/oauth-2-0-authentication",
        ),
        documented(
            Set::DefaultScope(&["read"]),
            "linear.app/developers/oauth-2-0-authentication",
        ),
        third_party(
            Set::ReuseInterval(1800),
            "an issue quoting Linear's documentation: 30 minutes",
        ),
        unverified(Set::OldAccessToken(OldAccessToken::Lives)),
        unverified(Set::AuthMethod(AuthMethod::ClientSecretPost)),
        unverified(Set::RedirectHost("localhost")),
        unverified(Set::Registration(Registration {
            page: "https://linear.app/settings/api/applications/new",
            client: "an OAuth application",
            redirects: Redirects::OnePort,
            secret: ClientSecret::Needed,
            note: "",
        })),
        unverified(Set::ScopesFor(&[(Use::Api, &["read", "write"])])),
    ],
};

/// Notion.
pub const NOTION: Preset = Preset {
    id: "notion",
    name: "Notion",
    needs_issuer: false,
    facts: &[
        documented(
            Set::AuthorizationEndpoint("https://api.notion.com/v1/oauth/authorize"),
            "developers.notion.com: authorization",
        ),
        documented(
            Set::TokenEndpoint("https://api.notion.com/v1/oauth/token"),
            "developers.notion.com: authorization",
        ),
        documented(
            Set::AuthMethod(AuthMethod::ClientSecretBasic),
            "developers.notion.com: authorization",
        ),
        documented(
            Set::Body(Body::Json),
            "developers.notion.com: authorization",
        ),
        unverified(Set::DefaultScope(&[])),
        unverified(Set::AuthorizationParams(&[("owner", "user")])),
        unverified(Set::OldAccessToken(OldAccessToken::Lives)),
        unverified(Set::Revocation(Revocation::Elsewhere(
            "the workspace's Settings, Connections",
        ))),
        unverified(Set::RedirectHost("localhost")),
        unverified(Set::Registration(Registration {
            page: "https://www.notion.so/my-integrations",
            client: "a public integration",
            redirects: Redirects::OnePort,
            secret: ClientSecret::Needed,
            note: "",
        })),
    ],
};

/// Salesforce.
pub const SALESFORCE: Preset = Preset {
    id: "salesforce",
    name: "Salesforce",
    needs_issuer: false,
    facts: &[
        unverified(Set::Issuer("https://login.salesforce.com")),
        documented(
            Set::DefaultScope(&["openid", "refresh_token", "api"]),
            "help.salesforce.com: OAuth tokens and scopes",
        ),
        documented(
            Set::Rotation(Rotation::Stable),
            "help.salesforce.com: rotation only where the connected app switches it on",
        ),
        unverified(Set::OldAccessToken(OldAccessToken::Lives)),
        third_party(
            Set::AssumedTtl(7200),
            "a plugin's change log: answers have no expires_in; two hours is the usual session \
             time-out",
        ),
        unverified(Set::AuthMethod(AuthMethod::ClientSecretPost)),
        unverified(Set::RedirectHost("localhost")),
        unverified(Set::SessionLimit(5)),
        unverified(Set::Registration(Registration {
            page: "Setup, App Manager",
            client: "a connected app with OAuth",
            redirects: Redirects::OnePort,
            secret: ClientSecret::None,
            note: "for a sandbox or My Domain give --issuer",
        })),
        unverified(Set::ScopesFor(&[(
            Use::Api,
            &["openid", "refresh_token", "api"],
        )])),
    ],
};

/// Slack.
pub const SLACK: Preset = Preset {
    id: "slack",
    name: "Slack",
    needs_issuer: false,
    facts: &[
        unverified(Set::AuthorizationEndpoint(
            "https://slack.com/oauth/v2/authorize",
        )),
        documented(
            Set::TokenEndpoint("https://slack.com/api/oauth.v2.access"),
            "docs.slack.dev: token rotation",
        ),
        unverified(Set::AuthMethod(AuthMethod::ClientSecretPost)),
        unverified(Set::ScopeSeparator(",")),
        unverified(Set::DefaultScope(&[])),
        documented(
            Set::TerminalCodes(&["invalid_refresh_token", "token_already_exchanged"]),
            "docs.slack.dev: token rotation",
        ),
        unverified(Set::OldAccessToken(OldAccessToken::Lives)),
        documented(
            Set::Revocation(Revocation::Elsewhere("the workspace's installed apps")),
            "docs.slack.dev: auth.revoke is not RFC 7009",
        ),
        unverified(Set::Registration(Registration {
            page: "https://api.slack.com/apps",
            client: "an app with user token scopes",
            redirects: Redirects::HttpsOnly,
            secret: ClientSecret::Needed,
            note: "tokens expire only where token rotation is on",
        })),
    ],
};
