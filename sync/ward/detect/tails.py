"""Exact tails of small counts."""

from math import exp, lgamma, log


def poisson_tail(count: int, mean: float) -> float:
    """P(X >= count) of a Poisson variable; the shorter side is summed up."""
    if count <= 0 or mean <= 0:
        return 1.0 if count <= 0 else 0.0
    if count <= mean:
        return max(0.0, 1 - sum(_poisson(k, mean) for k in range(count)))
    return sum(_poisson(k, mean) for k in range(count, count + 60 + int(12 * mean**0.5)))


def binomial_tail(count: int, of: int, share: float) -> float:
    """P(X >= count) of `of` independent trials."""
    if count <= 0:
        return 1.0
    return min(1.0, sum(_binomial(k, of, share) for k in range(count, of + 1)))


def _poisson(k: int, mean: float) -> float:
    return exp(k * log(mean) - mean - lgamma(k + 1))


def _binomial(k: int, n: int, p: float) -> float:
    return exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p) + (n - k) * log(1 - p))
