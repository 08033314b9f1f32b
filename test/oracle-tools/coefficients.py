# Prints the coefficients of the polynomials in assembly/engine (exponential.ts, logarithm.ts, wave.ts, arc.ts), and what each leaves out at most.
# They are the sums of Chebyshev polynomials that mpmath fits at 60 digits, least power first. Run: python3 test/oracle-tools/coefficients.py
import mpmath
from mpmath import atan, cos, cosh, exp, log, mpf, pi, sin, sinh, sqrt

mpmath.mp.dps = 60
NEAR_0 = mpf(10) ** -20  # below this a quotient loses its digits, and has its limit


def of_root(f, limit):
    """f of the root of z, as a function of z."""
    return lambda z: f(sqrt(z)) if z > NEAR_0 else mpf(limit)


artanh = lambda s: log((1 + s) / (1 - s)) / 2
fits = {
    'exp: (eʳ − 1 − r) / r²': (lambda r: (exp(r) - 1 - r) / r**2 if abs(r) > NEAR_0 else mpf(1) / 2, [-log(2) / 2, log(2) / 2], 11),
    'sinh: (sinh s / s − 1) / s²': (of_root(lambda s: (sinh(s) / s - 1) / s**2, mpf(1) / 6), [0, 1], 7),
    'cosh: (cosh s − 1) / s²': (of_root(lambda s: (cosh(s) - 1) / s**2, mpf(1) / 2), [0, 1], 8),
    'log: (2 artanh s / s − 2) / s²': (of_root(lambda s: (2 * artanh(s) / s - 2) / s**2, mpf(2) / 3), [0, (3 - 2 * sqrt(mpf(2)))**2], 7),
    'sine: (sin s / s − 1) / s²': (of_root(lambda s: (sin(s) / s - 1) / s**2, -mpf(1) / 6), [0, (pi / 4)**2], 7),
    'cosine: (cos s − 1 + s²/2) / s⁴': (of_root(lambda s: (cos(s) - 1 + s**2 / 2) / s**4, mpf(1) / 24), [0, (pi / 4)**2], 6),
    'atan: (atan s / s − 1) / s²': (of_root(lambda s: (atan(s) / s - 1) / s**2, -mpf(1) / 3), [0, (mpf(7) / 16)**2], 12),
}
for name, (f, interval, terms) in fits.items():
    coefficients, error = mpmath.chebyfit(f, interval, terms, error=True)
    print(f'{name} on {mpmath.nstr(interval[0], 6)} … {mpmath.nstr(interval[1], 6)}, off by at most 2^{mpmath.nstr(mpmath.log(error, 2), 3)}')
    for c in reversed(coefficients):
        print(f'  {float(c)!r}')
