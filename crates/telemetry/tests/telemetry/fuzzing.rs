//! A short run of the fuzz entry over mutated fixtures: seeded, bounded, below two seconds.

use super::goldens::FIXTURES;
use dice::Dice;
use telemetry::fuzz::{fuzz_document, fuzz_mapping, fuzz_message};

/// What means most to readers of logs.
const JOINTS: &[&[u8]] =
    &[b"\n", b"\"", b"\\", b"{", b"}", b"[", b"]", b"=", b"<", b">", b"-", b" ", b"\t", b"\0", b"\xff"];

/// Puts a few faults into bytes, the same for a seed.
pub(crate) fn mutate(bytes: &mut Vec<u8>, seed: u64) {
    *bytes = Dice::new(seed).mutated(bytes, JOINTS);
}

#[test]
fn mutated_fixtures_are_survived_and_read_alike_in_any_chunks() {
    for (name, fixture) in FIXTURES {
        fuzz_document(fixture);
        for seed in 0..60 {
            let mut bytes = fixture.to_vec();
            mutate(&mut bytes, seed);
            println!("{name}, seed {seed}");
            fuzz_document(&bytes);
        }
    }
}

/// A line of each reader of messages.
const MESSAGES: [&str; 34] = [
    "%ASA-6-302013: Built inbound TCP connection 7 for outside:192.0.2.1/40454 (192.0.2.1/40454)(CORP\\mo) to inside:198.51.100.1/53 (198.51.100.1/53)",
    "%FTD-1-430003: EventPriority: Low, SrcIP: 192.0.2.1, DstIP: 198.51.100.1, User: mo, URL: http://a.example/, b",
    "%SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: mo] [Source: 192.0.2.1] [localport: 22] at 10:00:00 UTC",
    "1,2024/06/12 03:14:15,0123,SYSTEM,auth,2561,2024/06/12 03:14:15,,auth-fail,P,0,0,general,medium,\"failed authentication for user 'mo'. From: 192.0.2.1.\",1,0x0,0,0,0,0,,fw1,0,0,2024-06-12T03:14:16.865+02:00",
    "CISE_Passed_Authentications 0000453439 1 0 2025-12-09 17:30:23.365 +01:00 0007121364 5200 NOTICE A: b, UserName=mo, Device IP Address=192.0.2.1,",
    "1673277220.253011885 MX1 flows allow src=192.0.2.1 dst=198.51.100.1 protocol=tcp sport=1 dport=443",
    "RT_FLOW_SESSION_CLOSE [junos@2636.1.1.1.2.142 source-address=\"192.0.2.1\" destination-address=\"198.51.100.1\"]",
    "RT_FLOW_SESSION_CREATE: session created 192.0.2.1/46087->198.51.100.1/25 0x0 junos-smtp",
    "[action:\"Accept\"; loguid:\"{0x0}\"; origin:\"203.0.113.1\"; origin_sic_name:\"CN=gw1,O=m.example\"; src:\"192.0.2.1\"]",
    "\"21\" \"10Dec2019\" \"23:44:49\" \"eth1\" \"gw1\" \"Log\" \"Drop\" \"1\" \"2\" \"192.0.2.1\" \"198.51.100.1\" \"tcp\"",
    "id=600001 event=conn_open [message=Connection opened ][conn [conn connsrcip=192.0.2.1 conndestip=198.51.100.1 ]]",
    "DROP IN=eth0 OUT= SRC=192.0.2.1 DST=198.51.100.1 LEN=60 PROTO=TCP SPT=53211 DPT=22",
    "4,,,1000000103,igb0,match,pass,out,6,0x00,0x00000,64,UDP,17,60,2001:db8::1,2001:db8::2,53211,53,40",
    "info hostd[2099656] [Originator@6876 sub=Vimsvc opID=a user=mo:CORP] Event 7 : User root@192.0.2.1 logged in as a",
    "Event [7] [1-1] [2023-02-13T18:07:37.243162Z] [vim.event.UserLoginSessionEvent] [info] [CORP\\mo] [dc1] [7] [User mo@192.0.2.1 logged in]",
    "06/12/2024:03:14:15 GMT adc1 0-PPE-0 : default AAA LOGIN_FAILED 73 0 : User mo - Client_ip 192.0.2.1 - Failure_reason \"no\"",
    "01260009:4: 192.0.2.1:53586 -> 198.51.100.1:443: Connection error",
    "192.0.2.1:65276 [29/Feb/2024:15:01:18.909] http~ be/s1 0/0/0/5/5 200 7500 - - ---- 1/1/0/0/0 0/0 \"GET /a?b=c HTTP/1.1\"",
    "Failed password for invalid user mo from 2001:db8::1 port 51894 ssh2",
    "DHCPREQUEST for 192.0.2.1 (198.51.100.1) from 02:00:00:00:00:01 (pc1) via eth0 (RENEW)",
    "(7) Login incorrect (eap: rejected [no]): [corp\\mo] (from client ap1 port 0 cli 192.0.2.1)",
    "conn=11 op=1 BIND dn=\"uid=mo,ou=people,dc=example\" method=128",
    "486D13F8B7: client=a.example[192.0.2.1], sasl_method=LOGIN, sasl_username=mo@a.example",
    "2024-06-12 03:14:15 mo/192.0.2.1:59321 MULTI: Learn: 10.8.0.6 -> mo/192.0.2.1:59321",
    "NOTICE  [sshd] Ban 192.0.2.1",
    "2024-06-12 03:14:15,123 fail2ban.actions        [812]: NOTICE  [sshd] Ban 192.0.2.1",
    "06/12-03:14:15.123456  [**] [1:2027865:3] a [**] [Classification: b] [Priority: 1] {TCP} 192.0.2.1:443 -> 198.51.100.1:443",
    "mo       pts/0        192.0.2.1        Wed Jun 12 03:14:15 +0200 2024",
    "https 2024-06-12T03:14:15Z app/gate/50dc 192.0.2.1:51544 - 0 0 0 200 200 120 340 \"GET https://a.example:443/b?c=d HTTP/1.1\" \"e\" - -",
    "2024-06-12T03:14:15Z stdout F {\"log\":\"{\\\"message\\\":\\\"a=1 b=2 c=3 src=192.0.2.1\\\",\\\"@timestamp\\\":1}\",\"stream\":\"stdout\",\"time\":\"2024-06-12T03:14:15Z\"}",
    "4624: An account was successfully logged on.  Logon Type:  3  New Logon:  Account Name:  mo  Source Network Address:  192.0.2.1",
    "MSWinEventLog\t1\tSecurity\t7\tWed Jun 12 03:14:15 2024\t4624\tMicrosoft-Windows-Security-Auditing\tmo\tN/A\tSuccess Audit\tdc-1\tLogon\t\tLogon Type: 3\t7",
    "type=SOCKADDR msg=audit(1718162055.155:9): saddr=02000050CB0071090000000000000000 key=6101",
    "2024-06-12 03:14:15\treason=Allowed\turl=a.example\tvendor=Zscaler\tClientIP=192.0.2.1\tuser=mo",
];

#[test]
fn mutated_messages_are_survived() {
    for message in MESSAGES {
        for seed in 0..20 {
            let mut bytes = message.as_bytes().to_vec();
            mutate(&mut bytes, seed);
            fuzz_message(&bytes);
            fuzz_document(&bytes);
        }
    }
}

#[test]
fn mutated_mappings_are_survived() {
    let mapping =
        b"- when: { a: [b, c], d: '*' }\n  logsource: { product: p }\n  fields: { e: F }\n  time: t\n";
    for seed in 0..300 {
        let mut bytes = mapping.to_vec();
        mutate(&mut bytes, seed);
        fuzz_mapping(&bytes);
    }
}
