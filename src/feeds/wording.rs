//! The few words that a feed says itself, in the language of what it tells.

use crate::updates::model::UpdateKind;

/// Words of a language.
#[derive(Debug, Clone, Copy)]
pub struct Wording {
    update: &'static str,
    correction: &'static str,
    clarification: &'static str,
    /// Of an update that was taken back.
    pub retracted: &'static str,
}

const DUTCH: Wording = Wording {
    update: "Update",
    correction: "Correctie",
    clarification: "Verduidelijking",
    retracted: "Ingetrokken",
};
const ENGLISH: Wording = Wording {
    update: "Update",
    correction: "Correction",
    clarification: "Clarification",
    retracted: "Retracted",
};
const GERMAN: Wording = Wording {
    update: "Aktualisierung",
    correction: "Berichtigung",
    clarification: "Klarstellung",
    retracted: "Zurückgezogen",
};
const FRENCH: Wording = Wording {
    update: "Mise à jour",
    correction: "Rectification",
    clarification: "Précision",
    retracted: "Retiré",
};
const SPANISH: Wording = Wording {
    update: "Actualización",
    correction: "Corrección",
    clarification: "Aclaración",
    retracted: "Retirado",
};
const PORTUGUESE: Wording = Wording {
    update: "Atualização",
    correction: "Correção",
    clarification: "Esclarecimento",
    retracted: "Retirado",
};
const ITALIAN: Wording = Wording {
    update: "Aggiornamento",
    correction: "Rettifica",
    clarification: "Precisazione",
    retracted: "Ritirato",
};

impl Wording {
    /// The words of a language (BCP 47); English where they are not known.
    pub fn of(language: &str) -> Self {
        match language.split('-').next().unwrap_or_default() {
            "nl" => DUTCH,
            "de" => GERMAN,
            "fr" => FRENCH,
            "es" => SPANISH,
            "pt" => PORTUGUESE,
            "it" => ITALIAN,
            _ => ENGLISH,
        }
    }

    /// What an update is called.
    pub fn kind(self, kind: UpdateKind) -> &'static str {
        match kind {
            UpdateKind::Update => self.update,
            UpdateKind::Correction => self.correction,
            UpdateKind::Clarification => self.clarification,
        }
    }
}
