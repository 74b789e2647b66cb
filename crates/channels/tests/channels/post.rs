//! POSTs to receivers that answer, redirect, break off, are gone; and where a URL may not lead.

use crate::receiver::{self, http, receive};
use crate::sample::{self, given, moment, target};
use channels::channel::target::{HookUrl, Target};
use channels::channel::{Channel, Ntfy, Slack, Webhook};
use channels::{Message, Outcome, send, write};
use model::Timestamp;
use std::net::TcpListener;
use std::time::Duration;

const SECRETS: [&str; 2] =
    ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="];

fn now() -> Timestamp {
    moment("2026-07-01T06:00:05Z")
}

fn webhook(url: &str) -> Channel {
    let secrets = SECRETS.iter().map(|secret| given(secret)).collect();
    Channel::Webhook(Webhook { target: target(url, &["127.0.0.1"]), secrets })
}

fn message(channel: &Channel) -> Message {
    write(&sample::story(), channel, &sample::occasion())
}

/// What comes of an answer, as text without the port.
fn outcome_of(answer: &'static str) -> String {
    let (port, thread) = receive(move |mut socket| http(&mut socket, answer));
    let channel = webhook(&format!("http://127.0.0.1:{port}/opensesame"));
    let outcome = send(&message(&channel), &channel, now());
    thread.join().expect("a request");
    described(&outcome, port)
}

fn described(outcome: &Outcome, port: u16) -> String {
    let (word, why) = match outcome {
        Outcome::Sent => return "sent".to_owned(),
        Outcome::Later { after: Some(after), why } => (format!("later, after {} s", after.as_secs()), why),
        Outcome::Later { after: None, why } => ("later".to_owned(), why),
        Outcome::Never { why } => ("never".to_owned(), why),
        Outcome::Gone { why } => ("gone".to_owned(), why),
        Outcome::Partly { .. } => panic!("{outcome:?}"),
    };
    let help = why.help.map(|help| format!("; help: {help}")).unwrap_or_default();
    format!("{word}: {why}{help}")
        .replace(&port.to_string(), "PORT")
        .replace("http://127.0.0.1:PORT/…", "URL")
}

#[test]
fn an_answer_means_sent_later_never_or_gone() {
    for (answer, expected) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", "sent"),
        ("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n", "sent"),
        ("HTTP/1.1 204 No Content\r\n\r\n", "sent"),
        (
            "HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n",
            "gone: URL answered 410; help: it is there no more: take the channel out, or give its new URL",
        ),
        (
            "HTTP/1.1 429 Too Many Requests\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n",
            "later, after 7 s: URL answered 429",
        ),
        (
            "HTTP/1.1 503 Busy\r\nretry-after: Wed, 01 Jul 2026 06:01:05 GMT\r\ncontent-length: 0\r\n\r\n",
            "later, after 60 s: URL answered 503",
        ),
        ("HTTP/1.1 500 Oh\r\ncontent-length: 3\r\n\r\nno\x07", "later: URL answered 500 (no\\x07)"),
        ("HTTP/1.1 502 Bad\r\ncontent-length: 0\r\n\r\n", "later: URL answered 502"),
        ("HTTP/1.1 408 Slow\r\ncontent-length: 0\r\n\r\n", "later: URL answered 408"),
        ("HTTP/1.1 425 Early\r\ncontent-length: 0\r\n\r\n", "later: URL answered 425"),
        (
            "HTTP/1.1 400 Bad\r\ncontent-length: 14\r\n\r\ninvalid_blocks",
            "never: URL answered 400 (invalid_blocks)",
        ),
        ("HTTP/1.1 400 Bad\r\ncontent-length: 13\r\n\r\nno opensesame", "never: URL answered 400"),
        (
            "HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n",
            "never: URL answered 401; help: check the token or the URL, which is a credential as well",
        ),
        ("HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n", "never: URL answered 404; help: check the URL"),
        (
            "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\ncontent-length: 0\r\n\r\n",
            "later: URL answered 302, a redirect, which is not followed",
        ),
        ("", "later: URL: ended the connection"),
        ("SSH-2.0-OpenSSH_9.2\r\n", "later: URL: protocol: http parse fail: invalid HTTP version"),
    ] {
        assert_eq!(outcome_of(answer), expected, "{answer:?}");
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let second = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    second.set_nonblocking(true).expect("a listener");
    let to = second.local_addr().expect("an address").port();
    for status in [301, 307, 308] {
        let (port, thread) = receive(move |mut socket| {
            let location = format!("location: http://127.0.0.1:{to}/in");
            http(&mut socket, &format!("HTTP/1.1 {status} Moved\r\n{location}\r\ncontent-length: 0\r\n\r\n"))
        });
        let channel = webhook(&format!("http://127.0.0.1:{port}/x"));
        let outcome = send(&message(&channel), &channel, now());
        thread.join().expect("a request");
        let said = described(&outcome, port);
        assert!(said.contains("a redirect, which is not followed"), "{said}");
        assert_eq!(matches!(outcome, Outcome::Never { .. }), status != 307);
    }
    std::thread::sleep(Duration::from_millis(50));
    assert!(second.accept().is_err(), "nobody came");
}

