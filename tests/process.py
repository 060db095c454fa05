"""The end of processes that do not end by themselves."""

import subprocess

__all__ = ["end"]


def end(process: "subprocess.Popen[str]") -> None:
    """Kill a process, and do not wait for those that it has started: they may have its output open."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()
