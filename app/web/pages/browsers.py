"""What a browser calls itself, in words that its owner knows."""

# In this order: most browsers also call themselves by the name of one further down.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "a Mac"),
    ("Linux", "Linux"),
)
_LONGEST_OWN_WORDS = 60


def browser_in_words(user_agent: str) -> str:
    """`Firefox on Linux`; what is not known is quoted, shortened.

    The header is what the browser says, and anybody may say anything: good enough to know
    one's own sessions again, and for nothing else.
    """
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser:
        return f"{browser} on {system}" if system else browser
    own_words = user_agent[:_LONGEST_OWN_WORDS].strip()
    return own_words or "A browser that does not say which"
