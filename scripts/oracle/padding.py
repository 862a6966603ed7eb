"""Padding of convolutions and poolings, without PyTorch."""

from __future__ import annotations

Padding = str | int
"""`SAME`, `VALID`, or a number of pixels on every side."""


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Pixels (before, after) for which ceil(size / stride) outputs come out; an odd one goes after."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def window_padding(padding: Padding, size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Pixels (before, after) that windows overhang. For a pooling they are absent, not zero: none is a maximum."""
    if isinstance(padding, int):
        return padding, padding
    return same_padding(size, kernel, stride) if padding == "SAME" else (0, 0)
