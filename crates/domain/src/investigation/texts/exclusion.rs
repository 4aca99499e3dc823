//! It was seen, and does not count.

use super::{NEUTRAL, Texts};

pub(super) const ANOTHER_PARTNER_CLICKED_LATER: Texts = Texts {
    title: "Another partner’s link was clicked later",
    agent: "The customer followed this partner’s link first and another partner’s link after that. By the program’s \
            settings the last click before the sign-up counts.",
    partner: NEUTRAL,
    mend: "Whom to pay is your decision. To pay this partner instead, decline the commission that stands, and make one by \
           hand for this partner.",
};

pub(super) const COOKIE_EXPIRED: Texts = Texts {
    title: "The click was too long before the sign-up",
    agent: "More time lay between the click and the sign-up than the program allows.",
    partner: NEUTRAL,
    mend: "Explain how long a click counts. You may still make a commission by hand, as goodwill.",
};

pub(super) const BOT_OR_SCANNER_CLICK: Texts = Texts {
    title: "A machine opened the link, not a person",
    agent: "The requests to the link that fit came from programs that read or check links, such as those of mail services. \
            Nobody landed on the page after them.",
    partner: "The visits through your link that we found at that time were automatic ones, and not made by people.",
    mend: "Ask the partner where the link was placed. If a person did come from there, add the customer by hand.",
};

pub(super) const PREFETCHED_CLICK: Texts = Texts {
    title: "The link was loaded ahead of time and never opened",
    agent: "A browser fetched the link in advance, in case somebody would open it. Nobody did.",
    partner: "The visits through your link that we found at that time were automatic ones, and not made by people.",
    mend: "Nothing is broken. If a person did follow the link, ask how, and add the customer by hand.",
};

pub(super) const EXISTING_OR_EXCLUDED_CUSTOMER: Texts = Texts {
    title: "The customer was there before, or a rule excludes them",
    agent: "The customer was known before the partner’s click, or has something in common with the partner that the \
            program excludes. The evidence says which.",
    partner: NEUTRAL,
    mend: "If this customer should count all the same, give them to the partner by hand, with your reason.",
};

pub(super) const SIGNUP_BEFORE_CLICK: Texts = Texts {
    title: "The sign-up came before the click",
    agent: "When the partner’s link was clicked, the customer had signed up already. Only what comes after a click counts \
            for it.",
    partner: NEUTRAL,
    mend: "Explain it. Where the company’s clock or an import has the wrong date, correct the date of the sign-up.",
};

pub(super) const NO_OFFER_APPLIED: Texts = Texts {
    title: "Recorded for this partner; no offer pays for it",
    agent: "The customer belongs to the partner who asks. None of the program’s offers pays for what was bought, or what \
            was paid has been given back.",
    partner: "Your referral is recorded. The terms of the program do not give a commission for what was bought.",
    mend: "Read why each offer did not apply. Change the offer for the future, or make a commission by hand.",
};
