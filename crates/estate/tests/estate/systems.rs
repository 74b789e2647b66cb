//! What machines say of themselves, and what the consoles of small organisations export.

use crate::shown;

/// The facts of a document of this format, without their places.
fn facts(format: &str, text: &str) -> String {
    let out = shown(text);
    let facts = out.strip_prefix(&format!("{format}\n")).unwrap_or(&out);
    facts.lines().map(|line| line.split(" @ ").next().unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

#[test]
fn appliances_say_what_they_are() {
    for (text, expected) in [
        (
            "Version: FortiGate-60F v7.2.8,build1639,240313 (GA.M)\nSecurity Level: 1\nFirmware Signature: certified\nVirus-DB: 92.04050(2024-05-06 11:26)\nSerial-Number: FGT60FTK00000007\nBIOS version: 05000016\nHostname: fw-1\nOperation Mode: NAT\nCurrent virtual domain: root\nSystem time: Mon Nov 28 08:10:00 2031\n",
            "device=fw-1 vendor=Fortinet model=FortiGate-60F version=7.2.8 system=Fortinet FortiOS",
        ),
        (
            "Cisco IOS XE Software, Version 17.09.04a\nCisco IOS Software [Cupertino], Catalyst L3 Switch Software (CAT9K_IOSXE), Version 17.9.4a, RELEASE SOFTWARE (fc3)\ncore-1 uptime is 7 weeks\ncisco C9300-24T (X86) processor with 1418286K/6147K bytes of memory.\n",
            "device=core-1 vendor=Cisco model=C9300-24T version=17.9.4a system=Cisco IOS XE Software",
        ),
        (
            "Cisco Adaptive Security Appliance Software Version 9.16(4)14 \nSSP Operating System Version 2.10(1.217)\nDevice Manager Version 7.18(1)\n\nasa-1 up 77 days 7 hours\n\nHardware:   ASA5516, 8192 MB RAM, CPU Atom C2000 series 2416 MHz\n",
            "device=asa-1 vendor=Cisco model=ASA5516 version=9.16(4)14 system=Cisco Adaptive Security Appliance Software",
        ),
        (
            "Cisco Nexus Operating System (NX-OS) Software\nTAC support: http://www.cisco.com/tac\nSoftware\n  BIOS: version 07.69\n  NXOS: version 9.3(10)\nHardware\n  cisco Nexus9000 C93180YC-EX chassis\n  Device name: nx-1\n",
            "device=nx-1 vendor=Cisco model=Nexus9000 C93180YC-EX version=9.3(10) system=Cisco NX-OS Software",
        ),
        (
            "Hostname: srx-1\nModel: srx340\nJunos: 21.4R3-S5.4\nJUNOS Software Release [21.4R3-S5.4]\n",
            "device=srx-1 vendor=Juniper Networks model=srx340 version=21.4R3-S5.4 system=Juniper Networks Junos OS",
        ),
        (
            "hostname: pa-1\nip-address: 192.0.2.10\npublic-ip-address: unknown\nnetmask: 255.255.255.0\ndefault-gateway: 192.0.2.1\nmac-address: 00:00:5e:00:53:10\nfamily: 400\nmodel: PA-440\nserial: 021000000007\nsw-version: 10.2.7-h3\nglobal-protect-client-package-version: 6.0.4\napp-version: 8799-8509\n",
            "device=pa-1 addresses=192.0.2.10 vendor=Palo Alto Networks model=PA-440 version=10.2.7-h3 system=Palo Alto Networks PAN-OS",
        ),
        (
            "# 2031-11-28 08:10:00 by RouterOS 7.14.2\n# software id = ABCD-EFGH\n#\n# model = RB4011iGS+\n# serial number = D0000000007\n/interface bridge\nadd name=bridge1\n/system identity\nset name=rt-1\n",
            "device=rt-1 vendor=MikroTik model=RB4011iGS+ version=7.14.2 system=MikroTik RouterOS",
        ),
        (
            "                   uptime: 1w2d7h\n                  version: 7.14.2 (stable)\n               build-time: 2024-03-27 10:00:00\n              free-memory: 800.0MiB\n               board-name: RB4011iGS+\n                 platform: MikroTik\n",
            "component=RouterOS version=7.14.2 vendor=MikroTik",
        ),
        (
            "Arista DCS-7050TX-64-R\nHardware version:    01.11\nSerial number:       JPE0000007\nSystem MAC address:  001c.7300.0001\n\nSoftware image version: 4.28.3M\nArchitecture:           i686\n",
            "component=EOS version=4.28.3M vendor=Arista",
        ),
        (
            "-----------------------------------------------------------------------------\nArubaOS-CX\n(c) Copyright 2017-2023 Hewlett Packard Enterprise Development LP\n-----------------------------------------------------------------------------\nVersion      : FL.10.12.1010\nBuild Date   : 2023-12-01\n",
            "component=AOS-CX version=10.12.1010 vendor=Aruba",
        ),
        (
            "Image stamp:    /ws/swbuildm/rel_ukiah_qaoff/code/build/lvm(swbuildm_rel_ukiah)\n                Jul  7 2023 10:00:00\n                WC.16.11.0012\n                1077\nBoot Image:     Primary\n",
            "component=ArubaOS-Switch version=WC.16.11.0012 vendor=Aruba",
        ),
        (
            "Firmware Version: SonicOS 7.0.1-5145\nModel: TZ 370\nSerial Number: 00000000000\n",
            "component=SonicOS version=7.0.1-5145 vendor=SonicWall",
        ),
        (
            "majorversion=\"7\"\nminorversion=\"2\"\nmajor=\"7\"\nminor=\"2\"\nmicro=\"1\"\nproductversion=\"7.2.1\"\nbuildnumber=\"69057\"\nos_name=\"DSM\"\n",
            "component=DiskStation Manager version=7.2.1-69057 vendor=Synology",
        ),
        ("VMware ESXi 8.0.2 build-23305546\n", "component=ESXi version=8.0.2 vendor=VMware"),
        (
            "   Product: VMware ESXi\n   Version: 8.0.2\n   Build: Releasebuild-23305546\n   Update: 2\n   Patch: 35\n",
            "component=ESXi version=8.0.2 vendor=VMware",
        ),
    ] {
        assert_eq!(facts("version of an appliance", text), expected);
    }
}

#[test]
fn appliances_that_say_no_name_are_components() {
    for (text, expected) in [
        (
            "This is Check Point's software version R81.20 - Build 631\n",
            "component=Quantum Security Gateway version=R81.20 vendor=Check Point",
        ),
        (
            "Sys::Version\nMain Package\n  Product     BIG-IP\n  Version     16.1.4\n  Build       0.0.9\n",
            "component=BIG-IP version=16.1.4 vendor=F5",
        ),
        (
            "NetScaler NS13.1: Build 49.13.nc, Date: Jul 10 2023, 02:24:36   (64-bit)\n",
            "component=NetScaler ADC version=13.1-49.13 vendor=Citrix",
        ),
        (
            "Version:      v2.0.9-hotfix.7\nBuild ID:     5622762\nHW model:     EdgeRouter 4\n",
            "component=EdgeOS version=2.0.9-hotfix.7 vendor=Ubiquiti",
        ),
        ("OPNsense 24.1.5_3-amd64\n", "component=OPNsense version=24.1.5_3 vendor=OPNsense"),
    ] {
        assert_eq!(facts("version of an appliance", text), expected);
    }
}

#[test]
fn systems_say_their_release() {
    for (text, expected) in [
        (
            "ProductName:\t\tmacOS\nProductVersion:\t\t14.5\nBuildVersion:\t\t23F79\n",
            "component=macOS version=14.5 vendor=Apple",
        ),
        (
            "\nMicrosoft Windows [Version 10.0.22631.3593]\n",
            "component=Microsoft Windows version=10.0.22631.3593 vendor=Microsoft",
        ),
        ("Red Hat Enterprise Linux release 8.9 (Ootpa)\n", "component=Red Hat Enterprise Linux version=8.9"),
        (
            "Linux quay-1 5.15.0-105-generic #115-Ubuntu SMP Mon Apr 15 09:52:04 UTC 2024 x86_64 x86_64 x86_64 GNU/Linux\n",
            "device=quay-1 system=Linux 5.15.0-105-generic",
        ),
        (
            "FreeBSD quay-2 14.0-RELEASE FreeBSD 14.0-RELEASE #0 releng/14.0-n265380: Fri Nov 10 05:57:23 UTC 2023 root@x:/usr/obj/usr/src/amd64.amd64/sys/GENERIC amd64\n",
            "device=quay-2 system=FreeBSD 14.0-RELEASE",
        ),
    ] {
        assert_eq!(facts("version of a system", text), expected);
    }
    let of_systemd = " Static hostname: quay-3\n       Icon name: computer-vm\n      Machine ID: 7\n  Operating System: Debian GNU/Linux 12 (bookworm)\n            Kernel: Linux 6.1.0-18-amd64\n";
    assert_eq!(
        facts("version of a system", of_systemd),
        "device=quay-3 system=Debian GNU/Linux 12 (bookworm)"
    );
    let of_german = "Windows-IP-Konfiguration\n\n   Hostname  . . . . . . . . . . . . : QUAY-4\n   Primäres DNS-Suffix . . . . . . . : \n   Knotentyp . . . . . . . . . . . . : Hybrid\n   IPv4-Adresse  . . . . . . . . . . : 192.0.2.4(Bevorzugt)\n";
    assert_eq!(facts("ipconfig /all", of_german), "device=QUAY-4 addresses=192.0.2.4");
    let several = "AlmaLinux release 9.3 (Shamrock Pampas Cat)\nNAME=\"AlmaLinux\"\nVERSION=\"9.3 (Shamrock Pampas Cat)\"\nID=\"almalinux\"\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"9.3\"\nPRETTY_NAME=\"AlmaLinux 9.3 (Shamrock Pampas Cat)\"\nCPE_NAME=\"cpe:/o:almalinux:almalinux:9::baseos\"\n\nAlmaLinux release 9.3 (Shamrock Pampas Cat)\nAlmaLinux release 9.3 (Shamrock Pampas Cat)\n";
    assert_eq!(
        facts("os-release", several),
        "component=AlmaLinux version=9.3 cpe=cpe:/o:almalinux:almalinux:9::baseos"
    );
    let of_wmi = "Caption                   Version     \nMicrosoft Windows 11 Pro  10.0.22631  \n";
    assert_eq!(facts("text table", of_wmi), "component=Microsoft Windows 11 Pro version=10.0.22631");
}

#[test]
fn prose_about_appliances_is_none() {
    for text in [
        "Cisco IOS XE Software, Version 17.3.1 is affected by a flaw.\nUpdate to Version 17.3.8 at once, as it is used in attacks.\n",
        "The Junos: a story in three parts about the sea and the wind.\nVersion 7 of it is here.\n",
        "Fortinet said: Version: FortiOS is old, please read on below this line.\n",
        "A release 9.3 came out for everybody.\nIt was late.\n",
        "Linux is a system 5.15 for everyone of us\n",
    ] {
        assert!(shown(text).starts_with("unknown\n"), "{}", shown(text));
    }
}

#[test]
fn neighbours_are_machines_and_groups_are_none() {
    let of_windows = "\nInterface: 192.0.2.7 --- 0x7\n  Internet Address      Physical Address      Type\n  192.0.2.1             00-00-5e-00-53-01     dynamic\n  192.0.2.255           ff-ff-ff-ff-ff-ff     static\n";
    assert_eq!(
        facts("arp -a", of_windows),
        "device=192.0.2.1 addresses=192.0.2.1 extra=mac:00-00-5e-00-53-01"
    );
    let of_linux = "192.0.2.1 dev eth0 lladdr 00:00:5e:00:53:01 REACHABLE\n192.0.2.9 dev eth0  FAILED\nfe80::7 dev eth0 lladdr 00:00:5e:00:53:07 router STALE\n";
    assert_eq!(
        facts("arp -a", of_linux),
        "device=192.0.2.1 addresses=192.0.2.1 extra=mac:00:00:5e:00:53:01\ndevice=fe80::7 addresses=fe80::7 extra=mac:00:00:5e:00:53:07"
    );
    let numeric = "Address                  HWtype  HWaddress           Flags Mask            Iface\n192.0.2.7                ether   00:00:5e:00:53:07   C                     eth0\n";
    assert_eq!(facts("arp -a", numeric), "device=192.0.2.7 addresses=192.0.2.7 extra=mac:00:00:5e:00:53:07");
}

#[test]
fn consoles_name_their_columns_in_many_ways() {
    let device =
        |text: &str| facts("device table", text).split(" extra=").next().unwrap_or_default().to_owned();
    for (text, expected) in [
        (
            "Display Name,System Name,Device Type,Organization,OS Name,OS Version,IP Addresses,Last Logged In User\nquay-1,QUAY-1,Windows Desktop,Keel,Windows 11 Pro,10.0.22631,192.0.2.7,mole\n",
            "device=quay-1 addresses=192.0.2.7 role=Windows Desktop system=Windows 11 Pro 10.0.22631",
        ),
        (
            "Computer Name,Computer O/S Name,Computer O/S Version,Computer IP Address,Computer Manufacturer,Computer Model,Computer MAC Address\nQUAY-1,Windows 11 Pro,10.0.22631,192.0.2.7,Quayworks,Q-7,00:00:5E:00:53:01\n",
            "device=QUAY-1 addresses=192.0.2.7 vendor=Quayworks model=Q-7 system=Windows 11 Pro 10.0.22631",
        ),
        (
            "Computer name;IP address;OS name;OS version;Last connected;Alerts\nquay-1;192.0.2.7;Microsoft Windows 11 Pro;10.0.22631;2031 Nov 28 08:10:00;0\n",
            "device=quay-1 addresses=192.0.2.7 system=Microsoft Windows 11 Pro 10.0.22631",
        ),
        (
            "Endpoint Name,Endpoint FQDN,IP,OS,Company,Policy name,Last seen\nQUAY-1,quay-1.keel.example,192.0.2.7,Windows 11 Pro,Keel,Default,28 Nov 2031\n",
            "device=QUAY-1 fqdn=quay-1.keel.example addresses=192.0.2.7 system=Windows 11 Pro",
        ),
        (
            "Description,MAC address,IPv4 address,IPv6 address,VLAN,OS,Manufacturer,Recent device,User,Usage (kB)\nquay-1,00:00:5e:00:53:01,192.0.2.7,,7,Windows 11,Quayworks,ap-1,,1024\n",
            "device=quay-1 addresses=192.0.2.7 vendor=Quayworks system=Windows 11",
        ),
        (
            "Virtual Machine,Host,Guest OS,IP Address,Power State\nquay-1,esx-1,Microsoft Windows Server 2022,192.0.2.7,On\n",
            "device=quay-1 addresses=192.0.2.7 system=Microsoft Windows Server 2022",
        ),
        (
            "Host,Datacenter,Cluster,Config status,CPU Model,ESX Version,Vendor,Model,Serial number,Domain\nesx-1.keel.example,Main,C1,green,Xeon,VMware ESXi 8.0.2 build-23305546,Dell Inc.,PowerEdge R650,S7,keel.example\n",
            "device=esx-1 fqdn=esx-1.keel.example vendor=Dell Inc. model=PowerEdge R650 system=VMware ESXi 8.0.2 build-23305546",
        ),
        (
            "Name,OperatingSystem,OperatingSystemVersion\nQUAY-1,Windows 11 Pro,10.0 (22631)\n",
            "device=QUAY-1 system=Windows 11 Pro 10.0.22631",
        ),
    ] {
        assert_eq!(device(text), expected);
    }
    for text in [
        "Device Name,Organization,Location,Software Name,Publisher,Version,Install Date\nQUAY-1,Keel GmbH,Main,Quay Viewer,Quayworks,7.1.2,2031-11-01\n",
        "Endpoint Name,Application Name,Version,Publisher,Install Date\nQUAY-1,Quay Viewer,7.1.2,Quayworks,11/28/2031\n",
        "Computer Name,Computer O/S Name,Application Name,Application Version,Application Publisher\nQUAY-1,Microsoft Windows 11 Pro,Quay Viewer,7.1.2,Quayworks\n",
        "Application Name,Version,Vendor,Discovered on,Endpoint\nQuay Viewer,7.1.2,Quayworks,28 Nov 2031,QUAY-1\n",
        "Machines of the quay\nComputer Name,Application Name,Application Version,Publisher\nQUAY-1,Quay Viewer,7.1.2,Quayworks\n",
    ] {
        assert_eq!(
            facts("component table", text),
            "component=Quay Viewer version=7.1.2 vendor=Quayworks host=QUAY-1"
        );
    }
    let of_macos = "{\"SPApplicationsDataType\":[{\"_name\":\"Quay Viewer\",\"path\":\"/Applications/Quay Viewer.app\",\"version\":\"7.1.2\"}]}";
    assert_eq!(facts("JSON records", of_macos), "component=Quay Viewer version=7.1.2");
    let of_eset = "\"Computer . Computer name\",\"Installed software . Application name\",\"Installed software . Application vendor\",\"Installed software . Application version\"\n\"quay-1.keel.example\",\"Quay Viewer\",\"Quayworks\",\"7.1.2\"\n";
    assert_eq!(
        facts("component table", of_eset),
        "component=Quay Viewer version=7.1.2 vendor=Quayworks host=quay-1.keel.example"
    );
}
