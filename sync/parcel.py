"""A slice of a log made into a batch: the same for push and pull."""

from pathlib import Path

from kiosk.entry import Stamp
from kiosk.votelog.reader import Slice
from sync.health import health
from sync.own_log import OwnLog
from sync.wire import Batch, Echo, Header, Mark, pack


def parcel(log: OwnLog, cut: Slice, stamp: Stamp, echo: Echo | None, logs: Path) -> Batch:
    header = Header(
        log=log.id,
        after=cut.before.seq,
        prev=cut.before.hash.hex(),
        last=cut.last.seq,
        head=cut.last.hash.hex(),
        tip=Mark(cut.tip.seq, cut.tip.hash.hex()),
        boot=stamp.boot,
        mono=stamp.mono,
        echo=echo,
        health=health(logs, cut.tip.seq - cut.last.seq, stamp),
    )
    return pack(header, cut.lines, log.key)
