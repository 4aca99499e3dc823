//! What every good answer of the API comes in: `{data, message, status}` (`wire.md` 3.1).

use crate::store::Listed;
use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

/// An answer of status 200; creates answer so too.
#[derive(Clone, Debug)]
pub struct Data<T> {
    data: T,
    message: &'static str,
}

/// An answer with the message `ok`.
#[expect(non_snake_case, reason = "it reads as the constructor that it is: `Ok(Data(object))`")]
pub fn Data<T>(data: T) -> Data<T> {
    Data { data, message: "ok" }
}

impl<T> Data<T> {
    /// An answer with a message of its own.
    pub fn said(data: T, message: &'static str) -> Self {
        Self { data, message }
    }
}

impl<T: Serialize> IntoResponse for Data<T> {
    fn into_response(self) -> Response {
        Json(json!({ "data": self.data, "message": self.message, "status": 200 })).into_response()
    }
}

/// One page of a list.
#[derive(Clone, Debug, Serialize)]
pub struct List<T> {
    /// Whether more follow.
    pub has_more: bool,
    /// The objects.
    pub items: Vec<T>,
    /// How many there are altogether, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
}

impl<T> From<Listed<T>> for List<T> {
    fn from(listed: Listed<T>) -> Self {
        Self { has_more: listed.has_more, items: listed.items, total: None }
    }
}
