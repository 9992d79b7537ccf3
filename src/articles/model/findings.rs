//! What the checks found in an article, weighed.

use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{Error, Fault, Faults, Result};
use crate::site::model::{Check, Checks, Weight};

/// What follows from a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The article is not published.
    Error,
    /// It is published all the same.
    Warning,
}

/// A place in an article where a check found something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Finding {
    /// Which check.
    #[schema(example = "missing_alt")]
    code: Check,
    /// What follows from it.
    #[schema(example = "warning")]
    severity: Severity,
    /// Where in the article: a JSON Pointer (RFC 6901) into it as its page shows it with `body=blocks`.
    #[schema(example = "/body/blocks/3")]
    pointer: String,
    /// What is wrong, and what to do.
    #[schema(example = "has no `alt`: say what the picture shows, for those who can't see it")]
    detail: String,
}

/// All that the checks found: errors first, each kind in the order of the article. The first [`Faults::TOLD`] of each are kept, the rest counted.
#[derive(Debug)]
pub struct Findings {
    weights: Checks,
    errors: Told,
    warnings: Told,
}

#[derive(Debug, Default)]
struct Told {
    first: Vec<Finding>,
    count: usize,
}

impl Findings {
    /// None yet, of checks that weigh so much.
    pub fn new(weights: Checks) -> Self {
        Self {
            weights,
            errors: Told::default(),
            warnings: Told::default(),
        }
    }

    /// Whether what this check finds weighs anything.
    pub fn look_for(&self, check: Check) -> bool {
        self.weights.weight(check) != Weight::Off
    }

    /// Adds one, if the check is not off.
    pub fn add(&mut self, code: Check, pointer: String, detail: String) {
        let (told, severity) = match self.weights.weight(code) {
            Weight::Off => return,
            Weight::Error => (&mut self.errors, Severity::Error),
            Weight::Warning => (&mut self.warnings, Severity::Warning),
        };
        told.count += 1;
        if told.first.len() < Faults::TOLD {
            told.first.push(Finding {
                code,
                severity,
                pointer,
                detail,
            });
        }
    }

    /// Whether the article may be published.
    pub fn are_passable(&self) -> bool {
        self.errors.count == 0
    }

    /// How many there are, told or not.
    pub fn count(&self) -> usize {
        self.errors.count + self.warnings.count
    }

    /// Those to be told: errors first.
    pub fn into_vec(self) -> Vec<Finding> {
        let mut all = self.errors.first;
        all.extend(self.warnings.first);
        all.truncate(Faults::TOLD);
        all
    }

    /// Goes on with the warnings when there is no error.
    ///
    /// # Errors
    /// 422 with every error.
    pub fn pass(self) -> Result<Vec<Finding>> {
        if self.are_passable() {
            return Ok(self.warnings.first);
        }
        let mut faults = Faults::default();
        for error in self.errors.first {
            faults.push(Fault::at(error.pointer, error.code.fault(), error.detail));
        }
        faults.leave_out(self.errors.count - faults.count());
        Err(Error::checks(faults))
    }
}
