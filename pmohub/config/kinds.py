"""The kinds of connectors that are installed, found through the entry point group `pmohub.connectors`."""

from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeAlias

from connectors.base import ConnectorKind

AnyKind: TypeAlias = ConnectorKind[Any]
GROUP = "pmohub.connectors"


class InstalledKinds(Mapping[str, AnyKind]):
    """By name; a kind is imported only when it is asked for, since each brings its tool's library along."""

    def __init__(self) -> None:
        self._points: dict[str, EntryPoint] = {point.name: point for point in entry_points(group=GROUP)}

    def __getitem__(self, name: str) -> AnyKind:
        kind: AnyKind = self._points[name].load()
        return kind

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._points))

    def __len__(self) -> int:
        return len(self._points)
