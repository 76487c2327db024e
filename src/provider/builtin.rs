//! The table of providers. A value stands here only where it differs from
//! [`Provider::default`](super::Provider), with the place where it was read and a mark: documented,
//! third party, or not verified by anybody for this table.
//!
//! None was tried against a live server. A mark is a promise about reading, not about running.

use super::Mark::{Documented as D, ThirdParty as T, Unverified as K};
use super::Set::*;
use super::{
    Body as B, Fact, IssuerCheck as IC, OldAccessToken as Old, Preset, Repeat, Revocation as R,
};
use super::{Rotation as Rot, Set};
use crate::oauth::client::AuthMethod as Auth;

const fn fact(set: Set, mark: super::Mark, source: &'static str) -> Fact {
    Fact { set, mark, source }
}

const GITHUB: &str = "docs.github.com/apps: authorizing OAuth apps, refreshing user access tokens";
const GITLAB: &str = "docs.gitlab.com/api/oauth2";
const COMMON: &str = "common knowledge of the provider's public address or habit";

/// Every provider that `--provider` knows, by name.
pub const PRESETS: &[Preset] = &[
    Preset {
        id: "atlassian",
        name: "Atlassian 3LO",
        needs_issuer: false,
        facts: &[
            fact(
                AuthorizationEndpoint("https://auth.atlassian.com/authorize"),
                K,
                COMMON,
            ),
            fact(
                TokenEndpoint("https://auth.atlassian.com/oauth/token"),
                T,
                "provider list of an integration platform",
            ),
            fact(AuthMethod(Auth::ClientSecretPost), K, COMMON),
            fact(
                DefaultScope(&["offline_access", "read:me"]),
                D,
                "developer.atlassian.com: OAuth 2.0 (3LO) apps",
            ),
            fact(
                AuthorizationParams(&[("audience", "api.atlassian.com"), ("prompt", "consent")]),
                K,
                COMMON,
            ),
            fact(
                ReuseInterval(600),
                D,
                "developer.atlassian.com: 10 minutes of leeway",
            ),
            fact(
                Revocation(R::Elsewhere("id.atlassian.com/manage-profile/apps")),
                K,
                COMMON,
            ),
            fact(RedirectHost("localhost"), K, COMMON),
            fact(
                Registration(
                    "one callback URL per app: register http://localhost:PORT/callback and use \
                     --port PORT; needs a client secret",
                ),
                T,
                "community threads",
            ),
        ],
    },
    Preset {
        id: "auth0",
        name: "Auth0",
        needs_issuer: true,
        facts: &[
            fact(
                DefaultScope(&["openid", "profile", "email", "offline_access"]),
                D,
                "auth0.com/docs: refresh tokens",
            ),
            fact(OldAccessToken(Old::Lives), K, COMMON),
            fact(
                Repeats(&[Repeat::Resource, Repeat::Audience]),
                T,
                "a chat client's pull request about refresh",
            ),
            fact(
                Registration(
                    "application type Native; allow http://127.0.0.1:PORT/callback and use --port \
                     PORT; allow offline access on the API",
                ),
                K,
                COMMON,
            ),
        ],
    },
    Preset {
        id: "bitbucket",
        name: "Bitbucket Cloud",
        needs_issuer: false,
        facts: &[
            fact(
                AuthorizationEndpoint("https://bitbucket.org/site/oauth2/authorize"),
                D,
                "support.atlassian.com: use OAuth on Bitbucket Cloud",
            ),
            fact(
                TokenEndpoint("https://bitbucket.org/site/oauth2/access_token"),
                D,
                "support.atlassian.com: use OAuth on Bitbucket Cloud",
            ),
            fact(
                AuthMethod(Auth::ClientSecretBasic),
                D,
                "support.atlassian.com: use OAuth on Bitbucket Cloud",
            ),
            fact(DefaultScope(&[]), D, "scopes are those of the consumer"),
            fact(Rotation(Rot::Stable), K, COMMON),
            fact(OldAccessToken(Old::Lives), K, COMMON),
            fact(
                Whoami("https://api.bitbucket.org/2.0/user", "username"),
                K,
                COMMON,
            ),
            fact(
                Revocation(R::Elsewhere(
                    "bitbucket.org/account/settings/app-authorizations",
                )),
                K,
                COMMON,
            ),
            fact(BasicUsername("x-token-auth"), K, COMMON),
            fact(
                Registration(
                    "the callback may be the configured URL with a suffix; needs the consumer's \
                     secret",
                ),
                D,
                "support.atlassian.com: use OAuth on Bitbucket Cloud",
            ),
        ],
    },
    Preset {
        id: "box",
        name: "Box",
        needs_issuer: false,
        facts: &[
            fact(
                AuthorizationEndpoint("https://account.box.com/api/oauth2/authorize"),
                K,
                COMMON,
            ),
            fact(
                TokenEndpoint("https://api.box.com/oauth2/token"),
                D,
                "developer.box.com: refresh a token",
            ),
            fact(
                RevocationEndpoint("https://api.box.com/oauth2/revoke"),
                K,
                COMMON,
            ),
            fact(AuthMethod(Auth::ClientSecretPost), K, COMMON),
            fact(DefaultScope(&[]), K, COMMON),
            fact(
                Whoami("https://api.box.com/2.0/users/me", "login"),
                K,
                COMMON,
            ),
            fact(
                ReuseInterval(60),
                D,
                "Box staff: the same pair is returned until the new refresh token is used; one \
                 minute is our cautious bound",
            ),
            fact(OldAccessToken(Old::Lives), K, COMMON),
            fact(
                Registration(
                    "register http://localhost:PORT/callback exactly and use --port PORT; needs \
                     the secret",
                ),
                K,
                COMMON,
            ),
            fact(RedirectHost("localhost"), K, COMMON),
        ],
    },
    Preset {
        id: "cognito",
        name: "AWS Cognito",
        needs_issuer: true,
        facts: &[
            fact(
                DefaultScope(&["openid", "email"]),
                D,
                "docs.aws.amazon.com: there is no offline_access; a refresh token always comes",
            ),
            fact(
                ReuseInterval(0),
                D,
                "docs.aws.amazon.com: RetryGracePeriodSeconds is 0 to 60, set by the pool",
            ),
            fact(
                TerminalCodes(&["RefreshTokenReuseException"]),
                D,
                "docs.aws.amazon.com: refresh token rotation",
            ),
            fact(OldAccessToken(Old::Lives), K, COMMON),
            fact(RedirectHost("localhost"), K, COMMON),
            fact(
                Registration(
                    "the issuer is https://cognito-idp.REGION.amazonaws.com/POOL; allow \
                     http://localhost:PORT/callback and use --port PORT",
                ),
                K,
                COMMON,
            ),
        ],
    },
    Preset {
        id: "dex",
        name: "Dex",
        needs_issuer: true,
        facts: &[
            fact(
                TerminalCodes(&["invalid_request"]),
                D,
                "dexidp/dex server/refreshhandlers.go: stale, reused and expired tokens",
            ),
            fact(
                DefaultScope(&["openid", "profile", "email", "offline_access"]),
                D,
                "dexidp.io/docs",
            ),
            fact(OldAccessToken(Old::Lives), K, COMMON),
            fact(
                Registration(
                    "staticClients with public: true; any port on localhost and 127.0.0.1",
                ),
                K,
                COMMON,
            ),
        ],
    },
    Preset {
        id: "discord",
        name: "Discord",
        needs_issuer: false,
        facts: &[
            fact(
                AuthorizationEndpoint("https://discord.com/oauth2/authorize"),
                D,
                "discord.com/developers/docs/topics/oauth2",
            ),
            fact(
                TokenEndpoint("https://discord.com/api/oauth2/token"),
                D,
                "discord.com/developers/docs/topics/oauth2",
            ),
            fact(
                RevocationEndpoint("https://discord.com/api/oauth2/token/revoke"),
                D,
                "discord.com/developers/docs/topics/oauth2",
            ),
            fact(
                DefaultScope(&["identify"]),
                D,
                "discord.com/developers/docs/topics/oauth2",
            ),
            fact(
                Whoami("https://discord.com/api/users/@me", "username"),
                K,
                COMMON,
            ),
            fact(OldAccessToken(Old::Lives), K, COMMON),
            fact(
                Registration("register http://127.0.0.1:PORT/callback and use --port PORT"),
                K,
                COMMON,
            ),
        ],
    },
    Preset {
        id: "dropbox",
        name: "Dropbox",
        needs_issuer: false,
        facts: &[
            fact(
                AuthorizationEndpoint("https://www.dropbox.com/oauth2/authorize"),
                T,
                "client libraries",
            ),
            fact(
                TokenEndpoint("https://api.dropboxapi.com/oauth2/token"),
                K,
                COMMON,
            ),
            fact(
                AuthorizationParams(&[("token_access_type", "offline")]),
                D,
                "dropbox.com/developers: OAuth guide",
            ),
            fact(DefaultScope(&[]), K, COMMON),
            fact(
                Rotation(Rot::Stable),
                D,
                "dropbox.com/developers: OAuth guide",
            ),
            fact(OldAccessToken(Old::Lives), K, COMMON),
            fact(
                Revocation(R::Elsewhere("dropbox.com/account/connected_apps")),
                K,
                COMMON,
            ),
            fact(RedirectHost("localhost"), K, COMMON),
            fact(
                Registration(
                    "register http://localhost:PORT/callback exactly and use --port PORT; no \
                     secret with PKCE",
                ),
                T,
                "client libraries",
            ),
        ],
    },
    Preset {
        id: "entra",
        name: "Microsoft Entra ID",
        needs_issuer: false,
        facts: &[
            fact(
                Issuer("https://login.microsoftonline.com/common/v2.0"),
                K,
                COMMON,
            ),
            fact(IssuerCheck(IC::AnyTenant), K, COMMON),
            fact(
                DefaultScope(&["openid", "profile", "offline_access"]),
                K,
                COMMON,
            ),
            fact(AuthMethod(Auth::ClientSecretPost), K, COMMON),
            fact(
                Rotation(Rot::Stable),
                D,
                "learn.microsoft.com: refresh tokens in the Microsoft identity platform (old ones \
                 are not revoked when used)",
            ),
            fact(
                OldAccessToken(Old::Lives),
                D,
                "learn.microsoft.com: refresh tokens in the Microsoft identity platform",
            ),
            fact(
                Repeats(&[Repeat::Scope]),
                T,
                "an MCP bridge's pull request: AADSTS90009 without scope",
            ),
            fact(
                RedirectHost("localhost"),
                D,
                "learn.microsoft.com: redirect URI restrictions (the port is ignored for \
                 localhost)",
            ),
            fact(
                Revocation(R::Elsewhere(
                    "myapps.microsoft.com, or ask an administrator to revoke sessions",
                )),
                K,
                COMMON,
            ),
            fact(
                Registration(
                    "platform `Mobile and desktop applications` with http://localhost/callback; \
                     the path counts, the port does not; for one tenant give --issuer \
                     https://login.microsoftonline.com/TENANT/v2.0",
                ),
                D,
                "learn.microsoft.com: redirect URI restrictions",
            ),
        ],
    },
    Preset {
        id: "github",
        name: "GitHub (OAuth app)",
        needs_issuer: false,
        facts: &[
            fact(
                AuthorizationEndpoint("https://github.com/login/oauth/authorize"),
                D,
                GITHUB,
            ),
            fact(
                TokenEndpoint("https://github.com/login/oauth/access_token"),
                D,
                GITHUB,
            ),
            fact(
                DeviceAuthorizationEndpoint("https://github.com/login/device/code"),
                D,
                GITHUB,
            ),
            fact(AuthMethod(Auth::ClientSecretPost), D, GITHUB),
            fact(DefaultScope(&["read:user"]), D, GITHUB),
            fact(Whoami("https://api.github.com/user", "login"), K, COMMON),
            fact(OldAccessToken(Old::Lives), D, GITHUB),
            fact(TerminalCodes(&["incorrect_device_code"]), D, GITHUB),
            fact(
                Revocation(R::Elsewhere("github.com/settings/applications")),
                D,
                GITHUB,
            ),
            fact(BasicUsername("x-access-token"), K, COMMON),
            fact(
                Registration(
                    "register http://127.0.0.1/callback (the port need not match) and give the \
                     secret, or enable the device flow and use --device without a secret",
                ),
                D,
                GITHUB,
            ),
        ],
    },
    Preset {
        id: "github-app",
        name: "GitHub (App, user token)",
        needs_issuer: false,
        facts: &[
            fact(
                AuthorizationEndpoint("https://github.com/login/oauth/authorize"),
                D,
                GITHUB,
            ),
            fact(
                TokenEndpoint("https://github.com/login/oauth/access_token"),
                D,
                GITHUB,
            ),
            fact(
                DeviceAuthorizationEndpoint("https://github.com/login/device/code"),
                D,
                GITHUB,
            ),
            fact(AuthMethod(Auth::ClientSecretPost), D, GITHUB),
            fact(DefaultScope(&[]), D, GITHUB),
            fact(Whoami("https://api.github.com/user", "login"), K, COMMON),
            fact(OldAccessToken(Old::DiesOnRefresh), D, GITHUB),
            fact(
                TerminalCodes(&["bad_refresh_token", "incorrect_device_code"]),
                T,
                "test suites of several clients",
            ),
            fact(
                Revocation(R::Elsewhere("github.com/settings/apps/authorizations")),
                D,
                GITHUB,
            ),
            fact(BasicUsername("x-access-token"), K, COMMON),
            fact(
                Registration(
                    "as for an OAuth app; a refresh needs the secret unless the login was by \
                     device",
                ),
                D,
                GITHUB,
            ),
        ],
    },
    Preset {
        id: "gitlab",
        name: "GitLab",
        needs_issuer: false,
        facts: &[
            fact(Issuer("https://gitlab.com"), K, COMMON),
            fact(
                DeviceAuthorizationEndpoint("https://gitlab.com/oauth/authorize_device"),
                D,
                GITLAB,
            ),
            fact(
                RevocationEndpoint("https://gitlab.com/oauth/revoke"),
                D,
                GITLAB,
            ),
            fact(DefaultScope(&["openid", "read_user"]), D, GITLAB),
            fact(OldAccessToken(Old::DiesOnRefresh), D, GITLAB),
            fact(Repeats(&[Repeat::RedirectUri]), D, GITLAB),
            fact(
                Registration(
                    "untick `Confidential`; register http://127.0.0.1:PORT/callback and use --port \
                     PORT; for your own server give --issuer",
                ),
                K,
                COMMON,
            ),
        ],
    },
    Preset {
        id: "google",
        name: "Google",
        needs_issuer: false,
        facts: &[
            fact(Issuer("https://accounts.google.com"), K, COMMON),
            fact(
                DefaultScope(&["openid", "email"]),
                D,
                "developers.google.com/identity: OAuth 2.0 for installed apps",
            ),
            fact(
                AuthorizationParams(&[("access_type", "offline"), ("prompt", "consent")]),
                D,
                "developers.google.com/identity: OpenID Connect",
            ),
            fact(AuthMethod(Auth::ClientSecretPost), K, COMMON),
            fact(
                Rotation(Rot::Stable),
                T,
                "issues of client libraries: a refresh answer has no refresh token",
            ),
            fact(OldAccessToken(Old::Lives), K, COMMON),
            fact(BasicUsername("oauth2accesstoken"), K, COMMON),
            fact(
                Registration(
                    "client type `Desktop app`: any port on 127.0.0.1; its secret is not \
                     confidential but must be sent",
                ),
                D,
                "developers.google.com/identity: OAuth 2.0 for installed apps",
            ),
        ],
    },
    Preset {
        id: "huggingface",
        name: "Hugging Face",
        needs_issuer: false,
        facts: &[
            fact(
                Issuer("https://huggingface.co"),
                D,
                "huggingface.co/docs/hub/oauth",
            ),
            fact(
                DefaultScope(&["openid", "profile"]),
                D,
                "huggingface.co/docs/hub/oauth",
            ),
            fact(OldAccessToken(Old::Lives), K, COMMON),
            fact(AssumedTtl(28_800), K, COMMON),
            fact(
                Registration("a public app with http://127.0.0.1:PORT/callback and --port PORT"),
                K,
                COMMON,
            ),
        ],
    },
    Preset {
        id: "hydra",
        name: "Ory Hydra",
        needs_issuer: true,
        facts: &[
            fact(
                DefaultScope(&["openid", "offline_access"]),
                D,
                "ory.sh/docs/hydra: refresh token rotation",
            ),
            fact(TerminalCodes(&["token_inactive"]), K, COMMON),
            fact(
                OldAccessToken(Old::DiesOnRefresh),
                D,
                "ory.sh/docs/hydra: using a refresh token revokes the access token issued with it",
            ),
            fact(
                Registration(
                    "token_endpoint_auth_method none; any port on 127.0.0.1, not on localhost; \
                     rotation_grace_period is off by default (tell us with reuse_interval)",
                ),
                D,
                "ory/fosite pull request on loopback redirects",
            ),
        ],
    },
    Preset {
        id: "keycloak",
        name: "Keycloak",
        needs_issuer: true,
        facts: &[
            fact(
                DefaultScope(&["openid", "offline_access"]),
                D,
                "keycloak.org: offline access",
            ),
            fact(OldAccessToken(Old::Lives), K, COMMON),
            fact(
                Registration(
                    "client authentication off; valid redirect URI http://127.0.0.1/*; the issuer \
                     is https://HOST/realms/REALM; leave offline_access out for a session that \
                     ends with the browser's",
                ),
                K,
                COMMON,
            ),
        ],
    },
    Preset {
        id: "linear",
        name: "Linear",
        needs_issuer: false,
        facts: &[
            fact(
                AuthorizationEndpoint("https://linear.app/oauth/authorize"),
                D,
                "linear.app/developers/oauth-2-0-authentication",
            ),
            fact(
                TokenEndpoint("https://api.linear.app/oauth/token"),
                K,
                COMMON,
            ),
            fact(
                RevocationEndpoint("https://api.linear.app/oauth/revoke"),
                K,
                COMMON,
            ),
            fact(
                ScopeSeparator(","),
                D,
                "linear.app/developers/oauth-2-0-authentication",
            ),
            fact(
                DefaultScope(&["read"]),
                D,
                "linear.app/developers/oauth-2-0-authentication",
            ),
            fact(
                ReuseInterval(1800),
                T,
                "an issue quoting Linear's documentation: 30 minutes",
            ),
            fact(OldAccessToken(Old::Lives), K, COMMON),
            fact(AuthMethod(Auth::ClientSecretPost), K, COMMON),
            fact(RedirectHost("localhost"), K, COMMON),
            fact(
                Registration("register http://localhost:PORT/callback and use --port PORT"),
                K,
                COMMON,
            ),
        ],
    },
    Preset {
        id: "notion",
        name: "Notion",
        needs_issuer: false,
        facts: &[
            fact(
                AuthorizationEndpoint("https://api.notion.com/v1/oauth/authorize"),
                D,
                "developers.notion.com: authorization",
            ),
            fact(
                TokenEndpoint("https://api.notion.com/v1/oauth/token"),
                D,
                "developers.notion.com: authorization",
            ),
            fact(
                AuthMethod(Auth::ClientSecretBasic),
                D,
                "developers.notion.com: authorization",
            ),
            fact(Body(B::Json), D, "developers.notion.com: authorization"),
            fact(DefaultScope(&[]), K, COMMON),
            fact(AuthorizationParams(&[("owner", "user")]), K, COMMON),
            fact(OldAccessToken(Old::Lives), K, COMMON),
            fact(
                Revocation(R::Elsewhere("the workspace's Settings, Connections")),
                K,
                COMMON,
            ),
            fact(RedirectHost("localhost"), K, COMMON),
            fact(
                Registration(
                    "a public integration with http://localhost:PORT/callback and --port PORT; \
                     needs the secret",
                ),
                K,
                COMMON,
            ),
        ],
    },
    Preset {
        id: "okta",
        name: "Okta",
        needs_issuer: true,
        facts: &[
            fact(
                DefaultScope(&["openid", "profile", "email", "offline_access"]),
                D,
                "developer.okta.com: refresh tokens",
            ),
            fact(
                ReuseInterval(30),
                D,
                "developer.okta.com: leeway 0 to 60 s, default 30",
            ),
            fact(OldAccessToken(Old::Lives), K, COMMON),
            fact(
                Registration(
                    "a native app with http://127.0.0.1:PORT/callback and --port PORT; the issuer \
                     is https://DOMAIN/oauth2/default or https://DOMAIN",
                ),
                K,
                COMMON,
            ),
        ],
    },
    Preset {
        id: "salesforce",
        name: "Salesforce",
        needs_issuer: false,
        facts: &[
            fact(Issuer("https://login.salesforce.com"), K, COMMON),
            fact(
                DefaultScope(&["openid", "refresh_token", "api"]),
                D,
                "help.salesforce.com: OAuth tokens and scopes",
            ),
            fact(
                Rotation(Rot::Stable),
                D,
                "help.salesforce.com: rotation only where the connected app switches it on",
            ),
            fact(OldAccessToken(Old::Lives), K, COMMON),
            fact(
                AssumedTtl(7200),
                T,
                "a plugin's change log: answers have no expires_in; two hours is the usual session \
                 time-out",
            ),
            fact(AuthMethod(Auth::ClientSecretPost), K, COMMON),
            fact(RedirectHost("localhost"), K, COMMON),
            fact(
                Registration(
                    "a connected app with http://localhost:PORT/callback and --port PORT; for a \
                     sandbox or My Domain give --issuer",
                ),
                K,
                COMMON,
            ),
        ],
    },
    Preset {
        id: "slack",
        name: "Slack",
        needs_issuer: false,
        facts: &[
            fact(
                AuthorizationEndpoint("https://slack.com/oauth/v2/authorize"),
                K,
                COMMON,
            ),
            fact(
                TokenEndpoint("https://slack.com/api/oauth.v2.access"),
                D,
                "docs.slack.dev: token rotation",
            ),
            fact(AuthMethod(Auth::ClientSecretPost), K, COMMON),
            fact(ScopeSeparator(","), K, COMMON),
            fact(DefaultScope(&[]), K, COMMON),
            fact(
                TerminalCodes(&["invalid_refresh_token", "token_already_exchanged"]),
                D,
                "docs.slack.dev: token rotation",
            ),
            fact(OldAccessToken(Old::Lives), K, COMMON),
            fact(
                Revocation(R::Elsewhere("the workspace's installed apps")),
                D,
                "docs.slack.dev: auth.revoke is not RFC 7009",
            ),
            fact(
                Registration(
                    "redirects must be https: use --paste with your own redirect_uri; tokens \
                     expire only where rotation is on",
                ),
                K,
                COMMON,
            ),
        ],
    },
    Preset {
        id: "zitadel",
        name: "Zitadel",
        needs_issuer: true,
        facts: &[
            fact(
                DefaultScope(&["openid", "profile", "offline_access"]),
                D,
                "zitadel.com/docs: scopes",
            ),
            fact(OldAccessToken(Old::Lives), K, COMMON),
            fact(
                Registration(
                    "a native app; switch on `Refresh Token`, and `Device Code` for --device",
                ),
                D,
                "zitadel.com/docs: applications",
            ),
        ],
    },
];
