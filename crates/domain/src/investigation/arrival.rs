//! Why something that arrived became what it did: stable codes that programs go by, each with its sentence for people.

use crate::closed::closed_list;

closed_list! {
    /// Why an event had its outcome; stored with every event and asked for with `GET /events?cause=`.
    pub enum EventCause {
        PaymentRecorded = "payment_recorded", "The payment was recorded.";
        CustomerUnknown = "customer_unknown",
            "The payment was recorded for a customer of whom no sign-up is known, so it belongs to no partner.";
        RefundRecorded = "refund_recorded", "The refund was recorded.";
        NamesRecorded = "names_recorded", "The customer's names were recorded.";
        PaymentNamesJoined = "payment_names_joined", "Several names of one payment were joined.";
        SignUpTold = "signup_told", "A browser said that this customer signed up.";
        CustomerTold = "customer_told", "The company said that this is a customer.";
        SignUpRepeated = "signup_repeated", "The same page had said so a moment before.";
        PaymentKnown = "payment_known", "The payment was known already.";
        PaymentKnownOtherwise = "payment_known_otherwise",
            "The payment was known already, with other content, which stands.";
        PaymentCountedOtherwise = "payment_counted_otherwise",
            "The same money was counted already, as a charge or as an invoice; it is not counted twice.";
        NamesNobody = "names_nobody",
            "The payment names no customer: give it a customer or an e-mail address at the payment provider.";
        RefundWaits = "refund_waits", "Its payment has not arrived; the refund waits for it.";
        NoCustomerNamed = "no_customer_named", "It names no customer.";
        NoPaymentNamed = "no_payment_named", "It names no payment, or no currency that exists.";
        NothingForUs = "nothing_for_us", "Events of this kind say nothing about customers or money here.";
        InvoicesNotCounted = "invoices_not_counted", "This program counts charges as sales, not invoices.";
        AuthorisedOnly = "authorised_only", "The money was only reserved; the sale comes when it is taken.";
        FieldMissing = "field_missing", "A field that is needed is missing, or of another type than it should be.";
        CurrencyUnknown = "currency_unknown", "Its currency is unknown.";
        AmountOutOfRange = "amount_out_of_range", "Its amount is beyond what can be recorded.";
        CustomerMissing = "customer_missing", "The customer that it names does not exist here.";
        TransactionRemoved = "transaction_removed", "The company had deleted this payment.";
        Unsaid = "unsaid", "An earlier version kept no reason that programs can read.";
    }
}

closed_list! {
    /// Why a webhook attempt was not believed. It is counted and never stored whole: anybody can send one.
    pub enum AttemptRefusal {
        UnknownAddress = "unknown_address", "No webhook has this address.";
        NoSecret = "no_secret", "No signing secret is stored for this address, so nothing sent to it can be believed.";
        SignatureMissing = "signature_missing", "It carried no signature.";
        SignatureMalformed = "signature_malformed", "Its signature could not be read.";
        SignatureStale = "signature_stale", "It was signed more than five minutes from our clock.";
        SignatureWrong = "signature_wrong", "Its signature does not fit the signing secret of this address.";
        BodyTooLarge = "body_too_large", "Its body was larger than any genuine one.";
        NotReadable = "not_readable", "It was signed rightly, but its body is no event in JSON.";
    }
}

impl AttemptRefusal {
    /// What puts it right.
    pub const fn mend(self) -> &'static str {
        match self {
            Self::UnknownAddress => {
                "Copy the address from here to the payment provider again: a letter of it is wrong, or it was replaced."
            }
            Self::NoSecret => "Copy the signing secret from the payment provider and save it beside the address here.",
            Self::SignatureMissing => {
                "If it was the payment provider, something between it and us removes headers: let the address through \
                 unchanged. Otherwise it was somebody else, and nothing has to be done."
            }
            Self::SignatureMalformed => {
                "Something between the payment provider and us changes headers: let the address through unchanged."
            }
            Self::SignatureStale => {
                "Compare this server's clock with the right time and have it set by a time service; a delivery that was \
                 held back on its way is sent again by the provider."
            }
            Self::SignatureWrong => {
                "Copy the signing secret of this very address: every address at the provider has its own, and test and \
                 live differ. If the secret is right, something on the way changes the body."
            }
            Self::BodyTooLarge => {
                "Look at the provider for events with very large contents, and leave those kinds out."
            }
            Self::NotReadable => {
                "Choose an address of the kind that the provider sends to: events in JSON, with id, type and data."
            }
        }
    }

    /// Whether the company can mend it at all; anybody may send rubbish to an address.
    pub const fn is_companys(self) -> bool {
        !matches!(self, Self::UnknownAddress | Self::SignatureMissing | Self::BodyTooLarge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_says_what_puts_it_right() {
        for refusal in AttemptRefusal::ALL {
            assert!(refusal.mend().ends_with('.'), "{refusal}");
        }
    }
}
