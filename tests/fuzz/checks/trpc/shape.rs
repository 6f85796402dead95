//! The shape of answers: one value, a batch, lines of JSON, an object that comes piece by piece, or events.

use std::collections::BTreeMap;

use serde_json::Value;
use start_runtime::trpc::Code;

use super::{Answer, Sent};

/// Panics if an answer is none of tRPC. Returns whether nothing was refused.
pub fn check(sent: &Sent<'_>, answer: &Answer) -> bool {
    let Answer { status, content_type, body, is_over } = answer;
    let calls = sent.calls();
    let names = calls.as_deref().unwrap_or_default();
    let may_go_on = names.contains("silent") || names.contains("endless");
    assert!(*is_over || may_go_on, "the answer does not end: {body}");
    if sent.method == "HEAD" || *status == 204 {
        assert!(body.is_empty() && *status < 500, "{status} {body}");
        return true;
    }
    match content_type.as_str() {
        "text/event-stream" => {
            assert_eq!(*status, 200);
            events(body, *is_over, names)
        }
        "application/json" if body.starts_with("{\"0\":[[0],[null,0,0]]") => {
            assert_eq!(*status, 200);
            lines(body, *is_over, names)
        }
        "application/json" => match parsed(body) {
            Value::Array(results) => {
                assert_eq!(results.len(), names.split(',').count(), "answers to {names}: {body}");
                let statuses: Vec<u16> =
                    results.iter().zip(names.split(',')).map(|(one, name)| result(one, Some(name))).collect();
                let common = if statuses.iter().all(|one| *one == statuses[0]) { statuses[0] } else { 207 };
                assert_eq!(*status, common, "{body}");
                statuses.iter().all(|status| *status == 200)
            }
            Value::Object(members) if members.keys().all(|name| name.parse::<usize>().is_ok()) => {
                assert_eq!(*status, 200);
                assert_eq!(members.len(), names.split(',').count(), "answers to {names}: {body}");
                let names: Vec<&str> = names.split(',').collect();
                members.iter().all(|(index, one)| result(one, Some(names[index.parse::<usize>().unwrap()])) == 200)
            }
            whole => {
                assert_eq!(result(&whole, Some(names)), *status, "{body}");
                *status == 200
            }
        },
        // The router of the program has no such path, or the path is none.
        "application/problem+json" => {
            assert!((400..500).contains(status), "{status} {body}");
            assert_eq!(parsed(body)["status"], *status);
            false
        }
        other => {
            assert!(matches!(*status, 301 | 308) && body.is_empty(), "{status} {other}: {body}");
            false
        }
    }
}

pub fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The status of a result.
pub fn result(value: &Value, name: Option<&str>) -> u16 {
    let members = value.as_object().unwrap_or_else(|| panic!("no result: {value}"));
    assert_eq!(members.len(), 1, "{value}");
    match (members.get("result"), members.get("error")) {
        (Some(Value::Object(result)), None) => {
            assert!(result.keys().all(|name| name == "data"), "{value}");
            200
        }
        (None, Some(error)) => self::error(error, name),
        _ => panic!("neither a result nor an error: {value}"),
    }
}

/// The status of an error.
pub fn error(error: &Value, name: Option<&str>) -> u16 {
    let data = &error["data"];
    let code: Code =
        data["code"].as_str().and_then(|key| key.parse().ok()).unwrap_or_else(|| panic!("no code: {error}"));
    let status = data["httpStatus"].as_u64().and_then(|status| u16::try_from(status).ok()).expect("a status");
    assert_eq!(error["code"], code.number(), "{error}");
    let of_status = actix_web::http::StatusCode::from_u16(status).map(Code::of_status).expect("a status");
    assert!(code.status() == status || of_status == code, "{error}");
    assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{error}");
    if let Some(path) = data.get("path") {
        let is = |name: &str| *path == name || *path == name.replace('~', ".");
        assert!(name.is_none_or(is), "{error} is no answer to {name:?}");
    }
    // A message says of a call of which it is one, so no other call can be blamed.
    let asked_for = data["path"] == "failsWith" && data["wish"] == code.key();
    assert!(status < 500 || asked_for, "{error}");
    assert!(data.get("stack").is_none(), "{error}");
    status
}

