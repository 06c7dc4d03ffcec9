"""The network as the kernel shows it, without sending anything: addresses, and how well the Wi-Fi is heard."""

import fcntl
import socket
import struct
from pathlib import Path

import msgspec

SIOCGIFADDR = 0x8915  # netdevice(7): the IPv4 address of an interface
WEAK = -75  # dBm; below it packets are lost


class Wifi(msgspec.Struct, frozen=True):
    interface: str
    dbm: int


class Network(msgspec.Struct, frozen=True):
    addresses: dict[str, str] = {}  # interface -> IPv4 address
    wifi: Wifi | None = None


def seen(wireless: Path = Path("/proc/net/wireless")) -> Network:
    """What this process sees. The terminal's service sees nothing; it reads what the courier saw."""
    return Network(_addresses(), _wifi(wireless))


def _addresses() -> dict[str, str]:
    found = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for _, name in socket.if_nameindex():
            try:
                reply = fcntl.ioctl(any_socket, SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
            except OSError:
                continue  # it has no address
            found[name] = socket.inet_ntoa(reply[20:24])
    return {name: address for name, address in found.items() if not address.startswith("127.")}


def _wifi(file: Path) -> Wifi | None:
    """`wlan0: 0000   58.  -52.  -256 ...`: interface, status, link quality, level in dBm, noise."""
    try:
        lines = file.read_text("ascii").splitlines()[2:]
        interface, _status, _quality, level = lines[0].split()[:4] if lines else ("", "", "", "")
        return Wifi(interface.rstrip(":"), round(float(level))) if interface else None
    except (OSError, ValueError):
        return None
