//! How many datagrams the kernel has dropped because nobody read them: `/proc/net/udp`, column `drops`.
//!
//! `proc(5)`: a line for each socket, with its inode in the tenth column and the drops in the last one. The inode of a
//! socket of ours is what `/proc/self/fd` leads to.

use std::fs::{self, File};
use std::io::Read;
use std::net::UdpSocket;

/// How much of a table is read: some hundred bytes for each socket.
const TABLE_BYTES_MAX: u64 = 16 << 20;
/// The column of the inode.
const INODE: usize = 9;

/// The inode of a socket; `None` where there is no `/proc`.
#[cfg(unix)]
pub(crate) fn inode(socket: &UdpSocket) -> Option<u64> {
    use std::os::fd::AsRawFd;
    let link = fs::read_link(format!("/proc/self/fd/{}", socket.as_raw_fd())).ok()?;
    link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

/// The inode of a socket: there is none here.
#[cfg(not(unix))]
pub(crate) fn inode(_: &UdpSocket) -> Option<u64> {
    None
}

/// How many datagrams were dropped of those that were sent to these sockets.
pub(crate) fn dropped(inodes: &[u64]) -> u64 {
    let tables = ["/proc/net/udp", "/proc/net/udp6"].iter().filter_map(|path| {
        let mut text = String::new();
        File::open(path).ok()?.take(TABLE_BYTES_MAX).read_to_string(&mut text).ok()?;
        Some(text)
    });
    tables.map(|text| in_table(&text, inodes)).fold(0, u64::saturating_add)
}

fn in_table(text: &str, inodes: &[u64]) -> u64 {
    let lines = text.lines().skip(1).filter_map(|line| {
        let cells: Vec<&str> = line.split_ascii_whitespace().collect();
        let inode: u64 = cells.get(INODE)?.parse().ok()?;
        let drops: u64 = cells.last()?.parse().ok()?;
        inodes.contains(&inode).then_some(drops)
    });
    lines.fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_are_those_of_our_sockets() {
        let table = "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n \
              412: 0100007F:0202 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4711 2 0000000000000000 17\n \
              413: 0100007F:0203 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4712 2 0000000000000000 5\n";
        assert_eq!(
            (in_table(table, &[4711]), in_table(table, &[4711, 4712]), in_table(table, &[1])),
            (17, 22, 0)
        );
        assert_eq!(in_table("x\nshort\n", &[4711]), 0);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_socket_that_nobody_reads_drops() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let inode = inode(&socket).expect("Linux has /proc");
        assert_eq!(dropped(&[inode]), 0);
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        let to = socket.local_addr().unwrap();
        for _ in 0..2000 {
            sender.send_to(&[0; 8000], to).unwrap();
        }
        assert!(dropped(&[inode]) > 0);
    }
}
