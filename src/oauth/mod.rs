//! The RFCs as values.
//!
//! Names are the RFCs' own words, so that one search finds the specification and the code. Nothing
//! here knows a file, a socket, a clock or a particular provider; every function is a pure one from
//! values to values.
//!
//! | room | what it holds | specification |
//! |---|---|---|
//! | [`token`] | tokens, the token response, how a credential rotates | RFC 6749 5, RFC 6750 |
//! | [`want`] | what a caller accepts | - |
//! | [`response`] | one decoder for what a token endpoint answers | RFC 6749 sections 5.1 and 5.2 |
//! | [`scope`] | scope lists | RFC 6749 section 3.3 |
//! | [`authorize`] | the authorization request, its redirect | RFC 6749 4.1, RFC 7636, RFC 9207 |
//! | [`device`] | the device authorization response | RFC 8628 |
//! | [`client`] | client authentication and request bodies | RFC 6749 section 2.3 |
//! | [`discovery`] | server metadata | RFC 8414, OpenID Connect Discovery 1.0 |
//! | [`jwt`] | ID tokens and the keys that sign them | RFC 7515, 7517, OpenID Connect Core 1.0 |

pub mod authorize;
pub mod client;
pub mod device;
pub mod discovery;
pub mod jwt;
pub mod response;
pub mod scope;
pub mod token;
pub mod want;
