//! The numbers for Prometheus: an HTTP/1.1 listener that answers `GET /metrics`, and nothing else.
//!
//! Invariant: one thread, one request at a time, each bounded in bytes and in time.

use crate::health::Health;
use crate::pace::Pace;
use crate::syslog::cannot_listen;
use model::Problem;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long a request may be.
const REQUEST_BYTES_MAX: usize = 8 << 10;
/// How long a client may take.
const REQUEST_TIME_MAX: Duration = Duration::from_secs(2);
/// How long the thread waits for a client before it looks whether to stop.
const WAIT: Duration = Duration::from_millis(50);

/// Answers at this address until the flag is set; gives the address with its port.
///
/// # Errors
/// When the address cannot be listened at.
pub fn serve_metrics(address: &str, health: &Health, stop: &Arc<AtomicBool>) -> Result<SocketAddr, Problem> {
    let bound = TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok((listener.local_addr()?, listener))
    });
    let (local, listener) = bound.map_err(|error| cannot_listen("http", address, &error))?;
    let (health, stop) = (health.clone(), Arc::clone(stop));
    let started = std::thread::Builder::new().spawn(move || {
        while !stop.load(Ordering::Relaxed) {
            match listener.accept() {
                // A client that goes away meanwhile is its own affair.
                Ok((mut stream, _)) => drop(answer(&mut stream, &health)),
                Err(_) => std::thread::sleep(WAIT),
            }
        }
    });
    started.map(|_| local).map_err(|error| cannot_listen("http", address, &error))
}

fn answer(stream: &mut TcpStream, health: &Health) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(REQUEST_TIME_MAX))?;
    stream.set_write_timeout(Some(REQUEST_TIME_MAX))?;
    let mut request = Vec::new();
    let begun = Pace::begin();
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut buffer = [0; 1024];
        let read = stream.read(&mut buffer)?;
        request.extend_from_slice(buffer.get(..read).unwrap_or_default());
        if read == 0 || request.len() > REQUEST_BYTES_MAX || begun.lasted() > REQUEST_TIME_MAX {
            break;
        }
    }
    let (status, kind, body) = if is_for_metrics(&request) {
        ("200 OK", "application/openmetrics-text; version=1.0.0; charset=utf-8", health.metrics())
    } else {
        ("404 Not Found", "text/plain; charset=utf-8", "only GET /metrics is answered here\n".to_owned())
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )?;
    stream.flush()
}

/// Whether a request is `GET /metrics`, whatever its query.
fn is_for_metrics(request: &[u8]) -> bool {
    let rest = request.strip_prefix(b"GET /metrics");
    let whole = request.len() <= REQUEST_BYTES_MAX && request.windows(4).any(|end| end == b"\r\n\r\n");
    whole && rest.is_some_and(|rest| rest.starts_with(b" HTTP/1.") || rest.starts_with(b"?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(request: &[u8]) -> String {
        let stop = Arc::new(AtomicBool::new(false));
        let address = serve_metrics("127.0.0.1:0", &Health::default(), &stop).unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request).unwrap();
        let mut answer = String::new();
        // The rest of a request that is too long is not read, so the answer may be lost with the connection.
        let _ = stream.read_to_string(&mut answer);
        stop.store(true, Ordering::Relaxed);
        answer
    }

    #[test]
    fn metrics_are_given_and_everything_else_is_not_found() {
        let answer = asked(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("# EOF\n"), "{answer}");
        for other in [
            &b"GET / HTTP/1.1\r\n\r\n"[..],
            b"POST /metrics HTTP/1.1\r\n\r\n",
            b"GET /metricsx HTTP/1.1\r\n\r\n",
        ] {
            assert!(asked(other).starts_with("HTTP/1.1 404 Not Found\r\n"));
        }
    }

    #[test]
    fn one_past_the_bound_is_no_request() {
        let request = |length: usize| {
            let head = "GET /metrics HTTP/1.1\r\nX: ";
            format!("{head}{}\r\n\r\n", "x".repeat(length - head.len() - 4))
        };
        assert!(is_for_metrics(request(REQUEST_BYTES_MAX).as_bytes()));
        assert!(!is_for_metrics(request(REQUEST_BYTES_MAX + 1).as_bytes()));
        assert!(!asked(request(REQUEST_BYTES_MAX * 4).as_bytes()).contains("200 OK"));
    }

    #[test]
    fn an_address_that_is_taken_is_a_clear_message() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        let problem = serve_metrics(&address, &Health::default(), &Arc::default()).unwrap_err();
        assert_eq!(problem.source, format!("http://{address}"));
        assert_eq!(
            problem.help.as_deref(),
            Some("another program listens there; stop it, or take another port")
        );
    }
}
