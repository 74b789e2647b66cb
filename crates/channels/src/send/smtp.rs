//! Mail to a relay (RFC 5321), by a dialogue of our own.
//!
//! Own, because a client that can be had ends a mail at the first recipient that is refused, and counts its time from
//! byte to byte. What is sent is ASCII with CRLF, so that the dialogue needs no extension but STARTTLS and AUTH.
//!
//! - A refused recipient never loses the mail of another: [`Outcome::Partly`].
//! - Without the TLS that was asked for nothing is sent, and no password ever goes in the clear.

use super::reply::{Inbox, Reply};
use super::stream::{self, Stream};
use crate::channel::address::MailAddress;
use crate::channel::{Mail, Security, SignIn};
use crate::message::Message;
use crate::outcome::{Outcome, Why};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::io::{self, Write};
use std::net::IpAddr;

/// Sends a mail to its recipients.
pub(super) fn send(message: &Message, mail: &Mail) -> Outcome {
    match Dialogue::open(mail).and_then(|dialogue| dialogue.deliver(message)) {
        Ok(outcome) => outcome,
        Err(Stop::Outcome(outcome)) => outcome,
        Err(Stop::Io(error)) => stream::broken(&format!("the mail relay {}", mail.server), &error),
    }
}

/// Why a dialogue ends before its end.
enum Stop {
    Io(io::Error),
    Outcome(Outcome),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

struct Dialogue<'m> {
    mail: &'m Mail,
    stream: Stream,
    inbox: Inbox,
    /// What the server offers, in capitals.
    offers: Vec<String>,
}

impl<'m> Dialogue<'m> {
    /// A connection that is as protected as the channel asks, signed in.
    fn open(mail: &'m Mail) -> Result<Self, Stop> {
        if mail.to.is_empty() {
            let what = format!("the mail channel by {} has no recipient", mail.server);
            return Err(Stop::Outcome(Outcome::never(what, "give at least one address")));
        }
        let mut stream = Stream::open(&mail.server)?;
        if mail.security == Security::Tls {
            stream.secure(&mail.server, &mail.authorities)?;
        }
        let mut dialogue = Self { mail, stream, inbox: Inbox::default(), offers: Vec::new() };
        dialogue.may_be_plain()?;
        let greeting = dialogue.inbox.reply(&mut dialogue.stream)?;
        dialogue.good(greeting, "does not take mail now")?;
        dialogue.hello()?;
        if mail.security == Security::StartTls {
            dialogue.start_tls()?;
        }
        if let Some(sign_in) = &mail.sign_in {
            dialogue.sign_in(sign_in)?;
        }
        Ok(dialogue)
    }

    fn may_be_plain(&self) -> Result<(), Stop> {
        let (_, peer) = self.stream.ends()?;
        if may_be_plain(self.mail.security, peer.ip()) {
            return Ok(());
        }
        let what = format!("mail to {} would go in the clear", self.mail.server);
        Err(Stop::Outcome(Outcome::never(what, "use STARTTLS or TLS, or allow plain mail for this relay")))
    }

    fn hello(&mut self) -> Result<(), Stop> {
        // RFC 5321, 4.1.3: an address literal is a name that is always true.
        let (own, _) = self.stream.ends()?;
        let name = match own.ip() {
            IpAddr::V4(four) => format!("[{four}]"),
            IpAddr::V6(six) => format!("[IPv6:{six}]"),
        };
        let reply = self.ask(&format!("EHLO {name}"))?;
        self.offers = reply.lines.iter().skip(1).map(|line| line.to_ascii_uppercase()).collect();
        self.good(reply, "refuses our greeting")
    }

    fn start_tls(&mut self) -> Result<(), Stop> {
        if !self.offers.iter().any(|offer| offer == "STARTTLS") {
            let why = Why::with(
                format!("the mail relay {} offers no STARTTLS, so nothing was sent", self.mail.server),
                "check the port: 587 has STARTTLS, 465 is TLS from the first byte",
            );
            return Err(Stop::Outcome(Outcome::Later { after: None, why }));
        }
        let reply = self.ask("STARTTLS")?;
        self.good(reply, "refuses STARTTLS")?;
        if !self.inbox.is_empty() {
            let what = "it sent more than its answer before TLS began";
            return Err(Stop::Io(io::Error::new(io::ErrorKind::InvalidData, what)));
        }
        self.stream.secure(&self.mail.server, &self.mail.authorities)?;
        self.hello()
    }

