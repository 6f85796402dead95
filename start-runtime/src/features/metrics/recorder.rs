//! The recorder: one per process, because that is all `metrics::counter!` supports.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{fmt, io, thread};

use ::metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use super::operations::OPERATIONS;
use super::requests::{ACTIVE, BUCKETS, DURATION};
use crate::base::StartError;

/// Histograms whose name ends with this are durations and have fixed buckets. All others are summaries, because their
/// scale is unknown.
const SECONDS: &str = "_seconds";

/// How often measurements are moved into their buckets; until then, each one takes memory.
const UPKEEP: Duration = Duration::from_secs(5);

/// The recorder of the process, once Start has installed it.
#[derive(Clone)]
pub struct Recorder(PrometheusHandle);

/// Why there is no recorder.
#[derive(Debug)]
pub enum RecorderFault {
    /// The program has installed another recorder.
    Taken,
    Buckets(BuildError),
    Thread(io::Error),
}

impl Recorder {
    /// Installs the recorder, or returns the one that is installed already.
    pub fn install() -> Result<Self, RecorderFault> {
        static INSTALLED: Mutex<Option<Recorder>> = Mutex::new(None);
        let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(recorder) = &*installed {
            return Ok(recorder.clone());
        }
        let recorder = Self::new()?;
        *installed = Some(recorder.clone());
        Ok(recorder)
    }

    fn new() -> Result<Self, RecorderFault> {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix(SECONDS.to_owned()), &BUCKETS)
            .map_err(RecorderFault::Buckets)?;
        let handle = builder.install_recorder().map_err(|_| RecorderFault::Taken)?;
        let upkeep = handle.clone();
        // A thread, not a task: the recorder outlives the runtime that happens to be running.
        let forever = move || {
            loop {
                thread::sleep(UPKEEP);
                upkeep.run_upkeep();
            }
        };
        thread::Builder::new().name("start-metrics".to_owned()).spawn(forever).map_err(RecorderFault::Thread)?;
        describe_histogram!(DURATION, Unit::Seconds, "How long requests took.");
        describe_counter!(OPERATIONS, Unit::Count, "How many operations of GraphQL were executed.");
        describe_gauge!(ACTIVE, Unit::Count, "How many requests are being answered.");
        Ok(Self(handle))
    }

    /// Writes all series of the process in the Prometheus text format, version 0.0.4.
    pub fn render(&self) -> String {
        self.0.render()
    }
}

impl From<RecorderFault> for StartError {
    fn from(fault: RecorderFault) -> Self {
        Self::new(fault.to_string())
    }
}

impl fmt::Display for RecorderFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken => f.write_str(
                "this program has installed a recorder of its own for the `metrics` crate, and there can be one only.\n\
                 Leave that one out: what `metrics::counter!` and its siblings count is served by `Start::metrics` as\n\
                 well. Or leave out `Start::metrics`, and serve the text of your recorder by a route of your own",
            ),
            Self::Buckets(error) => write!(f, "the recorder cannot be made: {error}"),
            Self::Thread(error) => write!(f, "the recorder has no thread for its upkeep: {error}"),
        }
    }
}
