//! Why a stream ended, as the log tells it.

/// Why a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Its key was revoked or has expired.
    KeyOver,
    /// Its contract ended, or does not allow its client's address any more.
    ContractOver,
    /// The node stops.
    NodeStops,
    /// Its client took less than came, for too long.
    TooSlow,
    /// Its client left, or took nothing for so long that the system ended its connection; there was more for it.
    LeftBehind,
    /// Its client left, and had all that there was.
    Left,
}

impl Ending {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::KeyOver => "its key ended",
            Self::ContractOver => "its contract ended",
            Self::NodeStops => "the node stops",
            Self::TooSlow => "its client was too slow",
            Self::LeftBehind => "its client left before it had all",
            Self::Left => "its client left",
        }
    }
}
