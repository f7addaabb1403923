"""What a number means, beside it: on hover, on a tap, on keyboard focus, read out (`assets/meaning/meaning.jsx`)."""

import reflex as rx


class Meaning(rx.Component):
    """Tells a definition. The number's name itself (`text`), or a small sign that is called `name`.

    `slug` is the metric's; "" for a rule of a table.
    """

    library = rx.asset("meaning/meaning.jsx").importable_path
    tag = "Meaning"

    text: rx.Var[str]
    name: rx.Var[str]
    definition: rx.Var[str]
    slug: rx.Var[str]


meaning = Meaning.create
