"""The shape of a car, in its own metres: x to its left (as one who faces it sees: right), y behind its bumper, z up.

A body is a profile (how far behind the bumper, how high, how wide) swept from side to side. Its places are named
(station, side): station counts along the profile from the bumper's lower lip, side runs from -1 to 1.
"""

from functools import cache
from typing import Literal

import numpy as np

from installation.footage.stand_in.camera import Floats

Shape = Literal["sedan", "suv", "van"]

# Rows: metres behind the bumper, height, half the width. Stations: 0 lip, 1 bumper, 2 grille, 3 lamps, 4 the bonnet's
# edge, 5 bonnet, 6 foot of the windscreen, 7 its middle, 8 its head, 9 roof, 10 end of the roof.
PROFILES: dict[Shape, Floats] = {
    "sedan": np.array([(0.10, 0.20, 0.80), (0.0, 0.36, 0.86), (0.0, 0.52, 0.88), (0.05, 0.64, 0.89),
                       (0.20, 0.76, 0.89), (0.72, 0.88, 0.90), (1.22, 0.95, 0.84), (1.62, 1.19, 0.74),
                       (2.05, 1.40, 0.62), (2.5, 1.46, 0.60), (3.5, 1.40, 0.60)]),
    "suv": np.array([(0.10, 0.28, 0.84), (0.0, 0.45, 0.90), (0.0, 0.66, 0.92), (0.04, 0.84, 0.93),
                     (0.16, 0.98, 0.93), (0.66, 1.08, 0.94), (1.10, 1.14, 0.88), (1.42, 1.40, 0.79),
                     (1.80, 1.64, 0.69), (2.3, 1.72, 0.67), (4.2, 1.68, 0.67)]),
    "van": np.array([(0.08, 0.26, 0.80), (0.0, 0.42, 0.86), (0.0, 0.62, 0.88), (0.05, 0.82, 0.88),
                     (0.14, 0.94, 0.88), (0.36, 1.02, 0.88), (0.62, 1.10, 0.85), (0.98, 1.45, 0.80),
                     (1.36, 1.78, 0.74), (1.8, 1.88, 0.72), (4.2, 1.88, 0.72)]),
}  # fmt: skip

Corners = tuple[tuple[float, float], ...]
WINDSCREEN: Corners = ((6.12, -0.90), (6.05, 0.0), (6.12, 0.90), (7.9, 0.88), (7.97, 0.0), (7.9, -0.88))
LEFT_LAMP: Corners = ((2.55, 0.66), (2.75, 0.97), (3.75, 0.99), (3.35, 0.62))
RIGHT_LAMP: Corners = tuple((station, -side) for station, side in LEFT_LAMP)
GRILLE: Corners = ((1.75, -0.36), (1.75, 0.36), (3.0, 0.50), (3.0, -0.50))
INTAKE: Corners = ((0.30, -0.50), (0.30, 0.50), (0.85, 0.58), (0.85, -0.58))
PLATE: Corners = ((0.95, -0.25), (0.95, 0.25), (1.72, 0.25), (1.72, -0.25))


def surface(shape: Shape, station: Floats | float, side: Floats | float) -> Floats:
    """The places (…, 3) of stations and sides."""
    station, side = np.broadcast_arrays(np.asarray(station, float), np.asarray(side, float))
    profile = PROFILES[shape]
    behind, height, half = (np.interp(station, np.arange(len(profile)), column) for column in profile.T)
    bulge = np.abs(side)
    rounded = np.clip((bulge - 0.80) / 0.20, 0, 1) ** 2
    nose = np.clip(1.5 - station / 3.6, 0.35, 1)
    cabin = np.clip((station - 5.6) / 0.8, 0, 1)
    crown = (0.035 * bulge**2 + (0.075 - 0.04 * cabin) * rounded) * np.clip((station - 2) / 2, 0, 1)
    ridge = 0.012 * np.exp(-(((bulge - 0.62) / 0.10) ** 2)) * np.exp(-(((station - 5) / 1.0) ** 2))
    return np.stack([side * half, behind + nose * (0.13 * bulge**2 + 0.12 * rounded), height - crown + ridge], axis=-1)


@cache
def outline(shape: Shape, corners: Corners) -> Floats:
    """A closed line (n, 3) over the body from corner to corner, bent with it."""
    loop = np.array([*corners, corners[0]])
    fine = np.linspace(0, len(corners), 8 * len(corners), endpoint=False)
    along = np.arange(len(loop))
    return surface(shape, np.interp(fine, along, loop[:, 0]), np.interp(fine, along, loop[:, 1]))


@cache
def facets(shape: Shape, fine: int) -> tuple[Floats, Floats, Floats]:
    """Corners (n, 4, 3), outward normals (n, 3) and a mark (n; 1 on glass) of each facet, far ones first."""
    stations = np.linspace(10, 0, 10 * fine + 1)
    front = surface(shape, *np.meshgrid(stations, np.linspace(-1, 1, 10 * fine + 1), indexing="ij"))
    sheets = [_flank(shape, stations, -1.0), _flank(shape, stations, 1.0), (front, np.zeros((10 * fine, 10 * fine)))]
    corners = np.concatenate(
        [np.stack([p[:-1, :-1], p[1:, :-1], p[1:, 1:], p[:-1, 1:]], axis=2).reshape(-1, 4, 3) for p, _ in sheets]
    )
    cross = np.cross(corners[:, 2] - corners[:, 0], corners[:, 1] - corners[:, 3])
    cross *= np.sign(np.sum(cross * (corners.mean(axis=1) - [0, 1.9, 0.55]), axis=-1, keepdims=True))
    normals = cross / np.maximum(np.linalg.norm(cross, axis=-1, keepdims=True), 1e-9)
    return corners, normals, np.concatenate([mark.reshape(-1) for _, mark in sheets])


def _flank(shape: Shape, stations: Floats, edge: float) -> tuple[Floats, Floats]:
    """One side: from the roof's or bonnet's edge to the shoulder to the sill, with the side windows marked."""
    profile = PROFILES[shape]
    top = surface(shape, stations, edge)
    shoulder, sill = top.copy(), top.copy()
    shoulder[:, 0] = np.where(stations > 5.5, edge * profile[:, 2].max(), top[:, 0])
    shoulder[:, 2] = np.minimum(top[:, 2], profile[6, 1] - 0.04)
    sill[:, 0], sill[:, 2] = shoulder[:, 0], np.minimum(shoulder[:, 2], 0.30)
    glass = np.zeros((len(stations) - 1, 2))
    glass[:, 0] = (stations[:-1] > 7.0) & (stations[:-1] < 9.9)
    return np.stack([top, shoulder, sill], axis=1), glass


@cache
def lamps(shape: Shape) -> Floats:
    """The middles of the two headlamps (2 × 3)."""
    return surface(shape, 3.1, np.array([-0.8, 0.8]))


@cache
def hull(shape: Shape) -> Floats:
    """Places (n, 3) that enclose the body and its footprint."""
    profile = PROFILES[shape]
    edges = [(side * half, y, z) for y, z, half in profile for side in (-1, 1)]
    return np.array([*edges, *FOOTPRINT])


FOOTPRINT = np.array([(-0.80, 0.4, 0.02), (0.80, 0.4, 0.02), (0.84, 4.2, 0.02), (-0.84, 4.2, 0.02)])
