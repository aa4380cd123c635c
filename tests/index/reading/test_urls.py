import pytest

from dateline.index.reading.urls import is_web_address


@pytest.mark.threat(22)
@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LOCALHOST.", "admin.localhost", "127.0.0.1", "127.0.0.1.", "127.1", "2130706433", "0x7f000001",
        "0177.0.0.1",
        "0", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "[::1]",
        "[::]", "[fe80::1]",
        "[fd00::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "１２７.0.0.1", "127。0。0。1", "127．0．0．1",
        "%31%32%37.0.0.1", "router.local", "router.local.", "intranet", "cafe", "files.lan", "a.home.arpa",
        "db.internal",
    ],
)  # fmt: skip
def test_what_is_on_this_machine_or_a_private_network_is_no_web_address(host: str) -> None:
    for address in (f"http://{host}/admin?delete=1", f"https://{host}:8080/"):
        assert not is_web_address(address)


@pytest.mark.parametrize(
    "host",
    ["lenn.example", "news.example:8080", "localhost.example", "1.example", "93.184.215.14", "[2606:2800:21f::1]",
     "face.be", "local.example", "münchen.example"],
)  # fmt: skip
def test_an_address_of_the_web_is_one(host: str) -> None:
    assert is_web_address(f"https://{host}/a?b=1&c=2")
