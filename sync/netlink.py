"""The kernel's news of network interfaces, so that a network that comes back is used at once."""

import socket
import struct
from collections.abc import Callable, Iterator

GROUPS = 0x1 | 0x10 | 0x100  # RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR
NEW_LINK, NEW_ADDRESS = 16, 20  # RTM_NEWLINK, RTM_NEWADDR
LOWER_UP = 1 << 16  # IFF_LOWER_UP: the cable is in, the Wi-Fi is joined

MESSAGE = struct.Struct("=LHHLL")  # struct nlmsghdr: length, type, flags, sequence, port
LINK = struct.Struct("=BxHiII")  # struct ifinfomsg: family, type, index, flags, change


class Network:
    """Tells a network that came from one that merely reports: Wi-Fi sends news of a link every few seconds."""

    def __init__(self) -> None:
        self._up: set[int] = set()

    def came(self, news: bytes) -> bool:
        """Whether these messages say that an address is new, or a link that was down is up."""
        found = [self._came(kind, body) for kind, body in _messages(news)]  # every one of them is taken note of
        return any(found)

    def _came(self, kind: int, body: bytes) -> bool:
        if kind != NEW_LINK or len(body) < LINK.size:
            return kind == NEW_ADDRESS
        _, _, index, flags, _ = LINK.unpack_from(body)
        was_up = index in self._up
        (self._up.add if flags & LOWER_UP else self._up.discard)(index)
        return bool(flags & LOWER_UP) and not was_up


def open_news() -> socket.socket:
    """Raises OSError where the sandbox has no AF_NETLINK; then we wait as long as we would anyway."""
    news = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE)
    news.bind((0, GROUPS))
    return news


def watch(news: socket.socket, wake: Callable[[], None]) -> None:
    """Call `wake` whenever the network comes back, until the socket is closed."""
    network = Network()
    while True:
        try:
            messages = news.recv(65536)
        except OSError as error:
            if error.errno != 105:  # ENOBUFS: news were lost, which is news
                return
            messages = b""
        if not messages or network.came(messages):
            wake()


def _messages(news: bytes) -> Iterator[tuple[int, bytes]]:
    while len(news) >= MESSAGE.size:
        length, kind, _, _, _ = MESSAGE.unpack_from(news)
        if length < MESSAGE.size:
            return
        yield kind, news[MESSAGE.size : length]
        news = news[(length + 3) & ~3 :]
