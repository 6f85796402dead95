//! Integers as text, for `#[serde(with = "start_runtime::integer_text")]`: JavaScript reads the number 2^53 + 1 as 2^53.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use serde::de::{Error as _, Unexpected};
use serde::{Deserialize as _, Deserializer, Serializer};

/// Writes an integer as text.
///
/// # Errors
///
/// Those of the serializer.
pub fn serialize<T: Display, S: Serializer>(integer: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(integer)
}

/// Reads an integer from a text of digits. A number is refused, as the schema of a text says.
///
/// # Errors
///
/// If the text is no integer, or not one of the type.
pub fn deserialize<'de, T: FromStr, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = Cow::<'de, str>::deserialize(deserializer)?;
    let expected = format!("{} as text", std::any::type_name::<T>());
    text.parse().map_err(|_| D::Error::invalid_value(Unexpected::Str(&text), &expected.as_str()))
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Account {
        #[serde(with = "super")]
        balance: u64,
        #[serde(with = "super")]
        change: i128,
    }

    #[test]
    fn integers_are_written_as_text_and_read_from_it() {
        let account = Account { balance: u64::MAX, change: i128::MIN };
        let value = json!({ "balance": "18446744073709551615", "change": "-170141183460469231731687303715884105728" });
        assert_eq!(serde_json::to_value(&account).unwrap(), value);
        assert_eq!(serde_json::from_value::<Account>(value).unwrap(), account);
        for wrong in [json!("-1"), json!(7), json!("1.0"), json!(""), json!("18446744073709551616"), json!(null)] {
            let value = json!({ "balance": wrong, "change": "0" });
            assert!(serde_json::from_value::<Account>(value.clone()).is_err(), "{value}");
        }
    }
}
