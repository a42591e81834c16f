"""Workbooks taken apart and put together again: raw records for the proofs, parts rewritten to make rare kinds."""

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def rewrite(path: Path, changes: Mapping[str, Callable[[bytes], bytes] | bytes]) -> Path:
    """Replace or add parts; a function is given the old bytes."""
    held = parts(path)
    for name, change in changes.items():
        held[name] = change if isinstance(change, bytes) else change(held[name])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in held.items():
            archive.writestr(name, data)
    return path


class _Pipe(io.RawIOBase):
    """A stream that cannot go back: zipfile then writes data descriptors behind each record."""

    def __init__(self) -> None:
        self.written = io.BytesIO()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:
        return self.written.write(data)


def with_data_descriptors(path: Path) -> Path:
    held, pipe = parts(path), _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in held.items():
            archive.writestr(name, data)
    path.write_bytes(pipe.written.getvalue())
    return path


def records(path: Path) -> dict[str, bytes]:
    """Give every local record as it stands in the file: header, name, extras, compressed bytes, data descriptor."""
    raw = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
        ends = [entry.header_offset for entry in entries[1:]] + [archive.start_dir]
    return {entry.filename: raw[entry.header_offset : end] for entry, end in zip(entries, ends, strict=True)}


def changed_records(before: Mapping[str, bytes], path: Path) -> list[str]:
    """Name the parts whose record is not byte for byte as before, in a package that has the same parts in order."""
    after = records(path)
    assert list(before) == list(after)
    return [name for name, record in after.items() if record != before[name]]


def offsets_in_directory(path: Path) -> list[bytes]:
    """Give what stands at each offset that the central directory names; all must be local headers."""
    raw = path.read_bytes()
    end = raw.rindex(b"PK\x05\x06")
    count, size, stated = struct.unpack("<HII", raw[end + 10 : end + 20])
    at = end - size
    prepended = at - stated
    found = []
    for _ in range(count):
        name, extra, comment = struct.unpack("<HHH", raw[at + 28 : at + 34])
        offset = struct.unpack("<I", raw[at + 42 : at + 46])[0]
        found.append(raw[prepended + offset : prepended + offset + 4])
        at += 46 + name + extra + comment
    return found


def prefixed(data: bytes, prefix: bytes = b"x") -> bytes:
    """Give a part with its main namespace under a prefix, as ClosedXML writes it; extensions keep theirs."""
    data = data.replace(b' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"', b"", 1)
    out, at = [], 0
    while True:
        start = data.find(b"<", at)
        if start < 0:
            return b"".join([*out, data[at:]])
        end = data.index(b">", start) + 1
        tag = data[start:end]
        name = tag[2:] if tag[1:2] == b"/" else tag[1:]
        if tag[1:2] not in (b"?", b"!") and b":" not in name.split(b" ")[0].rstrip(b"/>"):
            tag = (b"</" if tag[1:2] == b"/" else b"<") + prefix + b":" + name
        out += [data[at:start], tag]
        at = end


def declared(data: bytes, prefix: bytes = b"x") -> bytes:
    """Give a prefixed part whose root declares the prefix."""
    at = data.index(b"<" + prefix + b":") + len(prefix) + 2
    end = min(data.index(b" ", at), data.index(b">", at))
    return (
        data[:end] + b" xmlns:" + prefix + b'="http://schemas.openxmlformats.org/spreadsheetml/2006/main"' + data[end:]
    )


def prefix_parts(path: Path, *names: str) -> Path:
    return rewrite(path, {name: lambda data: declared(prefixed(data)) for name in names})


TRANSITIONAL = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE_TRANSITIONAL = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OFFICE_STRICT = b"http://purl.oclc.org/ooxml/officeDocument/relationships"


def make_strict(path: Path) -> Path:
    def strict(data: bytes) -> bytes:
        return data.replace(TRANSITIONAL, STRICT).replace(OFFICE_TRANSITIONAL, OFFICE_STRICT)

    return rewrite(path, {name: strict for name in parts(path) if name.endswith((".xml", ".rels"))})
