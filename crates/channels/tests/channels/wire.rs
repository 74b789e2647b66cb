//! Syslog and CEF to receivers that take them or break off.

use crate::receiver::{self, receive};
use crate::sample::{self, moment};
use channels::channel::{Cef, Channel, Syslog, Wire};
use channels::{Outcome, send, write};
use std::io::Read;

fn deliver(channel: &Channel) -> (Outcome, Vec<u8>) {
    let message = write(&sample::story(), channel, &sample::occasion());
    (send(&message, channel, moment("2026-07-01T06:00:05Z")), message.bytes().to_vec())
}

fn all_of(stream: &mut dyn Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    bytes
}

#[test]
fn a_message_arrives_over_tcp_and_tls() {
    let (port, thread) = receive(|mut socket| all_of(&mut socket));
    let channel = Channel::Syslog(Syslog { wire: sample::wire("127.0.0.1", port), facility: 13 });
    let (outcome, sent) = deliver(&channel);
    assert_eq!((outcome, thread.join().expect("bytes")), (Outcome::Sent, sent));

    let tls = receiver::tls();
    let server = tls.server.clone();
    let (port, thread) = receive(move |socket| all_of(&mut *receiver::wrapped(&server, socket)));
    let wire = Wire { tls: true, authorities: tls.authorities.clone(), ..sample::wire("localhost", port) };
    let channel = Channel::Cef(Cef::Syslog(Syslog { wire, facility: 13 }));
    let (outcome, sent) = deliver(&channel);
    assert_eq!((outcome, thread.join().expect("bytes")), (Outcome::Sent, sent));
}

#[test]
fn a_receiver_that_takes_and_says_nothing_has_it() {
    let (port, thread) = receive(|mut socket| {
        let mut some = [0; 64];
        socket.read_exact(&mut some).expect("bytes");
        std::thread::sleep(std::time::Duration::from_millis(1_500));
        some
    });
    let channel = Channel::Syslog(Syslog { wire: sample::wire("127.0.0.1", port), facility: 13 });
    let (outcome, sent) = deliver(&channel);
    assert_eq!(outcome, Outcome::Sent);
    assert!(sent.starts_with(&thread.join().expect("bytes")));
}

#[test]
fn nobody_and_a_stranger_are_later() {
    let port = receiver::nobody();
    let channel = Channel::Syslog(Syslog { wire: sample::wire("127.0.0.1", port), facility: 13 });
    let (outcome, _) = deliver(&channel);
    let expected = format!("the syslog receiver 127.0.0.1:{port}: refuses the connection");
    assert!(matches!(&outcome, Outcome::Later { why, .. } if why.what == expected), "{outcome:?}");

    let (port, thread) = receive(|mut socket| {
        let mut hello = [0; 8];
        socket.read_exact(&mut hello).expect("bytes");
    });
    let channel =
        Channel::Syslog(Syslog { wire: Wire { tls: true, ..sample::wire("localhost", port) }, facility: 13 });
    let (outcome, _) = deliver(&channel);
    thread.join().expect("bytes");
    assert!(matches!(&outcome, Outcome::Later { .. }), "{outcome:?}");
}
