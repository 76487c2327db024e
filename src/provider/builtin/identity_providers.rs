//! Presets of identity providers: servers whose purpose is to log people in, for other programs.
//!
//! Most of them are run per customer, so that the user has to name the issuer.

use super::{DAY, documented, third_party, unverified};
use crate::oauth::client::AuthMethod;
use crate::provider::ending::Ending;
use crate::provider::registration::{ClientSecret, Redirects, Registration, Use};
use crate::provider::{IssuerCheck, OldAccessToken, Preset, Repeat, Revocation, Rotation, Set};

/// Auth0.
pub const AUTH0: Preset = Preset {
    id: "auth0",
    name: "Auth0",
    needs_issuer: true,
    facts: &[
        documented(
            Set::DefaultScope(&["openid", "profile", "email", "offline_access"]),
            "auth0.com/docs: refresh tokens",
        ),
        unverified(Set::OldAccessToken(OldAccessToken::Lives)),
        third_party(
            Set::Repeats(&[Repeat::Resource, Repeat::Audience]),
            "a chat client's pull request about refresh",
        ),
        documented(
            Set::SessionLimit(200),
            "auth0.com/docs: at most 200 active refresh tokens of a user and application; the \
             oldest is removed without a word",
        ),
        unverified(Set::Registration(Registration {
            page: "https://manage.auth0.com/",
            client: "an application of type Native",
            redirects: Redirects::OnePort,
            secret: ClientSecret::None,
            note: "allow offline access on the API",
        })),
    ],
};

/// AWS Cognito.
pub const COGNITO: Preset = Preset {
    id: "cognito",
    name: "AWS Cognito",
    needs_issuer: true,
    facts: &[
        documented(
            Set::DefaultScope(&["openid", "email"]),
            "docs.aws.amazon.com: there is no offline_access; a refresh token always comes",
        ),
        documented(
            Set::ReuseInterval(0),
            "docs.aws.amazon.com: RetryGracePeriodSeconds is 0 to 60, set by the pool",
        ),
        documented(
            Set::TerminalCodes(&["RefreshTokenReuseException"]),
            "docs.aws.amazon.com: refresh token rotation",
        ),
        unverified(Set::OldAccessToken(OldAccessToken::Lives)),
        unverified(Set::RedirectHost("localhost")),
        documented(
            Set::AbsoluteLife(30 * DAY),
            "docs.aws.amazon.com: 30 days from the sign-in unless the app client says otherwise",
        ),
        unverified(Set::Registration(Registration {
            page: "https://console.aws.amazon.com/cognito/v2/idp/user-pools",
            client: "an app client without a secret",
            redirects: Redirects::OnePort,
            secret: ClientSecret::None,
            note: "the issuer is https://cognito-idp.REGION.amazonaws.com/POOL",
        })),
    ],
};

/// Dex.
pub const DEX: Preset = Preset {
    id: "dex",
    name: "Dex",
    needs_issuer: true,
    facts: &[
        documented(
            Set::TerminalCodes(&["invalid_request"]),
            "dexidp/dex server/refreshhandlers.go: stale, reused and expired tokens",
        ),
        documented(
            Set::DefaultScope(&["openid", "profile", "email", "offline_access"]),
            "dexidp.io/docs",
        ),
        unverified(Set::OldAccessToken(OldAccessToken::Lives)),
        unverified(Set::Registration(Registration {
            page: "`staticClients` of its configuration",
            client: "a client with `public: true`",
            redirects: Redirects::AnyPort,
            secret: ClientSecret::None,
            note: "",
        })),
    ],
};

/// Microsoft Entra ID.
pub const ENTRA: Preset = Preset {
    id: "entra",
    name: "Microsoft Entra ID",
    needs_issuer: false,
    facts: &[
        unverified(Set::Issuer("https://login.microsoftonline.com/common/v2.0")),
        unverified(Set::IssuerCheck(IssuerCheck::AnyTenant)),
        unverified(Set::DefaultScope(&["openid", "profile", "offline_access"])),
        unverified(Set::AuthMethod(AuthMethod::ClientSecretPost)),
        documented(
            Set::Rotation(Rotation::Stable),
            "learn.microsoft.com: refresh tokens in the Microsoft identity platform (old ones \
             are not revoked when used)",
        ),
        documented(
            Set::OldAccessToken(OldAccessToken::Lives),
            "learn.microsoft.com: refresh tokens in the Microsoft identity platform",
        ),
        third_party(
            Set::Repeats(&[Repeat::Scope]),
            "an MCP bridge's pull request: AADSTS90009 without scope",
        ),
        documented(
            Set::RedirectHost("localhost"),
            "learn.microsoft.com: redirect URI restrictions (the port is ignored for \
             localhost)",
        ),
        unverified(Set::Revocation(Revocation::Elsewhere(
            "myapps.microsoft.com, or ask an administrator to revoke sessions",
        ))),
        documented(
            Set::IdleLife(90 * DAY),
            "learn.microsoft.com: refresh tokens live 90 days without use",
        ),
        third_party(
            Set::Endings(&[
                ("aadsts50173", Ending::Revoked),
                ("aadsts700082", Ending::Expired),
                ("aadsts700084", Ending::Expired),
                ("aadsts70008", Ending::Expired),
            ]),
            "numbers that users reported; the documentation asks not to rely on them",
        ),
        documented(
            Set::Registration(Registration {
                page: "https://entra.microsoft.com/",
                client: "App registrations, platform `Mobile and desktop applications`",
                redirects: Redirects::AnyPort,
                secret: ClientSecret::None,
                note: "for one tenant give --issuer https://login.microsoftonline.com/TENANT/v2.0",
            }),
            "learn.microsoft.com: redirect URI restrictions",
        ),
        unverified(Set::GitHost("dev.azure.com")),
        unverified(Set::ScopesFor(&[
            (
                Use::Git,
                &[
                    "499b84ac-1321-427f-aa17-267ca6975798/.default",
                    "openid",
                    "offline_access",
                ],
            ),
            (
                Use::Api,
                &[
                    "https://graph.microsoft.com/User.Read",
                    "openid",
                    "offline_access",
                ],
            ),
            (
                Use::Mail,
                &[
                    "https://outlook.office.com/IMAP.AccessAsUser.All",
                    "https://outlook.office.com/SMTP.Send",
                    "openid",
                    "offline_access",
                ],
            ),
        ])),
    ],
};

