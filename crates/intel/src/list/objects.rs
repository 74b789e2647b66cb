//! Objects of a JSON document one by one, at a depth that the caller names, however large the document.
//!
//! Feeds wrap their records: in an array, in an array under a key, in an array for each identifier. What counts
//! is how many objects a record lies in; arrays do not matter. Only brackets and strings are looked at here
//! (RFC 8259), each object is parsed by the caller, so a broken one costs itself.

use std::io::{self, Read};

/// How large one object may be.
pub(super) const OBJECT_BYTES_MAX: usize = 1 << 20;
const BLOCK_BYTES: usize = 64 << 10;

/// What the walk over a document came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ObjectsPassed {
    /// Objects larger than the bound, and the number of the first.
    pub(super) too_large: u64,
    pub(super) first_too_large: u64,
    /// Whether the document ends inside an object or a string.
    pub(super) broken_off: bool,
}

struct ObjectWalk {
    wanted: u32,
    depth: u32,
    in_string: bool,
    escaped: bool,
    record: u64,
    object: Vec<u8>,
    too_large: bool,
    walked: ObjectsPassed,
}

/// Calls `each` with the number and the bytes of every object that lies in `wanted` objects, itself counted.
pub(super) fn each(
    mut reader: impl Read,
    wanted: u32,
    each: &mut dyn FnMut(u64, &[u8]),
) -> io::Result<ObjectsPassed> {
    let mut walk = ObjectWalk {
        wanted,
        depth: 0,
        in_string: false,
        escaped: false,
        record: 0,
        object: Vec::new(),
        too_large: false,
        walked: ObjectsPassed::default(),
    };
    let mut block = vec![0; BLOCK_BYTES];
    loop {
        match reader.read(&mut block) {
            Ok(0) => break,
            Ok(read) => walk.block(block.get(..read).unwrap_or_default(), each),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    walk.walked.broken_off = walk.depth > 0 || walk.in_string;
    Ok(walk.walked)
}

impl ObjectWalk {
    fn block(&mut self, bytes: &[u8], each: &mut dyn FnMut(u64, &[u8])) {
        // Where the part of the object begins that is not yet kept.
        let mut start = 0;
        for (at, byte) in bytes.iter().enumerate() {
            if self.in_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.in_string = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' => {
                    self.depth = self.depth.saturating_add(1);
                    if self.depth == self.wanted {
                        start = at;
                        self.object.clear();
                        self.too_large = false;
                        self.record += 1;
                    }
                }
                b'}' => {
                    if self.depth == self.wanted {
                        self.keep(bytes.get(start..=at).unwrap_or_default());
                        self.end(each);
                    }
                    self.depth = self.depth.saturating_sub(1);
                }
                _ => {}
            }
        }
        if self.depth >= self.wanted {
            self.keep(bytes.get(start..).unwrap_or_default());
        }
    }

    fn keep(&mut self, part: &[u8]) {
        self.too_large |= self.object.len() + part.len() > OBJECT_BYTES_MAX;
        if self.too_large {
            self.object.clear();
        } else {
            self.object.extend_from_slice(part);
        }
    }

    fn end(&mut self, each: &mut dyn FnMut(u64, &[u8])) {
        if self.too_large {
            self.walked.too_large += 1;
            if self.walked.first_too_large == 0 {
                self.walked.first_too_large = self.record;
            }
        } else {
            each(self.record, &self.object);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Slow<'t>(&'t [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = buffer.len().min(self.1).min(self.0.len());
            let (now, later) = self.0.split_at(count);
            buffer[..count].copy_from_slice(now);
            self.0 = later;
            Ok(count)
        }
    }

    fn objects(text: &str, wanted: u32, step: usize) -> (Vec<String>, ObjectsPassed) {
        let mut all = Vec::new();
        let walked = each(Slow(text.as_bytes(), step), wanted, &mut |number, object| {
            all.push(format!("{number} {}", String::from_utf8_lossy(object)));
        });
        (all, walked.expect("memory"))
    }

    #[test]
    fn records_lie_in_so_many_objects_wherever_blocks_end() {
        for step in [1, 2, 3, 7, 1000] {
            let (all, walked) = objects(r#"[{"a":"}{\"","b":[{"c":1}]}, {"d":2}]"#, 1, step);
            assert_eq!(all, [r#"1 {"a":"}{\"","b":[{"c":1}]}"#, r#"2 {"d":2}"#]);
            assert!(!walked.broken_off);
            let (all, _) = objects(r#"{"1":[{"a":1}],"2":[{"b":{}}]}"#, 2, step);
            assert_eq!(all, [r#"1 {"a":1}"#, r#"2 {"b":{}}"#]);
            let (all, walked) = objects(r#"[{"a":1},{"b":"#, 1, step);
            assert_eq!(all, [r#"1 {"a":1}"#]);
            assert!(walked.broken_off);
        }
        assert_eq!(objects("}}{\"a\":1}", 1, 9).0, ["1 {\"a\":1}"]);
    }

    #[test]
    fn one_past_the_bound_of_an_object() {
        let of = |length: usize| format!("{{{}}}", " ".repeat(length - 2));
        let text = format!("[{},{},{{}}]", of(OBJECT_BYTES_MAX + 1), of(OBJECT_BYTES_MAX));
        let (all, walked) = objects(&text, 1, 1000);
        assert_eq!(all.len(), 2);
        assert_eq!((walked.too_large, walked.first_too_large), (1, 1));
    }
}
