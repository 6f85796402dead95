//! Writes a session, before the answer goes out.

use std::rc::Rc;
use std::time::SystemTime;

use cookie::{Cookie, time};
use futures_core::future::LocalBoxFuture;

use super::live::{Change, Live, State};
use super::opened::Opened;
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
        let State { record, change, known_as, has_cookie, chunks, is_https, .. } = state;
        let mut cookies: Vec<Cookie<'static>> = Vec::new();
        if let Some(id) = known_as.filter(|id| change == Change::End || *id != record.id) {
            self.store.remove(&id).await?;
        }
        match change {
            Change::Nothing => return Ok(Finished::default()),
            Change::End if !has_cookie => {}
            Change::End => cookies.push(self.deleted(&self.config.cookie, is_https)),
            Change::Use | Change::Data => {
                let (max_age, idle_timeout) = (self.config.max_age, self.config.idle_timeout);
                // It was not over when it was read.
                let lasts = record.lasts(max_age, idle_timeout, SystemTime::now()).unwrap_or_default();
                let value = match self.config.iron.is_written() {
                    true => self.config.iron.seal(&record, lasts).await?,
                    false if change == Change::Use => self.store.touch(&record, lasts).await?,
                    false => self.store.save(&record, lasts).await?,
                };
                if self.config.cookie.len() + value.len() > LONGEST_COOKIE {
                    return Err(too_long(value.len()));
                }
                cookies.push(self.config.cookie_for(value, lasts, is_https));
            }
        }
        cookies.extend(chunks.iter().map(|name| self.deleted(name, is_https)));
        Ok(cookies.into())
    }

    /// The cookie that deletes another one, which has the attributes of ours.
    fn deleted(&self, name: &str, is_https: bool) -> Cookie<'static> {
        let mut cookie = self.config.cookie_for(String::new(), std::time::Duration::ZERO, is_https);
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
