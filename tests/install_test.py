"""Goal: somebody else's project can use the library: installed, found by CMake or pkg-config, or taken in
as a part of itself.
Method: the build is installed into a folder that is then moved elsewhere. The project in tests/consumer is
built against it, and its four programs must print their words; its objects are linked once more with what
pkg-config says. The same project then takes the source in. The installed headers are read: they must
include nothing that was not installed, and those of the batcher itself nothing but the standard library.

usage: install_test.py CMAKE GENERATOR CXX FLAGS BUILD_DIR SOURCE_DIR
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

PRINTED = {"prices": "tea 3.50\nmithril not_found\n",
           "places": "nowhere is no base_url\nplace failed_unreachable\n",
           "records": "folder is empty, wanted where the records go\nsquare 144\ncalls.csv: 2 lines\n",
           "counts": "server started\nsquare 144\ncounted\n"}
PACKAGES = {"prices": "batchlab", "places": "batchlab-geoapify", "counts": "batchlab-metrics",
            "records": "batchlab-recorder"}
# Each line names what is looked for, and must end with whether that is found.
WHO_IS_FOUND = """cmake_minimum_required(VERSION 3.25)
project(who_is_found LANGUAGES CXX)
foreach(wanted IN ITEMS "" "0.1" "1.0" "COMPONENTS;batcher" "COMPONENTS;metrics" "COMPONENTS;geoapify"
    "COMPONENTS;recorder" "COMPONENTS;fun" "COMPONENTS;batcher;OPTIONAL_COMPONENTS;metrics")
  find_package(batchlab ${wanted} QUIET)
  message(STATUS "<${wanted}> ${batchlab_FOUND}")
