"""The generated code is that of the checked-in sources, and runs on the backend that bounds recursion."""

import hashlib
from pathlib import Path

import pytest
from google.protobuf.internal import api_implementation
from google.protobuf.message import DecodeError

from douyinbot.webcast import pb
from douyinbot.webcast.pb import douyin_pb2, frame_pb2

ROOT = Path(__file__).parents[2]
PROTO = ROOT / "proto"
GENERATED = Path(pb.__file__ or "").parent


def test_generated_code_was_made_from_these_sources() -> None:
    if not PROTO.is_dir():
        pytest.skip(f"the .proto sources are not there: {PROTO}")
    digests = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(PROTO).as_posix()}"
        for path in sorted(PROTO.rglob("*.proto"))
    ]
    recorded = (GENERATED / "SOURCES.sha256").read_text(encoding="utf-8").splitlines()
    assert recorded == digests, "run proto/generate.py"


def test_nothing_but_generated_code_lies_beside_it() -> None:
    names = {path.name for path in GENERATED.iterdir() if path.is_file()}
    stems = {path.stem for path in PROTO.rglob("*.proto")} or {"douyin", "frame", "tiktok"}
    assert names == {"__init__.py", "SOURCES.sha256"} | {
        f"{stem}_pb2{suffix}" for stem in stems for suffix in (".py", ".pyi")
    }


def test_backend_is_upb() -> None:
    assert api_implementation.Type() == "upb"


def test_nesting_without_end_is_a_decode_error() -> None:
    groups = b"\x0b" * 1000 + b"\x0c" * 1000  # unknown groups, one inside the other
    with pytest.raises(DecodeError):
        frame_pb2.PushFrame.FromString(groups)


def test_unknown_fields_survive() -> None:
    unknown = b"\xf2\x3f\x03abc"  # number 1022, text
    assert douyin_pb2.ChatMessage.FromString(unknown).SerializeToString() == unknown
