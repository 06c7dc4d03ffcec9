"""What both ends say to each other: batch, acknowledgement, enrolment, problem. Declared once.

The ward imports this package and nothing else of ours, so the chain and the signatures are handed on from here.
"""

from kiosk.entry import BadLine, canonical, check_place, follow, genesis, link, log_id, parse
from kiosk.keys import BadKey, BadSignature, Purpose, create, load, sync_folder, unhex, verify
from kiosk.seal import BadSeal, Seal
from kiosk.seal import read_text as read_seal
from sync.wire.batch import Batch, Echo, Header, Mark, pack, unpack
from sync.wire.carried import Envelope, NotCarried, carried, envelope_of, opened
from sync.wire.code import (
    ALPHABET,
    BadCode,
    Code,
    Identity,
    fingerprint_of_log,
    grouped,
    read_code,
    read_fingerprint,
)
from sync.wire.replies import Ack, Admission, Enrolment, Fork, Problem, Proof, Refusal, Succession, Welcome
from sync.wire.sealed import seal, unseal
from sync.wire.signed import Malformed, Signed, open_lines, open_signed, read_signed, write_signed
from sync.wire.squeeze import TooLarge, gunzip, gzip

__all__ = [
    "ALPHABET", "Ack", "Admission", "BadCode", "BadKey", "BadLine", "BadSeal", "BadSignature", "Batch", "Code", "Echo",
    "Enrolment", "Envelope", "Fork", "Header", "Identity", "Malformed", "Mark", "NotCarried", "Problem", "Proof",
    "Purpose", "Refusal", "Seal", "Signed", "Succession", "TooLarge", "Welcome", "canonical", "carried", "check_place",
    "create", "envelope_of", "fingerprint_of_log", "follow", "genesis", "grouped", "gunzip", "gzip", "link", "load",
    "log_id", "open_lines", "open_signed", "opened", "pack", "parse", "read_code", "read_fingerprint", "read_seal",
    "read_signed", "seal", "sync_folder", "unhex", "unpack", "unseal", "verify", "write_signed",
]  # fmt: skip
