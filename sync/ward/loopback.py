"""Whether a name or address means this very computer."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
