//! The RFCs as values.
//!
//! Names are the words of the RFCs, so that one search finds the specification and the code. Every
//! function is pure: it takes values and returns values.
//!
//! Deliberately absent: files, sockets, clocks, and any particular provider.
//!
//! | room | what it holds | specification |
//! |---|---|---|
//! | [`token`] | tokens, the token response, how a credential rotates | RFC 6749 5, RFC 6750 |
//! | [`want`] | which token a caller asks for, and what it accepts | - |
//! | [`response`] | one decoder for the responses of token endpoints | RFC 6749 5.1 and 5.2 |
//! | [`scope`] | scope lists | RFC 6749 3.3 |
//! | [`authorize`] | the authorization request, its redirect | RFC 6749 4.1, RFC 7636, RFC 9207 |
//! | [`device`] | the device authorization response | RFC 8628 |
//! | [`client`] | a client, its proof, and request bodies | RFC 6749 2.3 |
//! | [`registration`] | a client that a server registers | RFC 7591 |
//! | [`discovery`] | server metadata | RFC 8414, OpenID Connect Discovery 1.0 |
//! | [`jwt`] | ID tokens, whether to believe them, the keys that sign them | RFC 7515, 7517, 7519 |

pub mod authorize;
pub mod client;
pub mod device;
pub mod discovery;
pub mod jwt;
pub mod registration;
pub mod response;
pub mod scope;
pub mod token;
pub mod want;
