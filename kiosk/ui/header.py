"""Who asks, where, and in which language."""

from typing import Any

from kivy.properties import ColorProperty, ListProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.ui.parting import empty


class LanguageButton(ButtonBehavior, Widget):
    """Chooses one language for this visit."""

    code = StringProperty("")
    ground = ColorProperty()
    over = ColorProperty()  # its letters; of the chosen one, what lies below them


class Languages(BoxLayout):
    """One button for each language there is."""

    codes = ListProperty([])
    ground = ColorProperty()
    over = ColorProperty()

    def on_codes(self, *_: Any) -> None:
        empty(self)
        for code in self.codes:
            button = LanguageButton(code=code, ground=self.ground, over=self.over)
            self.fbind("ground", button.setter("ground"))
            self.fbind("over", button.setter("over"))
            self.add_widget(button)


class Header(BoxLayout):
    """A band in the question's colour. In large letters only a strip of it stays, and the question has the room."""

    ground = ColorProperty()
