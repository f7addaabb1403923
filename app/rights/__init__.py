"""The rights of the person: to see what is known, to take it with them, to withdraw consent, to be forgotten.

Kept free of imports so that the CLI may use its modules without loading the web half.
"""
