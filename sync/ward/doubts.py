"""What contradicts about time, as findings: nothing is averaged away, and nobody is accused. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from sync.ward.dating import SYNCED_ERROR, Anchor, BootTime, Dated, believed, overlap, versions
from sync.ward.reading import Remark, Vote
from sync.ward.settle import COLUMNS, ByBoot, VoteRow
from sync.ward.stretches import GRACE, Known, Stretch

AT, ERROR = (COLUMNS.index(name) for name in ("at", "error"))
SKEW = 5_000  # ms by which an NTP server and this one may differ before anyone should look


def about_boot(boot: str, anchors: Iterable[Anchor]) -> Iterator[Remark]:
    """What the evidence about one boot says against itself."""
    known = list(anchors)
    echoes = versions(anchor for anchor in known if anchor.source == "echo")
    clocks = [anchor for anchor in known if anchor.source == "clock"]
    if len(echoes) > 1:
        whose = "most of them date it" if len(believed(echoes)) == 1 else "its dates cover them all"
        yield Remark("ward-clock", f"boot {boot}", f"this server's own words differ by {_spread(echoes)}: {whose}")
    yield from _against_ntp(boot, clocks, BootTime(known)) if echoes else _among_ntp(boot, versions(clocks))


def _against_ntp(boot: str, clocks: Iterable[Anchor], time: BootTime) -> Iterator[Remark]:
    """NTP and the ward's signed word: the word dates, the finding says by how much they differ."""
    for anchor in clocks:
        dated = time.date(anchor.came, 0, "unsynced")
        if not overlap(Dated(anchor.middle, anchor.unsure, "clock"), dated, SKEW):
            yield Remark("ntp-contradicts", f"boot {boot}", _ntp_says(anchor.middle - (dated.at or 0)))


def _among_ntp(boot: str, clocks: Sequence[Sequence[Anchor]]) -> Iterator[Remark]:
    if len(clocks) > 1:
        yield Remark("ntp-contradicts", f"boot {boot}", f"the kiosk's synchronised clock stepped by {_spread(clocks)}")


def about_votes(votes: Iterable[Vote], rows: Iterable[VoteRow]) -> Iterator[Remark]:
    """Presses whose clock called itself synchronised and cannot have been right."""
    for vote, row in zip(votes, rows, strict=True):
        at, error = row[AT], row[ERROR]
        if vote.clock == "synced" and (at is None or abs(vote.wall - at) > error + SYNCED_ERROR + SKEW):
            said = "the kiosk's synchronised clock cannot be right" if at is None else _ntp_says(vote.wall - at)
            yield Remark("ntp-contradicts", f"boot {vote.boot}", said)


def about_order(stretches: Iterable[Stretch], known: Known) -> Iterator[tuple[int, Remark]]:
    """What never happens to an honest kiosk whose ward's clock is right, by the first entry of the stretch."""
    ended = 0
    for one in stretches:
        began = known[one.first].began if one.known else one.latest
        if one.returned:
            detail = "a boot that was there before, or its clock, goes back: its evidence dates nothing from here on"
            yield one.first, Remark("boot-returns", f"entry {one.first}", detail)
        elif began + GRACE < max(ended, one.earliest or 0):
            detail = f"the boot began at least {(ended - began) // 1000} s before the one before it had ended"
            yield one.first, Remark("boot-order", f"entry {one.first}", detail)
        ended = known[one.first].ended if one.known else ended


def about_arrivals(stretches: Iterable[Stretch], anchors: ByBoot) -> Iterator[Remark]:
    """Boots of which the ward's own word says that they were pressed after they had arrived."""
    for one in stretches:
        if not one.known and not one.returned and any(a.source == "echo" for a in anchors.get(one.boot, ())):
            detail = "an echo dates it after it had arrived: it is another boot's, or this server's clock was set back"
            yield Remark("echo-contradicts", f"boot {one.boot}", detail)


def _ntp_says(difference: int) -> str:
    return (
        f"the kiosk's synchronised clock differs by {difference / 1000:+.1f} s from what this server says; look at who "
        "answers NTP there, and at this server's own clock"
    )


def _spread(groups: Sequence[Sequence[Anchor]]) -> str:
    began = [group[0].middle - group[0].came for group in groups]
    return f"{(max(began) - min(began)) / 1000:.1f} s"
