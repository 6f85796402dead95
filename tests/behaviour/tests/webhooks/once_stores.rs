//! What is done, in a database: by several processes, and after restarts.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::Duration;

use start_runtime::actix_web::rt::time::sleep;
use start_runtime::webhook::{Claim, OnceStore, SqliteOnce};
use tempfile::TempDir;

use crate::once::{ask, check_store, program};

const MINUTE: Duration = Duration::from_secs(60);

#[start_runtime::test]
async fn a_database_is_a_store_and_remembers_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("once.db");
    check_store(&program(Some(SqliteOnce::open(&file).await.unwrap()))).await;
    let again = program(Some(SqliteOnce::open(&file).await.unwrap()));
    assert_eq!(ask(&again, "a", "0").await, (200, "done before".to_owned()));
    assert_eq!(ask(&again, "new", "0").await, (200, "done 1".to_owned()));
}

#[start_runtime::test]
async fn work_whose_time_is_over_belongs_to_the_next_that_asks() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("once.db");
    let (one, other) = (SqliteOnce::open(&file).await.unwrap(), SqliteOnce::open(&file).await.unwrap());
    let odd = "a\n'\"; DROP TABLE start_once; 😀";
    assert_eq!(one.claim(odd, "one", Duration::from_millis(50)).await.unwrap(), Claim::Yours);
    assert_eq!(other.claim(odd, "other", MINUTE).await.unwrap(), Claim::Busy);
    sleep(Duration::from_millis(80)).await;
    assert_eq!(other.claim(odd, "other", MINUTE).await.unwrap(), Claim::Yours);
    // The one that was too slow changes nothing any more.
    one.release(odd, "one").await.unwrap();
    one.finish(odd, "one", Duration::ZERO).await.unwrap();
    assert_eq!(one.claim(odd, "one", MINUTE).await.unwrap(), Claim::Busy);
    other.finish(odd, "other", Duration::from_millis(50)).await.unwrap();
    assert_eq!(one.claim(odd, "one", MINUTE).await.unwrap(), Claim::Done);
    sleep(Duration::from_millis(80)).await;
    assert_eq!(one.claim(odd, "one", MINUTE).await.unwrap(), Claim::Yours, "what is done is not kept for ever");
}

#[test]
fn of_several_processes_one_gets_each_key() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("once.db");
    let start = |name: usize| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_once"));
        command
            .arg(&file)
            .arg("200")
            .arg(name.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let processes: Vec<_> = (0..4).map(start).collect();
    let mut got: BTreeMap<u32, usize> = BTreeMap::new();
    for process in processes {
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        for key in String::from_utf8(output.stdout).unwrap().lines() {
            *got.entry(key.parse().unwrap()).or_default() += 1;
        }
    }
    assert_eq!(got.len(), 200, "each key is got by somebody");
    assert!(got.values().all(|count| *count == 1), "{got:?}");
}

#[start_runtime::test]
async fn a_file_that_cannot_be_opened_is_told() {
    let folder = TempDir::new().unwrap();
    let text = folder.path().join("text");
    std::fs::write(&text, "no database, but long enough to be mistaken for one ".repeat(20)).unwrap();
    for file in [folder.path().join("no/such/folder/once.db"), folder.path().to_owned(), text] {
        let error = SqliteOnce::open(&file).await.err().unwrap().to_string();
        assert!(
            error.contains(&file.display().to_string()) && error.contains("`SqliteOnce::open` takes a file"),
            "{error}"
        );
    }
}
