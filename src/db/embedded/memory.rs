//! How much memory the embedded Postgres may take for pages of its own.

use std::fs;

/// What it has where the machine does not tell its memory, and at least, in MB.
const LEAST: u64 = 128;
/// More than this serves a large publication from the operating system's cache just as well, in MB.
const MOST: u64 = 1024;
/// The part of the machine's memory that it takes: the rest is the operating system's cache, and Kroniek's.
const PART: u64 = 8;

/// `shared_buffers` as a setting of Postgres.
pub(super) fn shared_buffers() -> String {
    format!(
        "{}MB",
        of(fs::read_to_string("/proc/meminfo").ok().as_deref())
    )
}

/// The size in MB, by what Linux tells of its memory (`proc(5)`).
fn of(told: Option<&str>) -> u64 {
    let total = told
        .and_then(|told| told.lines().find_map(|line| line.strip_prefix("MemTotal:")))
        .and_then(|rest| rest.trim().strip_suffix("kB"))
        .and_then(|size| size.trim().parse::<u64>().ok());
    total.map_or(LEAST, |kilobytes| {
        (kilobytes / 1024 / PART).clamp(LEAST, MOST)
    })
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn takes_a_part_of_the_memory_within_bounds() {
        let told =
            |kilobytes: u64| of(Some(&format!("MemTotal:  {kilobytes} kB\nMemFree: 1 kB\n")));
        assert_eq!(told(512 * 1024), 128);
        assert_eq!(told(4 * 1024 * 1024), 512);
        assert_eq!(told(24 * 1024 * 1024), 1024);
        assert_eq!(of(Some("nothing of use")), 128);
        assert_eq!(of(None), 128);
    }
}
