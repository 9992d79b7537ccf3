//! TLS to Postgres: how far a server is trusted, and what to do when it can't be.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

/// How far a server is to be trusted: the `sslmode` of an address, with libpq's meaning. Where roots are not named, they are the system's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// `disable`: no TLS.
    None,
    /// `prefer`: TLS where the server offers it, from whomever. Keeps out who only listens.
    IfOffered,
    /// `require`: TLS, from whomever.
    Encrypted,
    /// `verify-ca`: a certificate that a root signed, whatever host it names.
    Signed(Option<PathBuf>),
    /// `verify-full`: a certificate that a root signed, for this host.
    Named(Option<PathBuf>),
}

impl Trust {
    /// What is negotiated; whom to trust is the connector's.
    pub(super) fn negotiation(&self) -> SslMode {
        match self {
            Trust::None => SslMode::Disable,
            Trust::IfOffered => SslMode::Prefer,
            Trust::Encrypted | Trust::Signed(_) | Trust::Named(_) => SslMode::Require,
        }
    }

    /// The word of `sslmode`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Trust::None => "disable",
            Trust::IfOffered => "prefer",
            Trust::Encrypted => "require",
            Trust::Signed(_) => "verify-ca",
            Trust::Named(_) => "verify-full",
        }
    }
}

/// What shakes hands with a server that is trusted so far.
///
/// # Errors
/// In words, with what to do: the roots can't be read.
pub(super) fn connector(trust: &Trust) -> Result<MakeRustlsConnect, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS can't be set up: {error}"))?;
    let unnamed = |roots| {
        let verifier = AnyName { roots, provider };
        Arc::new(verifier) as Arc<dyn ServerCertVerifier>
    };
    let config = match trust {
        Trust::Named(root) => builder.with_root_certificates(roots(root.as_deref())?),
        Trust::Signed(root) => builder
            .dangerous()
            .with_custom_certificate_verifier(unnamed(Some(roots(root.as_deref())?))),
        Trust::None | Trust::IfOffered | Trust::Encrypted => builder
            .dangerous()
            .with_custom_certificate_verifier(unnamed(None)),
    };
    Ok(MakeRustlsConnect::new(config.with_no_client_auth()))
}

fn roots(file: Option<&Path>) -> Result<RootCertStore, String> {
    let mut store = RootCertStore::empty();
    let Some(file) = file else {
        let system = rustls_native_certs::load_native_certs();
        store.add_parsable_certificates(system.certs);
        if store.is_empty() {
            return Err("this system has no root certificates. Install them (the package ca-certificates), or name a file with sslrootcert=PATH".to_owned());
        }
        return Ok(store);
    };
    let path = file.display();
    let certificates = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| {
            format!("the root certificates in sslrootcert={path} can't be read: {error}. Name a file with certificates in PEM that Kroniek may read")
        })?;
    for certificate in certificates {
        store.add(certificate).map_err(|error| {
            format!("a certificate in sslrootcert={path} can't be used as a root: {error}")
        })?;
    }
    if store.is_empty() {
        return Err(format!(
            "sslrootcert={path} holds no certificate. Name a file with certificates in PEM (-----BEGIN CERTIFICATE-----)"
        ));
    }
    Ok(store)
}

/// Verifies that a root signed the certificate, whatever host it names; without roots, nothing but that the server holds its key.
#[derive(Debug)]
struct AnyName {
    roots: Option<RootCertStore>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if let Some(roots) = &self.roots {
            let algorithms = self.provider.signature_verification_algorithms.all;
            let certificate = ParsedCertificate::try_from(end_entity)?;
            verify_server_cert_signed_by_trust_anchor(
                &certificate,
                roots,
                intermediates,
                now,
                algorithms,
            )?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// Whether the connection failed at TLS. The driver tells so in its words alone.
pub(super) fn is_handshake(error: &tokio_postgres::Error) -> bool {
    error.to_string().contains("TLS handshake")
}

/// What to do about a connection that failed at TLS; none when it failed elsewhere.
pub(super) fn remedy(error: &tokio_postgres::Error, trust: &Trust) -> Option<String> {
    if !is_handshake(error) {
        return None;
    }
    let cause = std::error::Error::source(error);
    let tls = cause
        .and_then(|cause| cause.downcast_ref::<io::Error>())
        .and_then(io::Error::get_ref)
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    Some(match tls {
        Some(rustls::Error::InvalidCertificate(fault)) => certificate_remedy(fault, trust),
        Some(_) => "The server answers, but not with TLS that this program speaks (1.2 or 1.3): look into the server's log".to_owned(),
        None if cause.is_some_and(|cause| cause.to_string().contains("does not support TLS")) => {
            "Turn TLS on there (ssl = on, with a certificate); or, on a network where nobody else listens, say sslmode=disable".to_owned()
        }
        None => "Check that this is a Postgres server with TLS (ssl = on)".to_owned(),
    })
}

fn certificate_remedy(fault: &CertificateError, trust: &Trust) -> String {
    match fault {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "The server's certificate has expired: give the server a new one (and if it has not, set this machine's clock)".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "The server's certificate is not valid yet: check the clocks of both machines".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "The server's certificate is for another host: connect by a name that stands in it, or give the server one for this name. Where neither can be, sslmode=verify-ca looks at all but the name".to_owned()
        }
        CertificateError::UnknownIssuer | CertificateError::BadSignature => match trust {
            Trust::Signed(Some(root)) | Trust::Named(Some(root)) => format!(
                "The server's certificate was not signed by a root in {}: name the file with the root that signed it in sslrootcert",
                root.display()
            ),
            _ => "The server's certificate was not signed by a root that this system knows: name the file with the root that signed it, as sslrootcert=PATH in the address".to_owned(),
        },
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            "The server shows the certificate of a certificate authority as its own: make it one that is signed by that (with CA:FALSE)".to_owned()
        }
        _ => "The server's certificate can't be used: make it one of X.509 version 3 for a server, signed by the root".to_owned(),
    }
}
