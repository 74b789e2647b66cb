//! Sign-ins at the remote access portal, in the shape in which the directory service exports them.
//!
//! Who works from outside has a second factor and gives it. The account of the leak has none, never worked from
//! outside, and is used on 14 June from an address that was never seen before.

use super::actors::{LEAK_USER, PEOPLE, outsider};
use super::log::Logs;
use super::moment::{Moment, at, rhythm};
use super::random::Random;

const NAME: &str = "remote-1/signin.json";
/// The directory service's number for a wrong name or password.
const WRONG_PASSWORD: u64 = 50_126;

/// Writes the log.
pub fn write(logs: &mut Logs) {
    let mut random = Random::named(NAME);
    for time in rhythm(&mut random, 1, 7) {
        let person = random.pick(PEOPLE);
        // People work from one place, now and then from another.
        let address =
            if random.per_mille(80) { outsider(&mut random) } else { outsider(&mut Random::named(person)) };
        let error = if random.per_mille(40) { WRONG_PASSWORD } else { 0 };
        let line = record(time, person, &address, "multiFactorAuthentication", error);
        logs.line(NAME, time, line);
    }
    for time in [at(14, 22, 41, 7), at(14, 22, 47, 30)] {
        logs.line(NAME, time, record(time, "j.hallam", LEAK_USER, "singleFactorAuthentication", 0));
    }
}

fn record(time: Moment, account: &str, address: &str, requirement: &str, error: u64) -> String {
    let result = if error == 0 { "success" } else { "failure" };
    format!(
        "{{\"createdDateTime\":\"{}\",\"userPrincipalName\":\"{account}@seaward.example\",\
         \"appDisplayName\":\"Seaward Remote Access\",\"ipAddress\":\"{address}\",\"clientAppUsed\":\"Browser\",\
         \"authenticationRequirement\":\"{requirement}\",\"status\":{{\"errorCode\":{error}}},\"result\":\"{result}\",\
         \"resourceDisplayName\":\"remote-1\"}}",
        time.iso_seconds()
    )
}
