"""Programs that must not compile, and the right twin of each, which must compile without a warning.

Every case is compiled by each compiler as C11, C17 and C++20 with the strictest warnings: a member of the wrong C type is an error of the
compiler and not a surprise at run time. What only a run can tell (a map's model of another struct) is run.
"""
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
WARN = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
MODES = [(cc, "c", "-std=" + std) for cc in ("gcc", "clang") for std in ("c11", "c17")] + [(cc, "c++", "-std=c++20") for cc in ("g++", "clang++")]
MODES = [m for m in MODES if shutil.which(m[0])]

STRUCT = """#include "dynrepo.h"
typedef enum mood { GOOD, BAD } mood;
typedef struct part { int x; } part;
typedef struct thing {
    char text[8]; char *pointer; dyn_str str; bool yes; int i; unsigned u; int64_t wide; uint8_t byte; float f; double d; long double ld; dyn_number number; mood m; part p;
    int ints[3]; double reals[3]; bool bools[3]; char texts[3][8]; unsigned char bytes[8]; size_t count; int i2; void *any;
    int *far; part *parts; dyn_str strs[2]; unsigned char macs[2][6]; dyn_value value; dyn_large large;
} thing;
static const dyn_name moods[] = { { GOOD, "good" }, { BAD, "bad" } };
static const dyn_field part_fields[] = { DYN_INT(part, x) };
static const dyn_model part_model = { DYN_MODEL(part, part_fields) };
static const dyn_field fields[] = { %s };
static const dyn_model model = { DYN_MODEL(thing, fields), .table = "t", .pk = "text" };
DYN_TYPED(thing, model)
int main(void)
{
    return model.field_count == 0 || part_model.size == 0 || moods[0].value != 0;
}
"""

