"""The short form of the proof, whole: real gateways, every road, every layer, the controls, and the signed report."""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
import sys
from dataclasses import replace

import pytest

from sekisho.base.errors import SekishoError
from sekisho.link.sealing import generate_private_key
from sekisho.zdr.cases import CASES
from sekisho.zdr.probe import Found, probe
from sekisho.zdr.prove import SHORT, prove, result_of
from sekisho.zdr.report import Layer, Result, sign, verified
from sekisho.zdr.site import Mode
from sekisho.zdr.watching import syscalls
from tests.gateway.conftest import KEY, running


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The short form; where strace is missing, with what is left, which then proves less and says so."""
    options = replace(SHORT, trace=syscalls.is_there())
    return asyncio.run(prove(tmp_path_factory.mktemp("prove"), options, lambda mode, what: None))


def run_of(report, mode):
    return next(run for run in report.runs if run.mode == mode)


def test_nothing_of_what_was_said_is_anywhere_but_on_the_network(report):
    assert run_of(report, Mode.KERNEL).findings == ()


def test_every_road_was_taken(report):
    taken = {road.name: road for road in run_of(report, Mode.KERNEL).roads}
    assert taken.keys() == {case.road for case in CASES}
    assert [road for road in taken.values() if not road.was_taken or not road.canaries] == []


def test_the_gateway_was_held_by_the_kernel_and_said_so(report):
    assert run_of(report, Mode.KERNEL).policy == ("unrecorded", "zero-retention; enforced=kernel")


def test_every_control_shows_what_it_has_to(report):
    assert [name for name, held in report.controls.items() if not held] == []
    assert len(report.controls) >= 4


def test_every_layer_was_given_something_to_look_at(report):
    looked = {one.layer: one.items for one in run_of(report, Mode.KERNEL).looked}
    expected = set(Layer) if syscalls.is_there() else set(Layer) - {Layer.SYSCALLS}
    assert (set(looked), all(looked.values())) == (expected, True)


def test_it_is_proved_only_where_everything_was_looked_at(report):
    if syscalls.is_there():
        assert (report.result, report.not_done) == (Result.PROVED, ())
    else:
        assert (report.result, report.not_done) == (Result.NOT_PROVED, ("syscalls",))


def test_the_report_names_no_folder_and_nothing_that_was_said(report):
    document = sign(report)
    assert b"pipe bomb" not in document
    assert set(json.loads(document)) == {"report", "public_key", "signature"}


def test_a_gateway_that_keeps_is_not_proved(report):
    """Were the claim made by a gateway that keeps, the result would be that it was found."""
    liar = run_of(report, Mode.PLAIN)
    assert (
        result_of([type(liar)(Mode.KERNEL.value, liar.roads, liar.looked, liar.findings)], {}, ())
        is Result.FOUND
    )
    silent = type(liar)(Mode.KERNEL.value, liar.roads, liar.looked, ())
    assert result_of([silent], {"a control": False}, ()) is Result.NOT_PROVED
    assert result_of([silent], {}, ("syscalls",)) is Result.NOT_PROVED
    assert result_of([], {}, ()) is Result.NOT_PROVED


# -- the signed document ---------------------------------------------------------------------------------------


def test_a_report_is_read_as_it_was_signed(report):
    assert verified(sign(report)) == report


@pytest.mark.parametrize("place", [20, 200, -40])
def test_an_altered_report_is_refused(report, place):
    document = bytearray(sign(report))
    document[place] ^= 1
    with pytest.raises(SekishoError, match="report_altered"):
        verified(bytes(document))


def test_a_report_of_another_signer_is_refused(report):
    key = generate_private_key()
    document = sign(report, key)
    signer = base64.b64decode(json.loads(document)["public_key"])
    assert verified(document, signer) == report
    with pytest.raises(SekishoError, match="report_of_another"):
        verified(document, b"x" * 32)


def test_a_report_is_checked_by_the_command_line(report, tmp_path):
    path = tmp_path / "report.json"
    path.write_bytes(sign(report))
    command = [sys.executable, "-m", "sekisho", "zdr", "verify", str(path), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["result"] == report.result.value
    path.write_bytes(b"{}")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


# -- what stands before a gate -----------------------------------------------------------------------------------


async def test_a_gate_answers_before_the_body_is_sent():
    async with running() as site:
        assert await probe(site.url, KEY, within_s=5) is Found.PASSES
        assert await probe(site.url, "sk-nobody", within_s=5) is Found.ANSWERS


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        pytest.param(None, Found.WAITS, id="waits for the body"),
        pytest.param(b"HTTP/1.1 413 Too Large\r\n\r\n", Found.ANSWERS, id="answers by itself"),
        pytest.param(b"", Found.ANSWERS, id="hangs up"),
    ],
)
async def test_what_keeps_requests_back_is_recognised(answer, found):
    async def ingress(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        if answer is None:
            await reader.read()  # until the client gives up
        else:
            writer.write(answer)
        writer.close()

    async with await asyncio.start_server(ingress, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await probe(f"http://127.0.0.1:{port}", "sk-any", within_s=0.3) is found


async def test_where_nothing_listens_nothing_is_found():
    assert await probe("http://127.0.0.1:9", "sk-any", within_s=1) is Found.UNREACHABLE