/// Google.
pub const GOOGLE: Preset = Preset {
    id: "google",
    name: "Google",
    needs_issuer: false,
    facts: &[
        unverified(Set::Issuer("https://accounts.google.com")),
        documented(
            Set::DefaultScope(&["openid", "email"]),
            "developers.google.com/identity: OAuth 2.0 for installed apps",
        ),
        documented(
            Set::AuthorizationParams(&[("access_type", "offline"), ("prompt", "consent")]),
            "developers.google.com/identity: OpenID Connect",
        ),
        unverified(Set::AuthMethod(AuthMethod::ClientSecretPost)),
        third_party(
            Set::Rotation(Rotation::Stable),
            "issues of client libraries: a refresh answer has no refresh token",
        ),
        unverified(Set::OldAccessToken(OldAccessToken::Lives)),
        unverified(Set::BasicUsername("oauth2accesstoken")),
        third_party(
            Set::IdleLife(180 * DAY),
            "integration guides: six months without use; seven days for an app in testing",
        ),
        documented(
            Set::Registration(Registration {
                page: "https://console.cloud.google.com/apis/credentials",
                client: "an OAuth client of type `Desktop app`",
                redirects: Redirects::AnyPort,
                secret: ClientSecret::NotConfidential,
                note: "the redirect need not be entered",
            }),
            "developers.google.com/identity: OAuth 2.0 for installed apps",
        ),
        unverified(Set::ScopesFor(&[
            (
                Use::Api,
                &[
                    "openid",
                    "email",
                    "https://www.googleapis.com/auth/cloud-platform",
                ],
            ),
            (Use::Mail, &["openid", "email", "https://mail.google.com/"]),
        ])),
    ],
};

/// Ory Hydra.
pub const HYDRA: Preset = Preset {
    id: "hydra",
    name: "Ory Hydra",
    needs_issuer: true,
    facts: &[
        documented(
            Set::DefaultScope(&["openid", "offline_access"]),
            "ory.sh/docs/hydra: refresh token rotation",
        ),
        unverified(Set::TerminalCodes(&["token_inactive"])),
        documented(
            Set::OldAccessToken(OldAccessToken::DiesOnRefresh),
            "ory.sh/docs/hydra: using a refresh token revokes the access token issued with it",
        ),
        unverified(Set::IdleLife(30 * DAY)),
        documented(
            Set::Registration(Registration {
                page: "`hydra create oauth2-client`",
                client: "a client with token_endpoint_auth_method none",
                redirects: Redirects::AnyPort,
                secret: ClientSecret::None,
                note: "rotation_grace_period is off by default: where it is on, set \
                   `reuse_interval`",
            }),
            "ory/fosite pull request on loopback redirects",
        ),
    ],
};

/// Keycloak.
pub const KEYCLOAK: Preset = Preset {
    id: "keycloak",
    name: "Keycloak",
    needs_issuer: true,
    facts: &[
        documented(
            Set::DefaultScope(&["openid", "offline_access"]),
            "keycloak.org: offline access",
        ),
        unverified(Set::OldAccessToken(OldAccessToken::Lives)),
        unverified(Set::Registration(Registration {
            page: "the realm's administration console, Clients",
            client: "an OpenID Connect client with client authentication off",
            redirects: Redirects::AnyPort,
            secret: ClientSecret::None,
            note: "the issuer is https://HOST/realms/REALM; leave offline_access out for a \
                   session that ends with the browser's",
        })),
    ],
};

/// Okta.
pub const OKTA: Preset = Preset {
    id: "okta",
    name: "Okta",
    needs_issuer: true,
    facts: &[
        documented(
            Set::DefaultScope(&["openid", "profile", "email", "offline_access"]),
            "developer.okta.com: refresh tokens",
        ),
        documented(
            Set::ReuseInterval(30),
            "developer.okta.com: leeway 0 to 60 s, default 30",
        ),
        unverified(Set::OldAccessToken(OldAccessToken::Lives)),
        documented(
            Set::IdleLife(7 * DAY),
            "developer.okta.com: seven days without use in the default access policy",
        ),
        unverified(Set::Registration(Registration {
            page: "the administration console, Applications",
            client: "an OIDC app of type Native",
            redirects: Redirects::OnePort,
            secret: ClientSecret::None,
            note: "the issuer is https://DOMAIN/oauth2/default or https://DOMAIN",
        })),
    ],
};

/// Zitadel.
pub const ZITADEL: Preset = Preset {
    id: "zitadel",
    name: "Zitadel",
    needs_issuer: true,
    facts: &[
        documented(
            Set::DefaultScope(&["openid", "profile", "offline_access"]),
            "zitadel.com/docs: scopes",
        ),
        unverified(Set::OldAccessToken(OldAccessToken::Lives)),
        documented(
            Set::Registration(Registration {
                page: "the project's applications in the console",
                client: "an application of type Native",
                redirects: Redirects::AnyPort,
                secret: ClientSecret::None,
                note: "switch on `Refresh Token`, and `Device Code` for --device",
            }),
            "zitadel.com/docs: applications",
        ),
    ],
};
