//! What can be asked of a QR code.

use deserr::Deserr;
use utoipa::IntoParams;

use crate::error::Faults;
use crate::values::EuroCents;

/// Parameters of a QR code.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GetQr {
    /// The amount, in euro cents: 250 is 2.50 EUR. Without it the payer fills it in.
    #[deserr(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 99999999999_i64, example = 250)]
    pub amount: Option<EuroCents>,
}
