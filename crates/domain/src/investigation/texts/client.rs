//! The customer's browser or device did not let it pass. Whose fault that is, is nobody's; and it is not the partner's to
//! know.

use super::{NEUTRAL, Texts};

pub(super) const COOKIES_CLEARED: Texts = Texts {
    title: "The customer’s cookies were deleted before the sign-up",
    agent: "The click was remembered in the customer’s browser and was gone when they signed up, although its time had not \
            run out.",
    partner: NEUTRAL,
    mend: "Ask the customer or the partner for proof of the referral. If it convinces you, add the customer by hand and \
           record the sale.",
};

pub(super) const COOKIES_BLOCKED: Texts = Texts {
    title: "The customer’s browser keeps no cookies",
    agent: "The page tried to remember the click, and the browser did not keep it.",
    partner: NEUTRAL,
    mend: "This cannot be changed from here. A coupon, or carrying the click through your own sign-up on the server, works \
           without cookies. For this customer, ask for proof and add them by hand.",
};

pub(super) const DIFFERENT_BROWSER_OR_DEVICE: Texts = Texts {
    title: "Click and sign-up came from different browsers or devices",
    agent: "What is remembered of a click stays in the browser in which it was made. The sign-up came from another browser \
            or device, and brought nothing along.",
    partner: NEUTRAL,
    mend: "Ask whether the customer signed up where they had clicked. If the partner did send them, add the customer by \
           hand and record the sale. A coupon works across devices.",
};

pub(super) const LINK_HOST_BLOCKED: Texts = Texts {
    title: "The customer’s browser may refuse to open the link",
    agent: "Some blocking tools refuse the host of this link outright, so that a click never reaches Whence. There is no \
            click that fits.",
    partner: NEUTRAL,
    mend: "Use a link host on your own site. Do not try to get around a blocking tool: whoever installed it has said no.",
};

pub(super) const SNIPPET_BLOCKED: Texts = Texts {
    title: "The customer’s browser does not run the snippet",
    agent: "The click arrived, and the page that it led to never reported the visit, although it does for others. A \
            blocking tool in the browser explains that best.",
    partner: NEUTRAL,
    mend: "Have your server keep the click from the first visit, where your visitors agree to that. For this customer, ask \
           for proof and add them by hand.",
};

pub(super) const CONSENT_NOT_GIVEN: Texts = Texts {
    title: "The visitor did not agree to be remembered",
    agent: "Your site asks visitors before it remembers a click, or the browser had asked not to be tracked. The visitor \
            did not agree, so nothing was remembered.",
    partner: NEUTRAL,
    mend: "This loss is lawful and there is no way around it. A coupon needs nothing to be remembered. You may still add \
           the customer by hand.",
};

pub(super) const ITP_SEVEN_DAY_CAP: Texts = Texts {
    title: "Safari forgot the click after seven days",
    agent: "Safari keeps what a script on the page remembers for seven days at most. More than that lay between the click \
            and the sign-up.",
    partner: NEUTRAL,
    mend: "Move the link host onto your own site: what the link itself remembers there is kept for the whole window. For \
           this customer, ask for proof and add them by hand.",
};

pub(super) const ITP_ONE_DAY_CAP: Texts = Texts {
    title: "Safari forgot the click after one day",
    agent: "Where a visitor comes from certain large sites, Safari keeps what a script on the page remembers for one day \
            only. More than that lay between the click and the sign-up.",
    partner: NEUTRAL,
    mend: "Move the link host onto your own site: what the link itself remembers there is kept for the whole window. For \
           this customer, ask for proof and add them by hand.",
};

pub(super) const CNAME_CAP: Texts = Texts {
    title: "Safari takes the link’s host for a stranger’s",
    agent: "The link’s host has a name on your site, and its machine stands elsewhere. Safari shortens what such a host \
            remembers to seven days.",
    partner: NEUTRAL,
    mend: "Serve the link’s host from the same network as your site, for example through a path of your own web server.",
};

pub(super) const PARAMETERS_STRIPPED_BY_BROWSER: Texts = Texts {
    title: "The browser cut the partner’s mark off the address",
    agent: "The link sent the visitor on with its mark in the address, and the page saw the address without it, although \
            your site does not drop it. Some browsers remove such marks.",
    partner: NEUTRAL,
    mend: "Move the link host onto your own site, so that the click is remembered without the mark. For this customer, ask \
           for proof and add them by hand.",
};

pub(super) const IN_APP_BROWSER: Texts = Texts {
    title: "The click was made inside an app, the sign-up outside of it",
    agent: "The link was opened in the window of an app, which remembers things for itself. The customer then went on in \
            their usual browser, which knew nothing of the click.",
    partner: NEUTRAL,
    mend: "Ask the partner whether the link was opened inside an app. If they did send the customer, add them by hand and \
           record the sale.",
};

pub(super) const SCRIPTS_DISABLED: Texts = Texts {
    title: "No scripts run in the customer’s browser",
    agent: "The snippet is a script, and in this browser scripts are switched off or held back by the network. Records \
            cannot tell this from a blocking tool.",
    partner: NEUTRAL,
    mend: "Ask for proof of the referral. If it convinces you, add the customer by hand and record the sale.",
};
