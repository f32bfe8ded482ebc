#include "query/engine.h"

#include <algorithm>
#include <iterator>
#include <unordered_set>

#include <fmt/format.h>

#include "query/builtin_function.h"
#include "query/interpreter.h"
#include "query/parser.h"

namespace inquest::query {
namespace {

constexpr std::string_view kUnnamed = "_result";

struct Yield {
  std::string name;
  Ref<Stream> stream;
  Location at;
};

// The results of a stream: every yield() on the way to its end, and the end itself.
void collect(const Value& value, std::unordered_set<const Stream*>& seen, std::vector<Yield>& out) {
  std::vector<Yield> found;  // from the end to the start
  const auto* operation = static_cast<const Operation*>(&value.as_stream());
  if (!operation->is("yield")) {
    found.push_back({std::string(kUnnamed), Ref<Stream>(operation), operation->call().at()});
  }
  for (; operation != nullptr; operation = operation->input()) {
    if (!operation->is("yield") || !seen.insert(operation).second) continue;
    found.push_back(
        {std::string(operation->call().text("name", kUnnamed)), Ref<Stream>(operation), operation->call().at()});
  }
  std::move(found.rbegin(), found.rend(), std::back_inserter(out));
}

Result<std::vector<Yield>> yields_of(const std::vector<Value>& values, Names allowed) {
  std::vector<Yield> out;
  std::unordered_set<const Stream*> seen;
  for (const Value& value : values) {
    if (value.is(Type::Stream)) collect(value, seen, out);
  }
  std::unordered_set<std::string_view> names;
  for (const Yield& yield : out) {
    if (names.insert(yield.name).second || allowed == Names::Repeated) continue;
    return fail(error_at(yield.at, ErrorCode::Malformed,
                         fmt::format("two results are called `{}`: name them with yield(name: ...)", yield.name)));
  }
  return out;
}

}  // namespace

Result<void> run(std::string_view text, std::string_view prefix, Context& context, const TakeResult& take) {
  auto program = parse(text);
  if (!program) return fail(std::move(program).error());
  if (!prefix.empty()) {
    auto before = parse(prefix);
    if (!before) return fail(std::move(before).error());
    program->imports.insert(program->imports.begin(), before->imports.begin(), before->imports.end());
    std::move(program->statements.begin(), program->statements.end(), std::back_inserter(before->statements));
    program->statements = std::move(before->statements);
  }
  return run(std::move(*program), context, take);
}

Result<void> run(Program program, Context& context, const TakeResult& take, Names names) {
  auto interpreter = Interpreter::create(context);
  if (!interpreter) return fail(std::move(interpreter).error());
  auto unknown = resolve(program, (*interpreter)->library().add("main"), **interpreter);
  if (!unknown) return fail(std::move(unknown).error());
  if (!unknown->empty()) return fail(error_of(*unknown));
  auto values = (*interpreter)->run(program);
  if (!values) return fail(std::move(values).error());
  auto yields = yields_of(*values, names);
  if (!yields) return fail(std::move(yields).error());
  values->clear();
  for (Yield& yield : *yields) {
    auto tables = yield.stream->tables(context);
    if (!tables) return fail(std::move(tables).error());
    yield.stream = {};
    if (auto taken = take(yield.name, std::move(*tables)); !taken) return taken;
  }
  return {};
}

Result<std::vector<Unknown>> find_unknown(Program program, Context& context) {
  auto interpreter = Interpreter::create(context);
  if (!interpreter) return fail(std::move(interpreter).error());
  return resolve(program, (*interpreter)->library().add("main"), **interpreter);
}

std::vector<std::string> test_cases(const Program& program) {
  std::vector<std::string> out;
  for (const Statement& statement : program.statements) {
    if (statement.kind == Statement::Kind::TestCase) out.emplace_back(statement.name.view());
  }
  return out;
}

Program test_case(Program program, std::string_view name) {
  auto statements = std::move(program.statements);
  program.statements.clear();
  std::vector<Statement> own;
  for (Statement& statement : statements) {
    if (statement.kind != Statement::Kind::TestCase) {
      program.statements.push_back(std::move(statement));
    } else if (statement.name.view() == name) {
      own = std::move(statement.body);
    }
  }
  std::move(own.begin(), own.end(), std::back_inserter(program.statements));
  return program;
}

}  // namespace inquest::query
