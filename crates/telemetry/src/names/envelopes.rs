//! Records that carry another record's line in a field: which field it is, and what the envelope adds. Data only.
//!
//! Sources: Azure Monitor, table `Syslog` and custom tables; Splunk, `export` and `_raw`; Elastic Common Schema,
//! `event.original`, and Filebeat's log input; GELF 1.1; Docker's json-file driver; Fluent Bit's `tail` and
//! Kubernetes filter; CloudWatch Logs, `filter-log-events` and Insights; Cloud Logging, `LogEntry`; systemd, Journal
//! JSON Format; Wazuh, `archives.json` and `alerts.json`; Plaso, `json_line`; syslog-ng, `format-json`; rsyslog,
//! `jsonmesg`; Fluentd's syslog input; Vector's sources; Loki's entries; Splunk, "Format events for HTTP Event
//! Collector"; Azure Monitor, "resource log schema".

/// What the time of an envelope is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sealed {
    /// When the line was written.
    Written,
    /// When a collector read it, which may be long after.
    Read,
}

/// A kind of envelope; names of fields, of which the first that is there holds.
pub(crate) struct Envelope {
    /// The field with the line or message.
    pub(crate) carrier: &'static str,
    /// Fields of which one must be there as well.
    pub(crate) beside: &'static [&'static str],
    /// The program whose message it is, when it has lost its head.
    pub(crate) program: &'static [&'static str],
    /// Its process.
    pub(crate) process: &'static [&'static str],
    /// The machine.
    pub(crate) host: &'static [&'static str],
    /// The time.
    pub(crate) time: &'static [&'static str],
    /// What the time is.
    pub(crate) sealed: Sealed,
    /// Whether the carrier is a message for sure, also one that no reader knows.
    pub(crate) message: bool,
}

/// The machines of containers: the node, else the pod.
const NODES: &[&str] = &[
    "kubernetes.host",
    "kubernetes.node.name",
    "host.name",
    "host",
    "hostname",
    "kubernetes.pod_name",
    "kubernetes.pod.name",
    "container_name",
    "container.name",
];
const NONE: &[&str] = &[];
/// The machine and the time of a record of which nothing else is known.
const ANY_HOST: &[&str] = &["host.name", "host", "hostname", "Computer", "computer", "node"];
const ANY_TIME: &[&str] = &["@timestamp", "timestamp", "time", "ts", "date", "datetime"];

const fn line(
    carrier: &'static str,
    beside: &'static [&'static str],
    host: &'static [&'static str],
    time: &'static [&'static str],
) -> Envelope {
    Envelope {
        carrier,
        beside,
        program: NONE,
        process: NONE,
        host,
        time,
        sealed: Sealed::Written,
        message: false,
    }
}

const fn read(envelope: Envelope) -> Envelope {
    Envelope { sealed: Sealed::Read, ..envelope }
}

const fn program(
    envelope: Envelope,
    program: &'static [&'static str],
    process: &'static [&'static str],
) -> Envelope {
    Envelope { program, process, ..envelope }
}

const fn message(envelope: Envelope) -> Envelope {
    Envelope { message: true, ..envelope }
}

