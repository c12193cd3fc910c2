"""A camera over a flat street: metres in, pixels out.

The world's X points right, Y along the street away from the camera, Z up; the camera stands over (x, 0).
Pictures are 1280 × 720 (SIZE); pixel (0, 0) is the upper left corner.
"""

from dataclasses import dataclass
from functools import cached_property
from math import cos, radians, sin
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIZE = (1280, 720)  # width, height in pixels

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Camera:
    """A pinhole camera. Lengths in metres, angles in degrees, `focal` in pixels."""

    x: float
    height: float
    pitch: float  # downwards
    yaw: float  # to the right
    roll: float
    focal: float

    @cached_property
    def axes(self) -> Floats:
        """The picture's right, down and forward in the world, as rows (3 × 3)."""
        pitch, yaw, roll = radians(self.pitch), radians(self.yaw), radians(self.roll)
        forward = np.array([sin(yaw) * cos(pitch), cos(yaw) * cos(pitch), -sin(pitch)])
        level = np.array([cos(yaw), -sin(yaw), 0.0])
        plumb = np.cross(forward, level)
        right = cos(roll) * level + sin(roll) * plumb
        down = cos(roll) * plumb - sin(roll) * level
        return np.stack([right, down, forward])

    @cached_property
    def position(self) -> Floats:
        """Where the camera is, in metres (3)."""
        return np.array([self.x, 0.0, self.height])

    def project(self, points: Floats) -> Floats:
        """Turn points (…, 3) into pixel x, pixel y and depth in metres (…, 3)."""
        across, downwards, depth = np.moveaxis((points - self.position) @ self.axes.T, -1, 0)
        depth = np.maximum(depth, 0.1)
        return np.stack(
            [SIZE[0] / 2 + self.focal * across / depth, SIZE[1] / 2 + self.focal * downwards / depth, depth],
            axis=-1,
        )

    @cached_property
    def ground(self) -> Floats:
        """The homography (3 × 3) from a place (X, Y, 1) on the road to a pixel."""
        inner = np.array([[self.focal, 0, SIZE[0] / 2], [0, self.focal, SIZE[1] / 2], [0, 0, 1]])
        columns = np.stack([self.axes[:, 0], self.axes[:, 1], -self.axes @ self.position], axis=1)
        matrix: Floats = inner @ columns
        return matrix

    def places(self, shrink: int = 1) -> tuple[Floats, Floats]:
        """Where on the road each pixel looks: X and Y in metres (height/shrink × width/shrink).

        Y is at most 400 m, and so is X, for pixels near or above the horizon.
        """
        columns = (np.arange(SIZE[0] // shrink) + 0.5) * shrink - SIZE[0] / 2
        rows = (np.arange(SIZE[1] // shrink) + 0.5) * shrink - SIZE[1] / 2
        u, v = np.meshgrid(columns / self.focal, rows / self.focal)
        ray = u[..., None] * self.axes[0] + v[..., None] * self.axes[1] + self.axes[2]
        reach = np.minimum(self.height / np.maximum(-ray[..., 2], 1e-4), 400.0)
        return (self.x + reach * ray[..., 0]).astype(np.float32), (reach * ray[..., 1]).astype(np.float32)

    def horizon(self) -> float:
        """The pixel row of the horizon in the middle of the picture; below 0 when it is out of sight."""
        return float(SIZE[1] / 2 - self.focal * np.tan(radians(self.pitch)))
