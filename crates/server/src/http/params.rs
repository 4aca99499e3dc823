//! Query parameters, read by name with the same care as a body's fields.

use super::ApiError;
use super::body::check_text;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;
use whence_domain::Instant;

/// The parameters of a query. Of one that stands there twice the first counts; unknown ones are ignored.
#[derive(Clone, Debug, Default)]
pub struct Params(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = ApiError;

    /// Reads the query, which must be UTF-8.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Self::parse(parts.uri.query().unwrap_or_default())
    }
}

impl Params {
    /// Reads a query.
    ///
    /// # Errors
    /// 400 if it is not UTF-8.
    pub fn parse(query: &str) -> Result<Self, ApiError> {
        let pair = |text: &str| {
            let (name, value) = text.split_once('=').unwrap_or((text, ""));
            Ok((decode(name)?, decode(value)?))
        };
        query.split('&').filter(|text| !text.is_empty()).map(pair).collect::<Result<_, _>>().map(Self)
    }

    /// A text of at most `max` characters. An empty one is the same as none.
    ///
    /// # Errors
    /// 422 if it is too long or has a NUL in it.
    pub fn text(&self, name: &str, max: usize) -> Result<Option<&str>, ApiError> {
        let found = self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let Some(text) = found.filter(|text| !text.is_empty()) else { return Ok(None) };
        check_text(name, text, max)?;
        Ok(Some(text))
    }

    /// A text that the domain reads.
    ///
    /// # Errors
    /// 422 with the domain's sentence.
    pub fn parsed<T, E: std::fmt::Display>(
        &self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, ApiError> {
        let Some(text) = self.text(name, 2048)? else { return Ok(None) };
        let wrong = |error| ApiError::invalid(name, "invalid_parameter", format!("cannot be taken: {error}"));
        parse(text).map(Some).map_err(wrong)
    }

    /// One of a closed list of words.
    ///
    /// # Errors
    /// 422 if it is another word.
    pub fn word<T>(&self, name: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, ApiError> {
        let Some(text) = self.text(name, 100)? else { return Ok(None) };
        let unknown = || ApiError::invalid(name, "unknown_value", "has a value that does not exist");
        parse(text).map(Some).ok_or_else(unknown)
    }

    /// A whole number in a range.
    ///
    /// # Errors
    /// 422 if it is something else or lies outside.
    pub fn integer(&self, name: &str, range: std::ops::RangeInclusive<i64>) -> Result<Option<i64>, ApiError> {
        let Some(text) = self.text(name, 100)? else { return Ok(None) };
        let number = text.parse().ok().filter(|number| range.contains(number));
        let sentence = || format!("must be a whole number between {} and {}", range.start(), range.end());
        number.map(Some).ok_or_else(|| ApiError::invalid(name, "out_of_range", sentence()))
    }

    /// A moment in milliseconds since 1970; beyond what can be stored it is as good as never.
    ///
    /// # Errors
    /// 422 if it is no whole number.
    pub fn instant(&self, name: &str) -> Result<Option<Instant>, ApiError> {
        Ok(self.integer(name, i64::MIN..=i64::MAX)?.map(Instant::from_millis))
    }

    /// `true`, `1`, `false` or `0`.
    ///
    /// # Errors
    /// 422 if it is something else.
    pub fn flag(&self, name: &str) -> Result<bool, ApiError> {
        match self.text(name, 100)? {
            None | Some("0" | "false") => Ok(false),
            Some("1" | "true") => Ok(true),
            Some(_) => Err(ApiError::invalid(name, "wrong_type", "must be true or false")),
        }
    }
}

fn decode(text: &str) -> Result<String, ApiError> {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8();
    let wrong = |_| ApiError::new(StatusCode::BAD_REQUEST, "unreadable_query", "the query is not UTF-8");
    decoded.map(std::borrow::Cow::into_owned).map_err(wrong)
}
