//! Nothing was lost, or somebody decided.

use super::{NEUTRAL, Texts};

pub(super) const TRACKED: Texts = Texts {
    title: "Nothing was lost: the customer is recorded for this partner",
    agent: "The customer belongs to the partner who asks, and what it paid has earned a commission.",
    partner: "Your referral is recorded, and what it earned stands in your commissions.",
    mend: "Tell the partner where to see it: in their list of customers and of commissions.",
};

pub(super) const TRACKED_AND_PENDING: Texts = Texts {
    title: "Recorded for this partner; the commission waits for review",
    agent: "The customer belongs to the partner who asks. Its commission has not been approved yet.",
    partner: "Your referral is recorded. What it earned waits for our review.",
    mend: "Review the commission; once it is approved it goes on the next invoice.",
};

pub(super) const TRACKED_AND_HELD: Texts = Texts {
    title: "Recorded for this partner; the commission is on hold",
    agent: "The customer belongs to the partner who asks. Its commission is held back, and the evidence says why.",
    partner: "Your referral is recorded. What it earned is on hold for now.",
    mend: "Read why it is on hold. Approve it if the reason is settled, or wait for the date that the offer names.",
};

pub(super) const TRACKED_AND_DECLINED: Texts = Texts {
    title: "Recorded for this partner; the commission was declined",
    agent: "The customer belongs to the partner who asks. A person declined the commission, and left a reason.",
    partner: "Your referral is recorded. The commission for it was declined.",
    mend: "Read the reason that was left. If it no longer holds, make a commission by hand.",
};

pub(super) const AWAITING_CONFIRMATION: Texts = Texts {
    title: "Recorded for now; the sign-up is not confirmed yet",
    agent: "A page told us of the sign-up, and the customer counts as the partner’s for now. Neither your server nor a \
            payment has confirmed that this customer exists.",
    partner: "Your referral has arrived. It counts as soon as the sign-up is confirmed on our side.",
    mend: "Wait for the first payment, have your server confirm the sign-up, or confirm the customer by hand.",
};

pub(super) const NO_PAYMENT_YET: Texts = Texts {
    title: "Recorded for this partner; the customer has not paid yet",
    agent: "The customer belongs to the partner who asks, and no payment of theirs has reached Whence.",
    partner: "Your referral is recorded. It has not earned anything so far, since no payment has been recorded for it.",
    mend: "Look in your payment system. If the customer has paid there, find out why the payment did not reach Whence.",
};

pub(super) const COUPON_TOOK_PRECEDENCE: Texts = Texts {
    title: "A coupon decided whose customer it is",
    agent: "The customer used a coupon that belongs to somebody, and by the program’s settings a coupon weighs more than \
            a click.",
    partner: NEUTRAL,
    mend: "Nothing is broken. You may still decide otherwise for this customer.",
};

pub(super) const CLAIMED_BY_LEAD_OR_DEAL: Texts = Texts {
    title: "A registered lead or deal decided whose customer it is",
    agent: "The customer had been registered as a lead or deal before, and by the program’s settings that weighs more \
            than a click.",
    partner: NEUTRAL,
    mend: "Nothing is broken. You may still decide otherwise for this customer.",
};

pub(super) const MOVED_BY_HAND: Texts = Texts {
    title: "A person decided whose customer it is",
    agent: "Somebody at the company gave this customer to another partner, or to none. The evidence says who and when.",
    partner: NEUTRAL,
    mend: "Ask the person who decided. A newer decision replaces theirs.",
};

pub(super) const LATE_FACT: Texts = Texts {
    title: "It became known after the matter was settled",
    agent: "What would have counted for the partner reached Whence only after a person had decided, or after the invoice \
            that used the decision was closed.",
    partner: NEUTRAL,
    mend: "Nothing changes by itself after that point. Decide whether to give the customer to the partner from now on, or \
           to pay one commission by hand.",
};
