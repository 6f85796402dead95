use std::pin::Pin;
use std::task::{Context, Poll};

use start_runtime::trpc;

struct Tick;

struct Ticks;

impl futures_core::Stream for Ticks {
    type Item = Tick;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Tick>> {
        Poll::Ready(None)
    }
}

#[trpc::subscription]
async fn ticks() -> Ticks {
    Ticks
}

fn main() {}
