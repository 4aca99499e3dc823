//! A real browser looks at where a link leads. Our own hosts know the visit as ours, so that it counts nowhere.

use crate::app::App;
use crate::outgoing::browser::{self, OurHosts, VisitError, VisitRequest};
use url::Url;
use whence_domain::investigation::link_check::visit::Visit;

/// Visits an address, if the operator has turned visits on and a browser can be had in its sandbox.
///
/// # Errors
/// Why there was no visit, in a sentence that says what to do.
pub async fn visit_link(app: &App, url: &Url) -> Result<Visit, VisitError> {
    let request = VisitRequest { url: url.clone(), ours: our_hosts(app) };
    browser::visit(request, app.outgoing(), &app.config.browser).await
}

/// Every host of the installation, at the ports that lead to it. Without an edge there is no word by which they would know
/// us, and nobody who would count the visit either.
fn our_hosts(app: &App) -> OurHosts {
    let Some(edge) = app.edge() else { return OurHosts::default() };
    let config = &app.config;
    let table = edge.links().table();
    let of_programs = table.programs().flat_map(|program| program.hosts.iter().cloned());
    let hosts = of_programs.chain(config.app_url.host_str().map(str::to_owned));
    let ports = [Some(config.listen.port()), config.app_url.port_or_known_default()];
    OurHosts::new(hosts, ports.into_iter().flatten().collect(), edge.own_word().to_owned())
}
