"""How fast the rules decide, with no log and no network around them."""
