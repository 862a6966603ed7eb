"""SAME and VALID padding, without PyTorch."""

from __future__ import annotations


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Pixels (before, after) for which ceil(size / stride) outputs come out; an odd one goes after."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def pool_padding(padding: str, size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Pixels (before, after) of a pooling that is `SAME` or `VALID`. They are absent, not zero: none is a maximum."""
    return same_padding(size, kernel, stride) if padding == "SAME" else (0, 0)
