use std::fmt;

/// The names and values of a query, as text: [`Request::search_params`](crate::Request::search_params). It is modelled
/// on `URLSearchParams` of the web platform (WHATWG URL, section 6.2).
///
/// No query is an error. A malformed escape stays as it is, and bytes that are not UTF-8 become U+FFFD.
///
/// ```
/// use start_runtime::test;
///
/// let event = test::event("/callback?code=4%2F0a&scope=email&scope=profile&debug").build();
/// let params = event.request.search_params();
/// assert_eq!(params.get("code"), Some("4/0a"));
/// assert_eq!(params.get_all("scope"), ["email", "profile"]);
/// assert!(params.has("debug"));
/// assert_eq!(params.get("state"), None);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SearchParams(Vec<(String, String)>);

impl SearchParams {
    pub(super) fn parse(query: &str) -> Self {
        Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// Returns the first value with this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// Returns all values with this name, in the order in which they were sent.
    pub fn get_all(&self, name: &str) -> Vec<&str> {
        self.iter().filter(|(own, _)| *own == name).map(|(_, value)| value).collect()
    }

    /// Whether there is a value with this name.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Iterates over names and values, in the order in which they were sent.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The number of values.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for SearchParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
