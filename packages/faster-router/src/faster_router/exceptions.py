"""Every way a route can be wrong.

    RouterError
    ├── TemplateError (ValueError)          a path template that cannot be read
    │   ├── MissingSlash                    it does not begin with "/"
    │   ├── UnclosedBrace                   "{" without its "}"
    │   ├── StrayBrace                      "}" without its "{"
    │   ├── BadName                         "{}", "{2nd}", "{a b}"
    │   ├── DuplicateName                   one name twice
    │   ├── UnknownConvertor                "{id:integer}"
    │   ├── AdjacentParameters              "{a}{b}": nothing says where one ends
    │   └── MisplacedPath                   a parameter beside or after "{x:path}"
    ├── HostError (ValueError)              a host pattern that cannot be read
    ├── ConvertorError (ValueError)         a convertor that cannot be registered
    ├── MethodError (ValueError)            a method that is not a token, or no method at all
    ├── RouteConflict (ValueError)          two routes for one method and path
    ├── ParameterError (ValueError)         a value that cannot be written into a template
    └── NoMatchFound (LookupError)          no route has this name and these parameters

All are the programmer's mistakes; what a client does wrong is a `Miss`, never an exception. Each message has four
parts: what is wrong, where, what was expected, and what to write instead.
"""

from typing import Any

__all__ = [
    "AdjacentParameters",
    "BadName",
    "ConvertorError",
    "DuplicateName",
    "HostError",
    "MethodError",
    "MisplacedPath",
    "MissingSlash",
    "NoMatchFound",
    "ParameterError",
    "RouteConflict",
    "RouterError",
    "StrayBrace",
    "TemplateError",
    "UnclosedBrace",
    "UnknownConvertor",
]


class RouterError(Exception):
    """The root of everything this package raises."""


class TemplateError(RouterError, ValueError):
    """A path template that cannot be read.

    Attributes:
        template: The template as it was written.
        position: Where in it the mistake is, counted from 0.
    """

    def __init__(self, template: str, position: int, what: str, expected: str, instead: str) -> None:
        super().__init__(f"path template {template!r}: {what} at position {position}. {expected} {instead}")
        self.template = template
        self.position = position


class MissingSlash(TemplateError):
    """The template does not begin with a slash."""

    def __init__(self, template: str) -> None:
        what = "no slash"
        super().__init__(template, 0, what, "A path begins with '/'.", f"Write {'/' + template!r}.")


class UnclosedBrace(TemplateError):
    """A brace is opened and not closed before the next brace, slash or the end."""

    def __init__(self, template: str, position: int) -> None:
        expected = "A parameter is a name in braces, closed in the same segment."
        super().__init__(template, position, "unclosed brace", expected, "Write '{name}' or '{name:convertor}'.")


class StrayBrace(TemplateError):
    """A brace is closed that was never opened."""

    def __init__(self, template: str, position: int) -> None:
        expected = "'}' only ends a parameter."
        super().__init__(template, position, "stray brace", expected, "Write '{name}', or remove the brace.")


class BadName(TemplateError):
    """A parameter's name is empty or not an identifier."""

    def __init__(self, template: str, position: int, name: str) -> None:
        what = f"parameter name {name!r}" if name else "parameter without a name"
        expected = "A name is a Python identifier."
        super().__init__(template, position, what, expected, "Write '{name}' or '{name:convertor}'.")


class DuplicateName(TemplateError):
    """Two parameters have one name."""

    def __init__(self, template: str, position: int, name: str) -> None:
        what = f"second parameter named {name!r}"
        super().__init__(template, position, what, "Each name stands once.", "Rename one of the two.")


class UnknownConvertor(TemplateError):
    """A parameter names a convertor that is not registered."""

    def __init__(self, template: str, position: int, convertor: str, known: tuple[str, ...]) -> None:
        what = f"unknown convertor {convertor!r}"
        expected = f"Known are {', '.join(known)}."
        instead = "Use one of them, or call register_convertor first."
        super().__init__(template, position, what, expected, instead)


