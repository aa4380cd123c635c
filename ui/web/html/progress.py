"""How far long work has come, on the page."""


def progress_html(done: int, total: int) -> str:
    """A bar with its numbers."""
    return (
        f'<p class="progress"><progress max="{max(total, 1)}" value="{done}" aria-label="Progress"></progress> '
        f"{done:,} of {total:,}</p>"
    )
