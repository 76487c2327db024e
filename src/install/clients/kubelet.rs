//! The kubelet's image credential provider: a link to authctl. The configuration is on each node.

use crate::error::Error;
use crate::install::plan::{ClientPlan, Setup};

/// The name under which the kubelet runs authctl.
const PROGRAM: &str = "kubelet-credential-authctl";

pub fn plan(setup: &Setup<'_>) -> Result<ClientPlan, Error> {
    let mut plan = ClientPlan::default();
    if setup.changes_shared() {
        plan.link(setup, setup.links, PROGRAM)?;
    }
    if setup.installs() {
        let mut images = Vec::new();
        for host in setup.authorities() {
            images.push(format!("\"{host}\""));
        }
        plan.manual_steps.push(format!(
            "on each node: --image-credential-provider-bin-dir={}, and in the file of \
             --image-credential-provider-config: {{apiVersion: kubelet.config.k8s.io/v1, kind: \
             CredentialProviderConfig, providers: [{{name: {PROGRAM}, apiVersion: \
             credentialprovider.kubelet.k8s.io/v1, matchImages: [{}], defaultCacheDuration: \
             5m}}]}}",
            setup.links.display(),
            images.join(", ")
        ));
    }
    Ok(plan)
}
