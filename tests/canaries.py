"""Values that stand for secrets in tests. Each has the mark in it: where the mark turns up, a secret leaked.

tests/conftest.py fails every test in whose log it turns up, at any level.
"""

MARK = "kanari7f3b9d"

SESSION_ID = f"{MARK}-session"
TTWID = f"{MARK}-ttwid"
CSRF = f"{MARK}-csrf"
ODIN = f"{MARK}-odin"
MS_TOKEN = f"{MARK}-mstoken"
SIGNATURE = f"{MARK}-signature"
A_BOGUS = f"{MARK}-abogus"
HEADER = f"{MARK}-header"
PROXY_PASSWORD = f"{MARK}-proxy"
WEB_TOKEN = f"{MARK}-web"
DATABASE_PASSWORD = f"{MARK}-database"

COOKIES = f"sessionid={SESSION_ID}; ttwid={TTWID}; passport_csrf_token={CSRF}; odin_tt={ODIN}"
