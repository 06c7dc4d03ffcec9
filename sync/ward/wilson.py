"""The Wilson score interval (E. B. Wilson, 1927): honest for small n and for rates near 0 and 1."""

from math import sqrt

Z95 = 1.959963984540054  # two-sided 95 %


def wilson(good: int, n: int, z: float = Z95) -> tuple[float, float]:
    """The interval for a rate of `good` out of `n` (n > 0), as fractions."""
    rate, spread = good / n, z * z / n
    middle = (rate + spread / 2) / (1 + spread)
    half = z * sqrt(rate * (1 - rate) / n + spread / (4 * n)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)
