"""What can be counted of the code of ext/: a column for each tree named.

    python3 tests/metrics.py [TREE ...]

It judges nothing and is no test. Figures show where to look: at the module
without a test of its name, at the function that is the longest. The code is
formatted by clang-format, so a function begins and ends where a line does.
"""
import glob
import os
import re
import statistics
import sys

FUNCTION = re.compile(r'^(?!typedef|struct|enum|union|static const|extern)'
                      r'[A-Za-z][^;=]*?\b(\w+)\(([^;{}]*)\)\s*\{', re.M | re.S)
DECLARATION = re.compile(r'^(?!typedef|static)[A-Za-z][^;{}=]*?\b(\w+)\('
                         r'([^;{}]*)\)(?= ?[;{])', re.M | re.S)


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def comment_lines(text):
    """How many lines hold a comment, or a part of one."""
    count, within = 0, False
    for line in text.splitlines():
        count += within or '/*' in line
        begins, ends = line.rfind('/*'), line.rfind('*/')
        if begins != ends:
            within = begins > ends
    return count


class Function:
    """A definition: its name, parameters, length, and whether one is told."""

    def __init__(self, text, match):
        before = text[:match.start()].rstrip('\n').rsplit('\n', 1)[-1]
        end = text.index('\n', match.end() - 1)
        if not text[match.end():end].rstrip().endswith('}'):
            end = text.index('\n}', match.end()) + 2
        self.name = match[1]
        self.parameters = match[2]
        self.lines = text.count('\n', match.start(), end) + 1
        blank_between = text[:match.start()].endswith('\n\n')
        self.explained = before.rstrip().endswith('*/') and not blank_between


def functions(text):
    text = re.sub(r'^SQLITE_EXTENSION_INIT\d$', '', text, flags=re.M)
    return [Function(text, match) for match in FUNCTION.finditer(text)]


def contracts(tree):
    """The names of functions that a header tells of: a comment, and what
    stands below it up to an empty line."""
    names = set()
    for path in glob.glob(f'{tree}/ext/**/*.h', recursive=True):
        for part in re.split(r'\n\s*\n', read(path)):
            if '/*' in part:
                names.update(re.findall(r'\b(\w+)\(', part.split('*/', 1)[-1]))
    return names


def percent(part, whole):
    return f'{100 * part / whole:.1f} %' if whole else '-'


def is_clump(parameters):
    """The operation, and beside it what it should carry."""
    return 'Operation *' in parameters and 'Connection *' in parameters


def link_names(tree):
    """Functions that the linker sees by a name without scim_."""
    if os.path.exists(f'{tree}/ext/scim_all.c'):
        if 'names.h' in read(f'{tree}/ext/scim_all.c'):
            return 0
    names = set()
    for path in glob.glob(f'{tree}/ext/**/*.h', recursive=True):
        names.update(match[1] for match in DECLARATION.finditer(read(path)))
    return len([name for name in names
                if not re.match(r'scim_|sqlite3_scim_', name)])


def untested(tree):
    """Modules without a test whose name begins with theirs."""
    tests = [os.path.relpath(path, f'{tree}/tests') for path in
             glob.glob(f'{tree}/tests/*/*')]
    missing = []
    for path in sorted(glob.glob(f'{tree}/ext/*/*.c')):
        room, name = path[:-2].split('/')[-2:]
        pattern = re.compile(rf'{room}/{name}(_\w+)?\.(c|sh|py)$')
        if not any(pattern.match(test) for test in tests):
            missing.append(f'{room}/{name}')
    return missing


def figures(tree):
    sources = sorted(glob.glob(f'{tree}/ext/**/*.c', recursive=True))
    headers = sorted(glob.glob(f'{tree}/ext/**/*.h', recursive=True))
    texts = [read(path) for path in sources]
    every = texts + [read(path) for path in headers]
    found = [function for text in texts for function in functions(text)]
    lengths = sorted(function.lines for function in found)
    longest = max(found, key=lambda function: function.lines)
    lines = sum(text.count('\n') for text in texts)
    shares = {path: comment_lines(text) / max(1, text.count('\n'))
              for path, text in zip(sources, texts)}
    poor = [path for path in sources if shares[path] < 0.2]
    told = contracts(tree)
    missing = untested(tree)
    modules = len(glob.glob(f'{tree}/ext/*/*.c'))
    return [
        ('lines, .c', lines),
        ('lines, .h', sum(read(path).count('\n') for path in headers)),
        ('comment lines, .c',
         percent(sum(comment_lines(text) for text in texts), lines)),
        ('comment lines, .c and .h',
         percent(sum(map(comment_lines, every)),
                 sum(text.count('\n') for text in every))),
        ('.c with less than 20 % of comments',
         f'{len(poor)} of {len(sources)}'),
        ('functions', len(found)),
        ('functions with a comment right above',
         percent(sum(function.explained for function in found), len(found))),
        ('functions over ten lines without one, nor in a header',
         sum(function.lines > 10 and not function.explained
             and function.name not in told for function in found)),
        ('.c that begin with a comment',
         f"{sum(text.startswith('/*') for text in texts)} of {len(sources)}"),
        ('function length, median', statistics.median(lengths)),
        ('function length, 90th percentile',
         lengths[int(len(lengths) * 0.9)]),
        ('function length, greatest', f'{longest.lines} ({longest.name})'),
        ('lines over 80 columns',
         sum(len(line) > 80 for text in every for line in text.splitlines())),
        ('asserts', sum(len(re.findall(r'^\s+assert\(', text, re.M))
                        for text in every)),
        ('signatures with Operation and Connection',
         sum(is_clump(function.parameters) for function in found)),
        ('link names without prefix', link_names(tree)),
        ('modules with a test of their name',
         f'{modules - len(missing)} of {modules}'),
    ], poor, missing


def main(trees):
    tables = [figures(tree) for tree in trees]
    heads = [os.path.basename(os.path.abspath(tree)) for tree in trees]
    print('| ' + ' | '.join(['', *heads]) + ' |')
    print('|---' * (len(trees) + 1) + '|')
    for rows in zip(*(table[0] for table in tables)):
        print('| ' + ' | '.join([rows[0][0], *(str(row[1]) for row in rows)])
              + ' |')
    _, poor, missing = tables[-1]
    print('\nFewer comments than 20 %:', ', '.join(
        os.path.relpath(path, f'{trees[-1]}/ext') for path in poor) or 'none')
    print('\nWithout a test of their name:', ', '.join(missing) or 'none')


main(sys.argv[1:] or ['.'])
