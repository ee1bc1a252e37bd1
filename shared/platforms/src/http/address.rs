//! Which addresses may be called: public ones over https. Everything else would let a user aim the
//! server at its own network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Judges what an address says of itself, before any name is resolved.
///
/// # Errors
/// A reason for the user when it is refused.
pub fn check_url(url: &Url, allow_loopback: bool) -> Result<(), String> {
    if !url.username().is_empty() || url.password().is_some() {
        return Err("an address must not carry a user name or password".to_owned());
    }
    let host = url.host().ok_or("an address needs a host")?;
    match url.scheme() {
        "https" => {}
        // The plain client connects to loopback only, whatever the name resolves to.
        "http" if allow_loopback => {}
        _ => return Err("only https addresses are allowed".to_owned()),
    }
    match host {
        Host::Ipv4(address) => check(IpAddr::V4(address), allow_loopback),
        Host::Ipv6(address) => check(IpAddr::V6(address), allow_loopback),
        Host::Domain(name) if name.trim_end_matches('.').is_empty() => Err("an address needs a host".to_owned()),
        Host::Domain(_) => Ok(()),
    }
}

/// Judges an address that is about to be connected to.
///
/// # Errors
/// A reason when it is refused.
pub fn check(address: IpAddr, allow_loopback: bool) -> Result<(), String> {
    if is_public(address) || (allow_loopback && is_loopback(address)) {
        Ok(())
    } else {
        Err(format!("{address} is not a public address"))
    }
}

/// Whether the address is this machine, in any spelling.
#[must_use]
pub fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// Whether the address can be reached over the public internet.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match (a, b, c) {
        (0 | 10 | 127, _, _) => true, // this network, private, loopback
        (100, 64..=127, _) => true,   // shared by carriers
        (169, 254, _) => true,        // link-local, metadata services
        (172, 16..=31, _) => true,    // private
        (192, 0, 0 | 2) => true,      // protocol assignments, documentation
        (192, 88, 99) => true,        // 6to4 relays
        (192, 168, _) => true,        // private
        (198, 18 | 19, _) => true,    // benchmarks
        (198, 51, 100) => true,       // documentation
        (203, 0, 113) => true,        // documentation
        (224.., _, _) => true,        // multicast, reserved, broadcast
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // NAT64 reaches whatever IPv4 address it embeds.
    if let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = segments {
        return is_public_v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    }
    let special = match segments {
        [0x2001, 0x0..=0x1ff, ..] => true,       // protocol assignments, Teredo, ORCHID
        [0x2001, 0xdb8, ..] => true,             // documentation
        [0x2002, ..] => true,                    // 6to4 embeds IPv4 addresses
        [0x3fff, 0x0..=0xfff, ..] => true,       // documentation
        [first, ..] => first & 0xe000 != 0x2000, // all that is not global unicast
    };
    !special
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn public(text: &str) -> bool {
        is_public(text.parse().unwrap())
    }

    #[test]
    fn every_special_ipv4_range_is_refused_at_both_ends() {
        for (first, last) in [
            ("0.0.0.0", "0.255.255.255"),
            ("10.0.0.0", "10.255.255.255"),
            ("100.64.0.0", "100.127.255.255"),
            ("127.0.0.0", "127.255.255.255"),
            ("169.254.0.0", "169.254.255.255"),
            ("172.16.0.0", "172.31.255.255"),
            ("192.0.0.0", "192.0.0.255"),
            ("192.0.2.0", "192.0.2.255"),
            ("192.88.99.0", "192.88.99.255"),
            ("192.168.0.0", "192.168.255.255"),
            ("198.18.0.0", "198.19.255.255"),
            ("198.51.100.0", "198.51.100.255"),
            ("203.0.113.0", "203.0.113.255"),
            ("224.0.0.0", "239.255.255.255"),
            ("240.0.0.0", "255.255.255.255"),
        ] {
            assert!(!public(first) && !public(last), "{first} – {last}");
            for address in [first, last] {
                assert!(!public(&format!("::ffff:{address}")), "mapped {address}");
                assert!(!public(&format!("64:ff9b::{address}")), "NAT64 {address}");
                assert!(!public(&format!("::{address}")), "compatible {address}");
            }
        }
    }

    #[test]
    fn every_special_ipv6_range_is_refused() {
        for address in [
            "::",
            "::1",
            "100::1",
            "64:ff9b:1::1",
            "2001::1",
            "2001:10::1",
            "2001:20::1",
            "2001:1ff:ffff::",
            "2001:db8::1",
            "2002:a00:1::",
            "2002:808:808::",
            "3fff::1",
            "3fff:fff::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fdff::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!public(address), "{address}");
        }
    }

    #[test]
    fn public_addresses_pass() {
        for address in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:200::1",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
        ] {
            assert!(public(address), "{address}");
        }
    }

    #[test]
    fn the_switch_opens_loopback_and_nothing_else() {
        for address in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            let address = address.parse().unwrap();
            assert!(check(address, true).is_ok() && check(address, false).is_err(), "{address}");
        }
        for address in ["10.0.0.1", "169.254.169.254", "192.168.1.1", "fd00::1", "0.0.0.0", "::"] {
            assert!(check(address.parse().unwrap(), true).is_err(), "{address}");
        }
    }

    fn url(text: &str, allow_loopback: bool) -> bool {
        check_url(&Url::parse(text).unwrap(), allow_loopback).is_ok()
    }

    #[test]
    fn disguised_loopback_literals_are_seen_through() {
        for host in
            ["127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "[::1]", "[::ffff:7f00:1]", "127。0。0。1"]
        {
            let text = format!("https://{host}/");
            assert!(!url(&text, false), "{text}");
            assert!(url(&text, true), "{text}");
        }
    }

    #[test]
    fn only_https_without_credentials_passes() {
        assert!(url("https://example.com/x", false));
        assert!(url("https://example.com:8443/x", false));
        assert!(url("http://localhost:2583/", true));
        for text in [
            "http://example.com",
            "ftp://example.com",
            "file:///etc/passwd",
            "https://a:b@example.com",
            "https://a@example.com",
            "data:,x",
        ] {
            assert!(!url(text, false), "{text}");
        }
        assert!(!url("ftp://localhost/", true));
    }

    proptest! {
        #[test]
        fn a_mapped_address_is_judged_like_the_one_it_maps(bits: u32) {
            let v4 = Ipv4Addr::from(bits);
            prop_assert_eq!(is_public(IpAddr::V4(v4)), is_public(IpAddr::V6(v4.to_ipv6_mapped())));
            let std_special = v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_broadcast()
                || v4.is_documentation() || v4.is_multicast() || v4.is_unspecified();
            prop_assert!(!(std_special && is_public(IpAddr::V4(v4))));
        }
    }
}
