"""What was agreed, what changed since, and who did what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from cpc_pipeline import contracts, ledger
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.ledger import AuditLog, Signature, Standing, standing_of_table
from hypothesis import given
from hypothesis import strategies as st

PARTIES = ("ministry", "partner", "office")
WHEN = datetime(2025, 3, 1, 12, tzinfo=UTC)


def a_signature(party: str, content: str, **more: object) -> Signature:
    return replace(Signature("arcadia", 2024, party, content, "Office of tests", date(2025, 3, 1)), **more)  # type: ignore[arg-type]


def measures_of(arcadia: Catalogue, **values: float | None) -> pl.DataFrame:
    """One national measure of 2024 per indicator named, PRE_1=40 for PRE-1."""
    total = dict.fromkeys(arcadia.dimension_ids, "all")
    rows = [
        {"indicator": name.replace("_", "-"), "year": 2024, "calendar": "calendar", "place": "00", **total}
        | {"organisation": "schools", "unit": "people", "actual": value}
        | {"status": "reported" if value is not None else "not_received"}
        for name, value in values.items()
    ]
    return pl.DataFrame(rows, schema=contracts.polars_schema(contracts.measures_frame(arcadia.dimension_ids)))


def content_of(arcadia: Catalogue, **values: float | None) -> pl.DataFrame:
    return ledger.content(measures_of(arcadia, **values), arcadia, 2024)


def test_the_same_numbers_have_the_same_hash_in_whatever_order_they_came(arcadia: Catalogue) -> None:
    one = measures_of(arcadia, PRE_1=40, PRE_2=0.1 + 0.2)
    other = measures_of(arcadia, PRE_2=0.3, PRE_1=40)
    hashes = {ledger.content_hash(ledger.content(m, arcadia, 2024)) for m in (one, other)}
    assert len(hashes) == 1


@pytest.mark.parametrize(("before", "after"), [(40, 41), (40, None), (0, None)])
def test_another_number_or_none_has_another_hash(arcadia: Catalogue, before: float, after: float | None) -> None:
    one, other = content_of(arcadia, PRE_1=before), content_of(arcadia, PRE_1=after)
    assert ledger.content_hash(one) != ledger.content_hash(other)


def test_a_table_is_agreed_when_every_party_has_signed_the_same_content() -> None:
    signed = [a_signature("ministry", "a"), a_signature("partner", "a")]
    assert standing_of_table("a", [], PARTIES).standing == Standing.PROVISIONAL
    some = standing_of_table("a", signed, PARTIES)
    assert (some.standing, some.missing) == (Standing.UNDER_REVIEW, ("office",))
    assert standing_of_table("a", [*signed, a_signature("office", "a")], PARTIES).standing == Standing.AGREED


def test_parties_who_signed_different_contents_agree_on_nothing() -> None:
    signed = [a_signature("ministry", "a"), a_signature("partner", "a"), a_signature("office", "b")]
    assert standing_of_table("a", signed, PARTIES).standing == Standing.UNDER_REVIEW
    assert standing_of_table("b", signed, PARTIES).agreed is None


def test_what_changes_after_agreement_is_a_restatement_until_it_is_agreed_again() -> None:
    signed = [a_signature(p, "a") for p in PARTIES]
    changed = standing_of_table("b", signed, PARTIES)
    assert (changed.standing, changed.agreed) == (Standing.RESTATED, "a")
    again = standing_of_table("b", [*signed, *(a_signature(p, "b") for p in PARTIES)], PARTIES)
    assert again.standing == Standing.AGREED


def test_without_parties_nothing_is_ever_agreed() -> None:
    assert standing_of_table("a", [a_signature("ministry", "a")], ()).standing == Standing.PROVISIONAL


def test_a_signature_by_somebody_who_is_no_party_counts_for_nothing() -> None:
    signed = [a_signature(p, "a") for p in ("ministry", "partner", "stranger")]
    assert standing_of_table("a", signed, PARTIES).standing == Standing.UNDER_REVIEW


def test_a_key_signs_everything_that_the_record_claims(tmp_path: Path) -> None:
    public = ledger.new_key(tmp_path / "key.pem")
    plain = a_signature("ministry", "a", submissions={"schools/2024/annual.xlsx": 1})
    value, key = ledger.sign_with(tmp_path / "key.pem", plain.message())
    signed = replace(plain, signature=value, public_key=key)
    assert key == public
    assert signed.holds
    for other in ({"content": "b"}, {"by": "Nobody"}, {"year": 2023}, {"submissions": {}}, {"public_key": None}):
        assert not replace(signed, **other).holds
    assert (tmp_path / "key.pem").stat().st_mode & 0o077 == 0


def test_a_signature_that_does_not_fit_agrees_to_nothing(tmp_path: Path) -> None:
    ledger.new_key(tmp_path / "key.pem")
    value, key = ledger.sign_with(tmp_path / "key.pem", b"something else")
    forged = [a_signature(p, "a", signature=value, public_key=key) for p in PARTIES]
    assert standing_of_table("a", forged, PARTIES).standing == Standing.PROVISIONAL


def test_records_are_read_back_as_they_were_written_and_never_overwritten(tmp_path: Path) -> None:
    first = a_signature("ministry", "a", submissions={"schools/2024/annual.xlsx": 2}, audit="ff")
    ledger.write_signature(tmp_path, first)
    ledger.write_signature(tmp_path, replace(first, content="b"))
    read = ledger.read_signatures(tmp_path)
    assert [s.content for s in read] == ["a", "b"]
    assert replace(read[0], number=0) == first


def test_a_restatement_says_what_was_and_what_is_and_why(arcadia: Catalogue) -> None:
    old = content_of(arcadia, PRE_1=40, PRE_2=7, PRE_3=1)
    new = content_of(arcadia, PRE_1=41, PRE_2=7, PRE_4=2)
    reasons = [{"indicator": "PRE-1", "reason": "late cases", "by": "Office of tests"}]
    found = ledger.restatements(old, new, arcadia, reasons)
    changes = {(r["indicator"], r["column"]): (r["old"], r["new"], r["reason"]) for r in found.to_dicts()}
    assert changes["PRE-1", "actual"] == ("40", "41", "late cases")
    assert changes["PRE-3", "actual"] == ("1", None, None)
    assert changes["PRE-4", "actual"] == (None, "2", None)
    assert not any(indicator == "PRE-2" for indicator, _ in changes)


def test_a_signed_content_is_kept_for_its_owner_and_a_changed_copy_is_not_believed(
    tmp_path: Path, arcadia: Catalogue
) -> None:
    table = content_of(arcadia, PRE_1=40)
    path = ledger.keep(tmp_path / "kept", table)
    digest = ledger.content_hash(table)
    assert path.stat().st_mode & 0o077 == 0
    found = ledger.kept(tmp_path / "kept", digest)
    assert found is not None
    assert found.equals(table)
    path.write_text(path.read_text().replace("40", "41"))
    assert ledger.kept(tmp_path / "kept", digest) is None


def test_submissions_follow_their_table_and_a_later_revision_restates_them() -> None:
    signed = [a_signature(p, "a", submissions={"s/2024/a.xlsx": 1}) for p in PARTIES]
    table = {2024: standing_of_table("a", signed, PARTIES)}
    frame = pl.DataFrame(
        [
            ("s/2024/a.xlsx", 2024, "accepted"),
            ("t/2024/b.xlsx", 2024, "accepted_with_queries"),
            ("u", 2023, "accepted"),
        ],
        schema=["submission_id", "year", "verdict"],
        orient="row",
    )

    def standing(revision: int) -> list[str]:
        return ledger.standing_of_submissions(frame, table, {"s/2024/a.xlsx": revision})["standing"].to_list()

    assert standing(1) == ["agreed", "under_review", "provisional"]
    assert standing(2) == ["restated", "under_review", "provisional"]


def a_log(tmp_path: Path, entries: int = 5) -> AuditLog:
    log = AuditLog(tmp_path / "audit.jsonl")
    for number in range(entries):
        log.append("tester", "ran", f"refresh {number}", WHEN)
    return log


def test_a_log_that_nobody_touched_is_sound(tmp_path: Path) -> None:
    log = a_log(tmp_path)
    assert log.check([log.head]) == []
    assert [entry["subject"] for entry in log.entries()] == [f"refresh {n}" for n in range(5)]
    assert log.path.stat().st_mode & 0o077 == 0


Tamper = Callable[[list[bytes]], list[bytes]]


@pytest.mark.parametrize(
    "tamper",
    [
        lambda lines: [lines[0], lines[1].replace(b"refresh 1", b"refresh 9"), *lines[2:]],
        lambda lines: [lines[0], *lines[2:]],
        lambda lines: [lines[1], lines[0], *lines[2:]],
        lambda lines: [*lines[:2], lines[1], *lines[2:]],
        lambda lines: lines[:-1],
    ],
    ids=["changed", "dropped", "moved", "doubled", "cut at the end"],
)
def test_a_log_that_was_tampered_with_is_found_out(tmp_path: Path, tamper: Tamper) -> None:
    log = a_log(tmp_path)
    head = log.head
    lines = log.path.read_bytes().splitlines(keepends=True)
    log.path.write_bytes(b"".join(tamper(lines)))
    assert log.check([head])


@given(position=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_any_changed_byte_of_the_log_is_found(
    tmp_path_factory: pytest.TempPathFactory, position: int, flip: int
) -> None:
    log = a_log(tmp_path_factory.mktemp("log"), entries=2)
    head, content = log.head, bytearray(log.path.read_bytes())
    content[position % len(content)] ^= flip
    log.path.write_bytes(bytes(content))
    assert log.check([head])


@pytest.mark.parametrize("keep", [0, 1, 3])
def test_a_line_torn_by_a_killed_process_is_cut_and_said_so_by_the_next(tmp_path: Path, keep: int) -> None:
    log = a_log(tmp_path, entries=keep + 1)
    content = log.path.read_bytes()
    log.path.write_bytes(content[:-7])
    assert [b.what for b in log.check()] == ["audit_torn"]
    log.append("tester", "ran", "after the crash", WHEN)
    assert log.check() == []
    assert [e["action"] for e in log.entries()][-2:] == ["repaired", "ran"]


def test_a_missing_log_is_no_fault_only_where_nobody_knew_of_one(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    assert log.check() == []
    assert [b.what for b in log.check(["ab"])] == ["audit_gone"]
