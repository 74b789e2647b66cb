//! Which certification authorities a channel trusts: the public ones that Mozilla lists, and the organisation's own.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::fmt;
use std::sync::Arc;

/// How long a file of authorities may be.
const BYTES_MAX: usize = 1 << 20;
/// How many it may hold.
const CERTIFICATES_MAX: usize = 200;

/// Authorities that are trusted beside the public ones; by default there are none.
#[derive(Clone, Default)]
pub struct Authorities(Vec<CertificateDer<'static>>);

impl Authorities {
    /// Reads a file of PEM.
    ///
    /// # Errors
    /// What is wrong with the file, and what would be right.
    pub fn read(pem: &[u8]) -> Result<Self, String> {
        if pem.len() > BYTES_MAX {
            return Err(format!(
                "is longer than {BYTES_MAX} bytes: give the certificates of your own authorities only"
            ));
        }
        let mut certificates = Vec::new();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| format!("is no PEM that can be read ({error})"))?;
            RootCertStore::empty().add(certificate.clone()).map_err(|error| {
                let number = certificates.len() + 1;
                format!("has a certificate, number {number}, that cannot be an authority ({error})")
            })?;
            certificates.push(certificate);
        }
        match certificates.len() {
            0 => {
                Err("has no certificate: give those of your authorities as PEM (BEGIN CERTIFICATE)"
                    .to_owned())
            }
            many if many > CERTIFICATES_MAX => Err(format!("has more than {CERTIFICATES_MAX} certificates")),
            _ => Ok(Self(certificates)),
        }
    }

    /// What a TLS client needs; TLS 1.2 and 1.3, by rustls on ring.
    pub(crate) fn client(&self) -> Result<Arc<ClientConfig>, rustls::Error> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        roots.add_parsable_certificates(self.0.iter().cloned());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        Ok(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
    }
}

impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorities({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_authorities_is_refused_with_the_remedy() {
        let said = |pem: &[u8]| Authorities::read(pem).err().unwrap_or_default();
        assert!(said(b"").contains("BEGIN CERTIFICATE"));
        assert!(said(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").contains("number 1"));
        assert!(said(&vec![b'\n'; BYTES_MAX + 1]).contains("longer than 1048576 bytes"));
        assert!(said(&vec![b'\n'; BYTES_MAX]).contains("has no certificate"));
    }
}