class AdjacentParameters(TemplateError):
    """Two parameters touch."""

    def __init__(self, template: str, position: int) -> None:
        what = "parameter directly after another"
        expected = "Text between two parameters says where the first one ends."
        super().__init__(template, position, what, expected, "Write for example '{a}-{b}' or '{a}/{b}'.")


class MisplacedPath(TemplateError):
    """A path parameter shares its segment with a parameter, or is followed by one."""

    def __init__(self, template: str, position: int) -> None:
        what = "parameter in or after the segment of a path parameter"
        expected = "Only text may stand beside and after '{x:path}'."
        super().__init__(template, position, what, expected, "Move the path parameter to the end, or use '{x}'.")


class HostError(RouterError, ValueError):
    """A host pattern that cannot be read.

    Attributes:
        pattern: The pattern as it was written.
    """

    def __init__(self, pattern: str, what: str, instead: str) -> None:
        expected = "A pattern is a host name without scheme, port and path, with '{name}' for a part that varies."
        super().__init__(f"host pattern {pattern!r}: {what}. {expected} {instead}")
        self.pattern = pattern


class ConvertorError(RouterError, ValueError):
    """A convertor that cannot be registered.

    Attributes:
        name: The name it was to have.
    """

    def __init__(self, name: str, what: str, expected: str, instead: str) -> None:
        super().__init__(f"convertor {name!r}: {what}. {expected} {instead}")
        self.name = name


class MethodError(RouterError, ValueError):
    """A method that is not a token, or a route without methods.

    Attributes:
        method: The method as it was written; "" when there was none.
        template: The template of the route.
    """

    def __init__(self, method: str, template: str) -> None:
        what = f"method {method!r} is not a token" if method else "the route has no method"
        expected = "A method is letters, digits and some signs, without blanks (RFC 9110, 9.1)."
        super().__init__(f"route {template}: {what}. {expected} Write for example methods=['GET'].")
        self.method = method
        self.template = template


class RouteConflict(RouterError, ValueError):
    """Two routes for one method and path.

    Attributes:
        method: The method both have.
        template: The template of the later route.
        target: What the later route leads to.
        other_template: The template that was there before.
        other_target: What it leads to.
    """

    def __init__(self, method: str, template: str, target: Any, other_template: str, other_target: Any) -> None:
        super().__init__(
            f"{method} {template}: {_described(target)} has the same method and path as "
            f"{_described(other_target)} at {other_template}. "
            "One method and path leads to one route; names of parameters make no difference. "
            "Change the path or the method of one of them, or remove it."
        )
        self.method = method
        self.template = template
        self.target = target
        self.other_template = other_template
        self.other_target = other_target


class ParameterError(RouterError, ValueError):
    """A value that cannot be written into a template.

    Attributes:
        template: The template that was to be filled.
        name: The parameter.
    """

    def __init__(self, template: str, name: str, what: str, expected: str, instead: str) -> None:
        super().__init__(f"path template {template!r}, parameter {name!r}: {what}. {expected} {instead}")
        self.template = template
        self.name = name


class NoMatchFound(RouterError, LookupError):
    """No route has this name and these parameters.

    Attributes:
        name: The name that was asked for.
        params: The parameters that were given.
    """

    def __init__(self, name: str, params: dict[str, Any], known: tuple[str, ...]) -> None:
        given = f"exactly the parameters {', '.join(map(repr, params))}" if params else "no parameters"
        expected = f"Routes of that name: {', '.join(known)}." if known else "No route has that name."
        super().__init__(
            f"url_path_for({name!r}): no route has that name and {given}. {expected} "
            "Give exactly the parameters of the template, and 'mount:route' for a route below a mount."
        )
        self.name = name
        self.params = params


def _described(target: Any) -> str:
    """A target as a person would name it: the function with its file and line where there is one."""
    for attribute in ("endpoint", "app"):
        target = getattr(target, attribute, target)
    code = getattr(target, "__code__", None)
    if code is None:
        return repr(target)
    file = code.co_filename.replace("\\", "/").rpartition("/")[2]
    return f"{target.__qualname__} ({file}:{code.co_firstlineno})"
