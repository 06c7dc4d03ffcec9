"""Taking widgets away for good."""

from kivy.lang import Builder
from kivy.uix.widget import Widget


def part_with(widget: Widget) -> None:
    """Its layout's bindings end here: Kivy keeps those to `app.px` and `app.colour`, and would call the dead."""
    for one in list(widget.walk(restrict=True)):
        Builder.unbind_widget(one.uid)
    if widget.parent:
        widget.parent.remove_widget(widget)


def empty(widget: Widget) -> None:
    for child in list(widget.children):
        part_with(child)
