//! Reading a JSON body field by field, so that what is wrong is said by name: `'email' is required`.

use super::ApiError;
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::{Map, Value};
use whence_domain::Instant;

/// Bytes of a body at most (`product.md` 5).
pub const MAX_BODY: usize = 256 * 1024;

/// Milliseconds that an instant lies away from 1970 at most: ten thousand years would not fit our microseconds, and
/// nothing happens outside of this.
const MAX_MILLIS: i64 = 253_402_300_799_000;

/// A JSON object whose fields are read by name. Null is the same as absent; unknown fields are ignored.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    within: String,
    fields: Map<String, Value>,
}

impl<S: Sync> FromRequest<S> for Fields {
    type Rejection = ApiError;

    /// Reads the body: an object in JSON of at most [`MAX_BODY`] bytes.
    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        check_headers(request.headers())?;
        Self::parse(&read(request.into_body()).await?)
    }
}

impl Fields {
    /// Reads an object out of the bytes of a body.
    ///
    /// # Errors
    /// 400 if it is no JSON in UTF-8, 422 if it is something other than an object.
    pub fn parse(bytes: &[u8]) -> Result<Self, ApiError> {
        let text = std::str::from_utf8(bytes).map_err(|_| ApiError::unreadable("the body is not UTF-8"))?;
        let value = serde_json::from_str(text).map_err(|error| {
            ApiError::unreadable(format!("the body is not JSON (line {}, column {})", error.line(), error.column()))
        })?;
        match value {
            Value::Object(fields) => Ok(Self { within: String::new(), fields }),
            _ => Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "not_an_object", "the body is not a JSON object")),
        }
    }

    /// The field's full name, as errors call it: `terms.type`.
    pub fn name(&self, field: &str) -> String {
        format!("{}{field}", self.within)
    }

    /// Whether the body has the field, be it null.
    pub fn has(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    /// Every field's name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }

    /// The field as it came, unless it is null or absent.
    pub fn value(&self, field: &str) -> Option<&Value> {
        self.fields.get(field).filter(|value| !value.is_null())
    }

    /// A text of at most `max` characters.
    ///
    /// # Errors
    /// 422 if it is something else, too long, or has a NUL in it.
    pub fn text(&self, field: &str, max: usize) -> Result<Option<String>, ApiError> {
        let Some(value) = self.value(field) else { return Ok(None) };
        let text = value.as_str().ok_or_else(|| self.wrong_type(field, "text"))?;
        check_text(&self.name(field), text, max)?;
        Ok(Some(text.to_owned()))
    }

    /// A text of 1 to `max` characters that must be there.
    ///
    /// # Errors
    /// 422 if it is absent, blank, or not such a text.
    pub fn required_text(&self, field: &str, max: usize) -> Result<String, ApiError> {
        let text = self.text(field, max)?.filter(|text| !text.trim().is_empty());
        text.ok_or_else(|| self.missing(field))
    }

    /// A text that the domain reads, such as an e-mail address.
    ///
    /// # Errors
    /// 422 with the domain's sentence, or if it is no text.
    pub fn parsed<T, E: std::fmt::Display>(
        &self,
        field: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, ApiError> {
        let Some(text) = self.text(field, MAX_BODY)? else { return Ok(None) };
        let wrong = |error| ApiError::invalid(self.name(field), "invalid_field", format!("cannot be taken: {error}"));
        parse(&text).map(Some).map_err(wrong)
    }

    /// As [`parsed`](Self::parsed), and it must be there.
    ///
    /// # Errors
    /// As there, and 422 if it is absent.
    pub fn required<T, E: std::fmt::Display>(
        &self,
        field: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, ApiError> {
        self.parsed(field, parse)?.ok_or_else(|| self.missing(field))
    }

    /// A whole number in a range.
    ///
    /// # Errors
    /// 422 if it is something else, has a fraction, or lies outside.
    pub fn integer(&self, field: &str, range: std::ops::RangeInclusive<i64>) -> Result<Option<i64>, ApiError> {
        let Some(value) = self.value(field) else { return Ok(None) };
        if !value.is_number() {
            return Err(self.wrong_type(field, "a whole number"));
        }
        if value.is_f64() {
            // 1.0, 1e3, and what is too large for 64 bits alike: amounts are never guessed from fractions.
            return Err(self.wrong_type(field, "a whole number"));
        }
        let fits = value.as_i64().filter(|number| range.contains(number));
        fits.map(Some).ok_or_else(|| {
            let sentence = format!("must lie between {} and {}", range.start(), range.end());
            ApiError::invalid(self.name(field), "out_of_range", sentence)
        })
    }

    /// As [`integer`](Self::integer), and it must be there.
    ///
    /// # Errors
    /// As there, and 422 if it is absent.
    pub fn required_integer(&self, field: &str, range: std::ops::RangeInclusive<i64>) -> Result<i64, ApiError> {
        self.integer(field, range)?.ok_or_else(|| self.missing(field))
    }

    /// A moment in milliseconds since 1970.
    ///
    /// # Errors
    /// 422 if it is something else or out of all reason.
    pub fn instant(&self, field: &str) -> Result<Option<Instant>, ApiError> {
        Ok(self.integer(field, -MAX_MILLIS..=MAX_MILLIS)?.map(Instant::from_millis))
    }

    /// True or false.
    ///
    /// # Errors
    /// 422 if it is something else.
    pub fn boolean(&self, field: &str) -> Result<Option<bool>, ApiError> {
        let Some(value) = self.value(field) else { return Ok(None) };
        value.as_bool().map(Some).ok_or_else(|| self.wrong_type(field, "true or false"))
    }

    /// A list of at most `count` texts of at most `max` characters each.
    ///
    /// # Errors
    /// 422 if it is something else or too much.
    pub fn texts(&self, field: &str, count: usize, max: usize) -> Result<Option<Vec<String>>, ApiError> {
        let Some(value) = self.value(field) else { return Ok(None) };
        let items = value.as_array().ok_or_else(|| self.wrong_type(field, "a list of texts"))?;
        if items.len() > count {
            return Err(ApiError::invalid(self.name(field), "too_many", format!("has at most {count} entries")));
        }
        let text = |item: &Value| {
            let text = item.as_str().ok_or_else(|| self.wrong_type(field, "a list of texts"))?;
            check_text(&self.name(field), text, max)?;
            Ok(text.to_owned())
        };
        items.iter().map(text).collect::<Result<_, _>>().map(Some)
    }

    /// An object within, whose fields are then called `field.…`.
    ///
    /// # Errors
    /// 422 if it is something else.
    pub fn object(&self, field: &str) -> Result<Option<Self>, ApiError> {
        match self.value(field) {
            None => Ok(None),
            Some(Value::Object(fields)) => {
                Ok(Some(Self { within: format!("{}.", self.name(field)), fields: fields.clone() }))
            }
            Some(_) => Err(self.wrong_type(field, "an object")),
        }
    }

    /// An object of at most `count` texts, numbers and booleans, kept as texts: a transaction's or customer's metadata.
    ///
    /// # Errors
    /// 422 if it is something else or too much.
    pub fn metadata(
        &self,
        field: &str,
        count: usize,
        max_name: usize,
        max_value: usize,
    ) -> Result<Option<Map<String, Value>>, ApiError> {
        let Some(object) = self.object(field)? else { return Ok(None) };
        if object.fields.len() > count {
            return Err(ApiError::invalid(self.name(field), "too_many", format!("has at most {count} entries")));
        }
        for (name, value) in &object.fields {
            // The name itself is hostile until it has passed, so the whole object is named.
            check_text(&self.name(field), name, max_name)?;
            match value {
                Value::String(text) => check_text(&object.name(name), text, max_value)?,
                Value::Null | Value::Bool(_) | Value::Number(_) => {}
                _ => return Err(object.wrong_type(name, "text, a number, or true or false")),
            }
        }
        Ok(Some(object.fields))
    }

    /// 422: the field must be there.
    pub fn missing(&self, field: &str) -> ApiError {
        ApiError::invalid(self.name(field), "required", "is required")
    }

    /// 422: the field is of another type.
    pub fn wrong_type(&self, field: &str, wanted: &str) -> ApiError {
        ApiError::invalid(self.name(field), "wrong_type", format!("must be {wanted}"))
    }
}

/// Lets a text through that has no NUL and at most `max` characters.
///
/// # Errors
/// 422 about `name`.
pub fn check_text(name: &str, text: &str, max: usize) -> Result<(), ApiError> {
    // No database of ours stores it, and no honest text has it.
    if text.contains('\0') {
        return Err(ApiError::invalid(name.replace('\0', "␀"), "nul_character", "has a NUL character in it"));
    }
    if text.chars().count() > max {
        return Err(ApiError::invalid(name, "too_long", format!("has at most {max} characters")));
    }
    Ok(())
}

/// Refuses a body that is something other than plain JSON. A body without a type is taken for JSON.
///
/// # Errors
/// 415.
pub fn check_headers(headers: &HeaderMap) -> Result<(), ApiError> {
    let refuse =
        |message: &str| Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message));
    if headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return refuse("the body must not be compressed");
    }
    let Some(kind) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if kind == "application/json" || kind.ends_with("+json") {
        return Ok(());
    }
    refuse("the body must be application/json")
}

