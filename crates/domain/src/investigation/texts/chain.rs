//! The way from click to landing to sign-up broke, or left no trace.

use super::{NEUTRAL, Texts};

pub(super) const URL_TYPED_DIRECTLY: Texts = Texts {
    title: "The customer typed your address instead of using the link",
    agent: "The customer’s first visit came without any link before it, and no click fits. Typing the address of your site \
            leaves no trace of a partner; typing the partner’s own link would have.",
    partner: NEUTRAL,
    mend: "Ask the customer how they first came to your site. If the partner did send them, add the customer by hand and \
           record the sale. A short link that is easy to type, or a coupon, helps next time.",
};

pub(super) const OFFLINE_SALE: Texts = Texts {
    title: "The sale was made away from your website",
    agent: "The payment is known, and there is no visit, click or sign-up on the website that belongs to it, as with sales \
            by telephone, by invoice or in person.",
    partner: NEUTRAL,
    mend: "Ask the partner for proof of the referral. If it convinces you, give the customer to the partner by hand.",
};

pub(super) const NO_SUCH_CUSTOMER: Texts = Texts {
    title: "Nobody here fits this description",
    agent: "No customer, sign-up or payment with this name, e-mail address, key or order is known to Whence. That alone \
            does not say whether the person signed up with you.",
    partner: NEUTRAL,
    mend: "Look for the person in your own records. If they are there, send the exact e-mail address, key and date from \
           there through this page again: then it is the way to Whence that broke.",
};

pub(super) const EVIDENCE_EXPIRED: Texts = Texts {
    title: "It is too long ago to be known",
    agent: "The time asked about lies before the oldest records that are still kept. What happened then can no longer be \
            found out.",
    partner: "The time that you asked about is longer ago than our records reach, so we can no longer look it up.",
    mend: "Decide on goodwill: ask the partner for proof, and make a commission by hand if it convinces you.",
};
