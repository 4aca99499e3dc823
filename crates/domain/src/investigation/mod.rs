//! Why something did or did not track. It reads the same stored decisions as everybody else: the judged touches of an
//! [`Attribution`](crate::tracking::Attribution) and the [`EarningNote`](crate::earning::EarningNote)s of a reckoning,
//! whose reasons are closed lists with a sentence each. There is no second log for it.