    fn sign_in(&mut self, sign_in: &SignIn) -> Result<(), Stop> {
        let server = &self.mail.server;
        let never = |what: String, help| Err(Stop::Outcome(Outcome::never(what, help)));
        if !self.stream.is_secure() {
            let what = format!("the password for {server} would go in the clear");
            return never(what, "use STARTTLS or TLS, or a relay that needs no password");
        }
        if sign_in.user.contains('\0') {
            return never(format!("the name of the user for {server} has a NUL"), "write the name anew");
        }
        let ways = self.offers.iter().find_map(|offer| offer.strip_prefix("AUTH ")).unwrap_or_default();
        let offered = |way: &str| ways.split(' ').any(|offer| offer == way);
        let (user, password) = (&sign_in.user, sign_in.password.reveal());
        let reply = if offered("PLAIN") {
            let plain = STANDARD.encode(format!("\0{user}\0{password}"));
            self.ask(&format!("AUTH PLAIN {plain}"))?
        } else if offered("LOGIN") {
            let mut reply = self.ask("AUTH LOGIN")?;
            for part in [user.as_str(), password] {
                if reply.code == 334 {
                    reply = self.ask(&STANDARD.encode(part))?;
                }
            }
            reply
        } else {
            let what =
                format!("the mail relay {server} offers no way to sign in that is known here (PLAIN, LOGIN)");
            return never(what, "use a relay that offers one of them, or one that needs no password");
        };
        if reply.code == 235 { Ok(()) } else { Err(self.refusal(&reply, "refuses to sign us in")) }
    }

    /// The mail itself, to everybody who is not refused.
    fn deliver(mut self, message: &Message) -> Result<Outcome, Stop> {
        let reply = self.ask(&format!("MAIL FROM:<{}>", self.mail.from))?;
        self.good(reply, "refuses our sender")?;
        let (mut later, mut refused, mut why) = (Vec::<MailAddress>::new(), Vec::new(), None);
        for address in &self.mail.to {
            let reply = self.ask(&format!("RCPT TO:<{address}>"))?;
            if reply.is_good() {
                continue;
            }
            let list = if reply.is_permanent() { &mut refused } else { &mut later };
            list.push(address.clone());
            let what = format!("the mail relay {} refuses {address} ({})", self.mail.server, reply.said());
            why.get_or_insert_with(|| Why::new(what));
        }
        if let Some(why) = &why
            && later.len() + refused.len() == self.mail.to.len()
        {
            self.quit();
            let (why, may_pass) = (why.clone(), !later.is_empty());
            return Ok(if may_pass { Outcome::Later { after: None, why } } else { Outcome::Never { why } });
        }
        let reply = self.ask("DATA")?;
        if reply.code != 354 {
            return Err(self.refusal(&reply, "refuses the mail"));
        }
        self.stream.write_all(&stuffed(&message.bytes))?;
        self.stream.flush()?;
        let reply = self.inbox.reply(&mut self.stream)?;
        self.good(reply, "did not take the mail")?;
        self.quit();
        Ok(match why {
            None => Outcome::Sent,
            Some(why) => Outcome::Partly { later, refused, why },
        })
    }

    fn ask(&mut self, command: &str) -> io::Result<Reply> {
        self.stream.write_all(format!("{command}\r\n").as_bytes())?;
        self.stream.flush()?;
        self.inbox.reply(&mut self.stream)
    }

    fn good(&self, reply: Reply, what: &str) -> Result<(), Stop> {
        if reply.is_good() { Ok(()) } else { Err(self.refusal(&reply, what)) }
    }

    /// A refusal ends the dialogue: 5xx is for a person to change, all else may pass by itself.
    fn refusal(&self, reply: &Reply, what: &str) -> Stop {
        let why = Why::new(format!("the mail relay {} {what} ({})", self.mail.server, reply.said()));
        Stop::Outcome(if reply.is_permanent() {
            Outcome::Never { why }
        } else {
            Outcome::Later { after: None, why }
        })
    }

    /// The mail is theirs already: how the dialogue ends does not matter.
    fn quit(&mut self) {
        let _ = self.ask("QUIT");
    }
}

/// In the clear only to this machine, or where a person allowed it.
fn may_be_plain(security: Security, peer: IpAddr) -> bool {
    match security {
        Security::Plain { allowed } => allowed || peer.to_canonical().is_loopback(),
        Security::StartTls | Security::Tls => true,
    }
}

/// The content as it is sent: a point at the start of a line is doubled, a line with a point alone ends it (4.5.2).
fn stuffed(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + 64);
    for line in content.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(line);
    }
    if !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_in_the_clear_stays_on_this_machine() {
        let may = |allowed, peer: &str| {
            may_be_plain(Security::Plain { allowed }, peer.parse().expect("an address"))
        };
        assert!(may(false, "127.0.0.1") && may(false, "::1") && may(false, "::ffff:127.0.0.1"));
        assert!(!may(false, "10.0.0.25") && !may(false, "2001:db8::25"));
        assert!(may(true, "10.0.0.25"));
    }

    #[test]
    fn a_point_at_the_start_of_a_line_ends_nothing() {
        assert_eq!(stuffed(b"a\r\n.\r\n..b\r\n"), b"a\r\n..\r\n...b\r\n.\r\n");
        assert_eq!(stuffed(b"a"), b"a\r\n.\r\n");
    }
}
