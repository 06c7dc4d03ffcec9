"""What can be wrong with the panel of kiosk.toml, though each line of it is right."""

from collections.abc import Collection

from hardware.pins import Pins
from kiosk.sayings import _

Problem = tuple[str, object, str]  # key, value, what is allowed


def impossible(panel: Pins, levels: Collection[int]) -> Problem | None:
    """The first problem of the buttons that `survey.levels` offers; the others are not opened, so they may clash."""
    if missing := set(levels) - set(panel.buttons):
        return (
            "panel.buttons",
            sorted(panel.buttons),
            _("needs a button for rating {rating}").format(rating=min(missing)),
        )
    offered = panel.only(levels)
    return _clash(offered) or _level(offered) or _resistor(offered)


def _clash(panel: Pins) -> Problem | None:
    if not (clash := panel.clash()):
        return None
    first, second, line = clash
    allowed = _("the line is already used by panel.{first}; each needs a line of its own").format(first=first)
    return f"panel.{second}", line, allowed


def _level(panel: Pins) -> Problem | None:
    for rating, pins in panel.buttons.items():
        if pins.active != pins.pressed:
            allowed = _(
                'with pull = "{pull}" a press can only be "{level}"; pull = "none" leaves it to a resistor outside'
            ).format(pull=pins.pull, level=pins.pressed)
            return f"panel.buttons.{rating}.active", pins.active, allowed
    return None


def _resistor(panel: Pins) -> Problem | None:
    for rating, pins in panel.buttons.items():
        if pins.resistor_differs:
            allowed = _('lines 2 and 3 have a pull-up resistor on the board: only "up"')
            return f"panel.buttons.{rating}.pull", pins.pull, allowed
    return None
