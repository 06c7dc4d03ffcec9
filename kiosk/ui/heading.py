"""A drawing, a sentence in large letters, and a smaller one below."""

from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout


class Heading(FloatLayout):
    """`middle` centres it, else it begins at the left edge."""

    pictogram = StringProperty("dossier")
    ground = ColorProperty()
    title = StringProperty("")
    hint = StringProperty("")
    mark = StringProperty("")  # below the drawing
    column = NumericProperty(10)  # px, the width of drawing and mark
    title_size = NumericProperty(10)
    hint_size = NumericProperty(10)
    picture_size = NumericProperty(10)
    middle = BooleanProperty(False)
    indent = NumericProperty(0)
    text_x = NumericProperty(0)
    ink_height = NumericProperty(0)