#[test]
fn a_webhook_is_signed_by_each_secret_and_its_bytes_are_those_that_were_signed() {
    let (port, thread) =
        receive(|mut socket| http(&mut socket, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
    let channel = webhook(&format!("http://127.0.0.1:{port}/in?key=1"));
    let message = message(&channel);
    assert_eq!(send(&message, &channel, now()), Outcome::Sent);
    let request = thread.join().expect("a request");
    let (head, body) = request.split_once("\r\n\r\n").expect("a body");
    assert_eq!(body.as_bytes(), message.bytes());
    let header = |name: &str| {
        let found = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        found.unwrap_or_default().to_owned()
    };
    assert!(head.starts_with("POST /in?key=1 HTTP/1.1\r\n"), "{head}");
    assert_eq!(header("content-type"), "application/json");
    assert_eq!(header("webhook-id"), message.id().as_str());
    assert_eq!(header("webhook-timestamp"), "1782885605");
    let signatures = header("webhook-signature");
    let signatures: Vec<&str> = signatures.split(' ').collect();
    assert!(signatures.len() == 2 && signatures[0] != signatures[1], "{signatures:?}");
    assert!(signatures.iter().all(|signature| signature.starts_with("v1,") && signature.len() == 47));
}

#[test]
fn a_token_is_a_header_and_in_nothing_else() {
    let (port, thread) =
        receive(|mut socket| http(&mut socket, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
    let target = target(&format!("http://127.0.0.1:{port}/"), &["127.0.0.1"]);
    let token = Some(given("tk_opensesame"));
    let channel = Channel::Ntfy(Ntfy { target, topic: "seaward-lead".into(), token });
    assert_eq!(send(&message(&channel), &channel, now()), Outcome::Sent);
    let request = thread.join().expect("a request");
    assert_eq!(request.matches("tk_opensesame").count(), 1);
    assert!(request.contains("authorization: Bearer tk_opensesame\r\n"), "{request}");
    assert!(!format!("{channel:?}").contains("opensesame"), "{channel:?}");
}

#[test]
fn nothing_inside_is_reached_unless_it_is_allowed() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    listener.set_nonblocking(true).expect("a listener");
    let port = listener.local_addr().expect("an address").port();
    for host in
        ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "[::ffff:127.0.0.1]", "0.0.0.0"]
    {
        let channel = Channel::Slack(Slack { target: target(&format!("https://{host}:{port}/x"), &[]) });
        let outcome = send(&message(&channel), &channel, now());
        let Outcome::Never { why } = &outcome else { panic!("{host}: {outcome:?}") };
        assert!(why.what.contains("is not an address of the internet"), "{host}: {why}");
        assert!(why.help.is_some_and(|help| help.contains("allow")), "{host}");
    }
    assert!(listener.accept().is_err(), "nobody came");
}

#[test]
fn nobody_there_is_later() {
    let port = receiver::nobody();
    let channel = webhook(&format!("http://127.0.0.1:{port}/x"));
    let said = described(&send(&message(&channel), &channel, now()), port);
    assert_eq!(said, "later: URL: refuses the connection");
}

#[test]
fn tls_is_checked_with_the_authorities_of_the_channel() {
    let tls = receiver::tls();
    let url = |port: u16| given::<HookUrl>(&format!("https://localhost:{port}/x"));
    let allow = || vec![given("localhost")];
    let server = tls.server.clone();
    let (port, thread) = receive(move |socket| {
        let mut stream = receiver::wrapped(&server, socket);
        http(&mut *stream, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
    });
    let known = Target::new(url(port), allow(), tls.authorities.clone()).expect("a target");
    let channel = Channel::Slack(Slack { target: known });
    assert_eq!(send(&message(&channel), &channel, now()), Outcome::Sent);
    assert!(thread.join().expect("a request").contains("intruder on portal-1"));

    let server = tls.server.clone();
    let (port, thread) = receive(move |socket| {
        let mut stream = receiver::wrapped(&server, socket);
        http(&mut *stream, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
    });
    let unknown = Target::new(url(port), allow(), Default::default()).expect("a target");
    let channel = Channel::Slack(Slack { target: unknown });
    let said = described(&send(&message(&channel), &channel, now()), port);
    assert_eq!(
        said,
        "later: https://localhost:PORT/…: TLS failed (invalid peer certificate: UnknownIssuer); \
         help: give the certificate of the authority that certified it"
    );
    assert_eq!(thread.join().expect("nothing"), "", "nothing was sent");
}

#[test]
fn a_message_for_another_channel_is_not_sent() {
    let slack = sample::all().into_iter().find(|channel| channel.name() == "slack").expect("a channel");
    let other = webhook("https://hooks.example/x");
    let Outcome::Never { why } = send(&message(&slack), &other, now()) else { panic!("sent") };
    assert_eq!(why.what, "a message for slack cannot be sent by webhook");
}
