//! Something of the company's, or of ours, is set up wrongly or did not work. That may be said to a partner, in general
//! words: it tells of our pages, and nothing of a customer.

use super::Texts;

pub(super) const SNIPPET_BROKEN: Texts = Texts {
    title: "The snippet stopped working on the page",
    agent: "The page that the link leads to used to report visits and stopped, while people went on clicking.",
    partner: "The page that your link leads to did not record visits properly at that time.",
    mend: "Put the snippet back on the page and test it. Then add what was missed since it stopped.",
};

pub(super) const SNIPPET_DATA_OVERWRITTEN: Texts = Texts {
    title: "Code on your page overwrites the snippet’s data",
    agent: "After the snippet had loaded, other code on the page replaced the object in which it keeps the click and the \
            customer’s details.",
    partner: "A fault on our sign-up page kept it from passing on where a customer came from.",
    mend: "Have a developer change that code: set single fields of growsumo.data and never replace the whole object. The \
           link check shows the line.",
};

pub(super) const PUBLIC_KEY_MISSING: Texts = Texts {
    title: "The snippet has no valid public key",
    agent: "The snippet on the page is called without a public key, or with one that belongs to nobody here. Whence cannot \
            tell whose visit it is, and refuses it.",
    partner: "A fault on our page kept visits from being recorded at that time.",
    mend: "Put the program’s public key into the snippet: Integrations shows the exact lines. Then test it.",
};

pub(super) const SNIPPET_MISSING_ON_LANDING_PAGE: Texts = Texts {
    title: "The page that the link leads to has no snippet",
    agent: "Without the snippet, nothing on that page can remember the click. Safari keeps nothing at all in this case, \
            unless the link host lies on your own site.",
    partner: "Your link leads to a page of ours that does not record visits.",
    mend: "Put the snippet on that page, or change where the link leads. For customers who came this way, ask for proof \
           and add them by hand.",
};

pub(super) const REDIRECT_DROPS_PARAMETERS: Texts = Texts {
    title: "A redirect on your site drops the partner’s mark",
    agent: "On its way to the final page, the visitor passes an address of your site that sends them on without what the \
            link had added. The final page then cannot know of the click.",
    partner: "On the way from your link to our page, a forwarding step of our site lost the information that the visit \
              came from you.",
    mend: "Change that forwarding so that it keeps everything after the question mark, or let the link lead straight to \
           the final address. The link check shows the step.",
};

pub(super) const COOKIE_DOMAIN_TOO_NARROW: Texts = Texts {
    title: "The click was remembered for one host of your site only",
    agent: "The visitor landed on one host of your site and signed up on another one. What the first had remembered, the \
            second could not see.",
    partner: "One part of our site did not learn from the rest of it that the visit came from you.",
    mend: "Use the current snippet on both hosts: it remembers for the whole site. An own setting for the cookie’s domain \
           has to go.",
};

pub(super) const PUBLIC_SUFFIX_HOST: Texts = Texts {
    title: "Your page’s host shares its domain with strangers",
    agent: "The page lies under a domain where many companies have their pages. Browsers allow nothing to be remembered \
            for the whole of it, so host and host do not know of each other.",
    partner: "One part of our site did not learn from the rest of it that the visit came from you.",
    mend: "Give the page a domain of your own, or keep landing page and sign-up on one host.",
};

pub(super) const CHECKOUT_ON_OTHER_DOMAIN: Texts = Texts {
    title: "The checkout is on another site",
    agent: "The customer landed on your site and paid on another one, which did not learn of the click.",
    partner: "Our checkout did not pass on that the visit came from you.",
    mend: "Hand the click over when you send the customer to the checkout: the snippet’s checkout helper does it, or your \
           server can. Until then, record such sales by hand.",
};

pub(super) const SNIPPET_IN_CROSS_SITE_FRAME: Texts = Texts {
    title: "The snippet or the form is inside a frame of another site",
    agent: "A page inside another site’s page may not remember anything. The snippet or the sign-up form was in such a \
            frame.",
    partner: "The form on our page is built in such a way that it did not learn where the visit came from.",
    mend: "Put the snippet on the outer page, and let the form ask the outer page for the click.",
};

