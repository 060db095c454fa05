"""`fasterapi openapi`: the document of an application, and what changed between two."""

from pathlib import Path
from typing import Any

import click
import msgspec

import faster_openapi
from FasterAPI.cli.target import Broken, app_argument, load_app

__all__ = ["openapi"]

_VERSIONS = tuple(sorted({*faster_openapi.VERSIONS, *(known.rpartition(".")[0] for known in faster_openapi.VERSIONS)}))


@click.command()
@app_argument
@click.option("--spec", default=None, type=click.Choice(_VERSIONS), help="The version of OpenAPI.")
@click.option("--yaml", "as_yaml", is_flag=True, help="As YAML. Needs the extra `yaml`.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@click.option(
    "--diff",
    "pair",
    nargs=2,
    metavar="OLD NEW",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Compare two documents.",
)
@click.option("--fail-on", type=click.Choice(["breaking", "any"]), help="With --diff: the exit code is 1 for these.")
@click.pass_context
def openapi(
    context: click.Context,
    app: str | None,
    app_dir: Path,
    spec: str | None,
    as_yaml: bool,
    output: Path | None,
    pair: tuple[Path, Path] | None,
    fail_on: str | None,
) -> None:
    """Write the OpenAPI document of APP, or compare two documents."""
    if pair is not None:
        context.exit(_compare(*pair, fail_on=fail_on))
    if fail_on is not None:
        raise click.UsageError("--fail-on belongs to --diff OLD NEW.")
    found = load_app(app, app_dir)
    text = _write(faster_openapi.document(found, version=spec), as_yaml=as_yaml)
    if output is None:
        click.echo(text, nl=False)
    else:
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            raise Broken(f"{output} cannot be written: {error.strerror}") from error
        click.echo(f"Wrote {output}", err=True)


def _write(document: Any, *, as_yaml: bool) -> str:
    if not as_yaml:
        return msgspec.json.format(msgspec.json.encode(document)).decode() + "\n"
    try:
        return msgspec.yaml.encode(document).decode()
    except ImportError as error:
        raise Broken(
            "--yaml requires pyyaml, which is not installed. Run: pip install 'faster-api-web[yaml]'"
        ) from error


def _compare(old: Path, new: Path, *, fail_on: str | None) -> int:
    """Print what changed between two documents, and return the exit code."""
    comparison = faster_openapi.diff(_read(old), _read(new))
    for change in comparison:
        click.echo(str(change))
    click.echo(f"{len(comparison.breaking)} breaking, {len(comparison.compatible)} compatible")
    failing = {"breaking": comparison.breaking, "any": tuple(comparison)}
    return 1 if fail_on is not None and failing[fail_on] else 0


def _read(file: Path) -> Any:
    try:
        if file.suffix in (".yaml", ".yml"):
            return msgspec.yaml.decode(file.read_bytes())
        return msgspec.json.decode(file.read_bytes())
    except msgspec.DecodeError as error:
        raise Broken(f"{file} cannot be read: {error}") from error
    except ImportError as error:
        raise Broken(
            f"{file} requires pyyaml, which is not installed. Run: pip install 'faster-api-web[yaml]'"
        ) from error
