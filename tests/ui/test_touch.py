"""A finger on a face reaches the booth once, and comes off it once; nothing else does anything."""

from collections.abc import Callable

import msgspec

from kiosk.settings import Settings, Survey
from kiosk.states import Asking, Noted, Sorry, Thanks, Writing
from tests.ui.conftest import Screen

RATINGS = (5, 4, 3, 2, 1)


def test_touching_a_face_presses_and_lifting_releases(screen: Screen) -> None:
    for rating in RATINGS:
        place = screen.card(rating).center
        finger = screen.hand.down(place)
        screen.frames()
        assert screen.door.heard == [("press", rating, "touch")]
        screen.hand.up(finger, place)
        screen.frames()
        assert screen.door.heard == [("press", rating, "touch"), ("release", rating, "touch")]
        screen.door.heard.clear()


def test_the_release_comes_wherever_the_finger_is_lifted(screen: Screen) -> None:
    finger = screen.hand.down(screen.card(2).center)
    screen.hand.up(finger, screen.card(5).center)
    screen.frames()
    assert screen.door.heard == [("press", 2, "touch"), ("release", 2, "touch")]


def test_the_release_comes_when_the_screen_has_changed_meanwhile(screen: Screen) -> None:
    finger = screen.hand.down(screen.card(4).center)
    screen.frames()
    screen.show(Noted(0, until=9_000))
    screen.show(Thanks(until=9_000, deaf_until=0))
    screen.hand.up(finger, (1, 1))
    screen.frames()
    assert screen.door.heard == [("press", 4, "touch"), ("release", 4, "touch")]


def test_two_fingers_are_two_presses(screen: Screen) -> None:
    fingers = [screen.hand.down(screen.card(rating).center) for rating in (5, 1)]
    screen.frames()
    for finger in fingers:
        screen.hand.up(finger, (1, 1))
    screen.frames()
    assert [(what, rating) for what, rating, _ in screen.door.heard] == [
        ("press", 5), ("press", 1), ("release", 5), ("release", 1),
    ]  # fmt: skip


def test_a_face_can_be_touched_to_correct_and_to_try_again(screen: Screen) -> None:
    for state in (Noted(0, until=9_000), Sorry(0, until=9_000), Asking(1, until=9_000)):
        screen.show(state)
        screen.hand.up(screen.hand.down(screen.card(1).center), (1, 1))
        screen.frames()
        assert screen.door.heard == [("press", 1, "touch"), ("release", 1, "touch")]
        screen.door.heard.clear()


def test_a_finger_beside_the_faces_does_nothing(screen: Screen) -> None:
    for place in ((2, 2), screen.page.children[-1].center, (400, 478)):
        screen.hand.up(screen.hand.down(place), screen.card(3).center)
    screen.frames()
    assert screen.door.heard == []


def test_thanks_has_no_faces(screen: Screen) -> None:
    places = [screen.card(rating).center for rating in RATINGS]
    screen.show(Thanks(until=9_000, deaf_until=0))
    for place in places:
        screen.hand.up(screen.hand.down(place), place)
    screen.frames()
    assert screen.door.heard == []


def test_a_mouse_click_is_one_press_and_a_right_click_none(screen: Screen) -> None:
    x, y = screen.card(3).center
    for button in ("right", "left"):
        screen.window.dispatch("on_mouse_down", x, screen.window.height - y, button, [])
        screen.window.dispatch("on_mouse_up", x, screen.window.height - y, button, [])
        screen.frames()
    assert screen.door.heard == [("press", 3, "touch"), ("release", 3, "touch")]


def test_a_language_button_tells_the_booth_which(screen: Screen) -> None:
    for button in language_buttons(screen):
        screen.hand.up(screen.hand.down(button.center), button.center)
    screen.frames()
    assert sorted(screen.door.heard) == [("language", "en"), ("language", "vi")]


def test_the_faces_stand_in_the_order_of_the_settings(open_screen: Callable[..., Screen]) -> None:
    for order, expected in (("best-first", [5, 4, 3, 2, 1]), ("worst-first", [1, 2, 3, 4, 5])):
        settings = msgspec.structs.replace(Settings(), survey=msgspec.structs.replace(Survey(), order=order))
        screen = open_screen(settings)
        assert sorted(RATINGS, key=lambda rating, screen=screen: screen.card(rating).x) == expected


def test_three_levels_are_three_faces(open_screen: Callable[..., Screen]) -> None:
    screen = open_screen(msgspec.structs.replace(Settings(), survey=Survey(levels=(5, 3, 1))))
    assert sorted(card.rating for card in screen.page.ids.faces.children) == [1, 3, 5]


def test_the_touched_face_dips_in_the_next_frame_and_rises_within_300_ms(screen: Screen) -> None:
    screen.hand.down(screen.card(2).center)
    screen.frames(1)
    assert [rating for rating in RATINGS if screen.card(rating).dipped] == [2]
    screen.rest(0.3)
    assert not screen.card(2).dipped


def test_a_button_dips_the_face_too_counted_from_the_press(screen: Screen) -> None:
    screen.show(Writing(0, rating=4), since=screen.now - 100, frames=1)
    assert screen.card(4).dipped
    face = max(screen.card(4).children, key=lambda child: child.y)
    assert abs(face.center_x - screen.card(4).center_x) < 0.5
    assert screen.card(4)._rise.timeout * 1000 == screen.app.times["dip_ms"] - 100
    screen.rest(0.2)
    assert not screen.card(4).dipped


def test_a_slow_disk_does_not_dip_the_face_again(screen: Screen) -> None:
    screen.show(Writing(0, rating=4), since=screen.now - 400)
    assert not screen.card(4).dipped


def test_the_dip_goes_on_over_the_change_of_screen(screen: Screen) -> None:
    screen.show(Writing(0, rating=4), frames=1)
    screen.show(Noted(0, until=9_000), frames=1)
    assert screen.card(4).dipped


def language_buttons(screen: Screen) -> list:
    from kiosk.ui.header import LanguageButton

    return [widget for widget in screen.page.walk() if isinstance(widget, LanguageButton)]
