"""Trains the small models that onrecord ships; needs the `training` extra and is no part of the installed product."""
