"""Which routes show the screen on the wall, and go on while their session is locked?"""

from __future__ import annotations

from typing import Final

WALL: Final = frozenset({("GET", "/board/wall"), ("GET", "/board/wall/rows")})
"""Beds and actions for everybody's eyes: nothing of a person, and nothing to do."""
