//! The AWS SDKs' `credential_process`: the SDK reference, "Process credential provider". The ID
//! token is exchanged for a role's keys (AssumeRoleWithWebIdentity) with [`crate::exchange::aws`].

use serde_json::json;

use super::{Answer, Ask, Call, Hook, Input, Question, Reply, Row, TokenKind, malformed};
use crate::exchange::aws::Role;

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
    ],
    program: None,
    token: TokenKind::Id,
    speaks: true,
    shows: true,
    hook: &Aws,
};

struct Aws;

impl Hook for Aws {
    fn question(&self, call: &Call) -> Question {
        let Some(arn) = call.given.role.as_deref().or(call.variable("AWS_ROLE_ARN")) else {
            return malformed("which role? give `--role-arn ARN`, or set AWS_ROLE_ARN");
        };
        let region = call
            .variable("AWS_REGION")
            .or(call.variable("AWS_DEFAULT_REGION"));
        let of_a_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if region.is_some_and(|region| !region.chars().all(of_a_name)) {
            return malformed("AWS_REGION is no region");
        }
        let endpoint = match (call.variable("AWS_ENDPOINT_URL_STS"), region) {
            (Some(url), _) => url.to_owned(),
            (None, Some(region)) if region.starts_with("cn-") => {
                format!("https://sts.{region}.amazonaws.com.cn")
            }
            (None, Some(region)) => format!("https://sts.{region}.amazonaws.com"),
            (None, None) => "https://sts.amazonaws.com".to_owned(),
        };
        let session = call
            .given
            .session
            .as_deref()
            .or(call.variable("AWS_ROLE_SESSION_NAME"));
        let session = session.unwrap_or("authctl").to_owned();
        Question::Token(Ask {
            role: Some(Role {
                arn: arn.to_owned(),
                session,
                endpoint,
            }),
            ..Ask::default()
        })
    }

    fn reply(&self, _call: &Call, answer: &Answer<'_>) -> Reply {
        let Answer::Aws(keys) = answer else {
            return Reply::fails();
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
