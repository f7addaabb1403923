"""What is folded under a button on a narrow screen and all there on a wide one (`assets/menu/menu.jsx`)."""

import reflex as rx

LIBRARY = rx.asset("menu/menu.jsx").importable_path


class Menu(rx.Component):
    """The way around. `name` is what the button is called, `current` where one is; "": that is no entry."""

    library = LIBRARY
    tag = "Menu"

    name: rx.Var[str]
    current: rx.Var[str]


class Fold(rx.Component):
    """What one needs only now and then. `count` stands on the button: how much of it is in use."""

    library = LIBRARY
    tag = "Fold"

    name: rx.Var[str]
    count: rx.Var[int]


menu = Menu.create
fold = Fold.create
