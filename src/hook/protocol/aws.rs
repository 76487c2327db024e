//! The AWS SDKs' `credential_process`: the SDK reference, "Process credential provider". The ID
//! token is exchanged for a role's keys (AssumeRoleWithWebIdentity) with [`crate::exchange::aws`].

use serde_json::json;

use super::{
    Hook, Input, Outcome, Question, Reply, Request, Row, TokenKind, TokenRequest, malformed,
    question_or_malformed,
};
use crate::exchange::aws::{Role, is_role};
use crate::exchange::{Exchange, Exchanged};

pub(super) const ROW: Row = Row {
    name: "aws",
    help: "aws and every AWS SDK: credential_process",
    usage: "",
    input: Input::Nothing,
    flag: None,
    variables: &[
        "AWS_ROLE_ARN",
        "AWS_ROLE_SESSION_NAME",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_ENDPOINT_URL_STS",
        "AWS_ENDPOINT_URL",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    ],
    program: None,
    token: TokenKind::Id,
    own_options: false,
    path_setting: None,
    writes_stderr: true,
    shows_stderr: true,
    hook: &Aws,
};

struct Aws;

impl Hook for Aws {
    fn question(&self, request: &Request) -> Question {
        let named = request.options.exchange_role.as_deref();
        let Some(arn) = named.or(request.variable("AWS_ROLE_ARN")) else {
            return malformed("no role is named: use `--role-arn ARN`, or set AWS_ROLE_ARN");
        };
        if !is_role(arn) {
            return malformed("the role is not a valid ARN: arn:aws:iam::ACCOUNT:role/NAME");
        }
        question_or_malformed(endpoint(request).map(|endpoint| {
            let role = Role {
                arn: arn.to_owned(),
                session: session_name(request).to_owned(),
                endpoint,
            };
            Question::Token(TokenRequest {
                exchange: Some(Exchange::Aws(role)),
                ..TokenRequest::default()
            })
        }))
    }

    fn reply(&self, _request: &Request, outcome: &Outcome<'_>) -> Reply {
        let Outcome::Exchanged(Exchanged::Aws(keys)) = outcome else {
            return Reply::failure();
        };
        Reply::json(&json!({
            "Version": 1,
            "AccessKeyId": keys.access_key_id,
            "SecretAccessKey": keys.secret_access_key.expose(),
            "SessionToken": keys.session_token.expose(),
            "Expiration": keys.expiration,
        }))
    }
}

/// The URL of the Security Token Service: the one that the caller names, else that of its region.
fn endpoint(request: &Request) -> Result<String, &'static str> {
    let region = request.variable("AWS_REGION");
    let region = region.or(request.variable("AWS_DEFAULT_REGION"));
    // The region becomes a part of a host name.
    if region.is_some_and(|region| !region.chars().all(is_of_region)) {
        return Err("AWS_REGION is not a valid AWS region");
    }
    let ignores = request.variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
    let named = request.variable("AWS_ENDPOINT_URL_STS");
    let named = named.or(request.variable("AWS_ENDPOINT_URL"));
    // Whether the address may be used (https, or this machine) is decided where it is asked.
    if let Some(url) = named.filter(|_| !ignores.is_some_and(|it| it.eq_ignore_ascii_case("true")))
    {
        return Ok(url.to_owned());
    }
    Ok(match region {
        Some(region) if region.starts_with("cn-") => {
            format!("https://sts.{region}.amazonaws.com.cn")
        }
        Some(region) => format!("https://sts.{region}.amazonaws.com"),
        None => "https://sts.amazonaws.com".to_owned(),
    })
}

fn is_of_region(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
}

fn session_name(request: &Request) -> &str {
    let named = request.options.exchange_session.as_deref();
    named
        .or(request.variable("AWS_ROLE_SESSION_NAME"))
        .unwrap_or("authctl")
}
