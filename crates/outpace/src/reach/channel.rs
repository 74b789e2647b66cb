//! A channel, made of its table in the file.
//!
//! Invariants: a secret is read from a file or from a variable of the environment, never from the configuration; a channel
//! that can be used by whoever knows its URL (Slack, Teams) keeps that URL as a secret.

use super::sections::{Entry, Sections};
use crate::config::{Mistake, Origin};
use channels::Channel;
use channels::channel::authorities::Authorities;
use channels::channel::credential::{Credential, SigningSecret};
use channels::channel::server::Server;
use channels::channel::target::{Allowed, HookUrl, Target};
use channels::channel::{
    Cef, Folder, Mail, Ntfy, Security, SignIn, Slack, Syslog, Teams, Unsubscribe, Webhook, Wire,
};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::str::FromStr;

/// The sorts of channels.
const SORTS: [&str; 8] = ["mail", "webhook", "slack", "teams", "ntfy", "syslog", "cef", "file"];
/// How large a file with a secret, or with certificates, may be.
const FILE_BYTES_MAX: u64 = 1 << 20;
/// The facility of syslog where none is said: the log audit.
const FACILITY: u8 = 13;

/// Makes a channel.
pub fn make(name: &str, sections: &Sections<'_>, home: &Path) -> Result<Channel, Mistake> {
    let origin = sections.first("channels", name).cloned().unwrap_or(Origin::BuiltIn);
    let table = Table { name, sections, home, origin };
    let sort = table.get("type").map_or(name, Entry::text);
    Ok(match sort {
        "mail" => Channel::Mail(table.mail()?),
        "webhook" => Channel::Webhook(table.webhook()?),
        "slack" => Channel::Slack(Slack { target: table.target(true)? }),
        "teams" => Channel::Teams(Teams { target: table.target(true)? }),
        "ntfy" => Channel::Ntfy(table.ntfy()?),
        "syslog" => Channel::Syslog(table.syslog()?),
        "cef" => Channel::Cef(match table.get("file") {
            Some(entry) => Cef::File(home.join(entry.text())),
            None => Cef::Syslog(table.syslog()?),
        }),
        "file" => Channel::Folder(Folder { directory: home.join(table.must("directory")?.text()) }),
        other => {
            let what = format!("there is no sort of channel {other}");
            return Err(table.wrong("type", what, &format!("write type = one of {}", SORTS.join(", "))));
        }
    })
}

struct Table<'t> {
    name: &'t str,
    sections: &'t Sections<'t>,
    home: &'t Path,
    origin: Origin,
}

