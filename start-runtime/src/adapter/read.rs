//! How the arguments of a handler are read: one after another, by a reader each, before the first that is bad is
//! answered.

use std::future::ready;
use std::marker::PhantomData;

use crate::decode::BadParams;
use crate::kernel::Call;
use crate::response::Outcome;

/// Reads one argument, or all arguments.
pub trait Read {
    type Value;

    /// Lets the request in, or answers it, before anything is read.
    fn early(&mut self, _: &Call) -> impl Future<Output = Result<(), Outcome>> {
        ready(Ok(()))
    }

    /// Returns the value, or `None` if the faults were added to `bad`. The error is the answer. Called once.
    fn read(&mut self, call: &Call, bad: &mut BadParams) -> impl Future<Output = Result<Option<Self::Value>, Outcome>>;
}

/// Reads all arguments. The error is the answer.
pub async fn read_all<R: Read>(mut readers: R, call: &Call) -> Result<R::Value, Outcome> {
    read_by(&mut readers, call).await
}

/// The same by readers that stay where they are: a future that has them, and one in it that has them too, are both moved.
pub async fn read_by<R: Read>(readers: &mut R, call: &Call) -> Result<R::Value, Outcome> {
    readers.early(call).await?;
    let mut bad = BadParams::new();
    readers.read(call, &mut bad).await?.ok_or_else(|| Outcome::Problem(bad.into_problem()))
}

/// Reads an argument of one type in one way.
pub struct Reader<K, T> {
    pub name: &'static str,
    kind: PhantomData<fn() -> (K, T)>,
}

impl<K, T> Reader<K, T> {
    pub const fn named(name: &'static str) -> Self {
        Self { name, kind: PhantomData }
    }
}

/// The kind of an argument that no request has. There is an error message in place of it.
pub struct NowhereKind;

impl<T> Read for Reader<NowhereKind, T> {
    type Value = T;

    async fn read(&mut self, _: &Call, _: &mut BadParams) -> Result<Option<T>, Outcome> {
        Ok(None)
    }
}

/// A function of any number of arguments, in a tuple.
pub trait Invoke<A> {
    type Output;

    fn invoke(self, arguments: A) -> Self::Output;
}

/// For a number of arguments. The macro refuses more than there is an impl for.
macro_rules! arguments {
    ($($reader:ident $value:ident),*) => {
        impl<$($reader: Read),*> Read for ($($reader,)*) {
            type Value = ($($reader::Value,)*);

            #[allow(unused_variables, non_snake_case, clippy::unused_async)]
            async fn early(&mut self, call: &Call) -> Result<(), Outcome> {
                let ($($reader,)*) = self;
                $($reader.early(call).await?;)*
                Ok(())
            }

            #[allow(unused_variables, non_snake_case, clippy::unused_async)]
            async fn read(&mut self, call: &Call, bad: &mut BadParams) -> Result<Option<Self::Value>, Outcome> {
                let ($($reader,)*) = self;
                $(let $reader = $reader.read(call, bad).await?;)*
                $(let Some($reader) = $reader else { return Ok(None) };)*
                Ok(Some(($($reader,)*)))
            }
        }

        impl<Function, Output, $($value),*> Invoke<($($value,)*)> for Function
        where
            Function: FnOnce($($value),*) -> Output,
        {
            type Output = Output;

            #[allow(non_snake_case)]
            fn invoke(self, ($($value,)*): ($($value,)*)) -> Output {
                self($($value),*)
            }
        }
    };
}

/// Implements the traits for these arguments and for each shorter list.
macro_rules! up_to {
    ($(($reader:ident $value:ident))*) => { up_to!(@ [] $(($reader $value))*); };
    (@ [$($done:tt)*]) => { up_to!(= $($done)*); };
    (@ [$($done:tt)*] $next:tt $($more:tt)*) => {
        up_to!(= $($done)*);
        up_to!(@ [$($done)* $next] $($more)*);
    };
    (= $(($reader:ident $value:ident))*) => { arguments!($($reader $value),*); };
}

up_to! {
    (R01 V01) (R02 V02) (R03 V03) (R04 V04) (R05 V05) (R06 V06) (R07 V07) (R08 V08) (R09 V09) (R10 V10) (R11 V11)
    (R12 V12) (R13 V13) (R14 V14) (R15 V15) (R16 V16) (R17 V17) (R18 V18) (R19 V19) (R20 V20) (R21 V21) (R22 V22)
    (R23 V23) (R24 V24)
}