/// The first kind that fits a record holds, so the surest come first.
pub(crate) const ENVELOPES: [Envelope; 39] = [
    message(program(
        line(
            "SyslogMessage",
            &["ProcessName", "Facility", "SeverityLevel", "HostName", "Computer"],
            &["HostName", "Computer", "HostIP"],
            &["EventTime", "TimeGenerated"],
        ),
        &["ProcessName"],
        &["ProcessID", "ProcessId"],
    )),
    message(program(
        line(
            "MESSAGE",
            &["__REALTIME_TIMESTAMP", "_HOSTNAME", "_BOOT_ID", "SYSLOG_IDENTIFIER"],
            &["_HOSTNAME"],
            &["_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP"],
        ),
        &["SYSLOG_IDENTIFIER", "_COMM"],
        &["_PID", "SYSLOG_PID"],
    )),
    message(program(
        line("MESSAGE", &["PROGRAM"], &["HOST", "HOST_FROM"], &["ISODATE", "DATE", "R_ISODATE"]),
        &["PROGRAM"],
        &["PID"],
    )),
    message(program(
        line(
            "jsonPayload.MESSAGE",
            &["jsonPayload.SYSLOG_IDENTIFIER", "jsonPayload._COMM", "logName"],
            &[
                "jsonPayload._HOSTNAME",
                "labels.compute.googleapis.com/resource_name",
                "resource.labels.instance_id",
            ],
            &["timestamp"],
        ),
        &["jsonPayload.SYSLOG_IDENTIFIER", "jsonPayload._COMM"],
        &["jsonPayload._PID", "jsonPayload.SYSLOG_PID"],
    )),
    read(program(
        line(
            "full_log",
            &["agent.name", "agent.id", "decoder.name", "manager.name", "location"],
            &["predecoder.hostname", "agent.name"],
            &["timestamp", "@timestamp"],
        ),
        &["predecoder.program_name"],
        NONE,
    )),
    message(program(
        line("body", &["reporter"], &["hostname"], &["datetime", "timestamp"]),
        &["reporter"],
        &["pid"],
    )),
    line(
        "_raw",
        &["_time", "sourcetype", "source", "host", "index", "_messagetime", "_raw"],
        &["host", "_sourcehost", "_sourceHost"],
        &["_time", "_messagetime", "_messageTime"],
    ),
    program(
        line(
            "full_message",
            &["short_message", "version", "gl2_source_input"],
            &["host", "source"],
            &["timestamp"],
        ),
        &["_program", "_application_name", "application_name", "_process_name"],
        &["_pid", "_process_id", "process_id"],
    ),
    program(
        line("short_message", &["host", "version"], &["host"], &["timestamp"]),
        &["_program", "_application_name", "_process_name"],
        &["_pid", "_process_id"],
    ),
    read(line(
        "event.original",
        &["@timestamp", "host.name", "agent.name", "message", "event.original"],
        &["host.name", "host.hostname", "agent.hostname", "agent.name"],
        &["@timestamp"],
    )),
    message(program(
        line(
            "message",
            &["programname", "syslogtag", "app-name"],
            &["hostname", "fromhost", "host"],
            &["timereported", "timestamp", "@timestamp", "timegenerated"],
        ),
        &["programname", "app-name", "syslogtag"],
        &["procid"],
    )),
    message(program(
        line(
            "msg",
            &["programname", "syslogtag", "app-name"],
            &["hostname", "fromhost"],
            &["timereported", "timestamp", "timegenerated"],
        ),
        &["programname", "app-name", "syslogtag"],
        &["procid"],
    )),
    message(program(
        line("message", &["appname", "procid"], &["hostname", "host"], &["timestamp"]),
        &["appname"],
        &["procid"],
    )),
    message(program(
        line("message", &["ident"], &["host", "hostname"], &["time", "timestamp", "@timestamp", "date"]),
        &["ident"],
        &["pid"],
    )),
    message(program(
        line("message", &["program", "logsource"], &["logsource", "host.name", "host"], &["@timestamp"]),
        &["program"],
        &["pid"],
    )),
    read(program(
        line(
            "message",
            &[
                "syslog.program",
                "log.syslog.appname",
                "process.name",
                "log.file.path",
                "log.offset",
                "agent.type",
                "beat.name",
                "beat.hostname",
                "filebeat",
                "input.type",
                "input_type",
                "source",
                "offset",
                "host.name",
                "agent.name",
                "@version",
                "fileset.name",
                "event.dataset",
                "@timestamp",
                "ddsource",
                // Vector's sources.
                "source_type",
            ],
            &[
                "host.name",
                "host.hostname",
                "beat.hostname",
                "agent.hostname",
                "agent.name",
                "host",
                "hostname",
            ],
            &["@timestamp", "timestamp"],
        ),
        &["log.syslog.appname", "syslog.program", "process.name"],
        &["log.syslog.procid", "process.pid"],
    )),
    line(
        "log",
        &[
            "stream",
            "time",
            "kubernetes.pod_name",
            "kubernetes.container_name",
            "container_name",
            "container_id",
            "date",
            "@timestamp",
            "timestamp",
        ],
        NODES,
        &["time", "@timestamp", "timestamp", "date"],
    ),
    line(
        "message",
        &["kubernetes.pod_name", "kubernetes.container_name", "container_name", "stream"],
        NODES,
        &["time", "@timestamp", "timestamp", "date"],
    ),
    line(
        "message",
        &["ingestionTime", "logStreamName", "logStream", "eventId"],
        &["logStreamName", "logStream"],
        &["timestamp", "@timestamp"],
    ),
    line("@message", &["@timestamp", "@log", "@logStream", "@ptr"], NONE, &["@timestamp"]),
    line(
        "textPayload",
        &["logName", "insertId", "resource.type"],
        &[
            "labels.compute.googleapis.com/resource_name",
            "resource.labels.node_name",
            "resource.labels.instance_id",
            "resource.labels.pod_name",
        ],
        &["timestamp", "receiveTimestamp"],
    ),
    line(
        "jsonPayload.message",
        &["logName", "insertId", "resource.type"],
        &[
            "jsonPayload.hostname",
            "labels.compute.googleapis.com/resource_name",
            "resource.labels.node_name",
            "resource.labels.instance_id",
        ],
        &["timestamp", "receiveTimestamp"],
    ),
    line(
        "jsonPayload.log",
        &["logName", "insertId", "resource.type"],
        &["resource.labels.node_name"],
        &["timestamp", "receiveTimestamp"],
    ),
    read(line(
        "RawData",
        &["TimeGenerated", "Computer", "MG", "TenantId"],
        &["Computer"],
        &["TimeGenerated"],
    )),
    line(
        "LogMessage",
        &["TimeGenerated", "PodName", "ContainerName"],
        &["Computer", "PodName"],
        &["TimeGenerated"],
    ),
    line("LogEntry", &["ContainerID", "ContainerName", "LogEntrySource"], &["Computer"], &["TimeGenerated"]),
    line(
        "line",
        &["ts", "labels", "timestamp", "labels.job", "labels.host"],
        &["labels.host", "labels.hostname", "labels.instance", "labels.node_name"],
        &["timestamp", "ts"],
    ),
    line(
        "properties.message",
        &["category", "resourceId", "operationName"],
        &["properties.hostname", "properties.computer"],
        &["time", "timeStamp"],
    ),
    // Splunk's HTTP Event Collector.
    line("event", &["sourcetype", "source", "host", "index", "time"], &["host"], &["time"]),
    // Programs of which nothing else is known; each line must be one that a reader is sure of.
    line("message", NONE, ANY_HOST, ANY_TIME),
    line("msg", NONE, ANY_HOST, ANY_TIME),
    line("log", NONE, ANY_HOST, ANY_TIME),
    line("raw", NONE, ANY_HOST, ANY_TIME),
    line("raw_message", NONE, ANY_HOST, ANY_TIME),
    line("original_message", NONE, ANY_HOST, ANY_TIME),
    line("payload", NONE, ANY_HOST, ANY_TIME),
    line("text", NONE, ANY_HOST, ANY_TIME),
    read(line("rawEvent", NONE, &["host", "hostname"], &["timestamp", "time"])),
    read(line("raw_log", NONE, &["host", "hostname"], &["timestamp", "time"])),
];
