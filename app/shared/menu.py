"""The way around a page: folded under a button on a narrow screen, all there on a wide one (`assets/menu/menu.jsx`)."""

import reflex as rx


class Menu(rx.Component):
    """Holds what it is given. `name` is what the button is called, `current` where one is; "": that is no entry."""

    library = rx.asset("menu/menu.jsx").importable_path
    tag = "Menu"

    name: rx.Var[str]
    current: rx.Var[str]


menu = Menu.create
