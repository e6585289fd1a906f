"""Build the website of a project folder: the entry point for the command line, tests and other programs.

The steps form a graph: shared results are computed, a notebook makes each page, and the assembler makes the book.
Steps with unchanged inputs are not run again; steps with modified or deleted results are.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytask
from pytask import PythonNode
from rich.console import Console

from riktvarden import files
from riktvarden.book import assemble as assembler
from riktvarden.book import entrance, execute, graph, kernels, keys, opendata, stage, stamp, warm, workers
from riktvarden.book.assemble import AssembleError, assemble, missing
from riktvarden.book.cells import PARAMETERS, Output, has
from riktvarden.book.execute import Page
from riktvarden.book.outcome import BuildError, BuildReport
from riktvarden.book.passed import Passed, digest_of
from riktvarden.book.progress import Watch
from riktvarden.book.publish import Publication, digest, digests
from riktvarden.book.release import EDITIONS, examine
from riktvarden.book.workers import ClusterError, WatchedExecutor
from riktvarden.editions.record import PUBLISHED, Manifest
from riktvarden.returns import released
from riktvarden.store import reads

__all__ = ["BuildError", "BuildReport", "build"]

MOST_WORKERS = 8
"""Maximum number of parallel notebooks by default; each kernel takes a few hundred megabytes."""
COMPUTING = "computing the results"
LABELLING = "reading labels and sources"
ASSEMBLER = "assembling the book"
STAMPED = "the other municipalities"
CHECKED = ("riktvarden.tables", "riktvarden.assumptions", "riktvarden.returns.store", "riktvarden.model")
"""Modules that check the data."""
MANIFEST = "manifest.json"
"""Manifest of the stored material, see `riktvarden.store.material`."""
LEAST_FREE = 2**16
"""Free space in bytes below which the disk is reported as full, as a failing step may not be able to report it."""
STAMP = "key"
"""File with the digest of the other files of its folder."""
WORDS = "words"
"""File with the digest of the data whose labels and sources are stored; also the argument that stores them again."""


def build(
    root: Path,
    publication: Publication,
    regions: Mapping[str, str],
    language: str = "sv",
    edition: str = "working",
    parallel: int | None = None,
    timeout: int = 600,
    check: Callable[[], Sequence[object]] | None = None,
    console: Console | None = None,
    prepare: str | None = None,
    cluster: str | None = None,
    out: Path | None = None,
    settings: Mapping[str, Any] | None = None,
    municipalities: Mapping[str, Mapping[str, str]] | None = None,
    editions: Sequence[Manifest] = (),
) -> BuildReport:
    """Build the website of `root` in one language, to be published by `publication`.

    Parameters
    ----------
    root
        The project folder, with ``_config.yml``, ``_toc.yml`` and ``chapters/``.
    publication
        Publishes the pages when the caller asks; its folder also holds the files shared by languages. See
        `riktvarden.book.publish.alone`.
    regions
        Code → page title of the regions with pages, in reading order.
    language, edition
        Parameters of every notebook; the language also chooses the folder in the site.
    parallel
        Number of notebooks to run in parallel (default: `at_once`).
    timeout
        Time limit of one cell, or of one run of `prepare`, in seconds.
    check
        Function that checks the data and returns the problems; called before anything else, unless data, code and
        lock file are those of the last check that passed.
    console
        Console for progress (default: standard output). The caller shows the summary, which is the report.
    prepare
        Module that stores the shared results in the folder given as argument, see `riktvarden.store.material`; then
        run in parallel for each separate analysis in its manifest, with the name as second argument. Not run if data,
        its code and lock file are unchanged.
    cluster
        Address of a Dask scheduler to run the steps on, see `riktvarden.book.workers.cluster`. Its workers must see
        this folder under the same path and have this environment; they decide how many steps run in parallel.
    out
        Folder for all other output (default: the publication's folder). Each language needs its own.
    settings
        Further settings of Sphinx: the languages of the site, and when its sources changed.
    municipalities
        Heading → code → page title of the municipalities with pages, in reading order.
    editions
        The frozen editions, the oldest first.

    Raises
    ------
    OSError
        If something cannot be written.
    BuildError
        With all faults found. The other notebooks still run. For every failed step, ``out/failed`` has the full
        traceback, and for a notebook its output so far.
    """
    began = time.perf_counter()
    if not opendata.EDITION_NAME.fullmatch(edition) or edition == opendata.LATEST:
        raise BuildError(
            [f"edition {edition!r}: use letters a to z and digits, followed by these and . _ -, but not latest"]
        )
    root = root.resolve()
    home = publication.home
    out = out.resolve() if out else home
    console = console or Console(highlight=False)
    shared_state, state, failed = home / "state", out / "state", out / "failed"
    for folder in (shared_state, state):
        folder.mkdir(parents=True, exist_ok=True)
    project = keys.Project(root, memory=shared_state / "meanings.json")
    project.settle()
    _check(check, shared_state / "checked", keys.combined([project.data(), project.code(CHECKED), project.environment()]))
    try:
        config, toc = stage.configuration(root), stage.contents(root, regions, municipalities)
        pages, texts = _chapters(root, toc, regions, municipalities or {}, language, edition)
    except stage.StageError as error:
        raise BuildError([str(error)]) from error
    documents = stage.documents(toc)
    others = _stamped(root, municipalities or {}, language, edition)
    own = {**(settings or {}), "riktvarden_stamped": [page.name for page in others]}
    wanted = stage.texts(root, toc, config, language, texts, own)
    source = out / "source"
    notebooks = {page.name: source / f"{page.name}.ipynb" for page in pages}
    # Sphinx compiles catalogues in place, and considers every page changed when it does.
    compiled = [(source / name).with_suffix(".mo") for name in wanted if name.endswith(".po")]
    stage.write(source, wanted, keep=[*notebooks.values(), *compiled])
    _remove(failed)
    parallel = parallel or at_once()

    steps = len(pages) + 1 + bool(others)
    with _executor(cluster, parallel, root) as (executor, parallel), Watch(steps, console, parallel) as watch:
        shared = home / "material"
        if prepare is not None:
            project.parts = _prepared(prepare, shared, project, watch, executor, timeout)
        environment = {"RIKTVARDEN_MATERIAL": str(shared)} if prepare is not None else {}

        def notebook_task(page: Page) -> Callable[..., None]:
            record = partial(_record, project, page)
            kept = failed / f"{page.name}.ipynb"
            tracking = execute.ReadTracking(root, out)

            def run(key: str, produces: Path) -> None:
                execute.run(page, record, produces, kept, timeout, tracking, environment)

            key = PythonNode(value=page.name, hash=partial(_key_now, record, notebooks[page.name]))
            task: Callable[..., None] = pytask.task(name=page.name, kwargs={"key": key, "produces": notebooks[page.name]})(
                run
            )
            return task

        stamps = out / "stamped" / "outputs.json"
        log_of_stamps = failed / "stamped.log"
        titles = {page.name: page.title for page in others}
        shell = next((page for page in pages if others and page.source == others[0].source), None)

        def stamp_task(shell: Page) -> Callable[..., None]:
            def run(key: str, depends_on: Path, produces: Path) -> None:
                _run_cells(others, produces, root, log_of_stamps, timeout, environment)

            key = PythonNode(value=keys.combined([titles, project.book(), project.environment()]), hash=True)
            given = {"key": key, "depends_on": notebooks[shell.name], "produces": stamps}
            task: Callable[..., None] = pytask.task(name=STAMPED, kwargs=given)(run)
            return task

        # The assembler itself detects changes of text chapters and notebooks, but of nothing else; styles and scripts are
        # replaced for themselves.
        laid_out = {
            name: "" if assembler.is_static(name) else keys.digest(content)
            for name, content in wanted.items()
            if not name.endswith(stage.SUFFIXES)
        }
        constant = keys.combined([laid_out, project.book(), project.environment()])
        first = stage.language_of(config) or language
        templates = {page.name: project.file(page.source) for page in pages}
        made_of = keys.combined([project.data(), project.code(project.package()), templates])
        # The folder of tables also holds its source files unchanged.
        beside = {name: keys.digest(content) for name, content in opendata.source(root / "data").items()}
        public, laid_out_as = out / "public", state / "public"
        if not _is_as_left(public, laid_out_as):
            _remove(public)
        every = _in_order(documents, shell, others)
        products = [public / "pages" / f"{document}.html" for document in every]
        shown = opendata.Edition(
            name=edition,
            language=language,
            config=config,
            documents=every,
            regions=list(regions),
            made_of=made_of,
            updated=str((settings or {}).get("riktvarden_updated", "")),
        )
        tables = f"{opendata.FOLDER}/{edition}"
        # The pages of other languages link to the existing tables, unless these are outdated.
        with_tables = language == first or not opendata.is_current(publication.folder(tables), shown)
        assembled_of = keys.combined([constant, *([made_of, beside] if with_tables else [])])
        past = {file.parent.name: digest(file) for file in (root / EDITIONS).glob(f"*/{PUBLISHED}")}
        words = {file.parts[-3]: project.file(file) for file in (root / "locale").glob("*/LC_MESSAGES/riktvarden.po")}
        kept_by = keys.combined([project.code([opendata.__name__]), project.environment(), words])
        examined_of = [project.data(), project.code([examine.__module__]), project.environment(), words, past]

        def published(name: str) -> Path:
            kind, _, rest = name.partition("/")
            places = {"pages": language, "data": tables, opendata.LATEST: f"{opendata.FOLDER}/{opendata.LATEST}"}
            return publication.folder(places[kind]) / rest

        @pytask.task(
            name=ASSEMBLER,
            kwargs={
                "key": PythonNode(value=assembled_of, hash=True),
                "depends_on": [*(source / name for name in wanted), *notebooks.values(), *([stamps] if others else [])],
                "produces": products,
            },
        )
        def finish(key: str, depends_on: list[Path], produces: list[Path]) -> None:
            log = out / "jupyter-book.log"
            html = assemble(source, out / "book", log, constant, parallel)
            if absent := missing(html, documents):
                raise AssembleError(f"no page was written for {', '.join(absent)}; log: {log}")
            laid_out_as.unlink(missing_ok=True)
            stamped, more = _stamp(project, html, source, shell, others, stamps) if shell else ({}, [])
            offered = [*opendata.tables_of(html, source, documents), *more]
            kept = opendata.Kept(public / "data", state / "tables.json", kept_by)
            opendata.lay_out(html, offered, public, shown, root / "data", with_tables, stamped, kept)
            kept.remember()
            passed = Passed(state / "passed.json", public, keys.combined([examined_of, digest_of(offered)]))
            if not passed.still(published, root / "data"):
                found = examine(public, data=root / "data", offered=offered)
                if found.reported:
                    raise AssembleError("the site would disclose information about persons: " + "; ".join(found.reported))
                released.keep(found.cells, edition, root / "data")  # first, so that nothing unrecorded is ever shown
            passed.remember()
            files.write(laid_out_as, _as_is(public))

        watch.skip(sum(_is_current(project, page, notebooks[page.name]) for page in pages))
        tasks = [*map(notebook_task, pages), *([stamp_task(shell)] if shell else []), finish]
        failures = graph.run(tasks, state, WatchedExecutor(executor, watch), cluster is not None, failed)
    project.remember()
    if failures:
        raise BuildError(failures)
    publication.add(language, public / "pages")
    if language == first or (with_tables and (public / "data" / opendata.INDEX).is_file()):
        publication.add(tables, public / "data")
        if any((public / opendata.LATEST).glob("*")):
            publication.add(f"{opendata.FOLDER}/{opendata.LATEST}", public / opendata.LATEST)
    # The front page covers all languages, so it is not part of any language's book.
    publication.front = partial(
        entrance.files, config=config, first=first, documents=every, editions=editions, current=edition
    )
    _remove(failed)
    executed = [page.name for page in pages if page.name in watch.seconds]
    labels = {page.name: page.label for page in pages}
    return BuildReport(
        pages=every,
        executed=executed,
        unchanged=[page.name for page in pages if page.name not in executed],
        seconds=time.perf_counter() - began,
        start=home / "site" / "index.html",
        slowest=[
            (labels.get(step, step), seconds) for step, seconds in sorted(watch.seconds.items(), key=lambda step: -step[1])
        ],
    )


def at_once() -> int:
    """Return the number of notebooks to run in parallel: one more than cores, to use them while a kernel starts."""
    return min((os.cpu_count() or 1) + 1, MOST_WORKERS)


@contextmanager
def _executor(cluster: str | None, parallel: int, root: Path) -> Iterator[tuple[Executor, int]]:
    """Provide the executor of the steps, and how many run in parallel."""
    if cluster is None:
        with workers.threads(parallel) as executor:
            yield executor, parallel
        return
    try:
        with workers.cluster(cluster, root) as found:
            yield found
    except ClusterError as error:
        raise BuildError([str(error)]) from error


def _record(project: keys.Project, page: Page, names: Sequence[str]) -> dict[str, Any]:
    """Return the record of a page that reads these parts."""
    return project.page(page.source, page.parameters, page.title, names)


def _key_now(record: Callable[[Sequence[str]], dict[str, Any]], executed: Path, _name: str) -> str:
    """Return the content key that a page would have now, given the parts that it read last time."""
    stored = execute.stored_inputs(executed)
    return keys.combined(record(list(stored["reads"]))) if stored else "never made"


def _is_current(project: keys.Project, page: Page, executed: Path) -> bool:
    """Return whether a page would be the same as last time."""
    stored = execute.stored_inputs(executed)
    return stored is not None and stored == _record(project, page, list(stored["reads"]))


def _check(check: Callable[[], Sequence[object]] | None, stamp: Path, key: str) -> None:
    """Check the data unless the same data, code and lock file have passed before."""
    if check is None or (stamp.is_file() and stamp.read_text(encoding="utf-8") == key):
        return
    if faults := check():
        raise BuildError([str(fault) for fault in faults])
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(key, encoding="utf-8")


def _prepared(
    module: str, folder: Path, project: keys.Project, watch: Watch, executor: Executor, timeout: int
) -> dict[str, str]:
    """Run the module that stores shared results, unless they are current; return the digests of their parts.

    Stored results are reused only if no file has been modified.
    """
    manifest, stamp, worded = folder / MANIFEST, folder / STAMP, folder / WORDS
    key = keys.combined([project.figures(), project.code([module]), project.environment()])
    words = keys.combined(project.data()).encode()
    command = [module, str(folder)]
    compute = partial(_compute, folder=folder, root=project.root, watch=watch, executor=executor, timeout=timeout)
    if not _is_as_left(folder, stamp, key):
        _remove(folder)
        folder.mkdir(parents=True)
        compute({COMPUTING: command})
        apart = json.loads(manifest.read_bytes())["apart"]
        compute({f"computing {name}": [*command, name] for name in apart})
        files.write(worded, words)
        files.write(stamp, _as_is(folder, key))
    elif worded.read_bytes() != words:
        compute({LABELLING: [*command, WORDS]})
        files.write(worded, words)
        files.write(stamp, _as_is(folder, key))
    else:
        content = json.loads(manifest.read_bytes())
        fingerprint = reads.fingerprint(project.root)
        if content["fingerprint"] != fingerprint:  # a change without effect on meaning
            files.write(manifest, json.dumps({**content, "fingerprint": fingerprint}).encode())
            files.write(stamp, _as_is(folder, key))
    return {
        name: digest for file in folder.glob("*.json") for name, digest in json.loads(file.read_bytes())["parts"].items()
    }


def _compute(
    commands: Mapping[str, Sequence[str]], folder: Path, root: Path, watch: Watch, executor: Executor, timeout: int
) -> None:
    """Run modules in parallel, each under its name, with their output in log files in a folder."""
    logs = {name: folder / f"{name}.log" for name in commands}
    watch.expect(len(commands))
    watching = WatchedExecutor(executor, watch)
    futures = {
        name: watching.hand_out(name, _run_module, argv, root, logs[name], timeout) for name, argv in commands.items()
    }
    try:
        faults = {name: future.result() for name, future in futures.items()}
    except KeyboardInterrupt:
        watching.shutdown()
        raise
    if reported := [f"{name}: {fault}\n  log: {logs[name]}" for name, fault in faults.items() if fault]:
        raise BuildError(reported)


def _run_module(
    argv: Sequence[str], root: Path, log: Path, timeout: int, environment: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Run a module in the executor; return why it failed: problems with its input, one line, or empty text if it passed."""
    try:
        code = warm.run(argv, {**os.environ, **environment, **kernels.ENVIRONMENT}, root, log, kernels.PRELOAD, timeout)
    except subprocess.TimeoutExpired:
        return execute.late(timeout)
    if not code:
        return ""
    text = log.read_text(encoding="utf-8").strip()
    if code < 0 or not text:
        full = shutil.disk_usage(log.parent).free < LEAST_FREE
        return f"{execute.ended(code)}: no space left on the disk of {log.parent}" if full else execute.ended(code)
    return text.splitlines()[-1] if "Traceback (most recent call last)" in text else text


def _chapters(
    root: Path,
    toc: dict[str, Any],
    regions: Mapping[str, str],
    municipalities: Mapping[str, Mapping[str, str]],
    language: str,
    edition: str,
) -> tuple[list[Page], list[Path]]:
    """Split the documents of the book into pages made by notebooks and text files."""
    common = {"language": language, "edition": edition}
    region = partial(_from_template, root, stage.REGIONS, stage.TEMPLATE, common)
    from_template = {page.name: page for page in (region(code, title) for code, title in regions.items())}
    from_template |= {page.name: page for page in _municipal(root, municipalities, common)}
    pages, texts = [], []
    for document in stage.documents(toc):
        if document in from_template:
            pages.append(from_template[document])
        elif (source := stage.source_of(root, document)).suffix == ".ipynb":
            pages.append(Page(document, source, common))
        else:
            texts.append(source)
    return pages, texts


def _municipal(root: Path, municipalities: Mapping[str, Mapping[str, str]], common: Mapping[str, str]) -> Iterator[Page]:
    """Yield the page of every municipality."""
    for part in municipalities.values():
        for code, title in part.items():
            yield _from_template(root, stage.MUNICIPALITIES, stage.MUNICIPALITY_TEMPLATE, common, code, title)


def _from_template(root: Path, folder: str, template: str, common: Mapping[str, str], code: str, title: str) -> Page:
    """Return a page made by a template, whose name is that of its parameter."""
    parameter = template.rpartition("/")[2]
    return Page(f"{folder}/{code}", stage.source_of(root, template), {parameter: code, **common}, title)


def _stamped(root: Path, municipalities: Mapping[str, Mapping[str, str]], language: str, edition: str) -> list[Page]:
    """Return the pages that are stamped, in the order of the first one's template."""
    shell = stage.shell_of(municipalities)
    common = {"language": language, "edition": edition}
    return [page for page in _municipal(root, municipalities, common) if page.name != f"{stage.MUNICIPALITIES}/{shell}"]


def _in_order(documents: Sequence[str], shell: Page | None, others: Sequence[Page]) -> list[str]:
    """Return all documents in reading order: the stamped ones after the page that they are stamped from."""
    at = documents.index(shell.name) + 1 if shell else len(documents)
    return [*documents[:at], *(page.name for page in others), *documents[at:]]


def _run_cells(
    pages: Sequence[Page], target: Path, root: Path, log: Path, timeout: int, environment: Mapping[str, str]
) -> None:
    """Run the cells of stamped pages in a process of their own, and write what they show."""
    template = pages[0].source
    parameter = template.stem
    common = {name: value for name, value in pages[0].parameters.items() if name != parameter}
    wish = {
        "template": str(template),
        "parameter": parameter,
        "values": [page.parameters[parameter] for page in pages],
        "common": common,
    }
    for folder in (target.parent, log.parent):
        folder.mkdir(parents=True, exist_ok=True)
    asked = target.with_name("wish.json")
    files.write(asked, json.dumps(wish).encode())
    argv = ["riktvarden.book.cells", str(asked), str(target)]
    if fault := _run_module(argv, root, log, timeout, environment):
        raise execute.PageError(f"{STAMPED}: {fault}")
    log.unlink()


def _stamp(
    project: keys.Project, html: Path, source: Path, shell: Page, pages: Sequence[Page], outputs: Path
) -> tuple[dict[str, str], list[opendata.Offered]]:
    """Return the stamped pages with their notebooks, by path below the folder of pages, and their tables."""
    parameter = shell.source.stem
    executed = execute.read(source / f"{shell.name}.ipynb")
    record = executed.metadata["riktvarden"]
    own = [
        [output["data"] for output in cell.outputs]
        for cell in executed.cells
        if cell.cell_type == "code" and not has(cell, PARAMETERS)
    ]
    text = (html / f"{shell.name}.html").read_text(encoding="utf-8")
    first = stamp.Shell(text, shell, own, record["content_key"])
    shown: dict[str, list[list[Output]]] = json.loads(outputs.read_bytes())
    texts: dict[str, str] = {}
    offered: list[opendata.Offered] = []
    for page in pages:
        own = shown[page.parameters[parameter]]
        inputs = project.page(page.source, page.parameters, page.title, list(record["inputs"]["reads"]))
        texts[f"{page.name}.html"] = first.stamped(page, own, keys.combined(inputs))
        texts[f"_sources/{page.name}.ipynb"] = stamp.notebook_of(executed, page, own, inputs)
        offered += [opendata.Offered.of(page.name, str(page.title), table) for table in stamp.tables_in(own)]
    return texts, offered


def _is_as_left(folder: Path, note: Path, key: str = "") -> bool:
    """Return whether a folder and key are the same as when the note was written."""
    return note.is_file() and note.read_bytes() == _as_is(folder, key)


def _as_is(folder: Path, key: str = "") -> bytes:
    """Return a digest of a folder's files, except the note itself, and a key."""
    return keys.combined([key, {name: known for name, known in digests(folder).items() if name != STAMP}]).encode()


def _remove(folder: Path) -> None:
    """Delete a folder if it exists."""
    if folder.exists():
        shutil.rmtree(folder)
