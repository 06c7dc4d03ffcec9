"""What is read aloud on a page: the same for every rating, and never which one was pressed. Free of Kivy."""

from collections.abc import Callable

from kiosk.settings import Settings
from kiosk.states import Asking, Choosing, Noted, Sorry, State, Thanks

Say = Callable[[str], str]
Reading = tuple[str, str]  # the name of a recording, and the sentences for a voice


def level(rating: int, say: Say) -> str:
    """A rating in words, as Vietnamese public services name it."""
    return {
        5: say("Very satisfied"),
        4: say("Satisfied"),
        3: say("Neutral"),
        2: say("Dissatisfied"),
        1: say("Very dissatisfied"),
    }[rating]


def reading(state: State, settings: Settings, language: str, say: Say) -> Reading | None:
    """None where there is nothing to read: while writing, and for the technician."""
    match state:
        case Asking(question):
            asked = settings.survey.questions[question]
            return f"ask-{asked.id}", f"{asked.text.say(language)} {_answers(settings, say)}"
        case Noted():
            return "noted", f"{say('Recorded')}. {say('Pressed the wrong one? Press another to change it.')}"
        case Sorry(broken=True):
            return "broken", f"{say('This machine cannot record just now')}. {say('Please tell a member of staff.')}"
        case Sorry():
            return (
                "sorry",
                f"{say('Sorry, that was not recorded')}. {say('Please press again, or tell a member of staff.')}",
            )
        case Thanks():
            return "thanks", f"{say('Thank you!')} {say('Your rating has been recorded.')}"
        case Choosing(what="counter"):
            texts = [one.text.say(language) for one in settings.survey.counters]
            return "counter", f"{say('Which counter served you?')} {_list(texts, say)}"
        case Choosing():
            reasons = settings.survey.reasons
            return (
                "reasons",
                f"{reasons.text.say(language)} {_list([one.text.say(language) for one in reasons.choices], say)}",
            )
        case _:
            return None


def _answers(settings: Settings, say: Say) -> str:
    words = ", ".join(level(rating, say) for rating in settings.survey.shown)
    return say("The faces are, in order: {words}.").format(words=words)


def _list(texts: list[str], say: Say) -> str:
    return ", ".join([*texts, say("Skip")]) + "."
