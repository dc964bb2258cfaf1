"""The sender `browser`: lines are typed into the room's page, in the user's own visible browser.

The user starts the browser, with its debugging port open to this computer, and is logged in there. This
package attaches to it. It starts no browser, hides nothing, and has nothing to do with the login.
"""

from douyinbot.connectors.browser.sender import Browsers, BrowserSender

__all__ = ["BrowserSender", "Browsers"]
