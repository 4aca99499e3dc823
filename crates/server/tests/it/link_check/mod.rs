//! The link check, from the request to what is kept: pages made by hand, addresses that may not be reached, pages that mean
//! harm, and the daily round.

mod asking;
mod causes;
mod forbidden;
mod hostile;
mod pages;
mod rounds;
mod site;

use crate::support::{Fresh, Names, TestApp};
use std::ops::Deref;
use std::sync::Arc;
use whence::store::Engine;

/// A Whence that may reach 127.0.0.1 and no other private address, with names that all lead there.
pub struct Checking(TestApp);

impl Fresh for Checking {
    async fn fresh(engine: Engine) -> Self {
        let allow = "127.0.0.1/32".parse().expect("a network");
        let names = Names::at("127.0.0.1")
            .and("github.io", &["127.0.0.1"])
            .and("two.test", &["127.0.0.2"])
            .and("mixed.test", &["127.0.0.1", "127.0.0.2"]);
        let app = TestApp::fresh_with(
            engine,
            |config| config.link_check_allow = vec![allow],
            |app| app.use_resolver(Arc::new(names)),
        );
        Self(app.await)
    }
}

impl Deref for Checking {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.0
    }
}
