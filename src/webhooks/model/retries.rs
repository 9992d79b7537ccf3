//! When a delivery that was not taken is tried again.

use chrono::{DateTime, TimeDelta, Utc};

/// How long a webhook may do nothing but fail before it is disabled.
pub const LONGEST_FAILURE: TimeDelta = TimeDelta::days(3);

/// The longest that a target's `Retry-After` is followed.
const LONGEST_WISH: TimeDelta = TimeDelta::days(1);

/// How long the second attempt waits, in seconds. The first may itself have lasted longer than that, until it was given up.
const SOON: i64 = 5;

/// When it is tried again, in seconds since the first attempt: after 5 s, then 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h more.
const OFFSETS: [i64; 9] = [
    SOON, 305, 2_105, 9_305, 27_305, 63_305, 113_705, 185_705, 272_105,
];

/// When a delivery is tried again that was first tried at `first` and by an attempt that was `begun` then was not taken now; nothing when it has been tried for long enough, three
/// days and some hours. It counts from the first attempt, so that attempts between, as after a target has come back, use none of it up.
///
/// `spread` is a random number from 0 to 1: up to a tenth of the wait is added by it, so that not all come at the same moment. `wish` is how long
/// the target asks to be left alone (`Retry-After`).
pub fn next_attempt(
    (first, begun, now): (DateTime<Utc>, DateTime<Utc>, DateTime<Utc>),
    spread: f64,
    wish: Option<TimeDelta>,
) -> Option<DateTime<Utc>> {
    let passed = (begun - first).num_seconds().max(0);
    let offset = OFFSETS.into_iter().find(|offset| *offset > passed)?;
    let planned = (first + TimeDelta::seconds(offset)).max(now + TimeDelta::seconds(SOON));
    let wait = (planned - now).num_milliseconds().max(0);
    // A tenth of at most 24 hours fits whatever an f64 holds.
    let more = (wait as f64 * 0.1 * spread.clamp(0.0, 1.0)) as i64;
    let next = planned + TimeDelta::milliseconds(more);
    let wished = wish.map(|wish| now + wish.clamp(TimeDelta::zero(), LONGEST_WISH));
    Some(wished.map_or(next, |wished| wished.max(next)))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::{LONGEST_FAILURE, next_attempt};

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn a_delivery_is_tried_ten_times_over_three_days_ever_more_seldom() {
        let (mut now, mut times, mut last) = (at(0), 1, TimeDelta::zero());
        while let Some(next) = next_attempt((at(0), now, now), 0.7, None) {
            assert!(next - now > last, "{next}");
            (last, now, times) = (next - now - TimeDelta::hours(1), next, times + 1);
        }
        assert_eq!(times, 10);
        assert!(now - at(0) > LONGEST_FAILURE && now - at(0) < TimeDelta::days(4));
    }

    #[test]
    fn an_attempt_that_lasted_until_it_was_given_up_is_followed_as_soon_as_others() {
        assert_eq!(
            next_attempt((at(0), at(0), at(15)), 0.0, None),
            Some(at(20))
        );
        assert_eq!(
            next_attempt((at(0), at(20), at(35)), 0.0, None),
            Some(at(305))
        );
        let late = next_attempt((at(0), at(290), at(304)), 0.0, None);
        assert_eq!(late, Some(at(309)));
    }

    #[test]
    fn attempts_between_use_nothing_up_and_the_spread_is_a_tenth() {
        assert_eq!(
            next_attempt((at(0), at(400), at(400)), 0.0, None),
            Some(at(2_105))
        );
        assert_eq!(
            next_attempt((at(0), at(500), at(500)), 0.0, None),
            Some(at(2_105))
        );
        let spread = next_attempt((at(0), at(305), at(305)), 1.0, None).unwrap();
        assert_eq!(spread, at(2_105 + 180));
    }

    #[test]
    fn a_target_that_asks_for_rest_gets_it_for_a_day_at_most() {
        let wish = |seconds| {
            next_attempt(
                (at(0), at(0), at(0)),
                0.0,
                Some(TimeDelta::seconds(seconds)),
            )
        };
        assert_eq!(wish(120), Some(at(120)));
        assert_eq!(wish(1), Some(at(5)));
        assert_eq!(wish(-50), Some(at(5)));
        assert_eq!(wish(10_000_000), Some(at(24 * 3600)));
        assert_eq!(
            next_attempt(
                (at(0), at(300_000), at(300_000)),
                0.0,
                Some(TimeDelta::seconds(9))
            ),
            None
        );
    }
}
