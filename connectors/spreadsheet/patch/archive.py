"""One entry of a zip archive exchanged in its raw bytes; every other local record is copied as it stands.

Follows PKWARE's APPNOTE 6.3.10: 4.3.7 local file header, 4.3.12 central directory, 4.3.16 end of central directory.
`zipfile` cannot do this: it writes every header anew and drops extras such as Office's growth hint.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connectors.spreadsheet.xlsx.refusal import Reason, RefusedError

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_ZIP64_LOCATOR = b"PK\x06\x07"
_ZIP64_LOCATOR_SIZE = 20
_ZIP64_EXTRA = 1
_ENCRYPTED, _DESCRIPTOR = 0x1, 0x8
_STORED, _DEFLATED = 0, 8
_ELSEWHERE = 0xFFFFFFFF


@dataclass(slots=True)
class _Entry:
    """One record of the central directory: where it and its local record stand."""

    at: int
    size: int
    offset: int
    method: int
    flags: int


def replace_entries(raw: bytes, contents: Mapping[int, bytes]) -> bytes:
    """Give the archive with new contents for some entries, named by their local header's position in `raw`.

    The changed entry keeps its place, name, time, attributes, compression method and extras; a data descriptor becomes
    sizes in the header. The archive's comment and bytes before the first record stay.

    Raises:
        RefusedError: the archive is encrypted, of the 64-bit kind, or not laid out as the format says.
    """
    end_at, directory_at, prepended = _directory(raw)
    entries = sorted(_entries(raw, directory_at, end_at, prepended), key=lambda entry: entry.offset)
    if len({entry.offset for entry in entries}) < len(entries):
        raise RefusedError(Reason.UNUSUAL_ARCHIVE, "two entries of the archive share one record")
    pieces: list[bytes] = []
    directory: dict[int, bytes] = {}
    shift = copied = 0
    for entry, record_end in zip(entries, [*(entry.offset for entry in entries[1:]), directory_at], strict=True):
        central = bytearray(raw[entry.at : entry.at + entry.size])
        struct.pack_into("<I", central, 42, entry.offset + shift - prepended)
        if entry.offset in contents:
            record, sizes = _local_record(raw, entry, contents[entry.offset])
            pieces += [raw[copied : entry.offset], record]
            copied = record_end
            shift += len(record) - (record_end - entry.offset)
            central = _central_record(central, entry, sizes)
        directory[entry.at] = bytes(central)
    pieces.append(raw[copied:directory_at])
    written = b"".join(directory[at] for at in sorted(directory))
    end = bytearray(raw[end_at:])
    struct.pack_into("<II", end, 12, len(written), directory_at + shift - prepended)
    return b"".join([*pieces, written, end])


def _directory(raw: bytes) -> tuple[int, int, int]:
    """Give the positions of the end record and of the directory, and how many bytes stand before the archive."""
    end_at = raw.rfind(b"PK\x05\x06")
    if end_at < 0 or end_at + _END.size > len(raw):
        raise RefusedError(Reason.DAMAGED, "the archive's end is missing")
    _, disk, first_disk, _, _, size, offset, comment = _END.unpack_from(raw, end_at)
    if raw[max(0, end_at - _ZIP64_LOCATOR_SIZE) : end_at].startswith(_ZIP64_LOCATOR) or _ELSEWHERE in {size, offset}:
        raise RefusedError(Reason.UNUSUAL_ARCHIVE, "the archive is of the 64-bit kind")
    directory_at = end_at - size
    if disk or first_disk or directory_at < offset or end_at + _END.size + comment != len(raw):
        raise RefusedError(Reason.UNUSUAL_ARCHIVE, "the archive is not laid out as usual")
    return end_at, directory_at, directory_at - offset


def _entries(raw: bytes, at: int, end_at: int, prepended: int) -> Iterator[_Entry]:
    while at < end_at:
        if raw[at : at + 4] != b"PK\x01\x02" or at + _CENTRAL.size > end_at:
            raise RefusedError(Reason.UNUSUAL_ARCHIVE, "the archive's directory holds more than its entries")
        fields = _CENTRAL.unpack_from(raw, at)
        flags, method, name, extra, comment = fields[3], fields[4], fields[10], fields[11], fields[12]
        offset = fields[16]
        if flags & _ENCRYPTED:
            raise RefusedError(Reason.ENCRYPTED, "entries of the archive are encrypted")
        size = _CENTRAL.size + name + extra + comment
        if offset == _ELSEWHERE or raw[offset + prepended : offset + prepended + 4] != b"PK\x03\x04":
            raise RefusedError(Reason.UNUSUAL_ARCHIVE, "the archive's directory points to no record")
        yield _Entry(at, size, offset + prepended, method, flags)
        at += size


def _local_record(raw: bytes, entry: _Entry, data: bytes) -> tuple[bytes, tuple[int, int, int]]:
    """Give the new local record, and its CRC, compressed and full size."""
    if entry.method not in {_STORED, _DEFLATED}:
        raise RefusedError(Reason.UNUSUAL_ARCHIVE, f"an entry is compressed by method {entry.method}")
    mark, version, flags, method, time, day, _, _, _, name, extra = _LOCAL.unpack_from(raw, entry.offset)
    body = data
    if entry.method == _DEFLATED:
        packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        body = packer.compress(data) + packer.flush()
    names_end = entry.offset + _LOCAL.size + name
    extras = _without_zip64(raw[names_end : names_end + extra])
    sizes = (zlib.crc32(data), len(body), len(data))
    head = _LOCAL.pack(mark, version, flags & ~_DESCRIPTOR, method, time, day, *sizes, name, len(extras))
    return head + raw[entry.offset + _LOCAL.size : names_end] + extras + body, sizes


def _central_record(central: bytearray, entry: _Entry, sizes: tuple[int, int, int]) -> bytearray:
    name, extra = struct.unpack_from("<HH", central, 28)
    names_end = _CENTRAL.size + name
    extras = _without_zip64(bytes(central[names_end : names_end + extra]))
    struct.pack_into("<H", central, 8, entry.flags & ~_DESCRIPTOR)
    struct.pack_into("<III", central, 16, *sizes)
    struct.pack_into("<H", central, 30, len(extras))
    return central[:names_end] + extras + central[names_end + extra :]


def _without_zip64(extras: bytes) -> bytes:
    """Leave out the 64-bit sizes, which the new sizes in the header make wrong; keep every other extra."""
    kept, at = [], 0
    while at + 4 <= len(extras):
        kind, size = struct.unpack_from("<HH", extras, at)
        if kind != _ZIP64_EXTRA:
            kept.append(extras[at : at + 4 + size])
        at += 4 + size
    return b"".join([*kept, extras[at:]])
