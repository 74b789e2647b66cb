//! Words that begin a place of a machine: a share, a rooted path, a home, a variable.
//!
//! Each method is asked at one byte that may begin one, gives where the place ends, and adds
//! what it finds. Sources: Windows UNC names (MS-DTYP 2.2.57), environment variables of `cmd` and PowerShell.

use super::found::Prose;
use super::name::{self, Name};
use super::place;
use crate::kind::{address, domain, path};
use crate::token::{self, Word};

impl Prose<'_, '_> {
    /// `\\host\share\…`, or a rooted Windows path.
    pub(super) fn backslash(&mut self, at: usize) -> Option<usize> {
        // `file:\\\\host@80\\share`: the scheme is decoration.
        let schemed = self.before(at).ends_with(b"file:");
        if !schemed
            && self.byte_before(at).is_some_and(|byte| {
                token::is_word(byte)
                    || matches!(byte, b'\\' | b'/' | b')' | b']' | b'}' | b'>' | b':' | b'*' | b'%' | b'$')
            })
        {
            return None;
        }
        let separators = self.after(at).iter().take(4).take_while(|byte| **byte == b'\\').count();
        let first = at + separators;
        let word = token::next_word(self.bytes, first).filter(|word| word.start == first)?;
        if separators == 1 || separators == 3 {
            let root = self.text.get(word.start..word.end)?.to_ascii_lowercase();
            let rooted = matches!(
                root.as_str(),
                "windows"
                    | "users"
                    | "programdata"
                    | "program"
                    | "temp"
                    | "appdata"
                    | "device"
                    | "systemroot"
                    | "system32"
            );
            let deeper =
                self.text.get(word.end..).is_some_and(|rest| rest.starts_with('\\') || root == "program");
            return (rooted && deeper).then(|| self.path(at, word.end, false)).flatten();
        }
        let mut host_end = word.end;
        if self.bytes.get(host_end) == Some(&b'@') {
            host_end =
                token::next_word(self.bytes, host_end + 1).filter(|port| port.start == host_end + 1)?.end;
        }
        let behind =
            self.after(host_end).iter().take(3).take_while(|byte| path::is_separator(**byte)).count();
        // In source code two backslashes are one: `"\\\\Mozilla\\\\Firefox"` names no share.
        if behind == 0
            || separators == 2 && behind > 1
            || !token::is_word_at(self.bytes, host_end + behind)
                && self.bytes.get(host_end + behind) != Some(&b'$')
        {
            return Some(host_end + behind);
        }
        let end = self.path(at, host_end, false)?;
        self.share_host(word);
        Some(end)
    }

    /// The host of a share that is one of the internet.
    fn share_host(&mut self, word: Word) {
        let Some(text) = self.text.get(word.start..word.end) else { return };
        let defanged = self.clean.is_defanged(word.start, word.end);
        if let Some(address) = address::ipv4(text.as_bytes()) {
            self.add(address::observable(address.into()), word.start, word.end);
        } else if name::judge(text, defanged, b"", b"") == Name::Host
            && let Some(value) = domain::canonical(text)
        {
            self.add(domain::observable(value), word.start, word.end);
        }
    }

    pub(super) fn slash(&mut self, at: usize) -> Option<usize> {
        place::starts_posix(self.text, at).then(|| self.path(at, at + 1, true)).flatten()
    }

    pub(super) fn home(&mut self, at: usize) -> Option<usize> {
        let edge = !self.byte_before(at).is_some_and(|byte| token::is_word(byte) || byte == b'/');
        let deeper = self.bytes.get(at + 1) == Some(&b'/') && token::is_word_at(self.bytes, at + 2);
        (edge && deeper).then(|| self.path(at, at + 2, true)).flatten()
    }

    /// `%APPDATA%\…`, `$env:TEMP\…`, `$HOME/…`.
    pub(super) fn variable(&mut self, at: usize) -> Option<usize> {
        let rest = self.after(at + 1);
        let letters = |from: usize| {
            rest.iter()
                .skip(from)
                .take(40)
                .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'(' | b')'))
                .count()
        };
        let length = if self.bytes.get(at) == Some(&b'%') {
            let length = letters(0);
            (length >= 2 && rest.get(length) == Some(&b'%')).then_some(length + 2)?
        } else if rest.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"env:")) {
            letters(4) + 5
        } else {
            let length = letters(0);
            (rest.get(..length) == Some(b"HOME".as_slice())).then_some(length + 1)?
        };
        let root = at + length;
        let separator = self.bytes.get(root).is_some_and(|byte| path::is_separator(*byte));
        separator.then(|| self.path(at, root + 1, false)).flatten()
    }
}
