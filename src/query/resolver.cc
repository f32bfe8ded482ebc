#include "query/resolver.h"

#include <unordered_map>

#include <fmt/format.h>

#include "query/lexer.h"

namespace inquest::query {
namespace {

// A function literal that is being walked through: its own names, and those that it takes along.
struct Scope {
  Scope* outer = nullptr;
  std::unordered_map<std::string, uint32_t> locals;
  std::unordered_map<std::string, uint32_t> taken;
  std::vector<Place> captures;
  uint32_t size = 0;

  uint32_t declare(std::string_view name) {
    locals[std::string(name)] = size;
    return size++;
  }
};

class Resolver {
 public:
  Resolver(uint32_t file, Interpreter& interpreter)
      : library_(interpreter.library()), interpreter_(interpreter), file_(file) {}

  Result<std::vector<Unknown>> run(Program& program) {
    for (const Import& import : program.imports) {
      auto loaded = library_.load(import.path, interpreter_);
      if (!loaded) return fail(std::move(loaded).error());
      imports_[import.alias] = {import.path, *loaded};
    }
    statements(program.statements);
    if (error_) return fail(std::move(*error_));
    return std::move(unknown_);
  }

 private:
  struct Imported {
    std::string path;
    std::optional<uint32_t> package;
  };

  void statements(std::vector<Statement>& list) {
    for (Statement& statement : list) {
      if (statement.kind == Statement::Kind::TestCase) continue;  // what runs it makes a program of it
      if (statement.value) walk(*statement.value, nullptr);
      if (statement.kind == Statement::Kind::Variable) variable(statement);
      if (statement.kind == Statement::Kind::Option) option(statement);
      if (statement.kind == Statement::Kind::Return) fault(statement.at, "`return` stands outside of a function");
    }
  }

  void fault(Location at, std::string_view message) {
    if (!error_) error_ = error_at(at, ErrorCode::Malformed, message);
  }

  void variable(Statement& statement) {
    Package& package = library_.package(file_);
    // The language's own packages may refine a builtin.
    if (file_ != Library::kUniverse && !defined_.emplace(std::string(statement.name.view()), true).second) {
      fault(statement.at, fmt::format("`{}` is already defined", statement.name.view()));
    }
    statement.place = {Place::Kind::Package, package.slot(statement.name.view()), file_};
  }

  void option(Statement& statement) {
    if (statement.package.view().empty()) {
      statement.place = {Place::Kind::Package, library_.package(file_).slot(statement.name.view()), file_};
      return;
    }
    const auto it = imports_.find(std::string(statement.package.view()));
    if (it == imports_.end()) {
      fault(statement.at, fmt::format("`{}` is not imported", statement.package.view()));
      return;
    }
    // Options that only the reference implementation knows change nothing here.
    if (!it->second.package) return;
    const uint32_t package = *it->second.package;
    if (const auto slot = library_.package(package).find(statement.name.view())) {
      statement.place = {Place::Kind::Package, *slot, package};
    }
  }

  // `scope` is null outside of functions.
  void walk(Expression& e, Scope* scope) {
    switch (e.kind) {
      case Expression::Kind::Identifier: name(e, scope); return;
      case Expression::Kind::Member: member(e, scope); return;
      case Expression::Kind::Function: function(e, scope); return;
      default: break;
    }
    for (auto& operand : e.operands) walk(*operand, scope);
    for (auto& property : e.properties) walk(*property.value, scope);
    for (auto& [key, value] : e.entries) {
      walk(*key, scope);
      walk(*value, scope);
    }
  }

  static Place find_local(std::string_view name, Scope* scope) {
    if (scope == nullptr) return {};
    const std::string key(name);
    if (const auto it = scope->locals.find(key); it != scope->locals.end()) return {Place::Kind::Local, it->second, 0};
    if (const auto it = scope->taken.find(key); it != scope->taken.end()) return {Place::Kind::Capture, it->second, 0};
    const Place outside = find_local(name, scope->outer);
    if (outside.kind == Place::Kind::Unresolved) return {};
    const auto slot = static_cast<uint32_t>(scope->captures.size());
    scope->captures.push_back(outside);
    scope->taken[key] = slot;
    return {Place::Kind::Capture, slot, 0};
  }

  Place find(std::string_view name, Scope* scope) {
    if (const Place local = find_local(name, scope); local.kind != Place::Kind::Unresolved) return local;
    for (const uint32_t package : {file_, Library::kUniverse}) {
      if (const auto slot = library_.package(package).find(name)) return {Place::Kind::Package, *slot, package};
    }
    return {};
  }

  void name(Expression& e, Scope* scope) {
    e.place = find(e.name.view(), scope);
    if (e.place.kind != Place::Kind::Unresolved) return;
    if (const auto it = imports_.find(std::string(e.name.view())); it != imports_.end()) {
      fault(e.at, fmt::format("the package `{}` is no value: name what you need of it", e.name.view()));
      return;
    }
    unknown_.push_back({e.at, std::string(e.name.view())});
  }

  void member(Expression& e, Scope* scope) {
    Expression& of = *e.operands[0];
    const auto it =
        of.kind == Expression::Kind::Identifier ? imports_.find(std::string(of.name.view())) : imports_.end();
    // Of what has the name of an import, only the file's own variables hide it.
    const bool hidden = it != imports_.end() && (find_local(of.name.view(), scope).kind != Place::Kind::Unresolved ||
                                                 defined_.contains(std::string(of.name.view())));
    if (it == imports_.end() || hidden) {
      walk(of, scope);
      return;
    }
    const auto& [path, package] = it->second;
    const auto slot = package ? library_.package(*package).find(e.name.view()) : std::nullopt;
    if (slot) {
      e.place = {Place::Kind::Package, *slot, *package};
    } else {
      unknown_.push_back({e.at, fmt::format("{}.{}", path, e.name.view())});
    }
  }

  void function(Expression& e, Scope* outer) {
    // Defaults belong to what surrounds the function.
    for (auto& parameter : e.properties) {
      if (parameter.value) walk(*parameter.value, outer);
    }
    Scope scope;
    scope.outer = outer;
    for (const auto& parameter : e.properties) scope.declare(parameter.name.view());
    for (auto& operand : e.operands) walk(*operand, &scope);
    for (Statement& statement : e.body) {
      if (statement.value) walk(*statement.value, &scope);
      if (statement.kind == Statement::Kind::Variable) {
        statement.place = {Place::Kind::Local, scope.declare(statement.name.view()), 0};
      } else if (statement.kind == Statement::Kind::Option || statement.kind == Statement::Kind::TestCase) {
        fault(statement.at, "this stands inside of a function");
      }
    }
    e.frame_size = scope.size;
    e.captures = std::move(scope.captures);
  }

  Library& library_;
  Interpreter& interpreter_;
  uint32_t file_;
  std::unordered_map<std::string, Imported> imports_;
  std::unordered_map<std::string, bool> defined_;
  std::vector<Unknown> unknown_;
  std::optional<Error> error_;
};

}  // namespace

Result<std::vector<Unknown>> resolve(Program& program, uint32_t file, Interpreter& interpreter) {
  return Resolver(file, interpreter).run(program);
}

Error error_of(const std::vector<Unknown>& unknown) {
  const auto& [at, name] = unknown.front();
  return error_at(at, ErrorCode::Unsupported,
                  fmt::format("`{}` is neither defined nor among the functions that are supported", name));
}

}  // namespace inquest::query
