//! Constraints (feature `garde`): an argument whose type implements `garde::Validate` is checked after it was read.
//!
//! The levels are there without the feature, too, and then no type has them: the generated code is the same.

#[cfg(feature = "garde")]
pub use checked::validate;

use crate::describe::Operation;

/// The level above all others of `levels`.
pub trait ArgumentValid {
    type Kind;
    fn argument_kind(&self) -> Self::Kind;
}

pub trait DescribeArgumentValid {
    fn describe_argument(&self, docs: &mut Operation<'_>, name: &'static str);
}

#[cfg(feature = "garde")]
mod checked {
    use garde::{Report, Validate};
    use schemars::JsonSchema;
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use super::{ArgumentValid, DescribeArgumentValid};
    use crate::decode::{BadParam, BadParams, json as json_body};
    use crate::describe::{BodyKind, Operation};
    use crate::extract::levels::OwnExtractor;
    use crate::extract::{Cookie, Form, Header, Json, Query};
    use crate::http::ParamPlace;
    use crate::kernel::Call;
    use crate::response::levels::Probe;
    use crate::response::{Problem, escape_pointer};

    /// Checks a value by its `#[garde(…)]` attributes, for values that no extractor has read.
    ///
    /// ```
    /// use garde::Validate;
    ///
    /// #[derive(Validate)]
    /// struct Spell {
    ///     #[garde(length(chars, min = 1))]
    ///     name: String,
    /// }
    ///
    /// let problem = start_runtime::validate(&Spell { name: String::new() }).unwrap_err();
    /// assert_eq!(problem.status().as_u16(), 422);
    /// ```
    ///
    /// # Errors
    /// 422 with a JSON pointer (RFC 6901) for each field that breaks a rule.
    pub fn validate<T: Validate<Context: Default>>(value: &T) -> Result<(), Problem> {
        value.validate().map_err(|report| body_problem(&report, None))
    }

    /// The same for values whose names were params.
    fn validate_params<T: Validate<Context: Default>>(value: &T, place: ParamPlace, name: &str) -> Result<(), Problem> {
        value.validate().map_err(|report| {
            let mut bad = BadParams::new();
            for (path, error) in report.iter() {
                let field = path.to_string();
                let name = if field.is_empty() { name.to_owned() } else { place.wire_name(&field) };
                bad.push(BadParam { place, name, value: None, expected: None, detail: detail(error) });
            }
            bad.into_problem().with_status(422)
        })
    }

    /// What is wrong, as one would say it.
    fn detail(error: &garde::Error) -> String {
        match error.message() {
            "length is lower than 1" => "must not be empty".to_owned(),
            message => message.to_owned(),
        }
    }

    /// 422 with a pointer for each rule that is broken.
    fn body_problem(report: &Report, body: Option<&Value>) -> Problem {
        let mut sentences = Vec::new();
        let mut errors = Vec::new();
        for (path, error) in report.iter() {
            let pointer = pointer(&path.to_string(), body);
            let detail = detail(error);
            sentences.push(match pointer.as_str() {
                "" => format!("the body: {detail}"),
                pointer => format!("`{pointer}`: {detail}"),
            });
            errors.push(json!({ "pointer": format!("#{pointer}"), "detail": detail }));
        }
        Problem::unprocessable(sentences.join("; ")).with("errors", errors)
    }

    /// The JSON pointer of garde's path (`address.lines[2]`). garde knows fields by their names in Rust, the client
    /// by those that serde gives them: the body that was sent tells which is meant.
    fn pointer(path: &str, mut body: Option<&Value>) -> String {
        let mut pointer = String::new();
        let steps = path.split(['.', '[']).map(|step| step.trim_end_matches(']')).filter(|step| !step.is_empty());
        for step in steps {
            let at = body;
            if let Some(Value::Array(items)) = at {
                body = step.parse::<usize>().ok().and_then(|index| items.get(index));
                pointer = format!("{pointer}/{step}");
                continue;
            }
            let bare = |name: &str| name.replace(['_', '-'], "").to_lowercase();
            let member = at.and_then(Value::as_object).and_then(|members| {
                let exact = members.get_key_value(step);
                exact.or_else(|| members.iter().find(|(name, _)| bare(name) == bare(step)))
            });
            match member {
                Some((name, value)) => {
                    pointer = format!("{pointer}/{}", escape_pointer(name));
                    body = Some(value);
                }
                // A flattened field is no step of its own: its fields are beside it.
                None if at.is_some_and(Value::is_object) && path.rsplit(['.', '[']).next() != Some(step) => {}
                None => {
                    pointer = format!("{pointer}/{}", escape_pointer(step));
                    body = None;
                }
            }
        }
        pointer
    }

    /// Extractors whose value is checked.
    pub struct ValidKind;
    /// The same in an `Option`: what breaks a rule is not there, like what cannot be read.
    pub struct OptionalValidKind;

    macro_rules! checked {
        ($($wrapper:ident),*) => {$(
            impl<T: DeserializeOwned + Validate<Context: Default>> ArgumentValid for &&&&&Probe<$wrapper<T>> {
                type Kind = ValidKind;
                fn argument_kind(&self) -> ValidKind {
                    ValidKind
                }
            }

            impl<T: DeserializeOwned + Validate<Context: Default>> ArgumentValid for &&&&&Probe<Option<$wrapper<T>>> {
                type Kind = OptionalValidKind;
                fn argument_kind(&self) -> OptionalValidKind {
                    OptionalValidKind
                }
            }
        )*};
    }

