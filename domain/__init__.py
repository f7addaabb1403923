"""The rules of the funnel: pure functions and frozen values.

Nothing here reads a clock, an environment variable, a disk, a network or a random source; time and ids are arguments.
It may import the standard library, pydantic, the pure data libraries phonenumbers and email-validator, and jinja2
(without a loader: text in, text out; decision 0009).
"""
