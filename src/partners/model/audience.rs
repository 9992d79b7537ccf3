//! Who reads.

use std::sync::Arc;

use super::contract::{Contract, ContractText};
use crate::http::cursor::Terms;
use crate::values::PublicText;

/// Who reads: what there is for them, and how much of each text. Whatever reads articles is told so, and there is no other way to read them.
#[derive(Debug, Clone)]
pub enum Audience {
    /// Anyone: all that is published, of the texts what the site's `public_text` lets them have.
    Public,
    /// A partner: what the contract covers.
    Partner(Arc<Contract>),
    /// Who publishes it: all of it.
    Publisher,
}

impl Audience {
    /// The contract, where they read under one.
    pub fn contract(&self) -> Option<&Contract> {
        match self {
            Self::Partner(contract) => Some(contract),
            Self::Public | Self::Publisher => None,
        }
    }

    /// For whom their cursors are.
    pub fn terms(&self) -> Terms {
        let contract = self.contract();
        Terms {
            reader: contract.map(|contract| contract.id),
            version: contract.map_or(0, |contract| contract.terms),
        }
    }

    /// How much of a text they may have, where the site's setting does not tell that.
    pub fn text(&self) -> Option<ContractText> {
        match self {
            Self::Public => None,
            Self::Partner(contract) => Some(contract.text),
            Self::Publisher => Some(ContractText::Full),
        }
    }

    /// Whether they may have all of a text, where anyone may have this much.
    pub fn reads_all(&self, public: PublicText) -> bool {
        match self.text() {
            None => public == PublicText::Full,
            Some(text) => text == ContractText::Full,
        }
    }
}
