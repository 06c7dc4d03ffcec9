"""Who asks, where, and in which language."""

from typing import Any

from kivy.properties import ColorProperty, ListProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget


class LanguageButton(ButtonBehavior, Widget):  # type: ignore[misc]
    """Chooses one language for this visit."""

    code = StringProperty("")
    ground = ColorProperty()


class Languages(BoxLayout):  # type: ignore[misc]
    """One button for each language there is."""

    codes = ListProperty([])
    ground = ColorProperty()

    def on_codes(self, *_: Any) -> None:
        self.clear_widgets()
        for code in self.codes:
            button = LanguageButton(code=code)
            self.fbind("ground", button.setter("ground"))
            self.add_widget(button)


class Header(BoxLayout):  # type: ignore[misc]
    """A band in the question's colour."""

    ground = ColorProperty()
