"""What kiosks call: `GET /v1/identity`, `POST /v1/kiosks`, `POST /v1/batches`."""

import asyncio
from functools import partial
from hashlib import sha256
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency

from sync.ward.enrolment import Enroller, read_introduction
from sync.ward.house import House
from sync.ward.intake import Intake
from sync.ward.problems import Refused, refuse
from sync.ward.web.access import public, signed
from sync.ward.web.answers import signed_answer
from sync.ward.writer import Writer
from sync.wire import Identity, Purpose, Refusal, Welcome, write_signed


class Kiosks(Controller):
    path = "/v1"
    tags = ("kiosks",)

    @get("/identity", opt=public(), sync_to_thread=False, summary="The ward's key and CA, as named by the code")
    def identity(self, house: NamedDependency[House]) -> Identity:
        return house.identity

    @post("/kiosks", opt=signed(), status_code=200, summary="Enrol a log (signed document)")
    async def enrol(
        self, request: Request[Any, Any, Any], house: NamedDependency[House], writer: NamedDependency[Writer]
    ) -> Response[bytes]:
        """Body: an `Enrolment`, signed by the log's own key. Answer: a `Welcome`, signed by the ward."""
        body = await request.body()
        introduction = read_introduction(body, request.client.host if request.client else "")
        outcome = await asyncio.wrap_future(writer.submit(partial(Enroller(house).take_guarded, who=introduction)))
        if isinstance(outcome, Refused):
            raise outcome
        nonce = sha256(body.split(b"\n")[0]).hexdigest()
        welcome = Welcome(introduction.enrolment.log, outcome, house.clock(), nonce)
        return signed_answer(write_signed(welcome, Purpose.ENROL, house.key))

    @post("/batches", opt=signed(), status_code=200, summary="Take a batch (NDJSON, gzip'd or plain)")
    async def batches(self, request: Request[Any, Any, Any], intake: NamedDependency[Intake]) -> Response[bytes]:
        """Body: header, signature, lines. Answer: an `Ack`, signed by the ward, once everything in it is on disk."""
        packed = _is_packed(request)
        body = await request.body()
        waiting = await asyncio.to_thread(intake.submit, body, packed=packed)
        outcome = await asyncio.wrap_future(waiting)
        return signed_answer(intake.acknowledge(outcome))


def _is_packed(request: Request[Any, Any, Any]) -> bool:
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("gzip", "identity"):
        raise refuse(Refusal.MALFORMED, f"Content-Encoding {encoding:.40}: only gzip is understood")
    return encoding == "gzip"