pub(super) const LINK_INACTIVE: Texts = Texts {
    title: "The link led nowhere",
    agent: "Whoever opened this address got a page that says that the link does not exist or is no longer active: it was \
            mistyped, archived, or its partner was not active.",
    partner: "The link that you named was not active at that time, or is spelled differently from your links.",
    mend: "Compare the address with the partner’s links. Restore the link, or give the partner the right one.",
};

pub(super) const DESTINATION_NOT_ALLOWED: Texts = Texts {
    title: "The link leads outside your sites",
    agent: "The page that the link leads to is not on a site of this program, so nothing that happens there is counted.",
    partner: "Your link leads to a page that does not take part in our program.",
    mend: "Let the link lead to a page of your site, or add that site to the program.",
};

pub(super) const SNIPPET_LOADED_TOO_LATE: Texts = Texts {
    title: "The snippet started after the address had changed",
    agent: "The page changes its address soon after it opens. When the snippet started, what the link had added was gone.",
    partner: "The page that your link leads to did not record visits properly at that time.",
    mend: "Move the snippet to the top of the page’s head, before the code that changes the address.",
};

pub(super) const PAGE_POLICY_BLOCKS_SNIPPET: Texts = Texts {
    title: "The page’s own security policy stops the snippet",
    agent: "The page tells browsers which scripts may run and where data may be sent, and the snippet is not on that list.",
    partner: "The page that your link leads to did not record visits properly at that time.",
    mend: "Add the snippet’s host to the page’s security policy. The link check shows the exact line.",
};

pub(super) const SIGNUP_CALL_MISSING: Texts = Texts {
    title: "The site reports visits, and never a sign-up",
    agent: "The snippet tells of page views. No page has told of a sign-up: the call that does so is missing, or runs \
            before the snippet has loaded.",
    partner: "Our site recorded visits at that time, and did not report sign-ups.",
    mend: "Add the sign-up call where somebody has just signed up, or let your server report sign-ups. Then add what was \
           missed.",
};

pub(super) const CUSTOMER_KEY_MISMATCH: Texts = Texts {
    title: "Sign-up and payment name different customers",
    agent: "The sign-up gave one key for the customer, the payment another one. They look like one person, and Whence keeps \
            two.",
    partner: "On our side, payments were not matched properly with the sign-ups that they belong to.",
    mend: "Use the same customer key in both places. For this customer, add the missing key and record the sale.",
};

pub(super) const PAYMENT_WEBHOOK_FAILING: Texts = Texts {
    title: "Payments do not reach Whence",
    agent: "Messages of the payment provider are refused here, or have stopped coming.",
    partner: "Some payments had not reached the records from which commissions are made.",
    mend: "Look at the deliveries under Integrations, mend what they name, and replay them: each is counted once.",
};

pub(super) const WRONG_ENVIRONMENT: Texts = Texts {
    title: "It arrived as test data, or in another program",
    agent: "The site, or the person, is found among test data: the page or the server uses test keys, or those of another \
            program.",
    partner: "Some activity of our site was recorded in the wrong place at that time.",
    mend: "Use the live keys of this program on the page and the server. Then add what was missed.",
};

pub(super) const DUPLICATE_SNIPPET: Texts = Texts {
    title: "Two snippets are on one page",
    agent: "The page loads the snippet twice, or in two versions, and they get into each other’s way.",
    partner: "The page that your link leads to did not record visits properly at that time.",
    mend: "Remove one of the two. A tag manager often inserts the second.",
};

pub(super) const PLATFORM_OUTAGE: Texts = Texts {
    title: "Whence itself was not working at that time",
    agent: "Whence has no complete records for this time, since it did not take anything in.",
    partner: "Our records have a gap at that time, for which we are to blame.",
    mend: "Add what was missed from your own records, and pay those who were affected.",
};

pub(super) const DESTINATION_DOWN: Texts = Texts {
    title: "The page that the link leads to answered with an error",
    agent: "When it was checked, the page did not open properly. A visitor could hardly have signed up.",
    partner: "The page that your link leads to was not working properly at that time.",
    mend: "Mend the page, or let the link lead somewhere else.",
};
