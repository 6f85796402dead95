//! The proxies of a program: what they say of the client is believed, and what anybody else says is not.

use std::net::IpAddr;

use actix_web::HttpRequest;

/// The addresses of trusted proxies, as networks. In the data of an actix app, if there are any.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<Network>);

/// All addresses that begin with the same bits.
#[derive(Clone, Copy, Debug)]
struct Network {
    address: IpAddr,
    bits: u32,
}

impl TrustedProxies {
    /// Reads addresses and networks: `10.0.0.1`, `10.0.0.0/8`, `fd00::/8`. Empty texts are left out, as in the value of an
    /// environment variable that is not set. The error is the text that is none of these.
    pub fn parse<'t>(texts: impl IntoIterator<Item = &'t str>) -> Result<Self, &'t str> {
        let texts = texts.into_iter().map(str::trim).filter(|text| !text.is_empty());
        texts.map(|text| network(text).ok_or(text)).collect::<Result<_, _>>().map(Self)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this address is that of a trusted proxy.
    pub fn has(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.has(address))
    }

    /// Those of the program, if the request was sent by one of them.
    pub fn that_sent(http: &HttpRequest) -> Option<&Self> {
        let proxies = http.app_data::<Self>()?;
        let peer = http.peer_addr()?.ip().to_canonical();
        proxies.has(peer).then_some(proxies)
    }
}

impl Network {
    fn has(&self, address: IpAddr) -> bool {
        let differ = match (self.address, address) {
            (IpAddr::V4(one), IpAddr::V4(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros(),
            (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros(),
            _ => return false,
        };
        differ >= self.bits
    }
}

fn network(text: &str) -> Option<Network> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse().ok()?)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.unwrap_or(most);
    (bits <= most).then(|| Network { address: address.to_canonical(), bits: canonical_bits(address, bits) })
}

/// An IPv4 address that is written as an IPv6 one is compared as an IPv4 one.
fn canonical_bits(address: IpAddr, bits: u32) -> u32 {
    if address.is_ipv6() && address.to_canonical().is_ipv4() { bits.saturating_sub(96) } else { bits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_networks_are_told_from_what_is_neither() {
        let cases = [
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false),
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.1.2.3/8", "10.9.9.9", true),
            ("192.168.4.0/22", "192.168.7.255", true),
            ("192.168.4.0/22", "192.168.8.0", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("0.0.0.0/0", "::1", false),
            ("::1", "::1", true),
            ("fd00::/8", "fdff::1", true),
            ("fd00::/8", "fe00::1", false),
            ("::ffff:10.0.0.1", "10.0.0.1", true),
            ("::ffff:10.0.0.0/104", "10.1.1.1", true),
            (" 10.0.0.1 ", "10.0.0.1", true),
            ("", "127.0.0.1", false),
        ];
        for (text, address, expected) in cases {
            let proxies = TrustedProxies::parse([text]).unwrap();
            assert_eq!(proxies.has(address.parse().unwrap()), expected, "{text} {address}");
        }
        for text in
            ["localhost", "10.0.0", "10.0.0.0/33", "::1/129", "10.0.0.1:80", "[::1]", "10.0.0.0/", "10.0.0.0/-1"]
        {
            assert_eq!(TrustedProxies::parse([text]).unwrap_err(), text);
        }
    }
}
