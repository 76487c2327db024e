//! Whether an ID token is to be believed (OpenID Connect Core 1.0, section 3.1.3.7).

use std::time::Duration;

use serde_json::Value;

use super::signers::{Signers, alg};
use super::untrusted::Untrusted;
use super::{Claims, Date, IdToken, claims, parse_part};
use crate::secret::{Secret, base64url};
use crate::time::Timestamp;

/// How far this machine's clock and the server's may be apart before an ID token counts as expired.
const LEEWAY: Duration = Duration::from_secs(300);

/// What an ID token must say to be believed.
pub struct Expected<'a> {
    /// The issuer that was asked for the token; `None` where it has no name.
    pub issuer: Option<&'a str>,
    /// The client that asked for the token.
    pub client_id: &'a str,
    /// The nonce that the token must have, or may have.
    pub nonce: Nonce<'a>,
    /// The access token that came in the same response, for `at_hash`.
    pub access_token: &'a Secret,
    /// The time, by the server's clock where it is known.
    pub now: Timestamp,
}

/// What is expected of an ID token's nonce.
#[derive(Clone, Copy, Debug)]
pub enum Nonce<'a> {
    /// It is the one of the authorization request.
    Demanded(&'a Secret),
    /// It is that, or absent: some servers leave it out, and PKCE protects the code all the same.
    IfPresent(&'a Secret),
    /// Nothing is known of it. The device flow has no place for one.
    Unknown,
}

/// Checks an ID token: form, algorithm, signature, issuer, audience, nonce, expiry, `at_hash`.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn verify(
    token: &IdToken,
    signers: &Signers<'_>,
    expected: &Expected<'_>,
) -> Result<Claims, Untrusted> {
    let text = token.0.expose();
    let (signed, signature) = text.rsplit_once('.').ok_or(Untrusted::Malformed)?;
    let (header, _) = signed.split_once('.').ok_or(Untrusted::Malformed)?;
    let header: Value = parse_part(header).ok_or(Untrusted::Malformed)?;
    let alg = alg(&header)?;
    signers.check(&header, alg, signed.as_bytes(), signature)?;
    let claims = claims(token).ok_or(Untrusted::Malformed)?;
    check_claims(&claims, alg, expected)?;
    Ok(claims)
}

fn check_claims(claims: &Claims, alg: &str, expected: &Expected<'_>) -> Result<(), Untrusted> {
    if expected.issuer.is_some_and(|issuer| claims.iss != issuer) {
        return Err(Untrusted::Issuer);
    }
    if !is_for(claims, expected.client_id) {
        return Err(Untrusted::Audience);
    }
    check_nonce(claims, expected.nonce)?;
    check_dates(claims, expected.now)?;
    match &claims.at_hash {
        Some(at_hash) if *at_hash != access_token_hash(alg, expected.access_token) => {
            Err(Untrusted::AccessToken)
        }
        _ => Ok(()),
    }
}

/// Whether a token was issued for this client: it is in the audience, and no other client is the
/// authorized party. A token for several clients has to say which of them that is.
fn is_for(claims: &Claims, client_id: &str) -> bool {
    let authorized = match &claims.azp {
        Some(azp) => azp == client_id,
        None => claims.aud.len() == 1,
    };
    authorized && claims.aud.iter().any(|member| member == client_id)
}

fn check_nonce(claims: &Claims, expected: Nonce<'_>) -> Result<(), Untrusted> {
    let (Nonce::Demanded(sent) | Nonce::IfPresent(sent)) = expected else {
        return Ok(());
    };
    match (&claims.nonce, expected) {
        (Some(nonce), _) if sent.same_as(nonce) => Ok(()),
        (Some(_), _) => Err(Untrusted::Nonce),
        (None, Nonce::Demanded(_)) => Err(Untrusted::NoNonce),
        (None, _) => Ok(()),
    }
}

fn check_dates(claims: &Claims, now: Timestamp) -> Result<(), Untrusted> {
    let dates = [claims.exp, claims.nbf, claims.iat];
    if dates.contains(&Date::Strange) {
        return Err(Untrusted::NotADate);
    }
    let expires = claims.exp.timestamp().ok_or(Untrusted::Endless)?;
    if expires.after(LEEWAY) <= now {
        return Err(Untrusted::Expired);
    }
    let begins = [claims.nbf, claims.iat].map(Date::timestamp);
    if begins
        .iter()
        .flatten()
        .any(|date| *date > now.after(LEEWAY))
    {
        return Err(Untrusted::Early);
    }
    Ok(())
}

