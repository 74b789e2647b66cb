//! A server by name or address, and its port.

use super::address::is_host;
use std::fmt;
use std::net::IpAddr;

/// Host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    host: String,
    port: u16,
}

impl Server {
    /// A server of this name or address.
    ///
    /// # Errors
    /// What is wrong with the name.
    pub fn new(host: &str, port: u16) -> Result<Self, String> {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if port == 0 || host.parse::<IpAddr>().is_err() && !is_host(host) {
            return Err(format!(
                "{} with port {port} is no server: write a name or address, and a port from 1",
                crate::clean::quoted(host)
            ));
        }
        Ok(Self { host: host.to_owned(), port })
    }

    /// The name or address.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_a_name_or_an_address() {
        let shown = |host, port| Server::new(host, port).map(|server| server.to_string());
        assert_eq!(shown("relay.seaward.example", 587).as_deref(), Ok("relay.seaward.example:587"));
        assert_eq!(shown("[2001:db8::25]", 25).as_deref(), Ok("[2001:db8::25]:25"));
        assert!(shown("relay.seaward.example", 0).is_err());
        assert!(shown("relay\r\nRCPT", 25).is_err());
        assert!(shown("", 25).is_err());
    }
}
