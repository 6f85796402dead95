//! Writes a session, before the answer goes out.

use std::rc::Rc;
use std::time::{Duration, SystemTime};

use cookie::{Cookie, time};
use futures_core::future::LocalBoxFuture;

use super::live::{Change, Live, State};
use super::opened::Opened;
use super::store::StoreError;
use crate::kernel::Finished;
use crate::response::{LONGEST_COOKIE, Problem};

/// Writes what has changed. Returns the cookies for the answer.
pub fn keep(live: Rc<Live>) -> LocalBoxFuture<'static, Result<Finished, Problem>> {
    Box::pin(async move {
        let Some(state) = live.take() else { return Ok(Finished::default()) };
        if let Some(fault) = &state.fault {
            return Err(Problem::internal(fault));
        }
        live.opened.keep(state).await
    })
}

impl Opened {
    async fn keep(&self, state: State) -> Result<Finished, Problem> {
        let (has_cookie, is_https, chunks) = (state.has_cookie, state.is_https, state.chunks.clone());
        let mut cookies: Vec<Cookie<'static>> = Vec::new();
        match state.change {
            Change::Nothing => return Ok(Finished::default()),
            Change::End => {
                self.forget(state.known_as.as_deref()).await?;
                if has_cookie {
                    cookies.push(self.deleted(&self.config.cookie, is_https));
                }
            }
            Change::Use | Change::Data => {
                let (max_age, idle_timeout) = (self.config.max_age, self.config.idle_timeout);
                // It was not over when it was read.
                let lasts = state.record.lasts(max_age, idle_timeout, SystemTime::now()).unwrap_or_default();
                // Another request has ended it, or given it another id: what the browser has got then stays.
                let Some(value) = self.write(&state, lasts).await? else { return Ok(Finished::default()) };
                if self.config.cookie.len() + value.len() > LONGEST_COOKIE {
                    return Err(too_long(value.len()));
                }
                cookies.push(self.config.cookie_for(value, lasts, is_https));
            }
        }
        cookies.extend(chunks.iter().map(|name| self.deleted(name, is_https)));
        Ok(cookies.into())
    }

    /// Writes a session. Returns the value of its cookie; `None` if another request has ended it.
    async fn write(&self, state: &State, lasts: Duration) -> Result<Option<String>, StoreError> {
        let State { record, known_as, .. } = state;
        let known = known_as.as_deref();
        let has_other_id = known.is_some_and(|known| known != record.id);
        if self.config.iron.is_written() {
            self.forget(known.filter(|_| has_other_id)).await?;
            return self.config.iron.seal(record, lasts).await.map(Some);
        }
        match known {
            Some(_) if state.change == Change::Use => self.store.touch(record, lasts).await,
            Some(known) if !(has_other_id && state.is_new) => self.store.replace(known, record, lasts).await,
            // One that begins anew, whatever became of the one before.
            _ => {
                self.forget(known).await?;
                self.store.save(record, lasts).await.map(Some)
            }
        }
    }

    async fn forget(&self, id: Option<&str>) -> Result<(), StoreError> {
        match id {
            Some(id) => self.store.remove(id).await,
            None => Ok(()),
        }
    }

    /// The cookie that deletes another one, which has the attributes of ours.
    fn deleted(&self, name: &str, is_https: bool) -> Cookie<'static> {
        let mut cookie = self.config.cookie_for(String::new(), Duration::ZERO, is_https);
        cookie.set_name(name.to_owned());
        cookie.set_expires(time::OffsetDateTime::UNIX_EPOCH);
        cookie
    }
}

fn too_long(length: usize) -> Problem {
    Problem::internal(format!(
        "the session has {length} bytes when it is sealed, and browsers ignore a cookie above {LONGEST_COOKIE}: keep less \
         in it, such as the key of a row in your database, or keep it in a store (`SessionConfig::with_store`)"
    ))
}
