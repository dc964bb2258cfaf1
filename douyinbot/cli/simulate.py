"""`douyinbot simulate`: the made-up room on its own, for listeners and bots in other processes."""

import asyncio
from pathlib import Path

import click

from douyinbot.cli.drive import run_until_signal
from douyinbot.cli.logs import set_up_logging
from douyinbot.connectors.simulator import SPECIAL_ROOMS, Report, Simulator, load_scenario
from douyinbot.errors import ConfigError

__all__ = ["simulate"]

ROOM = "516466932480"
ANYWHERE = "127.0.0.1:0"


@click.command()
@click.option(
    "--serve",
    "address",
    is_flag=False,
    flag_value=ANYWHERE,
    default=ANYWHERE,
    help="HOST:PORT; port 0 takes a free one.",
)
@click.option("--scenario", type=click.Path(path_type=Path), help="A scenario file for every room.")
@click.option("--seed", default=0, help="Seed of the audience.")
@click.option("--pace", default=1.0, type=click.FloatRange(min=0, min_open=True), help="How fast they live.")
def simulate(address: str, scenario: Path | None, seed: int, pace: float) -> int:
    """Open a made-up Douyin on this machine: any room name is a lively room.

    Then, in another terminal: douyinbot listen http://127.0.0.1:PORT/ROOM
    """
    set_up_logging("warning")
    host, port = _host_and_port(address)
    script = load_scenario(scenario) if scenario is not None else None
    stop = asyncio.Event()

    async def serve() -> None:
        async with Simulator(host=host, port=port, scenario=script, seed=seed, pace=pace) as simulator:
            click.echo(f"the simulator is open: {simulator.address}")
            click.echo(f"  listen:  douyinbot listen {simulator.address}/{ROOM}")
            click.echo(f"  rooms that make trouble: {', '.join(SPECIAL_ROOMS)}")
            await stop.wait()
            click.echo(_summary(simulator.report))

    return run_until_signal(serve, stop.set)


def _host_and_port(address: str) -> tuple[str, int]:
    host, separator, port = address.rpartition(":")
    if not separator or not port.isdecimal() or int(port) > 65535:
        raise ConfigError(f'--serve: "{address}" is not HOST:PORT, for instance 127.0.0.1:9000.')
    return host.strip("[]"), int(port)


def _summary(report: Report) -> str:
    counts = (
        f"{report.handshakes} sockets, {len(report.refusals)} refused, {report.frames} frames, "
        f"{report.acks} acknowledged, {report.heartbeats} heartbeats, {len(report.chat_lines)} lines sent"
    )
    lines = [
        counts,
        *(f"  refused: {reason}" for reason in report.refusals[-5:]),
        *(f"  wrong: {what}" for what in report.violations[-5:]),
    ]
    return "\n".join(lines)
