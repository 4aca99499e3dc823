//! What a person may do for a program.

use crate::closed::closed_list;

closed_list! {
    /// A member's role in a program (`product.md` 2).
    pub enum Role {
        Owner = "owner", "Everything, also who else is a member.";
        Manager = "manager", "Partners, groups, links, offers, commissions.";
        Support = "support", "Customers, and why something was not tracked.";
        Developer = "developer", "Keys, the snippet, webhooks.";
        Finance = "finance", "Commissions and invoices.";
    }
}
