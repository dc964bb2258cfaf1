"""Plugins: found, checked, loaded, listed, switched off, loaded anew."""
