"""The pages, one module an audience: `public`, `customer`, `staff`, `operator`, and the `playground`.

Views are thin: they read the address, ask `queries`, call `actions`, and hand plain values to a template.
"""
