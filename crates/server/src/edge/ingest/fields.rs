//! Reading the fields of a body: null is the same as absent, unknown ones are ignored, a wrong type is refused by name.

use http::StatusCode;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Why a request was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The status of the answer.
    pub status: StatusCode,
    /// A stable code, by which refusals are counted.
    pub reason: &'static str,
    /// A sentence for the developer, naming the field.
    pub message: Cow<'static, str>,
}

impl Refusal {
    /// A refusal with a fixed sentence.
    pub fn new(status: StatusCode, reason: &'static str, message: &'static str) -> Self {
        Self { status, reason, message: Cow::Borrowed(message) }
    }

    /// A field that cannot be what it is.
    pub fn field(field: &str, what: &str) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            reason: "invalid_field",
            message: Cow::Owned(format!("{field} {what}")),
        }
    }

    /// No public key, or one that nobody has.
    pub fn unknown_key(sent: bool) -> Self {
        if sent {
            Self::new(
                StatusCode::UNAUTHORIZED,
                "unknown_public_key",
                "public_key is not known here: copy it from the program's integration page",
            )
        } else {
            Self::new(
                StatusCode::UNAUTHORIZED,
                "no_public_key",
                "public_key is missing: the snippet is called without it",
            )
        }
    }

    /// It was in order, but could not be kept.
    pub fn not_stored() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "not_stored", "this could not be stored now: send it again")
    }
}

/// The fields of an object, with the name under which they stand in the body.
#[derive(Clone, Debug)]
pub struct Fields {
    map: Map<String, Value>,
    within: &'static str,
}

impl Fields {
    /// Reads a body.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let text = std::str::from_utf8(bytes)
            .map_err(|_| Refusal::new(StatusCode::BAD_REQUEST, "not_utf8", "the body is not UTF-8"))?;
        match serde_json::from_str(text) {
            Ok(Value::Object(map)) => Ok(Self { map, within: "" }),
            Ok(_) => Err(Refusal::field("the body", "must be a JSON object")),
            Err(_) => Err(Refusal::new(StatusCode::BAD_REQUEST, "not_json", "the body is not JSON")),
        }
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    fn wrong(&self, name: &str, what: &str) -> Refusal {
        Refusal::field(&format!("{}{name}", self.within), what)
    }

    /// A text of at most so many bytes; an empty one is the same as none.
    pub fn text(&self, name: &str, most: usize) -> Result<Option<&str>, Refusal> {
        Ok(self.text_or_empty(name, most)?.filter(|text| !text.is_empty()))
    }

    /// A text of at most so many bytes, which may be empty.
    pub fn text_or_empty(&self, name: &str, most: usize) -> Result<Option<&str>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.len() > most => {
                Err(self.wrong(name, &format!("must not be longer than {most} bytes")))
            }
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(name, "must be a string")),
        }
    }

    /// Yes or no.
    pub fn truth(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Bool(truth)) => Ok(Some(*truth)),
            Some(_) => Err(self.wrong(name, "must be true or false")),
        }
    }

    /// A list of short texts.
    pub fn texts(&self, name: &str) -> Result<Vec<String>, Refusal> {
        let wrong = || self.wrong(name, "must be an array of at most 40 strings of at most 100 bytes");
        let Some(value) = self.get(name) else { return Ok(Vec::new()) };
        let values = value.as_array().filter(|values| values.len() <= 40).ok_or_else(wrong)?;
        let text = |value: &Value| value.as_str().filter(|text| text.len() <= 100).map(clean).ok_or_else(wrong);
        values.iter().map(text).collect()
    }

    /// An object within.
    pub fn object(&self, name: &'static str) -> Result<Option<Self>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Object(map)) => {
                let within = match name {
                    "data" => "data.",
                    "storage" => "storage.",
                    _ => "",
                };
                Ok(Some(Self { map: map.clone(), within }))
            }
            Some(_) => Err(self.wrong(name, "must be an object")),
        }
    }
}

/// A text without NUL, which PostgreSQL does not keep.
pub fn clean(text: &str) -> String {
    text.replace('\0', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(json: &str) -> Fields {
        Fields::parse(json.as_bytes()).expect("an object")
    }

    #[test]
    fn what_is_no_json_object_is_told_apart() {
        assert_eq!(Fields::parse(b"{").expect_err("cut").status, StatusCode::BAD_REQUEST);
        assert_eq!(Fields::parse(b"\xff").expect_err("no UTF-8").reason, "not_utf8");
        assert_eq!(Fields::parse(b"[]").expect_err("a list").status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(Fields::parse(b"{\"a\":1e400}").expect_err("too large").status, StatusCode::BAD_REQUEST);
        assert_eq!(Fields::parse(br#"{"a":"\ud800"}"#).expect_err("half a pair").status, StatusCode::BAD_REQUEST);
        let deep = "[".repeat(10_000);
        assert_eq!(Fields::parse(deep.as_bytes()).expect_err("too deep").status, StatusCode::BAD_REQUEST);
    }

    #[test]
    fn a_wrong_type_is_refused_by_the_fields_name() {
        let body = fields(r#"{"page":5,"storage":{"cookie":"yes"},"problems":[1],"data":[]}"#);
        assert_eq!(body.text("page", 10).expect_err("a number").message, "page must be a string");
        let storage = body.object("storage").expect("an object").expect("there");
        assert_eq!(storage.truth("cookie").expect_err("a text").message, "storage.cookie must be true or false");
        assert!(body.texts("problems").is_err());
        assert!(body.object("data").is_err());
    }

    #[test]
    fn null_and_empty_are_the_same_as_absent() {
        let body = fields(r#"{"page":null,"xid":"","data":null}"#);
        assert_eq!(body.text("page", 10), Ok(None));
        assert_eq!(body.text("xid", 10), Ok(None));
        assert!(body.object("data").expect("absent").is_none());
        assert_eq!(body.texts("problems"), Ok(vec![]));
    }

    #[test]
    fn over_long_texts_are_refused() {
        assert!(fields(r#"{"page":"12345678901"}"#).text("page", 10).is_err());
    }
}