impl Table<'_> {
    fn get(&self, key: &str) -> Option<&Entry<'_>> {
        self.sections.of("channels", self.name, key)
    }

    fn wrong(&self, key: &str, what: impl Into<String>, help: &str) -> Mistake {
        let origin = self.get(key).map_or(&self.origin, |entry| entry.origin);
        Mistake {
            origin: origin.clone(),
            what: format!("channels.{}: {}", self.name, what.into()),
            help: help.to_owned(),
        }
    }

    fn must(&self, key: &str) -> Result<&Entry<'_>, Mistake> {
        self.get(key).ok_or_else(|| {
            self.wrong(
                key,
                format!("{key} is missing"),
                &format!("write {key} = \"…\" below [channels.{}]", self.name),
            )
        })
    }

    /// A value by its own rules.
    fn parsed<T: FromStr<Err = String>>(&self, key: &str, text: &str) -> Result<T, Mistake> {
        text.parse().map_err(|why: String| self.wrong(key, why, &format!("change {key}")))
    }

    /// The bytes of a file, up to the bound.
    fn file(&self, key: &str, path: &str) -> Result<Vec<u8>, Mistake> {
        let path = self.home.join(path);
        let unread = |error: std::io::Error| {
            let what = format!("cannot read {} ({error})", path.display());
            self.wrong(key, what, "name a file of text that this user may read")
        };
        let mut text = String::new();
        File::open(&path)
            .and_then(|file| file.take(FILE_BYTES_MAX).read_to_string(&mut text))
            .map_err(unread)?;
        Ok(text.into_bytes())
    }

    /// Secrets: in a file (`KEY_file`), or in a variable (`KEY = "env:NAME"`).
    fn secrets(&self, key: &str) -> Result<Vec<String>, Mistake> {
        let mut all = Vec::new();
        let of_file = format!("{key}_file");
        for path in self.get(&of_file).into_iter().flat_map(|entry| &entry.texts) {
            let bytes = self.file(&of_file, path)?;
            let text = String::from_utf8_lossy(&bytes);
            all.extend(text.lines().next().map(|line| line.trim().to_owned()));
        }
        for text in self.get(key).into_iter().flat_map(|entry| &entry.texts) {
            let Some(variable) = text.strip_prefix("env:") else {
                let help = format!("write {of_file} = \"/path/of/a/file\", or {key} = \"env:NAME\"");
                return Err(self.wrong(
                    key,
                    format!("{key} is a secret, and a secret is never in this file"),
                    &help,
                ));
            };
            #[expect(clippy::disallowed_methods, reason = "the door knows the environment")]
            let value = std::env::var(variable).ok().filter(|value| !value.is_empty());
            let value = value.ok_or_else(|| {
                self.wrong(key, format!("the variable {variable} is not set"), "set it, or name a file")
            })?;
            all.push(value.trim().to_owned());
        }
        Ok(all)
    }

    fn secret(&self, key: &str) -> Result<Option<Credential>, Mistake> {
        let first = self.secrets(key)?.into_iter().next();
        first.map(|text| self.parsed(key, &text)).transpose()
    }

    fn authorities(&self) -> Result<Authorities, Mistake> {
        let Some(entry) = self.get("ca_file") else { return Ok(Authorities::default()) };
        let bytes = self.file("ca_file", entry.text())?;
        Authorities::read(&bytes)
            .map_err(|why| self.wrong("ca_file", format!("{} {why}", entry.text()), "give a file of PEM"))
    }

    /// `HOST:PORT`, or `HOST`.
    fn server(&self, port: u16) -> Result<Server, Mistake> {
        let text = self.must("server")?.text();
        let cut = text.rsplit_once(':').filter(|(host, _)| !host.contains(':') || host.ends_with(']'));
        let (host, port) = match cut {
            Some((host, written)) => {
                let port = written
                    .parse()
                    .map_err(|_| self.wrong("server", format!("{written} is no port"), "write HOST:PORT"))?;
                (host, port)
            }
            None => (text, port),
        };
        Server::new(host, port).map_err(|why| self.wrong("server", why, "write HOST:PORT"))
    }

    fn mail(&self) -> Result<Mail, Mistake> {
        let word = self.get("security").map_or("starttls", Entry::text);
        let (security, port) = match word {
            "starttls" => (Security::StartTls, 587),
            "tls" => (Security::Tls, 465),
            "none" => (Security::Plain { allowed: true }, 25),
            other => {
                let what = format!("there is no security {other}");
                return Err(self.wrong("security", what, "write starttls, tls or none"));
            }
        };
        let sign_in = match self.get("user") {
            Some(user) => {
                let password = self.secret("password")?;
                let password = password.ok_or_else(|| {
                    self.wrong(
                        "user",
                        "user is there, and no password",
                        "write password_file = \"/path/of/a/file\"",
                    )
                })?;
                Some(SignIn { user: user.text().to_owned(), password })
            }
            None => None,
        };
        let unsubscribe = match self.get("unsubscribe").map(Entry::text) {
            None => None,
            Some(text) if text.starts_with("http") => {
                Some(Unsubscribe::OneClick(self.parsed("unsubscribe", text)?))
            }
            Some(text) => {
                Some(Unsubscribe::Address(self.parsed("unsubscribe", text.trim_start_matches("mailto:"))?))
            }
        };
        Ok(Mail {
            server: self.server(port)?,
            security,
            sign_in,
            from: self.parsed("from", self.must("from")?.text())?,
            to: Vec::new(),
            authorities: self.authorities()?,
            unsubscribe,
        })
    }

    /// Where a POST goes. The URL may be a secret.
    fn target(&self, is_secret: bool) -> Result<Target, Mistake> {
        let plain = self.get("url").map(Entry::text).filter(|text| !text.starts_with("env:"));
        let text = match plain {
            Some(text) if !is_secret => text.to_owned(),
            _ => self.secrets("url")?.into_iter().next().ok_or_else(|| {
                self.wrong(
                    "url",
                    "url is missing",
                    "write url_file = \"/path/of/a/file\", or url = \"env:NAME\"",
                )
            })?,
        };
        let url: HookUrl = self.parsed("url", &text)?;
        let allow = self.get("allow").into_iter().flat_map(|entry| &entry.texts);
        let allow: Vec<Allowed> = allow.map(|text| self.parsed("allow", text)).collect::<Result<_, _>>()?;
        Target::new(url, allow, self.authorities()?)
            .map_err(|why| self.wrong("url", why, "allow = [\"HOST\"] names it"))
    }

    fn webhook(&self) -> Result<Webhook, Mistake> {
        let secrets: Vec<SigningSecret> = self
            .secrets("secret")?
            .iter()
            .map(|text| self.parsed("secret", text))
            .collect::<Result<_, _>>()?;
        if secrets.is_empty() {
            let help = "write secret_file = \"/path/of/a/file\" with whsec_ and base64 of 32 random bytes";
            return Err(self.wrong(
                "secret",
                "secret is missing: the receiver could not know who sends",
                help,
            ));
        }
        Ok(Webhook { target: self.target(false)?, secrets })
    }

    fn ntfy(&self) -> Result<Ntfy, Mistake> {
        let topic = self.must("topic")?.text();
        let is_topic = topic.len() <= 64
            && topic.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if !is_topic {
            return Err(self.wrong(
                "topic",
                format!("{topic} is no topic"),
                "write up to 64 letters, digits, _ and -",
            ));
        }
        Ok(Ntfy { target: self.target(false)?, topic: topic.to_owned(), token: self.secret("token")? })
    }

    fn syslog(&self) -> Result<Syslog, Mistake> {
        let tls = match self.get("security").map_or("tls", Entry::text) {
            "tls" => true,
            "none" => false,
            other => {
                return Err(self.wrong(
                    "security",
                    format!("there is no security {other}"),
                    "write tls or none",
                ));
            }
        };
        let facility = match self.get("facility") {
            None => FACILITY,
            Some(entry) => {
                let number = entry.text().parse::<u8>().ok().filter(|number| *number < 24);
                number.ok_or_else(|| {
                    self.wrong(
                        "facility",
                        format!("{} is no facility", entry.text()),
                        "write a number from \"0\" to \"23\"",
                    )
                })?
            }
        };
        let server = self.server(if tls { 6514 } else { 601 })?;
        Ok(Syslog { wire: Wire { server, tls, authorities: self.authorities()? }, facility })
    }
}