endforeach()
"""


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, timeout=300, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(str(word) for word in command)} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def expect(what, found, wanted):
    if found != wanted:
        sys.exit(f"{what}: found\n{found}\nwanted\n{wanted}")


def install(cmake, build, work, source):
    """Nothing that was installed may know where it was made, or where it was put first."""
    run(cmake, "--install", build, "--prefix", work / "first")
    prefix = (work / "first").rename(work / "moved")
    for path in prefix.rglob("*"):
        if path.suffix in (".cmake", ".pc"):
            for place in (source, build, work):
                if str(place) in path.read_text():
                    sys.exit(f"{path.relative_to(prefix)} names {place}")
    print("install: no file names a place of this machine")
    return prefix


def read_headers(include):
    headers = {str(path.relative_to(include)): path.read_text() for path in include.rglob("*.h")}
    for name in ("batcher/batcher.h", "batcher/geoapify/endpoint.h", "batcher/metrics/metrics_server.h",
                 "batcher/recorder/recorder.h"):
        if name not in headers:
            sys.exit(f"{name} was not installed")
    for name, text in headers.items():
        for included in re.findall(r'^#include ([<"].*[>"])', text, re.MULTILINE):
            ours = included.strip('"') in headers
            recorder = "" if name.startswith("batcher/recorder/") else "|recorder/"
            core = not name.startswith(("batcher/geoapify/", "batcher/metrics/"))
            if included.startswith('"') and not ours:
                sys.exit(f"{name} includes {included}, which was not installed")
            if core and not re.fullmatch(rf'<[a-z_]+>|"batcher/(?!geoapify/|metrics/{recorder}).*"', included):
                sys.exit(f"{name} includes {included}, which is not of the standard library")
            if re.search("g(test|mock)/|test_", included):
                sys.exit(f"{name} includes {included}, which is for tests")
        for macro in re.findall(r"^ *# *define (\w+)", text, re.MULTILINE):
            if not macro.startswith("BATCHER_"):
                sys.exit(f"{name} defines {macro}, which its users may have too")
    print(f"headers: {len(headers)} installed, whole, and the batcher's own free of third parties")


def compare_with_readme(source):
    told = "\n".join(re.findall("```cmake\n(.*?)```", (source / "README.md").read_text(), re.DOTALL))
    used = [line.strip() for line in (source / "tests/consumer/CMakeLists.txt").read_text().splitlines()]
    missing = [line for line in told.splitlines() if line not in used]
    if not told or missing:
        sys.exit(f"of README.md's lines for CMake these are not tried by tests/consumer: {missing}")
    print(f"README.md: all {len(told.splitlines())} lines for CMake are those of tests/consumer")


def run_programs(what, folder, programs):
    for program in programs:
        expect(f"{program}, {what}", run(folder / program), PRINTED[program])
    print(f"{what}: {', '.join(programs)} printed what they should")


def link_by_pkg_config(compiler, flags, prefix, objects, work):
    pc = next(prefix.rglob("batchlab.pc")).parent
    environment = {**os.environ, "PKG_CONFIG_PATH": str(pc)}
    for program, package in PACKAGES.items():
        words = run("pkg-config", "--cflags", "--libs", package, env=environment).split()
        if not any(word.startswith("-I") and (pathlib.Path(word[2:]) / "batcher/batcher.h").exists()
                   for word in words):
            sys.exit(f"pkg-config --cflags {package} does not lead to the headers: {words}")
        found = objects / f"CMakeFiles/{program}.dir/{program}.cc.o"
        run(compiler, *flags, found, *words, "-o", work / program)
    run_programs("linked by pkg-config", work, PRINTED)


def look_for(configure, prefix, work):
    """On a machine where pkg-config finds nothing, the batcher itself is there and its parts are not."""
    (work / "who").mkdir()
    (work / "who/CMakeLists.txt").write_text(WHO_IS_FOUND)
    printed = run(*configure, "-S", work / "who", "-B", work / "who/build",
                  f"-DCMAKE_PREFIX_PATH={prefix}", env={**os.environ, "PKG_CONFIG_LIBDIR": "/nowhere"})
    expect("without third parties", dict(re.findall("<(.*)> ([01])", printed)),
           {"": "1", "0.1": "1", "1.0": "0", "COMPONENTS;batcher": "1", "COMPONENTS;metrics": "0",
            "COMPONENTS;geoapify": "0", "COMPONENTS;recorder": "1", "COMPONENTS;fun": "0",
            "COMPONENTS;batcher;OPTIONAL_COMPONENTS;metrics": "1"})
    print("find_package: what can't be had is not found, and does not hinder the rest")


def main(cmake, generator, compiler, flags, build, source):
    flags = flags.split()
    source = pathlib.Path(source)
    consumer = source / "tests/consumer"
    configure = [cmake, "-G", generator, f"-DCMAKE_CXX_COMPILER={compiler}"]
    with tempfile.TemporaryDirectory(prefix="batchlab-install-") as folder:
        work = pathlib.Path(folder).resolve()
        prefix = install(cmake, build, work, source)
        read_headers(prefix / "include")
        compare_with_readme(source)
        look_for(configure, prefix, work)

        run(*configure, f"-DCMAKE_CXX_FLAGS={' '.join(flags)}", f"-DCMAKE_PREFIX_PATH={prefix}",
            "-S", consumer, "-B", work / "found")
        run(cmake, "--build", work / "found")
        run_programs("find_package", work / "found", PRINTED)
        link_by_pkg_config(compiler, flags, prefix, work / "found", work)

        run(*configure, "-DBATCHLAB=subdirectory", f"-DBATCHLAB_SOURCE_DIR={source}",
            "-S", consumer, "-B", work / "within")
        run(cmake, "--build", work / "within", "--target", "prices")
        run_programs("add_subdirectory", work / "within", ["prices"])

        run(*configure, "-DBATCHLAB=fetch", f"-DFETCHCONTENT_SOURCE_DIR_BATCHLAB={source}",
            "-S", consumer, "-B", work / "fetched")
        expect("the programs of who asked for nothing more",
               [name for name in PRINTED if (work / f"fetched/CMakeFiles/{name}.dir").exists()],
               ["prices"])
        print("FetchContent: the batcher alone, unless more is asked for")


if __name__ == "__main__":
    main(*sys.argv[1:])
