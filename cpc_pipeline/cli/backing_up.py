"""`cpc backup`, `restore`, `drill` and `backup-key`: everything that cannot be made again, in one encrypted file."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from cpc_pipeline.cli.speaker import FINDINGS, FINE, UNUSABLE, Speaker
from cpc_pipeline.cli.topic import Command

if TYPE_CHECKING:
    from cpc_pipeline.desk.backups import BackupRefused
    from cpc_pipeline.project import Project

RECIPIENT = "CPC_BACKUP_RECIPIENT"


def register(command: Command) -> None:
    """Add the commands."""
    made = command("backup", backup, "all that cannot be made again, in one encrypted file / copia de seguridad")
    made.add_argument("file", type=Path, metavar="FILE")
    made.add_argument("--plain", action="store_true", help="not encrypted: for a disk that is / sin cifrar")
    put = command("restore", restore, "put a backup in place, checked / restaurar una copia, verificada")
    put.add_argument("file", type=Path, metavar="FILE")
    put.add_argument("--key", type=Path, metavar="IDENTITY", help="file with the private key / clave privada")
    put.add_argument("--into", type=Path, metavar="DIR", help="another project folder / otra carpeta")
    key = command("backup-key", backup_key, "make a key for backups / crear una clave para las copias")
    key.add_argument("file", type=Path, metavar="FILE")

    words = "restore a backup aside, verify it, delete it again / ensayar la restauración"
    tried = command("drill", drill, words)
    tried.add_argument("file", type=Path, metavar="FILE", nargs="?", help="a backup; none: made now / una copia")
    tried.add_argument("--key", type=Path, metavar="IDENTITY", help="file with the private key / clave privada")


def backup(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.desk import backups

    recipients = os.environ.get(RECIPIENT, "")
    try:
        count = backups.back_up(project, arguments.file, recipients, plain=arguments.plain)
    except backups.BackupRefused as why:
        return _no(why, say, arguments)
    return _done("made_plain" if arguments.plain else "made", count, arguments.file, say, arguments)


def restore(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.desk import backups

    if not arguments.file.is_file():
        say("backup.no_file", path=arguments.file)
        return UNUSABLE
    into = arguments.into or project.folders.root
    try:
        count = backups.restore(project, arguments.file, into, arguments.key)
    except backups.BackupRefused as why:
        return _no(why, say, arguments)
    return _done("restored", count, into, say, arguments)


def drill(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.desk import backups, drilling

    if arguments.file is not None and not arguments.file.is_file():
        say("backup.no_file", path=arguments.file)
        return UNUSABLE
    try:
        done = drilling.drill(project, arguments.file, arguments.key)
    except backups.BackupRefused as why:
        return _no(why, say, arguments)
    if arguments.json:
        found = [{"where": p.where, "what": p.what, **p.params} for p in done.problems]
        print(json.dumps({"files": done.files, "rows": done.rows, "problems": found}, ensure_ascii=False))
    else:
        for problem in done.problems:
            print(f"  {problem.where}: {say.text(f'verify.{problem.what}', **problem.params)}")
        say("backup.drill_failed" if done.problems else "backup.drilled", files=done.files, rows=done.rows)
    return FINDINGS if done.problems else FINE


def backup_key(project: Project, say: Speaker, arguments: argparse.Namespace) -> int:
    from cpc_pipeline.desk import backups

    try:
        public = backups.new_key(arguments.file)
    except FileExistsError:
        say("backup.there", path=arguments.file)
        return UNUSABLE
    say("backup.key_made", path=arguments.file, public=public)
    return FINE


def _done(what: str, count: int, path: Path, say: Speaker, arguments: argparse.Namespace) -> int:
    if arguments.json:
        print(json.dumps({"files": count, "path": str(path)}, ensure_ascii=False))
    else:
        say(f"backup.{what}", count=count, path=path)
    return FINE


def _no(why: BackupRefused, say: Speaker, arguments: argparse.Namespace) -> int:
    if arguments.json:
        print(json.dumps({"refused": why.code}))
    else:
        say(f"backup.{why.code}", **why.params)
    return UNUSABLE
