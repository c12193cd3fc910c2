"""A small picture in front of the camera on which one car is drawn, from places in the car's own metres."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from installation.footage.stand_in.camera import SIZE, Camera, Floats
from installation.footage.stand_in.crossings import Colour

MARGIN = 24  # pixels round the car for what is softened and dragged


@dataclass(frozen=True)
class Patch:
    """A piece of picture: linear light already weighted by its cover, and the place of its upper left pixel."""

    left: int
    top: int
    light: Floats  # height × width × 3
    cover: Floats  # height × width


class Canvas:
    """Blue, green, red in linear light and cover, `scale` times as fine as the frame; what is drawn later hides."""

    def __init__(self, camera: Camera, origin: Floats, around: Floats, scale: float) -> None:
        """Make room for the places `around` (n, 3) of a car whose own zero lies at `origin` in the world."""
        self.camera, self.origin, self.scale = camera, origin, scale
        projected = camera.project(around + origin)
        self.depth = float(projected[:, 2].mean())
        low = np.floor(projected[:, :2].min(axis=0)).astype(int) - MARGIN
        high = np.ceil(projected[:, :2].max(axis=0)).astype(int) + MARGIN
        self.left, self.top = max(int(low[0]), -MARGIN), max(int(low[1]), -MARGIN)
        self.width = max(1, min(int(high[0]), SIZE[0] + MARGIN) - self.left)
        self.height = max(1, min(int(high[1]), SIZE[1] + MARGIN) - self.top)
        self.layer = np.zeros((max(1, round(self.height * scale)), max(1, round(self.width * scale)), 4), np.float32)

    def like(self, colour: Colour) -> "Canvas":
        """Another canvas for the same place, all of one colour."""
        other = object.__new__(Canvas)
        other.__dict__.update(self.__dict__)
        other.layer = np.full_like(self.layer, 1.0)
        other.layer[..., :3] = colour
        return other

    def pixels(self, points: Floats) -> NDArray[np.int32]:
        """Where places fall on the canvas, in sixteenths of its pixels, as OpenCV's `shift=4` wants them."""
        flat = self.camera.project(points + self.origin)[..., :2] - [self.left, self.top]
        return np.asarray(np.round(flat * self.scale * 16), np.int32)

    def fill(self, points: Floats, colour: Floats | Colour) -> None:
        """Fill the polygon through the places."""
        b, g, r = map(float, colour)
        cv2.fillPoly(self.layer, [self.pixels(points)], (b, g, r, 1.0), cv2.LINE_8, 4)

    def line(self, points: Floats, colour: Floats | Colour, metres: float) -> None:
        """Draw a line through the places, `metres` thick."""
        b, g, r = map(float, colour)
        thick = max(1, round(metres * self.camera.focal / self.depth * self.scale))
        cv2.polylines(self.layer, [self.pixels(points)], False, (b, g, r, 1.0), thick, cv2.LINE_8, 4)

    def facets(self, corners: Floats, light: Floats) -> None:
        """Fill each facet (n, 4, 3) with its light (n, 3), in their order."""
        for four, (b, g, r) in zip(self.pixels(corners), light.tolist(), strict=True):
            cv2.fillConvexPoly(self.layer, four, (b, g, r, 1.0), cv2.LINE_8, 4)

    def smooth(self, metres: float) -> None:
        """Melt what is drawn so far into one surface without touching its outline."""
        sigma = max(0.6, metres * self.camera.focal / self.depth * self.scale)
        soft = cv2.GaussianBlur(self.layer, (0, 0), sigma)
        inside = self.layer[..., 3] > 0
        self.layer[inside, :3] = soft[inside, :3] / np.maximum(soft[inside, 3:], 1e-3)

    def mask(self, points: Floats) -> Floats:
        """The polygon's cover, 0 to 1, as large as the layer (height × width × 1)."""
        shape = np.zeros(self.layer.shape[:2], np.uint8)
        cv2.fillPoly(shape, [self.pixels(points)], 255, cv2.LINE_AA, 4)
        return shape.astype(np.float32)[..., None] / 255

    def patch(self, soft: float, drag: Floats | tuple[float, float] = (0.0, 0.0)) -> Patch:
        """Bring the canvas to the frame's size, softened by `soft` pixels and dragged along `drag` pixels."""
        layer, coarse = self.layer, min(1.0, self.scale)
        if self.scale > 1:
            layer = np.asarray(cv2.resize(layer, (self.width, self.height), interpolation=cv2.INTER_AREA), np.float32)
        layer = np.asarray(cv2.GaussianBlur(layer, (0, 0), soft * coarse), np.float32)
        path = np.asarray(drag) * coarse
        length = min(MARGIN, int(np.abs(path).max()))
        if length >= 2:
            kernel = np.zeros((2 * (length // 2) + 3,) * 2, np.float32)
            middle = kernel.shape[0] // 2
            first, last = ((middle + sign * path / 2).round().astype(int).tolist() for sign in (-1, 1))
            cv2.line(kernel, first, last, 1.0, 1)
            layer = np.asarray(cv2.filter2D(layer, -1, kernel / kernel.sum()), np.float32)
        if self.scale < 1:
            layer = np.asarray(cv2.resize(layer, (self.width, self.height), interpolation=cv2.INTER_LINEAR), np.float32)
        return Patch(self.left, self.top, np.ascontiguousarray(layer[..., :3]), np.ascontiguousarray(layer[..., 3]))
