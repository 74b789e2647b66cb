//! Sign-ins at the remote access portal, in the shape in which the directory service exports them.
//!
//! Who has a second factor gives it; the account of the leak has none and is used on 14 June from an address
//! that was never seen before.

use super::actors::{LEAK_USER, PEOPLE, outsider};
use super::log::Logs;
use super::moment::{Moment, at, rhythm};
use super::random::Random;

const NAME: &str = "remote-1/signin.json";

/// Writes the log.
pub fn write(logs: &mut Logs) {
    let mut random = Random::named(NAME);
    for time in rhythm(&mut random, 1, 7) {
        let address = outsider(&mut random);
        let line = if random.per_mille(12) && time < at(14, 0, 0, 0) {
            // The one person without a second factor, from home as ever.
            record(time, "j.hallam", "192.0.2.107", "singleFactorAuthentication", 0)
        } else if random.per_mille(40) {
            record(time, random.pick(PEOPLE), &address, "multiFactorAuthentication", 50_126)
        } else {
            record(time, random.pick(PEOPLE), &address, "multiFactorAuthentication", 0)
        };
        logs.line(NAME, time, line);
    }
    for time in [at(14, 22, 41, 7), at(14, 22, 47, 30)] {
        logs.line(NAME, time, record(time, "j.hallam", LEAK_USER, "singleFactorAuthentication", 0));
    }
}

fn record(time: Moment, account: &str, address: &str, requirement: &str, error: u64) -> String {
    format!(
        "{{\"createdDateTime\":\"{}\",\"userPrincipalName\":\"{account}@seaward.example\",\
         \"appDisplayName\":\"Seaward Remote Access\",\"ipAddress\":\"{address}\",\"clientAppUsed\":\"Browser\",\
         \"authenticationRequirement\":\"{requirement}\",\"status\":{{\"errorCode\":{error}}},\
         \"resourceDisplayName\":\"remote-1\"}}",
        time.iso_seconds()
    )
}