# wrong, right
FIELDS = [
    ("DYN_INT(thing, d)", "DYN_INT(thing, i)"), ("DYN_INT(thing, f)", "DYN_INT(thing, byte)"), ("DYN_INT(thing, yes)", "DYN_INT(thing, wide)"),
    ("DYN_INT(thing, pointer)", "DYN_INT(thing, count)"), ("DYN_INT(thing, text)", "DYN_INT(thing, u)"), ("DYN_INT(thing, number)", "DYN_INT(thing, i2, .attr = \"n\")"),
    ("DYN_TEXT(thing, wide)", "DYN_TEXT(thing, text)"), ("DYN_TEXT(thing, pointer)", "DYN_TEXT(thing, text, .optional = true)"), ("DYN_TEXT(thing, str)", "DYN_STR(thing, str)"),
    ("DYN_TEXT(thing, bytes)", "DYN_TEXT(thing, text, .attr = \"bytes\")"), ("DYN_TEXT(thing, texts)", "DYN_TEXT_LIST(thing, texts, count)"),
    ("DYN_BOOL(thing, i)", "DYN_BOOL(thing, yes)"), ("DYN_BOOL(thing, byte)", "DYN_BOOL(thing, yes, .omit_zero = true)"),
    ("DYN_REAL(thing, yes)", "DYN_REAL(thing, d)"), ("DYN_REAL(thing, i)", "DYN_REAL(thing, f)"), ("DYN_REAL(thing, ld)", "DYN_REAL(thing, d, .nan = DYN_NAN_OMIT)"),
    ("DYN_STR(thing, text)", "DYN_STR(thing, str, .optional = true)"), ("DYN_STR(thing, pointer)", "DYN_STR(thing, str, .initial = \"\")"),
    ("DYN_NUMBER(thing, d)", "DYN_NUMBER(thing, number)"), ("DYN_NUMBER(thing, text)", "DYN_NUMBER(thing, number, .optional = true)"),
    ("DYN_SECONDS(thing, d)", "DYN_SECONDS(thing, u)"), ("DYN_MILLIS(thing, i)", "DYN_MILLIS(thing, wide)"), ("DYN_MILLIS(thing, d)", "DYN_MILLIS(thing, wide, .attr = \"ms\")"),
    ("DYN_ISO(thing, byte)", "DYN_ISO(thing, wide)"), ("DYN_ISO(thing, text)", "DYN_ISO(thing, wide, .optional = true)"), ("DYN_ISO(thing, d)", "DYN_ISO(thing, wide, .attr = \"at\")"),
    ("DYN_ENUM(thing, d, moods)", "DYN_ENUM(thing, m, moods)"), ("DYN_ENUM(thing, text, moods)", "DYN_ENUM(thing, byte, moods)"), ("DYN_ENUM(thing, yes, moods)", "DYN_ENUM(thing, i, moods)"),
    ("DYN_INT_LIST(thing, reals, count)", "DYN_INT_LIST(thing, ints, count)"), ("DYN_INT_LIST(thing, bools, count)", "DYN_INT_LIST(thing, bytes, count)"),
    ("DYN_INT_LIST(thing, ints, d)", "DYN_INT_LIST(thing, ints, byte)"), ("DYN_INT_LIST(thing, i, count)", "DYN_INT_LIST(thing, ints, i)"),
    ("DYN_REAL_LIST(thing, ints, count)", "DYN_REAL_LIST(thing, reals, count)"), ("DYN_BOOL_LIST(thing, ints, count)", "DYN_BOOL_LIST(thing, bools, count)"),
    ("DYN_TEXT_LIST(thing, text, count)", "DYN_TEXT_LIST(thing, texts, u)"), ("DYN_TEXT_LIST(thing, ints, count)", "DYN_TEXT_LIST(thing, texts, wide)"),
    ("DYN_TEXT_LIST(thing, texts, pointer)", "DYN_TEXT_LIST(thing, texts, i2)"),
    ("DYN_INT_LIST(thing, far, count)", "DYN_INT_ARRAY(thing, far, count)"), ("DYN_INT_ARRAY(thing, ints, count)", "DYN_INT_LIST(thing, ints, count)"),
    ("DYN_INT_ARRAY(thing, far, byte)", "DYN_INT_ARRAY(thing, far, u)"), ("DYN_REAL_ARRAY(thing, far, u)", "DYN_INT_PTR(thing, far)"),
    ("DYN_REAL_PTR(thing, far)", "DYN_MAP_PTR(thing, parts, part_model)"), ("DYN_MAP_ARRAY(thing, p, count, part_model)", "DYN_MAP_ARRAY(thing, parts, count, part_model)"),
    ("DYN_STR_SET(thing, texts, count)", "DYN_STR_SET(thing, strs, count)"), ("DYN_BYTES_SET(thing, bytes, count)", "DYN_BYTES_SET(thing, macs, count)"),
    ("DYN_VALUE(thing, str)", "DYN_VALUE(thing, value)"), ("DYN_LARGE_BYTES(thing, value)", "DYN_LARGE_BYTES(thing, large)"), ("DYN_REST(thing, str)", "DYN_REST(thing, value)"),
    ("DYN_INT(thing, i, .has = DYN_HAS(thing, i2))", "DYN_INT(thing, i, .has = DYN_HAS(thing, yes))"),
    ("DYN_INT(thing, i, .has = DYN_HAS(thing, byte))", "DYN_STR(thing, str, .has = DYN_HAS(thing, yes))"),
    ("DYN_MAP(thing, p, part_fields)", "DYN_MAP(thing, p, part_model)"), ("DYN_INT(thing, nobody)", "DYN_INT(thing, i, .attr = \"nobody\")"),
]

VALUES = """#include "dynrepo.h"
typedef struct part { int x; } part;
size_t use(const dyn_expr *e);
size_t use(const dyn_expr *e)
{
    return e->count;
}
int main(void)
{
    part p = { 1 };
    int *pointer = &p.x;
    const dyn_expr e = DYN_EXPR("x = ?", %s);
    return (int)use(&e) == *pointer ? 0 : 1;
}
"""
ARGUMENTS = [("p", "p.x"), ("pointer", "*pointer"), ("(void *)pointer", "\"text\"")]


class Compiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.pool = concurrent.futures.ThreadPoolExecutor(2)
        cls.ready = dict(zip(MODES, cls.pool.map(cls.precompile, MODES)))

    @classmethod
    def precompile(cls, mode):
        """The interface is compiled once for each mode, and must be so without a warning; returns the arguments that use it."""
        cc, language, std = mode
        where = os.path.join(cls.place.name, cc + std)
        os.mkdir(where)
        done = subprocess.run([cc, std, "-x", language + "-header", "-I", str(ROOT)] + WARN + [str(ROOT / "dynrepo.h"), "-o", where + "/dynrepo.h.gch"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, env=dict(os.environ, LC_ALL="C"))
        if done.returncode or done.stdout:
            raise AssertionError("%s %s does not compile the interface silently:\n%s" % (cc, std, done.stdout))
        return ["-include-pch", where + "/dynrepo.h.gch"] if "clang" in cc else ["-I", where]

    @classmethod
    def tearDownClass(cls):
        cls.pool.shutdown()
        cls.place.cleanup()

    def compile(self, mode, text):
        """The exit code and what the compiler said."""
        cc, language, std = mode
        done = subprocess.run([cc, std, "-x", language] + self.ready.get(mode, []) + ["-I", str(ROOT)] + WARN + ["-fsyntax-only", "-"], input=text, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=120, env=dict(os.environ, LC_ALL="C"), cwd=self.place.name)
        return done.returncode, done.stdout

    def each(self, cases, template):
        def one(job):
            mode, (wrong, right) = job
            code, said = self.compile(mode, template % wrong)
            if code == 0:
                return "%s %s compiles %s" % (mode[0], mode[2], wrong)
            if "internal compiler error" in said:
                return said
            code, said = self.compile(mode, template % right)
            return "%s %s does not compile %s silently:\n%s" % (mode[0], mode[2], right, said) if code or said else None
        faults = [f for f in self.pool.map(one, [(m, c) for m in MODES for c in cases]) if f]
        self.assertFalse(faults, "\n".join(faults[:10]))

    def test_a_member_of_the_wrong_type_does_not_compile_and_its_right_twin_does_silently(self):
        self.each(FIELDS, STRUCT)

    def test_a_value_of_a_type_that_is_none_does_not_compile(self):
        self.each(ARGUMENTS, VALUES)

    def test_every_field_at_once_compiles_silently(self):
        once = {}
        for _, right in FIELDS:
            once.setdefault(right, None)
        for mode in MODES:
            code, said = self.compile(mode, STRUCT % ", ".join(once))
            self.assertEqual((code, said), (0, ""), mode)

    def test_more_than_sixteen_values_do_not_compile(self):
        for mode in MODES:
            code, said = self.compile(mode, VALUES % ", ".join(["1"] * 17))
            self.assertNotEqual(code, 0, mode)
            code, said = self.compile(mode, (VALUES % ", ".join(["1"] * 16)).replace("== *pointer", "== 16 * *pointer"))
            self.assertEqual((code, said), (0, ""), mode)

    def test_a_map_with_the_model_of_another_struct_is_refused_at_run_time(self):
        text = ("#define DYNREPO_IMPLEMENTATION\n" + STRUCT % "DYN_TEXT(thing, text), DYN_MAP(thing, str, part_model)").replace(
            "    return model", "    dyn_error e;\n    dyn_print(&e, dyn_model_check(&model, &e));\n    return model").replace(
            "int main", "#include <stdio.h>\nstatic void dyn_print(const dyn_error *e, dyn_status s)\n{\n    printf(\"%s: %s\", dyn_status_name(s), e->text);\n}\nint main")
        for mode in [("gcc", "c", "-std=c11"), ("g++", "c++", "-std=c++20")]:
            program = os.path.join(self.place.name, "map")
            code, said = self.build(mode, text, program)
            self.assertEqual((code, said), (0, ""))
            said = subprocess.run([program], stdout=subprocess.PIPE, text=True, timeout=60).stdout
            self.assertEqual(said, 'DYN_INVALID: model "thing": member "str" has another size than its model "part"')

    def build(self, mode, text, program):
        cc, language, std = mode
        source = os.path.join(self.place.name, "program." + ("c" if language == "c" else "cpp"))
        with open(source, "w") as f:
            f.write(text)
        done = subprocess.run([cc, std, "-I", str(ROOT)] + WARN + [source, "-o", program, "-lbearssl"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=120, env=dict(os.environ, LC_ALL="C"))
        return done.returncode, done.stdout

    def test_a_foreign_jsmn_before_the_implementation_stops_with_a_text_that_says_what_to_do(self):
        for mode in MODES:
            code, said = self.compile(mode, "#define JSMN_STATIC\n#pragma GCC diagnostic ignored \"-Wconversion\"\n#pragma GCC diagnostic ignored \"-Wsign-conversion\"\n#include <jsmn.h>\n"
                                      "#define DYNREPO_IMPLEMENTATION\n#include \"dynrepo.h\"\n")
            self.assertNotEqual(code, 0, mode)
            self.assertIn("include it before any other jsmn.h in the translation unit that defines DYNREPO_IMPLEMENTATION", said)

    def test_without_the_implementation_only_the_linker_complains(self):
        text = STRUCT % "DYN_TEXT(thing, text)"
        text = text.replace("    return model", "    dyn_error e;\n    if (dyn_model_check(&model, &e) != DYN_OK)\n        return 1;\n    return model")
        for mode in [("gcc", "c", "-std=c11"), ("g++", "c++", "-std=c++20")]:
            program = os.path.join(self.place.name, "nothing")
            code, said = self.build(mode, text, program)
            self.assertNotEqual(code, 0)
            self.assertIn("undefined reference to `dyn_model_check'", said)
            self.assertNotIn("error:", said.replace("collect2: error:", ""))
            self.assertNotIn("warning:", said)
            code, said = self.build(mode, "#define DYNREPO_IMPLEMENTATION\n" + text, program)
            self.assertEqual((code, said), (0, ""))

    def test_the_declarations_compile_as_cxx11(self):
        for cc in ("g++", "clang++"):
            if shutil.which(cc):
                code, said = self.compile((cc, "c++", "-std=c++11"), '#include "dynrepo.h"\nint main() { dyn_query q; dyn_write_options w; dyn_client db;'
                                          ' (void)db; return q.limit != 0 || w.when[3].count != 0; }\n')
                self.assertEqual((code, said), (0, ""))

    def test_options_that_name_one_member_alone_are_silent_in_cxx(self):
        text = """#include "dynrepo.h"
dyn_status use(dyn_client *db, dyn_rows *rows, const dyn_model *m, const char *id);
dyn_status use(dyn_client *db, dyn_rows *rows, const dyn_model *m, const char *id)
{
    const dyn_query a = { .limit = 1 }, b = { .where = { DYN_EXPR("x = ?", id) } }, c = { .key = DYN_EXPR("id = ?", id), .consistent = true };
    const dyn_write_options d = { .when = { DYN_EXPR("x = ?", 1) } }, e = { .table = id };
    const dyn_get_options f = { .consistent = true };
    const dyn_table_options g = { .total_ms = 1 };
    const dyn_list_options h = { .limit = 1 };
    const dyn_config i = { .region = id };
    const dyn_sign_request k = { .body = { id, 1 } };
    const dyn_image l = { .found = true };
    (void)a, (void)c, (void)d, (void)e, (void)f, (void)g, (void)h, (void)i, (void)k, (void)l;
    return dyn_scan(db, rows, m, &b);
}
"""
        for cc in ("g++", "clang++"):
            if shutil.which(cc):
                code, said = self.compile((cc, "c++", "-std=c++20"), text)
                self.assertEqual((code, said), (0, ""))


if __name__ == "__main__":
    unittest.main()
