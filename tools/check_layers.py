#!/usr/bin/env python3
"""Checks the include rules of src/ (ARCHITECTURE.md): who may include whom, which component may use
which library, no include cycle, no include of a header that does not exist.

Only direct includes are checked. Run from the root of the project: tools/check_layers.py [ROOT]
"""

import re

import source_tree

# Component -> the components whose headers it may include, besides its own and base.
# `X/*` stands for every folder below X; siblings below X never include each other.
ALLOWED = {
    "base": (),
    "event": (),
    "net": (),
    "config": (),
    "load": (),
    "demo": (),
    "codec/*": ("event",),
    "store": ("event",),
    "store/*": ("event", "store", "net"),
    "pipeline": ("event", "store"),
    "derive": ("event", "store"),
    "query": ("event", "store"),
    "rule": ("event", "query", "store"),
    "receiver/*": ("event", "codec", "net", "pipeline"),
    "forwarder/*": ("event", "codec", "net", "store"),
    "api/*": ("event", "query", "codec", "net", "pipeline", "store", "api"),
    "cli": ("event", "query", "codec", "net", "config", "demo", "load", "server"),
    "server": ("event", "net", "config", "codec", "store", "pipeline", "derive", "query", "rule",
               "receiver", "forwarder", "api"),
}

# Library (how its includes begin) -> the components that may use it. Not listed: everybody may.
LIBRARIES = {
    r"boost/|nghttp2/|openssl/": ("net", "store/embedded", "cli", "load"),
    r"rocksdb/": ("store/embedded",),
    r"simdjson": ("codec", "base", "net", "api", "cli", "query"),
    r"yaml-cpp/": ("config", "cli"),
    r"CLI/": ("cli",),
    r"tao/": ("api/graphql", "query"),
    r"prometheus/": ("base", "net", "pipeline", "receiver", "forwarder", "api", "store", "server"),
    r"curl/": ("net", "cli"),
    r"xxhash": ("base", "store/embedded"),
    r"zstd|zlib": ("base", "net", "store/embedded"),
    r"spdlog/": ("net", "pipeline", "receiver", "forwarder", "api", "store", "config", "server",
                 "cli", "derive", "rule"),
    # Reflection describes itself with protobuf; what is on the way of a report never uses it.
    r"google/protobuf/|.*\.pb\.h$": ("net", "server"),
    r"grpcpp/": (),
}
# Structs of configuration that stand in no config.h.
CONFIG_HEADERS = re.compile(r".*/config\.h$|event/limits\.h$")
# Tests may use what checks them, and the in-memory store as a real one.
TEST_LIBRARIES = re.compile(r"google/protobuf/|.*\.pb\.h$|grpcpp/|gtest/|gmock/|rapidcheck|simdjson")
TEST_HEADERS = re.compile(r".*testing/|.*manual_clock\.h$|store/")


def is_test(path):
    return path.name.endswith(("_test.cc", "_fuzz.cc")) or "testing" in path.parts


def component_of(relative):
    """`receiver/skywalking_http` for receiver/skywalking_http/config.h; `base` for base/wire.h."""
    parts = relative.split("/")
    folders = parts[:-1]
    if not folders:
        return ""
    if len(folders) > 1 and f"{folders[0]}/*" in ALLOWED:
        return "/".join(folders[:2])
    return folders[0]


def rule_of(component):
    return ALLOWED.get(component, ALLOWED.get(component.split("/")[0] + "/*"))


def breaks_layers(component, included, path):
    """Why `component` may not include the header `included` of ours, or None."""
    target = component_of(included)
    if target in (component, "base") or not target:
        return None
    if is_test(path) and TEST_HEADERS.match(included):
        return None
    if component == "config" and CONFIG_HEADERS.match(included):
        return None
    family = target.split("/")[0]
    rule = rule_of(component)
    if "/" in component and "/" in target and component.split("/")[0] == family:
        if family not in ("api",):
            return f"{component} and {target} are siblings"
    if target not in rule and family not in rule:
        return f"{component} may include only: base {' '.join(rule)}".rstrip()
    return None


def breaks_libraries(component, included, path):
    if is_test(path) and TEST_LIBRARIES.match(included):
        return None
    for library, users in LIBRARIES.items():
        if re.match(library, included):
            if component not in users and component.split("/")[0] not in users:
                return f"only {' '.join(users) or 'tests'} may use this library"
    return None


def cycle_in(graph):
    """A list of files that include each other in a circle, or None."""
    done, path = set(), []

    def visit(node):
        if node in path:
            return path[path.index(node):] + [node]
        if node in done:
            return None
        path.append(node)
        for target in graph.get(node, ()):
            found = visit(target)
            if found:
                return found
        path.pop()
        done.add(node)
        return None

    for start in sorted(graph):
        found = visit(start)
        if found:
            return found
    return None


def finding_of(source, path, quoted, included):
    """What is wrong with one include, or None."""
    relative = path.relative_to(source).as_posix()
    component = component_of(relative)
    if rule_of(component) is None:
        return f"{component or relative} is no component: give it a rule in tools/check_layers.py"
    if not quoted or included.endswith(".pb.h"):
        return breaks_libraries(component, included, path)
    if not any((source / name).is_file() for name in (included, included + ".in")):
        return "there is no such header below src/"
    return breaks_layers(component, included, path)


def check(root):
    source = root / "src"
    findings, graph = [], {}
    for path in source_tree.files(root, ".h", ".cc"):
        if source not in path.parents:
            continue
        relative = path.relative_to(source).as_posix()
        graph[relative] = []
        for line, quoted, included in source_tree.includes(path):
            if quoted:
                graph[relative].append(included)
            why = finding_of(source, path, quoted, included)
            if why:
                findings.append(f"src/{relative}:{line}: includes {included}: {why}")
    cycle = cycle_in(graph)
    if cycle:
        findings.append("include cycle: " + " -> ".join(cycle))
    return findings


if __name__ == "__main__":
    source_tree.run(check)
