//! What robots are told at `/robots.txt` (RFC 9309).

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::{Fault, FaultCode, Faults};
use crate::values::Prose;

/// The most characters of one's own lines. Robots read 500 KiB at least (RFC 9309, section 2.5).
const MOST: usize = 50_000;

/// What robots are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[serde(default)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct RobotsSettings {
    /// Lines of the publisher's own, such as `User-agent: ExampleBot`, in place of those that allow everything to all; each is empty, begins with `#` or has a colon. They
    /// go out as they are written.
    #[deserr(default, try_from(Option<String>) = read -> Fault)]
    #[schema(
        required = false,
        min_length = 1,
        max_length = 50_000,
        example = "User-agent: ExampleBot\nDisallow: /"
    )]
    pub lines: Option<String>,
    /// Whether the sitemap is named below them; it is unless told.
    #[deserr(default = true)]
    #[schema(default = true, required = false)]
    pub sitemap: bool,
}

impl Default for RobotsSettings {
    fn default() -> Self {
        Self {
            lines: None,
            sitemap: true,
        }
    }
}

impl RobotsSettings {
    /// As they are kept; what is not told is as it is unless told.
    pub fn stored(kept: &Value) -> Self {
        Self::deserialize(kept).unwrap_or_default()
    }
}

/// Reads lines of any system. What no robot understands is refused: a rule that is passed over allows what it was to forbid.
fn read(text: Option<String>) -> Result<Option<String>, Fault> {
    let Some(text) = text else { return Ok(None) };
    let text = text.trim_start_matches('\u{feff}');
    let text = Prose::<MOST>::parse(text)?;
    let lines = text.as_str().replace("\r\n", "\n").replace('\r', "\n");
    let is_rule = |line: &str| {
        let line = line.trim();
        line.is_empty() || line.starts_with('#') || line.contains(':')
    };
    match lines.lines().position(|line| !is_rule(line)) {
        None => Ok(Some(lines)),
        Some(at) => {
            let detail = format!(
                "line {} is no rule: it must have a colon, as in Disallow: /archief/",
                at + 1
            );
            Err(Fault::value(FaultCode::InvalidValue, detail))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn lines_of_any_system_are_read_and_what_is_no_rule_is_refused() {
        let kept = |text: &str| read(Some(text.to_owned())).unwrap().unwrap();
        assert_eq!(
            kept("\u{feff}User-agent: *\r\n\r\n# Niets.\rDisallow:\t/x \n"),
            "User-agent: *\n\n# Niets.\nDisallow:\t/x"
        );
        assert_eq!(read(None).unwrap(), None);
        for wrong in [
            "",
            " \n",
            "User-agent: *\nDisallow /",
            "User-agent: *\0",
            "User-agent: *\u{b}x",
            "\u{1b}[0m: x",
            "a:\u{85}x",
        ] {
            assert!(read(Some(wrong.to_owned())).is_err(), "{wrong:?}");
        }
        let fault = read(Some("User-agent: *\nDisallow /".to_owned())).unwrap_err();
        assert!(fault.detail().starts_with("line 2 "));
        assert!(read(Some("#".repeat(50_000))).is_ok());
        assert!(read(Some("#".repeat(50_001))).is_err());
    }
}
