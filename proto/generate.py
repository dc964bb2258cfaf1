"""Turn proto/**/*.proto into the checked-in code under douyinbot/webcast/pb.

Run with the `proto` dependency group in an environment of its own (it holds protobuf at 5.29):

    pip install --group proto && python proto/generate.py [--check]

`--check` writes nothing and exits 1 when the checked-in code differs from what the sources give.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "proto"
TARGET = Path("douyinbot/webcast/pb")


def source_files() -> list[Path]:
    return sorted(SOURCES.rglob("*.proto"))


def digest() -> str:
    """One `sha256  path` line per source, compared by a test that needs no compiler."""
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(SOURCES).as_posix()}\n"
        for path in source_files()
    )


def generate(out: Path) -> None:
    command = [
        sys.executable,
        *("-m", "grpc_tools.protoc", f"--proto_path={SOURCES}"),
        f"--plugin=protoc-gen-mypy={Path(sys.executable).with_name('protoc-gen-mypy')}",
        *(f"--python_out={out}", f"--mypy_out=quiet:{out}"),
        *map(str, source_files()),
    ]
    subprocess.run(command, check=True)
    (out / TARGET / "__init__.py").write_text("")
    (out / TARGET / "SOURCES.sha256").write_text(digest())


def files(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} if folder.is_dir() else {}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 on a difference")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as temporary:
        generate(Path(temporary))
        fresh, present = files(Path(temporary) / TARGET), files(ROOT / TARGET)
    changed = sorted(name for name in fresh | present if fresh.get(name) != present.get(name))
    if not check:
        for name in changed:
            if name in fresh:
                (ROOT / TARGET / name).write_bytes(fresh[name])
            else:
                (ROOT / TARGET / name).unlink()
    print("\n".join(changed) or "up to date")
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
