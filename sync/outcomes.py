"""Everything that can become of a delivery, as a closed set: what is done next, and one sentence for the technician.

The sentences are the msgids of the catalogue `delivery`. `{address}` is the ward's, `{log}` the first digits of a log.
"""

from enum import Enum, auto

import msgspec

from sync.wire import Problem


class Then(Enum):
    """What the courier does after an outcome."""

    GO_ON = auto()  # nothing is wrong
    WAIT = auto()  # the road is the trouble: end the round, wait (exponential, with jitter), try again
    PASS = auto()  # this log is the trouble: try the others, then wait as above
    REST = auto()  # a person must mend it: ask again every 30 minutes, with an empty batch, so that it recovers alone
    TELL = auto()  # nothing more can be had from this log; a successor goes on

    @property
    def retries(self) -> bool:
        return self in (Then.WAIT, Then.PASS)


class Outcome(Enum):
    # fmt: off
    def __init__(self, then: Then, sentence: str) -> None:
        self.then, self.sentence = then, sentence

    UNTRIED = Then.GO_ON, "Nothing has been tried yet."
    DELIVERED = Then.GO_ON, "Every entry is at the ward."

    # Enrolment
    NO_LOG = Then.PASS, "No terminal has started here yet, so there is no key to enrol: start 'kiosk' once."
    NOT_ENROLLED = Then.PASS, (
        "This kiosk is not enrolled: get a code with 'ward enrol' and type 'kiosk-sync enrol URL CODE'.")
    MISTYPED_CODE = Then.REST, (
        "The code is mistyped: it has 24 letters and digits, never 0, O, 1 or I; type it again as 'ward enrol' "
        "shows it.")
    WRONG_WARD = Then.REST, (
        "The server at {address} is not the ward that gave the code: check the address, then the code; nothing "
        "was sent.")
    CODE_REFUSED = Then.REST, (
        "The ward refused the code: it is mistyped, too old or used by another kiosk; get a new one with 'ward "
        "enrol'.")

    # The road
    NO_NETWORK = Then.WAIT, "There is no way to {address}: check the network cable or the Wi-Fi; trying again."
    NO_NAME = Then.WAIT, (
        "The name in {address} cannot be looked up: the network has no name service, or the name is wrong; "
        "trying again.")
    NOBODY = Then.WAIT, (
        "Nobody answers at {address}: the ward's server is off, or the address or port is wrong; trying again.")
    TIMED_OUT = Then.WAIT, "{address} did not answer in time: the network or the server is too slow; trying again."
    BROKEN_OFF = Then.WAIT, "The connection to {address} broke off in the middle; trying again."
    CERTIFICATE_FOREIGN = Then.WAIT, (
        "{address} shows a certificate that is not the ward's: a proxy or another server stands in the way; "
        "nothing was sent; trying again.")
    CERTIFICATE_DATES = Then.WAIT, (
        "The certificate of {address} has expired or is not yet valid: restart 'ward serve', which renews it, "
        "and check this kiosk's clock; trying again.")
    CERTIFICATE_NAME = Then.WAIT, (
        "The certificate of {address} names other addresses: add this one to 'addresses' in ward.toml and "
        "restart 'ward serve'; trying again.")
    TLS_FAILED = Then.WAIT, (
        "No secure connection to {address} ({detail}): check that the address should begin with https; trying again.")
    BUSY = Then.WAIT, "The ward is busy and asks to wait; trying again."
    REDIRECTED = Then.WAIT, (
        "{address} sends us to another place ({detail}), where we never go: a login page is in the way, or the "
        "ward has moved and this kiosk must be enrolled at the new address; trying again.")
    FOREIGN_PAGE = Then.WAIT, (
        "A web page ({detail}) answers in the ward's place: a proxy or login page is in the way; ask whoever "
        "runs the network to let {address} through; trying again.")
    GARBAGE = Then.WAIT, (
        "{address} answers, but not as a ward does ({detail}); nothing counts as delivered; trying again.")
    FORGED = Then.WAIT, (
        "The answer from {address} is not signed by the ward that this kiosk is enrolled at; it is not believed; "
        "trying again.")
    STALE = Then.WAIT, (
        "{address} gives the answer to another question: a proxy repeats old answers; it is not believed; trying "
        "again.")
    UNEXPECTED = Then.WAIT, (
        "{address} answers with status {status}, which is not in the contract: check the address; trying again.")

    # What the ward says of one log
    SERVER_ERROR = Then.PASS, (
        "The ward's server failed (status {status}): if it stays so, look at what 'ward serve' prints; trying again.")
    WARD_FULL = Then.WAIT, (
        "The disk of the ward's server is full: make room there; nothing is lost; trying again.")
    GAP = Then.PASS, (
        "The ward asked twice for log {log} from entry {have} on and did not move: run 'ward check' there; "
        "trying again.")
    TOO_LARGE = Then.PASS, "The batch was too large for the ward; trying again with half of it."
    UNKNOWN_LOG = Then.REST, (
        "The ward does not know log {log}: enrol this kiosk again with a code from 'ward enrol --replace'; "
        "nothing is lost.")
    BAD_SIGNATURE = Then.REST, (
        "The ward does not accept the signature of log {log}: enrol this kiosk again with a code from 'ward "
        "enrol --replace'; nothing is lost.")
    MALFORMED = Then.REST, (
        "The ward cannot read the batch of log {log} ({detail}): bring ward and kiosk to the same version; "
        "nothing is lost.")
    BROKEN_CHAIN = Then.REST, (
        "The ward finds log {log} broken at entry {seq} ({detail}): run 'kiosk verify' and keep this card; "
        "nothing is dropped.")
    FORKED = Then.REST, (
        "The ward holds another history of log {log} than this kiosk: a new log begins here, the ward keeps "
        "both, and a person decides there which one counts.")
    LINE_TOO_LARGE = Then.REST, (
        "Entry {seq} of log {log} alone is too large for the ward: raise 'limits' in ward.toml; nothing is dropped.")

    # What is wrong here
    NO_PORT = Then.PASS, (
        "The ward cannot pull, because {place} cannot be listened on ({detail}): choose another sync.port in "
        "kiosk.toml.")
    UNREADABLE = Then.PASS, "Log {log} cannot be read just now ({detail}); trying again."
    DAMAGED = Then.TELL, (
        "Log {log} is damaged behind entry {seq} ({detail}): what stands before is delivered, the next log goes "
        "on; keep this card for whoever examines it.")
    NO_KEY = Then.TELL, (
        "Log {log} cannot be signed ({detail}): it stays on this card, the next log goes on; keep the card.")

    # The stick
    CARRYING = Then.GO_ON, "Copying to the stick: {n} of {all} entries. Do not pull it out."
    CARRIED = Then.GO_ON, (
        "Copied to the stick and read back: {n} entries in {files} files. It can be pulled out; take it to the "
        "ward, and bring it back with the receipt.")
    NOTHING_TO_CARRY = Then.GO_ON, "Nothing was copied: the ward has every entry. The stick can be pulled out."
    INTRODUCED = Then.REST, (
        "This kiosk knows no ward to seal votes to, so only its introduction was copied: take the stick to the "
        "ward, type 'ward enrol --file' there and compare {fingerprint}; then bring the stick back.")
    ANSWER_FOUND = Then.REST, (
        "The stick holds a ward's answer, which calls this kiosk {kiosk}. Hold {fingerprint} against what was written "
        "down at the ward; only if they are the same, confirm.")
    ADMITTED = Then.GO_ON, "This kiosk is enrolled as {kiosk}. From now on its votes can be carried on a stick."
    ANSWER_UNREADABLE = Then.REST, "{file}: this is no ward's answer, or it is damaged; have the ward write it again."
    ANSWER_TO_ANOTHER = Then.REST, (
        "{file}: this answers the introduction of log {log}, not of this kiosk: export here, and enrol that file.")
    NO_ANSWER = Then.REST, "There is no answer with this fingerprint on the stick any more: ask again."
    MISTYPED_FINGERPRINT = Then.REST, (
        "The fingerprint is mistyped: it has 16 letters and digits, never 0, O, 1 or I; type it again as 'ward "
        "enrol --file' showed it.")
    WRONG_FINGERPRINT = Then.REST, (
        "The answer has the fingerprint {fingerprint}, not the one that you typed: somebody may have exchanged it; "
        "nothing was believed.")
    NO_ADDRESS = Then.GO_ON, (
        "The ward's address is not known here: votes are carried on a stick, or pulled by the ward; with a network "
        "type 'kiosk-sync enrol URL CODE'.")
    CARRIED_UP_TO = Then.GO_ON, "Copied to a stick up to entry {seq}; the ward's receipt has not come back yet."
    NO_STICK = Then.REST, "There is no stick: put one in, wait ten seconds and ask again."
    NO_FOLDER = Then.REST, "{place} is not a folder: name the folder of the stick."
    STICK_BUSY = Then.REST, "Something is being copied to a stick already: wait until it is done."
    STICK_FULL = Then.REST, (
        "The stick is full: {n} entries were copied whole, the others wait here; nothing is lost. Take it to the "
        "ward, or make room and ask again.")
    STICK_READ_ONLY = Then.REST, (
        "Nothing can be written to {place} ({detail}): the stick is locked or read-only; nothing is lost. Unlock "
        "it, or use another.")
    STICK_GONE = Then.REST, (
        "The stick was pulled out or does not answer ({detail}): {n} entries were copied whole, the others wait "
        "here; nothing is lost. Put it in and ask again.")
    STICK_LIES = Then.REST, (
        "The stick gives back other bytes than were written to it: {n} entries were copied whole; nothing is "
        "lost. Throw this stick away and use another.")
    RECEIPT_TAKEN = Then.GO_ON, "The ward confirms: it has log {log} up to entry {have}."
    NO_RECEIPT = Then.REST, "{place}: there is no receipt for this kiosk here."
    RECEIPT_OF_ANOTHER = Then.REST, "{file}: this receipt is for log {log}, which is not on this kiosk."
    RECEIPT_FORGED = Then.REST, (
        "{file}: this receipt is not signed by the ward that this kiosk is enrolled at; it is not believed.")
    RECEIPT_UNREADABLE = Then.REST, "{file}: this is no receipt, or it is damaged; have the ward write it again."

    # fmt: on

    @property
    def fine(self) -> bool:
        return self.then is Then.GO_ON


class Told(msgspec.Struct, frozen=True):
    """An outcome with its particulars, as it is kept for `status`."""

    outcome: str
    facts: dict[str, str | int] = {}

    @property
    def meant(self) -> Outcome:
        return Outcome[self.outcome] if self.outcome in Outcome.__members__ else Outcome.UNTRIED


class Spelled(Told, frozen=True):
    """As it stands in `status.json`, for a reader that has the catalogue `delivery` but not this file."""

    sentence: str = ""
    then: str = ""


def spell(told: Told) -> Spelled:
    return Spelled(told.outcome, told.facts, told.meant.sentence, told.meant.then.name)


class Trouble(Exception):
    """The delivery stopped here. `outcome.then` says what happens next; nothing was lost by it."""

    def __init__(
        self,
        outcome: Outcome,
        *,
        problem: Problem | None = None,
        retry_after: float | None = None,
        **facts: str | int,
    ) -> None:
        super().__init__(outcome.name, facts)
        self.outcome, self.problem, self.retry_after, self.facts = outcome, problem, retry_after, facts

    def told(self, **more: str | int) -> Told:
        return Told(self.outcome.name, {**more, **self.facts})
