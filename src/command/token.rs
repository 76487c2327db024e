//! `authctl token`: prints a token that is valid now.

use std::io::Read;

use crate::cli::{Format, TokenArgs};
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::keep;
use crate::oauth::scope;
use crate::oauth::want::{TokenKind, Want};
use crate::output::{Output, answer};
use crate::secret::Fingerprint;
use crate::session::{Context, Session, Token};
use crate::view::token as view;

/// No token is longer.
const REJECTED_LIMIT: u64 = 1 << 20;

/// Prints a token that is valid now.
///
/// # Errors
/// Why there is none.
pub fn run(context: &Context, output: Output, args: &TokenArgs) -> Result<(), Error> {
    let session = context.session(args.profile.as_deref())?;
    let rejected = args.rejected.as_deref().map(read_rejected).transpose()?;
    let token = session.token(&want(&session, args, rejected)?, args.wait)?;
    print(context, output, args, &token)?;
    match &args.output {
        Some(path) if args.keep => {
            let file = keep::File {
                path: path.clone(),
                profile: args.profile.clone(),
                id_token: args.id_token,
                min_ttl: args.min_ttl,
                follows: true,
            };
            keep::until_told_to_stop(file, output.sink())
        }
        _ => Ok(()),
    }
}

/// What the flags ask for.
fn want(
    session: &Session<'_>,
    args: &TokenArgs,
    rejected: Option<Fingerprint>,
) -> Result<Want, Error> {
    let mut scopes = Vec::new();
    for text in &args.require_scope {
        let parsed = scope::parse_whole(text).ok_or_else(|| {
            let message = "--require-scope takes scopes, which are printable ASCII";
            let hint = "type it anew: a copied one may have a character that cannot be seen";
            Error::new(ErrorKind::Usage, message).hint(hint)
        })?;
        scopes.extend(parsed);
    }
    Ok(Want {
        min_ttl: args.min_ttl,
        scopes,
        rejected,
        insists: args.now,
        kind: if args.id_token {
            TokenKind::Id
        } else {
            TokenKind::Access
        },
        ..session.want()
    })
}

/// A fingerprint, or the token itself on stdin. As an argument, every process could read the token.
fn read_rejected(text: &str) -> Result<Fingerprint, Error> {
    if text != "-" {
        return Fingerprint::parse(text).ok_or_else(|| {
            let message =
                "--rejected takes a fingerprint (32 hexadecimal digits), or `-` for the token on \
                 stdin";
            Error::new(ErrorKind::Usage, message)
                .hint("`authctl token --json` tells each token's fingerprint")
        });
    }
    let mut token = zeroize::Zeroizing::new(String::new());
    let read = std::io::stdin()
        .take(REJECTED_LIMIT)
        .read_to_string(&mut token);
    match read {
        Ok(_) if !token.trim().is_empty() => Ok(Fingerprint::of(token.trim())),
        _ => Err(
            Error::new(ErrorKind::Usage, "there is no token on stdin").hint(
                "write the refused token to it: `printf %s \"$TOKEN\" | authctl token --rejected \
                 -`",
            ),
        ),
    }
}

fn print(context: &Context, output: Output, args: &TokenArgs, token: &Token) -> Result<(), Error> {
    let now = context.clock.now();
    if let Some(end) = token.expires_at() {
        let left = end.remaining(now);
        let profile = Some(&*token.header().profile);
        context.notify(profile, &Event::TimeLeft { left });
        let is_too_short = left < args.min_ttl.unwrap_or_default();
        if is_too_short && args.strict {
            return Err(Error::life_too_short(left).about(&token.header().profile));
        }
        if is_too_short {
            context.notify(profile, &Event::LifeTooShort { left });
        }
    }
    let format = if output.json {
        Format::Json
    } else {
        args.format
    };
    let secret = token.secret().expose();
    match format {
        Format::Token => write(args, &format!("{secret}\n")),
        Format::Header => write(
            args,
            &format!("Authorization: {}\n", &*token.authorization()),
        ),
        Format::Env => write(args, &view::assignments(token)?),
        Format::Json => write(args, &format!("{}\n", view::json(token, now))),
    }
}

/// Writes the answer to stdout, or to a file for a program that sends the whole of it: without the
/// line break, which would be a part.
fn write(args: &TokenArgs, text: &str) -> Result<(), Error> {
    let Some(path) = &args.output else {
        return answer(text);
    };
    keep::write(path, text.trim_end_matches('\n'))
}