/// Reads a body of at most [`MAX_BODY`] bytes.
///
/// # Errors
/// 413 if there is more, 400 if the connection breaks.
pub async fn read(body: Body) -> Result<Bytes, ApiError> {
    match Limited::new(body, MAX_BODY).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if is_too_large(error.as_ref()) => Err(ApiError::too_large(MAX_BODY)),
        Err(_) => Err(ApiError::unreadable("the body broke off")),
    }
}

fn is_too_large(error: &(dyn std::error::Error + 'static)) -> bool {
    error.is::<LengthLimitError>() || error.source().is_some_and(is_too_large)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Fields {
        Fields::parse(text.as_bytes()).expect("an object")
    }

    fn refusal<T: std::fmt::Debug>(result: Result<T, ApiError>) -> (u16, String) {
        let error = result.expect_err("refused");
        (error.status.as_u16(), error.message)
    }

    #[test]
    fn what_is_no_json_object_is_refused() {
        for body in ["", "{", "[1e400]", r#"{"a":1e400}"#, r#"{"a":"\ud800"}"#, &"[".repeat(10_000)] {
            assert_eq!(refusal(Fields::parse(body.as_bytes())).0, 400, "{body:.20}");
        }
        assert_eq!(refusal(Fields::parse(b"{\"a\":\"\xff\"}")).0, 400);
        assert_eq!(refusal(Fields::parse(b"[]")).0, 422);
    }

    #[test]
    fn null_is_the_same_as_absent() {
        let fields = fields(r#"{"a":null}"#);
        assert_eq!(fields.text("a", 9), Ok(None));
        assert_eq!(refusal(fields.required_text("a", 9)).1, "'a' is required");
    }

    #[test]
    fn whole_numbers_are_never_guessed() {
        let fields = fields(r#"{"a":1.5,"b":9223372036854775808,"c":"1","d":-7,"e":1.0}"#);
        for name in ["a", "b", "c", "e"] {
            assert_eq!(refusal(fields.integer(name, i64::MIN..=i64::MAX)).0, 422, "{name}");
        }
        assert_eq!(fields.integer("d", -10..=0), Ok(Some(-7)));
        assert_eq!(refusal(fields.integer("d", 0..=10)).1, "'d' must lie between 0 and 10");
    }

    #[test]
    fn a_nul_is_refused_wherever_it_hides() {
        let fields = fields(r#"{"a":"x\u0000","l":["\u0000"],"m":{"k":"\u0000"},"n":{"\u0000":"v"}}"#);
        assert_eq!(refusal(fields.text("a", 9)), (422, "'a' has a NUL character in it".into()));
        assert_eq!(refusal(fields.texts("l", 9, 9)).0, 422);
        assert_eq!(refusal(fields.metadata("m", 9, 9, 9)).1, "'m.k' has a NUL character in it");
        assert_eq!(refusal(fields.metadata("n", 9, 9, 9)).0, 422);
    }

    #[test]
    fn a_field_within_is_named_with_its_place() {
        let fields = fields(r#"{"terms":{"type":5}}"#);
        let terms = fields.object("terms").expect("an object").expect("given");
        assert_eq!(refusal(terms.text("type", 9)).1, "'terms.type' must be text");
    }
}
