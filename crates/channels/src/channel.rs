//! The channels that there are, each with plain configuration that is valid by its types.
//!
//! What a person wrote into a file becomes one of these types through a `parse` that says what is wrong and what would
//! be right; from then on nothing in a channel can inject a header, a command or a second line. Who may see a notice and
//! when it is sent is not decided here.

pub mod address;
pub mod authorities;
pub mod credential;
pub mod server;
pub mod target;

use address::MailAddress;
use authorities::Authorities;
use credential::{Credential, SigningSecret};
use server::Server;
use std::path::PathBuf;
use target::{HookUrl, Target};

/// A way to people or to their systems.
#[derive(Clone, Debug)]
pub enum Channel {
    /// A mail, by SMTP.
    Mail(Mail),
    /// A signed POST (Standard Webhooks).
    Webhook(Webhook),
    /// An incoming webhook of Slack.
    Slack(Slack),
    /// A workflow of Microsoft Teams that posts an Adaptive Card.
    Teams(Teams),
    /// A push message by ntfy.
    Ntfy(Ntfy),
    /// A syslog message (RFC 5424).
    Syslog(Syslog),
    /// An event in the Common Event Format.
    Cef(Cef),
    /// A directory in which each notice becomes two files.
    Folder(Folder),
}

/// How a channel reaches people by mail.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The relay.
    pub server: Server,
    /// How the connection is protected.
    pub security: Security,
    /// Who signs in at the relay, if it asks for that.
    pub sign_in: Option<SignIn>,
    /// Whose mail it is; its domain is part of the identifiers of messages.
    pub from: MailAddress,
    /// Who gets it, each of them visible to the others.
    pub to: Vec<MailAddress>,
    /// Authorities that are trusted beside the public ones.
    pub authorities: Authorities,
    /// How a reader unsubscribes.
    pub unsubscribe: Option<Unsubscribe>,
}

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// STARTTLS (RFC 3207); without it nothing is sent.
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// Not at all: only to this machine, elsewhere only where a person allowed that.
    Plain {
        /// A person allowed mail in the clear. A password is never sent so.
        allowed: bool,
    },
}

/// Who signs in at a server.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The name.
    pub user: String,
    /// The password.
    pub password: Credential,
}

/// How a reader unsubscribes (RFC 2369, RFC 8058).
#[derive(Clone, Debug)]
pub enum Unsubscribe {
    /// By a mail to this address.
    Address(MailAddress),
    /// By one click that a mail program makes as a POST; the URL says who it is.
    OneClick(HookUrl),
}

/// A receiver of webhooks.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// Where to.
    pub target: Target,
    /// Each signs; the receiver knows one of them. Two while a secret is replaced.
    pub secrets: Vec<SigningSecret>,
}

/// An incoming webhook of Slack.
#[derive(Clone, Debug)]
pub struct Slack {
    /// Where to; the path of the URL is a credential.
    pub target: Target,
}

/// A workflow of Teams.
#[derive(Clone, Debug)]
pub struct Teams {
    /// Where to; the query of the URL is a credential.
    pub target: Target,
}

/// A topic of ntfy.
#[derive(Clone, Debug)]
pub struct Ntfy {
    /// The server, without the topic.
    pub target: Target,
    /// The topic: letters, digits, `_` and `-`.
    pub topic: String,
    /// An access token, if the server asks for one.
    pub token: Option<Credential>,
}

/// A receiver of syslog.
#[derive(Clone, Debug)]
pub struct Syslog {
    /// Where to.
    pub wire: Wire,
    /// The facility, 0 to 23; 13 is the log audit.
    pub facility: u8,
}

/// A stream to a server, with octet counting (RFC 6587) over TCP or TLS (RFC 5425).
#[derive(Clone, Debug)]
pub struct Wire {
    /// The receiver.
    pub server: Server,
    /// Whether it is TLS.
    pub tls: bool,
    /// Authorities that are trusted beside the public ones.
    pub authorities: Authorities,
}

/// A receiver of CEF.
#[derive(Clone, Debug)]
pub enum Cef {
    /// As the message of syslog.
    Syslog(Syslog),
    /// As a line at the end of a file. A repeat is a second line with the same `externalId`.
    File(PathBuf),
}

/// A directory that gets `ID.eml` and `ID.json` for each notice. A repeat writes the same files again.
#[derive(Clone, Debug)]
pub struct Folder {
    /// The directory; it must be there.
    pub directory: PathBuf,
}

impl Channel {
    /// The word in configuration and in messages.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Mail(_) => "mail",
            Self::Webhook(_) => "webhook",
            Self::Slack(_) => "slack",
            Self::Teams(_) => "teams",
            Self::Ntfy(_) => "ntfy",
            Self::Syslog(_) => "syslog",
            Self::Cef(_) => "cef",
            Self::Folder(_) => "folder",
        }
    }

    /// The same mail channel for these recipients only: those of [`crate::Outcome::Partly`] that are to be tried again.
    /// Other channels have no recipients and stay as they are.
    #[must_use]
    pub fn only(&self, recipients: &[MailAddress]) -> Self {
        match self {
            Self::Mail(mail) => Self::Mail(Mail { to: recipients.to_vec(), ..mail.clone() }),
            other => other.clone(),
        }
    }
}