/// `at_hash` (OpenID Connect Core 1.0, section 3.1.3.6): the left half of the access token's hash,
/// by the hash function that `alg` uses. Ed25519 uses SHA-512.
#[must_use]
pub fn access_token_hash(alg: &str, token: &Secret) -> String {
    let algorithm = match alg.get(alg.len().saturating_sub(3)..).unwrap_or_default() {
        "384" => &ring::digest::SHA384,
        "512" | "DSA" => &ring::digest::SHA512,
        _ => &ring::digest::SHA256,
    };
    let hash = ring::digest::digest(algorithm, token.expose().as_bytes());
    let (left, _) = hash.as_ref().split_at(hash.as_ref().len() / 2);
    base64url(left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::jwt::KeySet;
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
    use serde_json::json;

    struct Signer(EcdsaKeyPair);

    impl Signer {
        fn new() -> Self {
            let random = SystemRandom::new();
            let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
                .expect("a key");
            Self(
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random)
                    .expect("a key"),
            )
        }

        fn keys(&self) -> KeySet {
            let point = self.0.public_key().as_ref();
            let x = base64url(&point[1..33]);
            let y = base64url(&point[33..]);
            let junk = json!({"kty": "RSA"});
            KeySet::of(vec![
                junk,
                json!({"kty": "EC", "crv": "P-256", "kid": "k", "x": x, "y": y}),
            ])
        }

        fn sign(&self, header: &Value, claims: &Value) -> IdToken {
            let header = base64url(header.to_string().as_bytes());
            let claims = base64url(claims.to_string().as_bytes());
            let signed = format!("{header}.{claims}");
            let signature = self
                .0
                .sign(&SystemRandom::new(), signed.as_bytes())
                .expect("a signature");
            let signature = base64url(signature.as_ref());
            IdToken(Secret::new(format!("{signed}.{signature}")))
        }
    }

    /// Only these keys count.
    fn by(keys: &KeySet) -> Signers<'_> {
        Signers {
            keys: Some(keys),
            client_secret: None,
            tls: true,
        }
    }

    fn good() -> Value {
        json!({"iss": "https://as.example", "sub": "1", "aud": ["app"], "exp": 1000, "nonce": "n",
               "at_hash": access_token_hash("ES256", &Secret::new("at".to_owned()))})
    }

    fn verdict(claims: &Value, header: &Value) -> Result<Claims, Untrusted> {
        let signer = Signer::new();
        let nonce = Secret::new("n".to_owned());
        let access_token = Secret::new("at".to_owned());
        let expected = Expected {
            issuer: Some("https://as.example"),
            client_id: "app",
            nonce: Nonce::Demanded(&nonce),
            access_token: &access_token,
            now: Timestamp(900),
        };
        verify(&signer.sign(header, claims), &by(&signer.keys()), &expected)
    }

    #[test]
    fn a_good_token_is_believed() {
        assert_eq!(
            verdict(&good(), &json!({"alg": "ES256", "kid": "k"}))
                .expect("good")
                .sub,
            "1"
        );
    }

    #[test]
    fn each_wrong_claim_is_named() {
        let header = json!({"alg": "ES256", "kid": "k"});
        for (name, value, why) in [
            ("iss", json!("https://evil.example"), Untrusted::Issuer),
            ("aud", json!("other"), Untrusted::Audience),
            ("aud", json!(["app", "other"]), Untrusted::Audience),
            ("aud", json!(5), Untrusted::Malformed),
            ("azp", json!("other"), Untrusted::Audience),
            ("azp", json!(["app"]), Untrusted::Audience),
            ("nonce", json!("m"), Untrusted::Nonce),
            ("nonce", json!(7), Untrusted::Nonce),
            ("nonce", Value::Null, Untrusted::NoNonce),
            ("exp", json!(500), Untrusted::Expired),
            ("exp", json!("500"), Untrusted::Expired),
            ("exp", json!({}), Untrusted::NotADate),
            ("exp", Value::Null, Untrusted::Endless),
            ("iat", json!(1300), Untrusted::Early),
            ("nbf", json!(1300), Untrusted::Early),
            ("nbf", json!("soon"), Untrusted::NotADate),
            ("at_hash", json!("AAAA"), Untrusted::AccessToken),
            ("at_hash", json!([]), Untrusted::AccessToken),
        ] {
            let mut claims = good();
            claims[name] = value;
            assert_eq!(verdict(&claims, &header).err(), Some(why), "{name}");
        }
    }

    /// A mail address that is a list, a number of the user: nothing of that is a reason to call the
    /// token no token.
    #[test]
    fn what_only_describes_may_have_any_form() {
        let header = json!({"alg": "ES256", "kid": "k"});
        for (name, value) in [
            ("email", json!(["a@example.com", "b@example.com"])),
            ("email", json!(false)),
            ("name", json!({"given": "A"})),
            ("preferred_username", Value::Null),
            ("sub", json!(1)),
            ("exp", json!("1000")),
            ("aud", json!("app")),
            ("iat", json!(900.5)),
            ("azp", json!("app")),
            ("azp", Value::Null),
            ("at_hash", Value::Null),
        ] {
            let mut claims = good();
            claims[name] = value;
            let believed = verdict(&claims, &header).expect(name);
            assert_eq!(
                (believed.sub.as_str(), believed.display_name()),
                ("1", None)
            );
        }
        let mut several = good();
        several["aud"] = json!(["other", "app"]);
        several["azp"] = json!("app");
        assert!(verdict(&several, &header).is_ok());
    }

    /// A key says what it is for, and counts for nothing else (RFC 7517, section 4.2 to 4.4).
    #[test]
    fn a_key_for_another_purpose_makes_no_signature() {
        let signer = Signer::new();
        let token = signer.sign(&json!({"alg": "ES256"}), &good());
        for (member, value, counts) in [
            ("use", json!("sig"), true),
            ("use", json!("enc"), false),
            ("key_ops", json!(["verify"]), true),
            ("key_ops", json!(["sign", "verify"]), true),
            ("key_ops", json!(["encrypt"]), false),
            ("alg", json!("ES256"), true),
            ("alg", json!("ES384"), false),
            ("use", Value::Null, true),
        ] {
            let mut keys = signer.keys();
            keys.set(member, &value);
            let access_token = Secret::new("at".to_owned());
            let expected = Expected {
                issuer: None,
                client_id: "app",
                nonce: Nonce::Unknown,
                access_token: &access_token,
                now: Timestamp(900),
            };
            let verdict = verify(&token, &by(&keys), &expected);
            assert_eq!(verdict.is_ok(), counts, "{member} = {value}");
        }
    }

    #[test]
    fn no_algorithm_but_a_listed_one_is_accepted() {
        for alg in ["none", "HS256", "ES256K"] {
            assert_eq!(
                verdict(&good(), &json!({"alg": alg})).err(),
                Some(Untrusted::Algorithm),
                "{alg}"
            );
        }
        assert_eq!(
            verdict(&good(), &json!({"alg": "RS256"})).err(),
            Some(Untrusted::Signature)
        );
        assert_eq!(
            verdict(&good(), &json!({"alg": "ES256", "crit": ["x"]})).err(),
            Some(Untrusted::Algorithm)
        );
    }

    /// A critical header made an algorithm unknown, and TLS stood for the signature.
    #[test]
    fn a_critical_header_is_refused_whatever_could_stand_for_the_signature() {
        let secret = Secret::new("secret".to_owned());
        let access_token = Secret::new("at".to_owned());
        let expected = Expected {
            issuer: None,
            client_id: "app",
            nonce: Nonce::Unknown,
            access_token: &access_token,
            now: Timestamp(900),
        };
        for client_secret in [Some(&secret), None] {
            let signers = Signers {
                keys: None,
                client_secret,
                tls: true,
            };
            for header in [
                json!({"alg": "HS256", "crit": ["x"]}),
                json!({"alg": "ES256", "crit": 0}),
            ] {
                let token = Signer::new().sign(&header, &good());
                let verdict = verify(&token, &signers, &expected);
                assert_eq!(verdict.err(), Some(Untrusted::Algorithm), "{header}");
            }
            let token = Signer::new().sign(&json!({"alg": "HS256"}), &good());
            let verdict = verify(&token, &signers, &expected);
            assert_eq!(
                verdict.is_ok(),
                client_secret.is_none(),
                "TLS stands for a public client"
            );
        }
    }

    #[test]
    fn another_servers_signature_is_refused() {
        let token = Signer::new().sign(&json!({"alg": "ES256", "kid": "k"}), &good());
        let access_token = Secret::new("at".to_owned());
        let expected = Expected {
            issuer: Some("https://as.example"),
            client_id: "app",
            nonce: Nonce::Unknown,
            access_token: &access_token,
            now: Timestamp(900),
        };
        assert_eq!(
            verify(&token, &by(&Signer::new().keys()), &expected).err(),
            Some(Untrusted::Signature)
        );
    }
}