/// An event as a browser dispatches it (WHATWG HTML, section 9.2.6).
fn events(text: &str, is_over: bool, name: &str) -> bool {
    // The last one may be cut where the test has stopped reading.
    let whole = if is_over { text } else { &text[..text.rfind("\n\n").map_or(0, |end| end + 2)] };
    let mut is_done = true;
    let mut ended = false;
    for (index, block) in whole.split("\n\n").map(str::trim_start).filter(|block| !block.is_empty()).enumerate() {
        let fields: BTreeMap<&str, &str> =
            block.lines().map(|line| line.split_once(": ").unwrap_or_else(|| panic!("{block}"))).collect();
        assert_eq!(fields.len(), block.lines().count(), "{block}");
        assert!(!ended, "an event behind the last one: {block}");
        match (index, fields.get("event").copied()) {
            (0, Some("connected")) => assert!(parsed(fields["data"]).is_object()),
            (0, _) | (_, Some("connected")) => panic!("the first event is `connected`, and no other: {block}"),
            (_, None) => drop(parsed(fields["data"])),
            (_, Some("return")) => ended = true,
            (_, Some("serialized-error")) => {
                error(&parsed(fields["data"]), Some(name));
                (ended, is_done) = (true, false);
            }
            (_, Some("ping" | "restore-id")) => {}
            (_, Some(other)) => panic!("an event `{other}`"),
        }
    }
    assert_eq!(ended, is_over, "{text}");
    is_done
}

/// Lines of JSON: each placeholder is named before it is resolved, and all of them are at the end.
fn lines(text: &str, is_over: bool, names: &str) -> bool {
    let whole = if is_over { text } else { &text[..text.rfind('\n').map_or(0, |end| end + 1)] };
    let mut lines = whole.lines().map(parsed);
    let head = lines.next().expect("a head");
    let head = head.as_object().expect("a head is an object");
    assert_eq!(head.len(), names.split(',').count(), "answers to {names}: {text}");
    // What is still to come, and whether it is an iterable.
    let mut open: BTreeMap<u64, bool> = BTreeMap::new();
    for (index, (key, value)) in head.iter().enumerate() {
        assert_eq!(*key, index.to_string());
        placeholders(value, &mut open);
    }
    let mut is_done = true;
    for line in lines {
        let [id, status, value] = line.as_array().map(Vec::as_slice).unwrap_or_default() else { panic!("{line}") };
        let id = id.as_u64().expect("an id");
        let is_iterable = *open.get(&id).unwrap_or_else(|| panic!("nobody waits for {line}"));
        let fails = match (is_iterable, status.as_u64()) {
            (true, Some(1)) | (_, Some(0)) => false,
            (false, Some(1)) | (true, Some(2)) => true,
            _ => panic!("the status of {line}"),
        };
        if !is_iterable || *status != 1 {
            open.remove(&id);
        }
        if fails {
            error(value, None);
            is_done = false;
        } else {
            placeholders(value, &mut open);
            let inner = &value[0][0];
            // The results of the calls themselves.
            if inner.as_object().is_some_and(|inner| inner.len() == 1 && inner.contains_key("error"))
                && head.contains_key(&id.to_string())
            {
                error(&inner["error"], names.split(',').nth(usize::try_from(id).unwrap()));
                is_done = false;
            }
        }
    }
    assert!(open.is_empty() || !is_over, "{open:?} never came: {text}");
    is_done
}

/// Adds what a value says is to come: `[[value], [key, kind, id], …]`.
fn placeholders(value: &Value, open: &mut BTreeMap<u64, bool>) {
    let parts = value.as_array().unwrap_or_else(|| panic!("no value with placeholders: {value}"));
    assert!(parts[0].as_array().is_some_and(|only| only.len() <= 1), "{value}");
    for part in &parts[1..] {
        let (kind, id) = (part[1].as_u64().expect("a kind"), part[2].as_u64().expect("an id"));
        assert!(
            kind <= 1 && part[0].is_null() || parts[0][0].get(part[0].as_str().unwrap_or_default()) == Some(&0.into()),
            "{value}"
        );
        assert!(open.insert(id, kind == 1).is_none(), "{id} stands for two things");
    }
}
