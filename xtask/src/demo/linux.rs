//! Authentication logs of Linux hosts: Debian 12 with the time of RFC 3339, Debian 11 as RFC 3164 has it.

use super::log::Logs;
use super::moment::{Moment, clockwork, rhythm};
use super::random::Random;

/// Writes the logs.
pub fn write(logs: &mut Logs) {
    for (host, peak, modern) in
        [("app-1", 3, true), ("git-1", 5, true), ("wiki-1", 2, false), ("db-1", 2, false)]
    {
        let name = format!("{host}/auth.log");
        let mut random = Random::named(&name);
        for time in rhythm(&mut random, 1, peak) {
            let (pid, admin) = (1200 + random.below(800), random.pick(&["h.ferris", "m.okafor", "r.doyle"]));
            if random.per_mille(60) {
                let port = 40_000 + random.below(200);
                let said =
                    format!("sshd[{pid}]: Failed password for {admin} from 10.20.40.10 port {port} ssh2");
                logs.line(&name, time, stamped(modern, host, time, &said));
            }
            let said = format!(
                "sshd[{pid}]: Accepted publickey for {admin} from 10.20.40.10 port {} ssh2: ED25519 SHA256:{}",
                40_000 + pid % 200,
                key(admin)
            );
            logs.line(&name, time.plus(3), stamped(modern, host, time.plus(3), &said));
            let said = format!(
                "sshd[{pid}]: pam_unix(sshd:session): session opened for user {admin}(uid=1001) by (uid=0)"
            );
            logs.line(&name, time.plus(3), stamped(modern, host, time.plus(3), &said));
        }
        for time in clockwork(&mut random, 1, 120) {
            let said = "CRON[811]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)";
            logs.line(&name, time, stamped(modern, host, time, said));
        }
    }
}

fn stamped(modern: bool, host: &str, time: Moment, said: &str) -> String {
    if modern { format!("{} {host} {said}", time.iso()) } else { format!("{} {host} {said}", time.syslog()) }
}

/// The fingerprint of a person's key: invented from the name.
fn key(person: &str) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut random = Random::named(person);
    (0..43)
        .filter_map(|_| usize::try_from(random.below(64)).ok().and_then(|at| ALPHABET.get(at)))
        .map(|byte| char::from(*byte))
        .collect()
}
