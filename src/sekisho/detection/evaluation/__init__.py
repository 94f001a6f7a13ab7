"""How well detectors do: labelled rows and what was answered to them in, measures with intervals out.

    rows ──▶ cases ──▶ tasks ──▶ measures, resampled ──▶ an evaluation ──▶ JSON, a page, a comparison

Everything but `sources` is pure. What a pack decides comes in with each case, so this room knows no policy.
"""
