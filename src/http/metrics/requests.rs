//! Requests by route, method and class of status, and how long they took. Counting one takes no lock and no memory: the routes are known
//! at the start, and each has its counters.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actix_web::http::{Method, StatusCode};

use super::text::{Kind, Text};

/// The upper bounds of the histogram, in microseconds, and as they are told, in seconds.
const BOUNDS: [(u64, &str); 11] = [
    (100, "0.0001"),
    (250, "0.00025"),
    (1_000, "0.001"),
    (2_500, "0.0025"),
    (10_000, "0.01"),
    (25_000, "0.025"),
    (100_000, "0.1"),
    (250_000, "0.25"),
    (1_000_000, "1"),
    (2_500_000, "2.5"),
    (10_000_000, "10"),
];

const METHODS: [&str; 8] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other",
];

const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// The route of what has none.
pub const NO_ROUTE: &str = "(no route)";

#[derive(Debug, Default)]
struct Times {
    /// How many were at most so long and longer than the bound before; the last, longer than all.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    microseconds: AtomicU64,
}

type Route = [[Times; CLASSES.len()]; METHODS.len()];

/// What a node has answered since its start.
#[derive(Debug)]
pub struct Requests {
    routes: HashMap<Box<str>, Box<Route>>,
    none: Box<Route>,
}

impl Requests {
    /// Of a server with these routes.
    pub fn new<'r>(routes: impl IntoIterator<Item = &'r str>) -> Self {
        let routes = routes
            .into_iter()
            .map(|route| (route.into(), Box::default()));
        Self {
            routes: routes.collect(),
            none: Box::default(),
        }
    }

    /// Counts one.
    pub fn count(&self, (method, route): (&Method, &str), status: StatusCode, took: Duration) {
        let route = self.routes.get(route).unwrap_or(&self.none);
        let method = METHODS
            .iter()
            .position(|known| method == *known)
            .unwrap_or(METHODS.len() - 1);
        let class = usize::from(status.as_u16() / 100).saturating_sub(1);
        let Some(times) = route.get(method).and_then(|classes| classes.get(class)) else {
            return;
        };
        let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.partition_point(|(bound, _)| *bound < microseconds);
        if let Some(bucket) = times.buckets.get(bucket) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
        times
            .microseconds
            .fetch_add(microseconds, Ordering::Relaxed);
    }

    /// Writes what was counted, route by route; what was never asked for is left out.
    pub fn write(&self, text: &mut Text) {
        const NAME: &str = "kroniek_http_request_duration_seconds";
        text.metric(
            NAME,
            Kind::Histogram,
            "Time until the head of the answer is ready, by route, method and class of status; its count is the number of requests.",
        );
        let mut routes: Vec<(&str, &Route)> = self
            .routes
            .iter()
            .map(|(name, route)| (&**name, &**route))
            .collect();
        routes.push((NO_ROUTE, &self.none));
        routes.sort_unstable_by_key(|(name, _)| *name);
        for (name, route) in routes {
            for (method, classes) in METHODS.iter().zip(route) {
                for (class, times) in CLASSES.iter().zip(classes) {
                    times.write(text, NAME, [name, method, class]);
                }
            }
        }
    }
}

impl Times {
    fn write(&self, text: &mut Text, name: &str, [route, method, status]: [&str; 3]) {
        let mut count = 0;
        let mut labels = [
            ("route", route),
            ("method", method),
            ("status", status),
            ("le", "+Inf"),
        ];
        let buckets: Vec<u64> = self
            .buckets
            .iter()
            .map(|bucket| bucket.load(Ordering::Relaxed))
            .collect();
        if buckets.iter().all(|bucket| *bucket == 0) {
            return;
        }
        let bounds = BOUNDS.iter().map(|(_, told)| *told).chain(["+Inf"]);
        for (bound, bucket) in bounds.zip(buckets) {
            count += bucket;
            labels[3].1 = bound;
            text.sample(&format!("{name}_bucket"), &labels, count);
        }
        let [route, method, status, _] = labels;
        let labels = [route, method, status];
        let seconds = self.microseconds.load(Ordering::Relaxed) as f64 / 1e6;
        text.sample(&format!("{name}_sum"), &labels, seconds);
        text.sample(&format!("{name}_count"), &labels, count);
    }
}