    macro_rules! describe {
        ($($wrapper:ident => |$docs:ident, $name:ident| $body:expr;)*) => {$(
            impl<T: JsonSchema + Validate> DescribeArgumentValid for &&&&&Probe<$wrapper<T>> {
                fn describe_argument(&self, $docs: &mut Operation<'_>, $name: &'static str) {
                    $docs.constrained();
                    $body
                }
            }
        )*};
    }

    checked!(Json, Form, Query, Header, Cookie);

    impl ValidKind {
        pub async fn extract<T: Checked>(
            self,
            call: &Call,
            name: &'static str,
            bad: &mut BadParams,
        ) -> Result<Option<T>, Problem> {
            T::checked(call, name, bad).await
        }
    }

    impl OptionalValidKind {
        pub async fn extract<O: MaybeChecked>(
            self,
            call: &Call,
            name: &'static str,
            bad: &mut BadParams,
        ) -> Result<Option<O>, Problem> {
            bad.check()?;
            Ok(Some(O::maybe_checked(call, name).await))
        }
    }

    /// An `Option` of an extractor that checks what it has read.
    pub trait MaybeChecked: Sized {
        fn maybe_checked(call: &Call, name: &'static str) -> impl Future<Output = Self>;
    }

    impl<T: Checked> MaybeChecked for Option<T> {
        async fn maybe_checked(call: &Call, name: &'static str) -> Self {
            T::checked(call, name, &mut BadParams::new()).await.ok().flatten()
        }
    }

    /// An extractor that checks what it has read.
    pub trait Checked: OwnExtractor {
        fn checked(
            call: &Call,
            name: &'static str,
            bad: &mut BadParams,
        ) -> impl Future<Output = Result<Option<Self>, Problem>>;
    }

    impl<T: DeserializeOwned + Validate<Context: Default>> Checked for Json<T> {
        async fn checked(call: &Call, _: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
            bad.check()?;
            json_body::check_content_type(call.http().headers())?;
            let body = crate::kernel::read_body(call, "Json").await?;
            let value: T = json_body::parse(&body)?;
            match value.validate() {
                Ok(()) => Ok(Some(Self(value))),
                Err(report) => Err(body_problem(&report, serde_json::from_slice(&body).ok().as_ref())),
            }
        }
    }

    impl<T: DeserializeOwned + Validate<Context: Default>> Checked for Form<T> {
        async fn checked(call: &Call, name: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
            let form = Self::own_extract(call, name, bad).await?;
            if let Some(Self(value)) = &form {
                validate_params(value, ParamPlace::Form, name)?;
            }
            Ok(form)
        }
    }

    macro_rules! checked_params {
        ($($wrapper:ident),*) => {$(
            impl<T: DeserializeOwned + Validate<Context: Default>> Checked for $wrapper<T> {
                async fn checked(
                    call: &Call,
                    name: &'static str,
                    bad: &mut BadParams,
                ) -> Result<Option<Self>, Problem> {
                    let params = Self::own_extract(call, name, bad).await?;
                    if let Some($wrapper(value)) = &params {
                        bad.check()?;
                        validate_params(value, ParamPlace::$wrapper, name)?;
                    }
                    Ok(params)
                }
            }
        )*};
    }

    checked_params!(Query, Header, Cookie);

    #[cfg(feature = "multipart")]
    mod multipart {
        use super::*;
        use crate::multipart::Multipart;

        checked!(Multipart);
        describe! { Multipart => |docs, _name| docs.body::<T>(BodyKind::Multipart); }

        impl<T: DeserializeOwned + Validate<Context: Default>> Checked for Multipart<T> {
            async fn checked(call: &Call, name: &'static str, bad: &mut BadParams) -> Result<Option<Self>, Problem> {
                let form = Self::own_extract(call, name, bad).await?;
                if let Some(Self(value)) = &form {
                    validate_params(value, ParamPlace::Form, name)?;
                }
                Ok(form)
            }
        }
    }

    describe! {
        Json => |docs, _name| docs.body::<T>(BodyKind::Json);
        Form => |docs, _name| docs.body::<T>(BodyKind::Form);
        Query => |docs, _name| docs.params::<T>(ParamPlace::Query, "");
        Header => |docs, name| docs.params::<T>(ParamPlace::Header, name);
        Cookie => |docs, name| docs.params::<T>(ParamPlace::Cookie, name);
    }

    #[cfg(test)]
    mod tests {
        use super::pointer;
        use serde_json::json;

        #[test]
        fn pointers_are_in_the_words_of_the_body() {
            let body = json!({ "firstName": "", "lines": [{ "a/b": 1 }], "zip": 1 });
            let cases = [
                ("first_name", "/firstName"),
                ("lines[0].a/b", "/lines/0/a~1b"),
                ("address.zip", "/zip"),
                ("missing", "/missing"),
                ("", ""),
            ];
            for (path, expected) in cases {
                assert_eq!(pointer(path, Some(&body)), expected, "{path}");
            }
            assert_eq!(pointer("first_name", None), "/first_name");
        }
    }
}
