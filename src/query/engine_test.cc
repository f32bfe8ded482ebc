#include "query/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/interpreter.h"
#include "query/parser.h"

namespace inquest::query {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// The last expression's value, displayed; or what went wrong, with "! " in front.
std::string value_of(std::string_view text, Limits limits = {}) {
  Context context(from_civil({2026, 2, 9, 4, 0, 0, 0}).value(), nullptr, limits);
  auto interpreter = Interpreter::create(context);
  if (!interpreter) return "! " + interpreter.error().message;
  auto program = parse(text);
  if (!program) return "! " + program.error().message;
  auto unknown = resolve(*program, (*interpreter)->library().add("main"), **interpreter);
  if (!unknown) return "! " + unknown.error().message;
  if (!unknown->empty()) return "! " + error_of(*unknown).message;
  auto values = (*interpreter)->run(*program);
  if (!values) return "! " + values.error().message;
  return values->empty() ? "" : display(values->back());
}

TEST(Engine, Computes) {
  struct Case {
    std::string_view text;
    std::string_view value;
  };
  for (const Case& c : {
           Case{"1 + 2 * 3", "7"},
           Case{"(1 + 2) * 3", "9"},
           Case{"2.0 ^ 3.0 ^ 2.0", "64"},
           Case{"7 / 2 * 2 + 7 % 4", "9"},
           Case{"-9223372036854775808", "-9223372036854775808"},
           Case{"1.5e3 + .5", "1500.5"},
           Case{"\"a\" + \"b\" == \"ab\" and not 1 > 2", "true"},
           Case{"false or 3 >= 3 and \"x1\" =~ /^x[0-9]$/", "true"},
           Case{"\"x\" !~ /y/", "true"},
           Case{"10 / 5 / 2", "1"},
           Case{"if 1 < 2 then \"yes\" else if true then \"no\" else \"never\"", "yes"},
           Case{"exists {a: 1}.a", "true"},
           Case{"exists {a: 1}.b", "false"},
           Case{"{a: 1, b: {c: \"x\"}}.b.c", "x"},
           Case{"{\"a b\": 1}[\"a b\"]", "1"},
           Case{"[1, 2, 3,][1]", "2"},
           Case{"-1h30m", "-1h30m"},
           Case{"2026-02-09T04:00:00.5+01:00", "2026-02-09T03:00:00.500000000Z"},
           Case{"2026-02-09", "2026-02-09T00:00:00.000000000Z"},
           Case{"\"one ${1 + 1} ${\"in ${\"in\"}\"} \\${x} \\x41\\n\"", "one 2 in in ${x} A\n"},
           Case{"[\"a\": 1, \"b\": 2]", "[a: 1, b: 2]"},
           Case{"[:]", "[:]"},
           Case{"// a comment\n1 // and one more", "1"},
           Case{"x = 1 y = x + 1 {x, y, z: 3}", "{x: 1, y: 2, z: 3}"},
           Case{"r = {a: 1, b: 2} {r with b: 3, c: 4}", "{a: 1, b: 3, c: 4}"},
           Case{"f = (a, b=2) => a * b f(a: 4)", "8"},
           Case{"f = (a) => { b = a + 1 return b * 2 } f(a: 1)", "4"},
           Case{"adder = (n) => (x=<-) => x + n add3 = adder(n: 3) 4 |> add3()", "7"},
           Case{"f = (tables=<-, n) => tables * n 2 |> f(n: 3) |> f(n: 4)", "24"},
           Case{"f = (g, x) => g(x: x) f(g: (x) => x + 1, x: 1)", "2"},
           Case{"option now = () => 2020-01-01T00:00:00Z now()", "2020-01-01T00:00:00.000000000Z"},
           Case{"now()", "2026-02-09T04:00:00.000000000Z"},
           Case{"@edition(\"2022.1\") package main 1", "1"},
           Case{"{a: 1}.b == 1", "<null>"},
           Case{"true or {a: 1}.b == 1", "true"},
       }) {
    EXPECT_EQ(value_of(c.text), c.value) << c.text;
  }
}

TEST(Engine, SaysWhereAndWhatIsWrong) {
  struct Case {
    std::string_view text;
    std::string_view error;
  };
  for (const Case& c : {
           Case{"x = (1 + ", "! 1:10: expected an expression, found the end of the query"},
           Case{"x = 1 +\n  )", "! 2:3: expected an expression, found `)`"},
           Case{"f(a: 1", "! 1:7: expected `)`, found the end of the query"},
           Case{"\"abc", "! 1:1: this string does not end"},
           Case{"\"${1", "! 1:2: this `${` has no `}`"},
           Case{"1 # 2", "! 1:3: unexpected character `#`"},
           Case{"1 |> 2", "! 1:6: expected a call behind `|>`"},
           Case{"9223372036854775808", "! 1:1: the integer does not fit in 64 bits"},
           Case{"007", "! 1:1: `007` is no integer: it begins with 0"},
           Case{"/a(/", "! 1:1: regular expression: missing ): a("},
           Case{"if true then 1", "! 1:15: expected `else`, found the end of the query"},
           Case{"(a) => { b = a }", "! 1:8: a function in braces must end in `return`"},
           Case{"import \"strings\" 1\nimport \"math\"", "! 2:1: imports stand in front of all else"},
           Case{"1 + 1.0", "! 1:3: `+` does not take int and float"},
           Case{"1\n+ true", "! 2:1: `+` does not take int and bool"},
           Case{"1 / 0", "! 1:3: cannot divide by zero"},
           Case{"[1][1]", "! 1:1: cannot access element 1 of array of length 1"},
           Case{"foo", "! 1:1: `foo` is neither defined nor among the functions that are supported"},
           Case{"import \"not/there\" not there.x()",
                "! 1:24: `not/there.x` is neither defined nor among the functions that are supported"},
           Case{"x = 1 x = 2", "! 1:7: `x` is already defined"},
           Case{"f = (a) => a f(b: 1)", "! 1:14: the function has no parameter `b`"},
           Case{"f = (a) => a f()", "! 1:14: missing argument `a`"},
           Case{"x = 1 x()", "! 1:7: int cannot be called"},
           Case{"if 1 then 2 else 3", "! 1:4: expected bool, found int"},
           Case{"\"${[1]}\"", "! 1:4: array cannot become part of a string"},
           Case{"yield()", "! 1:1: yield: needs `tables` from a pipe: `... |> yield()`"},
           Case{"die(msg: 1)", "! 1:1: die: argument `msg` must be string, not int"},
           Case{"die(msg: \"gone\")", "! 1:1: die: gone"},
           Case{"now(x: 1)", "! 1:1: now: unknown argument `x`"},
           Case{"1.a", "! 1:1: int has no field `a`"},
       }) {
    EXPECT_EQ(value_of(c.text), c.error) << c.text;
  }
}

TEST(Engine, RefusesTextThatIsNoUtf8) { EXPECT_EQ(value_of("x\n \xff"), "! 2:2: the query is not valid UTF-8"); }

TEST(Engine, EndsWhatNestsTooDeep) {
  std::string brackets(5'000, '(');
  EXPECT_THAT(value_of(brackets), HasSubstr("nested too deep"));
  std::string minus(5'000, '-');
  EXPECT_THAT(value_of(minus + "1"), HasSubstr("nested too deep"));
  std::string sum = "1";
  for (int i = 0; i < 5'000; ++i) sum += " + 1";
  EXPECT_THAT(value_of(sum), HasSubstr("too long a chain"));
  std::string any = "true";
  for (int i = 0; i < 5'000; ++i) any += " and true";
  EXPECT_EQ(value_of(any), "true");
  std::string strings;
  for (int i = 0; i < 5'000; ++i) strings += "\"${";
  EXPECT_THAT(value_of(strings), HasSubstr("nested too deep"));
}

TEST(Engine, EndsWhatNeverEnds) {
  // A function that calls itself through another name is not possible; one that is handed to itself is.
  EXPECT_THAT(value_of("f = (g) => g(g: g) f(g: f)"), HasSubstr("nested deeper than"));
  const std::string text = "f = (g, n) => g(g: g, n: n) + g(g: g, n: n) f(g: f, n: 1)";
  EXPECT_THAT(value_of(text), StartsWith("! 1:"));
  Limits few;
  few.steps = 1'000;
  std::string doubling = "f0 = () => 1\n";
  for (int i = 1; i < 40; ++i) {
    doubling +=
        "f" + std::to_string(i) + " = () => f" + std::to_string(i - 1) + "() + f" + std::to_string(i - 1) + "()\n";
  }
  EXPECT_THAT(value_of(doubling + "f39()", few), HasSubstr("more than 1000 steps"));
}

TEST(Engine, EndsStringsThatGrow) {
  std::string text = "s0 = \"0123456789abcdef\"\n";
  for (int i = 1; i < 60; ++i) {
    text += "s" + std::to_string(i) + " = s" + std::to_string(i - 1) + " + s" + std::to_string(i - 1) + "\n";
  }
  EXPECT_THAT(value_of(text), HasSubstr("grows too long"));
}

TEST(Engine, EndsValuesThatNestWithoutEnd) {
  const std::string rows = "import \"array\" t = array.from(rows: [" + [] {
    std::string out;
    for (int i = 0; i < 3'000; ++i) out += "{a: 1},";
    return out;
  }() + "]) ";
  const auto reduced = [&](std::string_view what) {
    return value_of(rows + "t |> reduce(identity: {x: 0}, fn: (r, accumulator) => ({x: " + std::string(what) +
                    "})) |> tableFind(fn: (key) => true) |> getColumn(column: \"x\")");
  };
  for (const std::string_view what : {"accumulator", "[accumulator]", "() => accumulator"}) {
    EXPECT_THAT(reduced(what), StartsWith("! ")) << what;
  }
}

TEST(Engine, StopsWhenItIsCancelled) {
  Context context(0, nullptr, {});
  context.cancel();
  const auto ran = run("1", "", context, [](std::string_view, Tables) { return Result<void>{}; });
  ASSERT_FALSE(ran);
  EXPECT_THAT(ran.error().message, HasSubstr("cancelled"));
}

}  // namespace
}  // namespace inquest::query
