"""How the rooms are put together: sees every room, is seen by none."""
