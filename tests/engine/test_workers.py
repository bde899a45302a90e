"""Many files at once, in processes of their own."""

from __future__ import annotations

import json
from pathlib import Path

from shell import qcheck
from sized_files import PNG


def test_many_files_come_back_in_order_and_a_dying_process_is_one_crash(folder: Path) -> None:
    names = ["good.png", "die.png", "fair.png", "bad.png"]
    (folder / "die.png").write_bytes(PNG + b"DIE")
    for i in range(8):
        (folder / f"n{i}.png").write_bytes(PNG)
        names.append(f"n{i}.png")
    ran = qcheck(*names, "-j", "2", "--output-format", "json", cwd=folder)
    document = json.loads(ran.stdout)
    assert [file["file"] for file in document["files"]] == names
    crashed = [
        file["file"]
        for file in document["files"]
        if any(o["status"] == "crashed" for o in file["outcomes"])
    ]
    assert crashed == ["die.png"]
    assert document["counts"] == {"error": 1, "warning": 1, "info": 0}
    assert ran.returncode == 2
