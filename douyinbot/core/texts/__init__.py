"""Texts of the bot: templates, their variables, files of lines."""
