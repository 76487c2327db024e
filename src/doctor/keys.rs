//! The keys of sealed sessions.

use super::{Finding, Patient};
use crate::profile::store_kind::StoreKind;
use crate::store::StoreError;

/// Asks for the key of the profile's session, as a login and a refresh do.
pub(super) fn round_trip(patient: &Patient<'_>) -> Vec<Finding> {
    let kind = patient.profile().store;
    if matches!(kind, StoreKind::File | StoreKind::None) {
        return vec![Finding::ok("none is needed")];
    }
    let (took, tried) = patient.session.try_keys();
    let took = took.as_millis();
    vec![match tried {
        Ok(()) => Finding::ok(format!("its key is there, in {took} ms")),
        Err(error) => Finding::of_error(&StoreError::from(error).into()),
    }]
}
