import datetime
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from FasterAPI.contrib import http2 as module
from FasterAPI.contrib.http2 import serve_http2
from tests.api_web.contrib.example import run_example

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of its own for 127.0.0.1, and its key."""
    x509 = pytest.importorskip("cryptography.x509")
    from ipaddress import ip_address

    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("certificate")
    (folder / "crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key").write_bytes(key.private_bytes(*pem))
    return folder / "crt", folder / "key"


@pytest.mark.parametrize("server", ["hypercorn", "granian"])
def test_server_speaks_both_versions(server: str, certificate: tuple[Path, Path], unused_port: int) -> None:
    pytest.importorskip("h2")
    pytest.importorskip(server)
    certfile, keyfile = certificate
    program = (
        "from FasterAPI.contrib.http2 import serve_http2\n"
        "if __name__ == '__main__':\n"
        "    serve_http2('tests.api_web.contrib.served_http2:app', "
        f"certfile={str(certfile)!r}, keyfile={str(keyfile)!r}, port={unused_port}, server={server!r})\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    url = f"https://127.0.0.1:{unused_port}/"
    trust = ssl.create_default_context(cafile=str(certfile))
    try:
        new = ask(url, trust, process, http2=True)
        old = ask(url, trust, process, http2=False)
    finally:
        process.terminate()
        process.communicate(timeout=60)
    assert (new.http_version, new.json()) == ("HTTP/2", {"version": "2", "http2": True, "scheme": "https"})
    assert (old.http_version, old.json()) == ("HTTP/1.1", {"version": "1.1", "http2": False, "scheme": "https"})


def ask(url: str, trust: ssl.SSLContext, process: Any, *, http2: bool) -> httpx.Response:
    """Ask a server that may not have started yet."""
    deadline = time.monotonic() + 60
    with httpx.Client(http2=http2, verify=trust) as client:
        while True:
            try:
                return client.get(url)
            except httpx.TransportError:
                assert process.poll() is None, process.communicate()[0]
                assert time.monotonic() < deadline
                time.sleep(0.05)


def test_first_example_runs(monkeypatch: pytest.MonkeyPatch, certificate: tuple[Path, Path]) -> None:
    served: list[tuple[Any, ...]] = []
    monkeypatch.setattr(module, "_serve_hypercorn", lambda *args: served.append(args))
    certfile, keyfile = certificate
    run_example(module, replace={"shop.crt": str(certfile), "shop.key": str(keyfile)})
    assert served == [("shop:app", certfile, keyfile, "127.0.0.1", 8443, 1)]


def test_mistakes_are_found_before_it_serves(certificate: tuple[Path, Path]) -> None:
    certfile, keyfile = certificate
    with pytest.raises(ValueError, match=r"^serve_http2\(\) got 'shop'\. Write 'module:attribute', as 'shop:app'\.$"):
        serve_http2("shop", certfile=certfile, keyfile=keyfile)
    with pytest.raises(FileNotFoundError, match=r"^serve_http2\(\) finds no file 'none\.key'\.$"):
        serve_http2("shop:app", certfile=certfile, keyfile="none.key")
    with pytest.raises(ValueError, match=r"^There is no server 'uvicorn' for HTTP/2\. Write 'hypercorn'"):
        serve_http2("shop:app", certfile=certfile, keyfile=keyfile, server="uvicorn")  # type: ignore[arg-type]


@pytest.mark.parametrize("server", ["hypercorn", "granian"])
def test_missing_server_names_the_command(
    server: Any, monkeypatch: pytest.MonkeyPatch, certificate: tuple[Path, Path]
) -> None:
    for name in (server, *(known for known in sys.modules if known.startswith(f"{server}."))):
        monkeypatch.setitem(sys.modules, name, None)
    certfile, keyfile = certificate
    message = (
        f"FasterAPI.contrib.http2 requires {server}, which is not installed. Run: pip install 'faster-api-web[http2]'"
    )
    with pytest.raises(ImportError) as caught:
        serve_http2("shop:app", certfile=certfile, keyfile=keyfile, server=server)
    assert str(caught.value) == message
