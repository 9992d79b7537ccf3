//! What can be asked of embeds.

use deserr::Deserr;
use utoipa::{IntoParams, ToSchema};

use crate::error::{Fault, FaultCode, Faults};
use crate::values::AskedPath;

/// How an embed is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserr, ToSchema)]
#[serde(rename_all = "lowercase")]
#[deserr(error = Faults, rename_all = lowercase)]
pub enum EmbedFormat {
    /// JSON.
    #[default]
    Json,
    /// XML, which oEmbed knows and Kroniek does not write: 501.
    Xml,
}

/// What is to be embedded, and how large.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GetOembed {
    /// The address of an article on the frontend, of now or before, as `/v1/resolve` takes it.
    #[deserr(try_from(String) = address -> Fault)]
    #[param(value_type = String, example = "https://example.org/water/de-haven-slibt-dicht", min_length = 1, max_length = 2048, pattern = "^[hH][tT][tT][pP][sS]?://")]
    pub url: AskedPath,
    /// `json`, which it is unless told; for `xml` the answer is 501.
    #[deserr(default)]
    #[param(value_type = Option<EmbedFormat>)]
    pub format: EmbedFormat,
    /// How wide it may be, in pixels.
    #[deserr(default, try_from(Option<String>) = pixels -> Fault)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 65535, example = 600)]
    pub maxwidth: Option<u32>,
    /// How high it may be, in pixels.
    #[deserr(default, try_from(Option<String>) = pixels -> Fault)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 65535, example = 400)]
    pub maxheight: Option<u32>,
    /// That readers are not to be followed, as some sites ask of everybody. Nobody is followed here.
    #[deserr(default)]
    #[param(value_type = Option<String>, example = "1")]
    pub dnt: Option<String>,
}

fn address(text: String) -> Result<AskedPath, Fault> {
    let asked = AskedPath::parse(text)?;
    if asked.address.is_none() {
        let detail = "must be a whole address, such as https://example.org/water/de-haven";
        return Err(Fault::value(FaultCode::InvalidValue, detail));
    }
    Ok(asked)
}

fn pixels(text: Option<String>) -> Result<Option<u32>, Fault> {
    let Some(text) = text else { return Ok(None) };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text
        .parse::<u16>()
        .ok()
        .filter(|number| digits && *number > 0);
    let detail = "must be a whole number of pixels from 1 to 65535";
    let number = number.ok_or_else(|| Fault::value(FaultCode::InvalidValue, detail))?;
    Ok(Some(number.into()))
}
