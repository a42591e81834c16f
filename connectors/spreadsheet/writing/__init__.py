"""Approved changes of fields brought into the cells that hold them."""
