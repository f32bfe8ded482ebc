#include "vmcore/expression.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "vmcore/expression_tokens.h"
#include "vmcore/known_globals.h"
#include "vmcore/tasks.h"
#include "vmcore/walk.h"

namespace inquest::vmcore {
namespace {

constexpr int kDeepest = 64;               // of expressions in one another
constexpr size_t kMostValues = 1'000'000;  // of one list

// One pass: what is parsed is evaluated at once.
class Evaluator {
 public:
  Evaluator(Kernel& kernel, std::vector<Token> tokens)
      : kernel_(kernel), types_(kernel.types()), tokens_(std::move(tokens)) {}

  Result<Evaluated> run() {
    auto values = binary(1);
    if (!values) return fail(values.error());
    if (peek().kind != TokenKind::End) return fail(unexpected());
    Evaluated out;
    out.is_list = values->is_list;
    out.values = std::move(values->values);
    out.problems = std::move(problems_);
    return out;
  }

 private:
  // Most values are one; those of lists are many, and what is done to the list is done to each.
  struct Values {
    std::vector<Value> values;
    bool is_list = false;
  };
  using One = std::function<Result<Value>(const Value&)>;

  static Values one(Value value) { return {{std::move(value)}, false}; }

  const Token& peek(size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  bool is(std::string_view sign) const { return peek().kind == TokenKind::Sign && peek().text == sign; }
  bool accept(std::string_view sign) {
    if (!is(sign)) return false;
    ++at_;
    return true;
  }
  Error unexpected() const {
    return malformed_expression(peek().at, peek().kind == TokenKind::End
                                               ? std::string("the expression ends too early")
                                               : fmt::format("\"{}\" was not expected", printable(peek().text)));
  }

  // An element that cannot be reached is left out of a list, and said; alone it is an error.
  Result<Values> each(const Values& from, const One& what) {
    Values out;
    out.is_list = from.is_list;
    for (const Value& value : from.values) {
      auto made = what(value);
      if (made) {
        out.values.push_back(std::move(*made));
        continue;
      }
      if (!from.is_list) return fail(made.error());
      if (problems_.size() < kMostProblems) {
        problems_.push_back(
            fmt::format("{:#x}: {}", value.is_place ? value.address.value : value.number, made.error().text()));
      }
    }
    return out;
  }

  Result<uint64_t> scalar(const Values& values) {
    if (values.values.size() != 1) return fail(ErrorCode::NotFound, "a list is no number");
    return number_of(kernel_, values.values[0]);
  }

  Result<Values> binary(int least) {
    if (++depth_ > kDeepest) return fail(ErrorCode::Limit, "the expression is nested too deeply");
    auto left = unary();
    while (left && peek().kind == TokenKind::Sign) {
      const int level = precedence(peek().text);
      if (level == 0 || level < least) break;
      const std::string_view sign = peek().text;
      ++at_;
      const auto right = binary(level + 1);
      if (!right) return fail(right.error());
      const auto number = scalar(*right);
      if (!number) return fail(number.error());
      const Value& other = right->values[0];
      left = each(*left, [&](const Value& value) { return apply(kernel_, value, sign, *number, other); });
    }
    --depth_;
    return left;
  }

  // The words from here on that name a type, if they do: nothing is consumed where they do not.
  std::optional<CType> type_here() {
    if (peek().kind != TokenKind::Name) return std::nullopt;
    const size_t before = at_;
    std::string words;
    while (peek().kind == TokenKind::Name) {
      words += (words.empty() ? "" : " ") + std::string(peek().text);
      ++at_;
    }
    while (accept("*")) words += "*";
    if (is("[") && peek(1).text == "]") {
      at_ += 2;
      words += "[]";
    } else if (is("[") && peek(1).kind == TokenKind::Number && peek(2).text == "]") {
      words += fmt::format("[{}]", peek(1).number);
      at_ += 3;
    }
    auto out = find_c_type(types_, words);
    // A module's own type is worth the time that the search for it takes, if nothing else can be meant.
    if (!out && (words.starts_with("struct ") || words.starts_with("union ") || words.starts_with("enum "))) {
      kernel_.load_module_types();
      out = find_c_type(types_, words);
    }
    if (!out) at_ = before;
    return out;
  }

  Result<Values> unary() {
    if (++depth_ > kDeepest) return fail(ErrorCode::Limit, "the expression is nested too deeply");
    auto out = unary_here();
    --depth_;
    return out;
  }

  Result<Values> unary_here() {
    if (is("(")) {
      const size_t before = at_++;
      // A variable may have a type's name (`struct page`, and `page`): a cast has something behind it.
      const auto type = type_here();
      const bool closed = type && accept(")");
      const Token& next = peek();
      const bool something = next.kind == TokenKind::Name || next.kind == TokenKind::Number || is("(") || is("*") ||
                             is("&") || is("-") || is("~") || is("!");
      const bool keyword = peek(0).at > 0 && before + 1 < tokens_.size() &&
                           (tokens_[before + 1].text == "struct" || tokens_[before + 1].text == "union" ||
                            tokens_[before + 1].text == "enum");
      if (type && closed && something) {
        auto operand = unary();
        if (!operand) return operand;
        return each(*operand, [&](const Value& value) { return cast(kernel_, value, *type); });
      }
      if (keyword && !type) return fail(ErrorCode::NotFound, "no such type: " + rest_from(before + 1));
      at_ = before;
      return postfix();
    }
    if (peek().kind == TokenKind::Sign && std::string_view("-~!*&+").find(peek().text) != std::string_view::npos) {
      const char sign = peek().text[0];
      ++at_;
      auto operand = unary();
      if (!operand || sign == '+') return operand;
      return each(*operand, [&](const Value& value) { return prefix(kernel_, sign, value); });
    }
    return postfix();
  }

  std::string rest_from(size_t token) const {
    std::string out;
    for (size_t i = token; i < tokens_.size() && tokens_[i].kind == TokenKind::Name; ++i) {
      out += (out.empty() ? "" : " ") + std::string(tokens_[i].text);
    }
    return printable(out);
  }

  Result<Values> postfix() {
    auto out = primary();
    while (out) {
      if (accept(".") || accept("->")) {
        if (peek().kind != TokenKind::Name) return fail(unexpected());
        const std::string_view name = peek().text;
        ++at_;
        out = each(*out, [&](const Value& value) { return member(kernel_, value, name); });
      } else if (accept("[")) {
        const auto index = argument_number();
        if (!index) return fail(index.error());
        if (!accept("]")) return fail(unexpected());
        out = each(*out, [&](const Value& value) { return dereference(kernel_, value, *index); });
      } else {
        return out;
      }
    }
    return out;
  }

  Result<uint64_t> argument_number() {
    const auto values = binary(1);
    if (!values) return fail(values.error());
    return scalar(*values);
  }

  Result<Values> primary() {
    if (accept("(")) {
      auto out = binary(1);
      if (out && !accept(")")) return fail(unexpected());
      return out;
    }
    if (peek().kind == TokenKind::Number) {
      const Token token = peek();
      ++at_;
      return one(number_value(token.number, token.number >> 63 == 0));
    }
    if (peek().kind != TokenKind::Name) return fail(unexpected());
    const std::string_view name = peek().text;
    const bool call = peek(1).kind == TokenKind::Sign && peek(1).text == "(";
    if (call) {
      if (name == "sizeof" || name == "offsetof") return size_question(name);
      if (name == "per_cpu" || name == "per_cpu_ptr") return per_cpu_call();
      if (name == "container_of") return container_call();
      if (std::ranges::find(kWalks, name) != kWalks.end()) return walk_call(name);
      return fail(
          malformed_expression(peek().at, fmt::format("{}() cannot be called: the machine is dead", printable(name))));
    }
    ++at_;
    if (is(":")) {
      ++at_;
      return per_cpu_copies(name);
    }
    if (name == "current") return current();
    auto value = variable(name);
    if (!value) return fail(value.error());
    if (value->is_place && in_per_cpu_section(value->address) && !address_wanted_) {
      return fail(
          ErrorCode::NotFound,
          fmt::format("{} is a variable of each CPU: {}:0, per_cpu({}, 0), or {}:a for all", name, name, name, name));
    }
    return one(*value);
  }

  Result<Values> current() {
    const auto task = current_task(kernel_, crashing_cpu(kernel_).value_or(0));
    if (!task) return fail(ErrorCode::NotFound, "the task that ran is not known");
    const auto type = find_c_type(types_, "struct task_struct");
    if (!type) return fail(ErrorCode::NotFound, "no type struct task_struct");
    Value out;
    out.type = pointer_to(*type);
    out.number = task->address().value;
    return one(out);
  }

  Result<Value> variable(std::string_view name) {
    const auto address = kernel_.any_symbol(name);
    if (!address) {
      // Addresses are often pasted without their 0x.
      const auto number = name.size() >= 8 ? parse_int<uint64_t>(name, 16) : std::nullopt;
      if (number) return number_value(*number, false);
      return fail(ErrorCode::NotFound, fmt::format("no symbol {}", printable(name)));
    }
    CType type;
    if (const auto known = known_global_type(name)) {
      if (const auto found = find_c_type(types_, *known)) type = *found;
    }
    if (type.plain()) type.type = kernel_.variable_type(name);
    if (type.plain() && kernel_.is_text(*address)) {
      Value out;
      out.type.pointers = 1;
      out.number = address->value;
      return out;
    }
    Value out = place_of(type, *address);
    out.untyped = type.plain();
    out.name = name;
    return out;
  }

  bool in_per_cpu_section(VirtAddr address) {
    const auto start = kernel_.symbol("__per_cpu_start");
    const auto end = kernel_.symbol("__per_cpu_end");
    return start && end && address >= *start && address < *end;
  }

  Result<std::vector<uint32_t>> which_cpus() {
    std::vector<uint32_t> out;
    if (peek().kind == TokenKind::Name && (peek().text == "a" || peek().text == "all")) {
      ++at_;
      return kernel_.possible_cpus();
    }
    const auto cpu = peek().kind == TokenKind::Number ? Result<uint64_t>(peek().number) : argument_number();
    if (!cpu) return fail(cpu.error());
    if (peek().kind == TokenKind::Number) ++at_;
    if (std::ranges::find(kernel_.possible_cpus(), *cpu) == kernel_.possible_cpus().end()) {
      return fail(ErrorCode::NotFound, fmt::format("no CPU {}", *cpu));
    }
    out.push_back(static_cast<uint32_t>(*cpu));
    return out;
  }

  Result<Values> copies(const Value& value, const std::vector<uint32_t>& cpus) {
    Values out;
    out.is_list = cpus.size() != 1;
    Value of = value;
    // A pointer into the per-CPU area stands for what it points to.
    if (!value.is_place || (is_pointer(value.type) && !in_per_cpu_section(value.address))) {
      auto target = dereference(kernel_, value, 0);
      if (!target) return fail(target.error());
      of = *target;
    }
    for (const uint32_t cpu : cpus) {
      const auto place = kernel_.per_cpu(of.address, cpu);
      if (!place) return fail(ErrorCode::NotFound, fmt::format("the data of CPU {} cannot be found", cpu));
      out.values.push_back(of);
      out.values.back().address = *place;
    }
    return out;
  }

  Result<Values> per_cpu_copies(std::string_view name) {
    const auto value = variable(name);
    if (!value) return fail(value.error());
    const auto cpus = which_cpus();
    if (!cpus) return fail(cpus.error());
    return copies(*value, *cpus);
  }

  Result<Values> per_cpu_call() {
    at_ += 2;
    const bool before = std::exchange(address_wanted_, true);
    const auto value = binary(1);
    address_wanted_ = before;
    if (!value) return fail(value.error());
    if (!accept(",")) return fail(unexpected());
    const auto cpus = which_cpus();
    if (!cpus) return fail(cpus.error());
    if (!accept(")")) return fail(unexpected());
    if (value->values.size() != 1) return fail(ErrorCode::NotFound, "per_cpu() takes one variable");
    return copies(value->values[0], *cpus);
  }

  Result<CType> type_argument() {
    const size_t before = at_;
    if (const auto type = type_here()) return *type;
    return fail(ErrorCode::NotFound, "no such type: " + rest_from(before));
  }

  // "list" or "tasks.next" or "rcu[0]": a member, as Types::field() takes it.
  Result<uint64_t> member_argument(const CType& type) {
    std::string path;
    while (peek().kind == TokenKind::Name || peek().kind == TokenKind::Number || is(".") || is("[") || is("]")) {
      path += peek().text;
      ++at_;
    }
    const auto field = types_.field(type.type, path);
    if (path.empty() || !field) {
      return fail(ErrorCode::NotFound, fmt::format("{} has no member {}", name_of(type), printable(path)));
    }
    return field->offset;
  }

  Result<Values> size_question(std::string_view name) {
    at_ += 2;
    const auto type = type_here();
    uint64_t out = 0;
    if (name == "offsetof") {
      if (!type) return fail(unexpected());
      if (!accept(",")) return fail(unexpected());
      const auto offset = member_argument(*type);
      if (!offset) return fail(offset.error());
      out = *offset;
    } else if (type) {
      out = size_of(*type);
    } else {
      const bool before = std::exchange(address_wanted_, true);
      const auto values = binary(1);
      address_wanted_ = before;
      if (!values) return fail(values.error());
      if (values->values.size() != 1) return fail(ErrorCode::NotFound, "a list has no size");
      if (values->values[0].untyped) return fail(no_type(values->values[0]));
      out = size_of(values->values[0].type);
    }
    if (!accept(")")) return fail(unexpected());
    return one(number_value(out));
  }

  Result<Values> container_call() {
    at_ += 2;
    const auto values = binary(1);
    if (!values) return fail(values.error());
    if (!accept(",")) return fail(unexpected());
    const auto type = type_argument();
    if (!type) return fail(type.error());
    if (!accept(",")) return fail(unexpected());
    const auto offset = member_argument(*type);
    if (!offset) return fail(offset.error());
    if (!accept(")")) return fail(unexpected());
    return each(*values, [&](const Value& value) -> Result<Value> {
      const auto number = number_of(kernel_, value);
      if (!number) return fail(number.error());
      Value out;
      out.type = pointer_to(*type);
      out.number = *number - *offset;
      return out;
    });
  }

  // Where a walk begins: the head itself, whether it is named or pointed to.
  Result<VirtAddr> head_argument() {
    const auto values = binary(1);
    if (!values) return fail(values.error());
    if (values->values.size() != 1) return fail(ErrorCode::NotFound, "one list at a time");
    const Value& value = values->values[0];
    if (value.is_place && !is_pointer(value.type)) return value.address;
    const auto number = number_of(kernel_, value);
    if (!number) return fail(number.error());
    return VirtAddr{*number};
  }

  Result<Values> walk_call(std::string_view name) {
    at_ += 2;
    const auto head = head_argument();
    if (!head) return fail(head.error());
    if (!accept(",")) return fail(unexpected());
    const auto type = type_argument();
    if (!type) return fail(type.error());
    const bool indexed = name == "xarray" || name == "maple";
    uint64_t offset = 0;
    if (!indexed) {
      if (!accept(",")) return fail(unexpected());
      const auto member = member_argument(*type);
      if (!member) return fail(member.error());
      offset = *member;
    }
    if (!accept(")")) return fail(unexpected());
    AddressSpace& space = kernel_.space();
    Values out;
    out.is_list = true;
    if (indexed) {
      const IndexedWalk walk = name == "maple" ? walk_maple_tree(space, types_, *head, kMostValues)
                                               : walk_xarray(space, types_, *head, kMostValues);
      if (!walk.complete()) problems_.push_back(fmt::format("{}: {}", name, walk.problem));
      for (const IndexedEntry& entry : walk.found) out.values.push_back(place_of(*type, entry.value));
      return out;
    }
    Walk walk;
    if (name == "list") walk = walk_list(space, *head, kMostValues);
    if (name == "hlist") walk = walk_hlist(space, *head, kMostValues);
    if (name == "rbtree") walk = walk_rbtree(space, *head, kMostValues);
    // Its links point to the structs themselves, not to members of them.
    if (name == "chain") walk = walk_chain(space, *head, std::exchange(offset, 0), kMostValues);
    if (!walk.complete()) problems_.push_back(fmt::format("{}: {}", name, walk.problem));
    for (const VirtAddr found : walk.found) out.values.push_back(place_of(*type, found - offset));
    return out;
  }

  static constexpr std::array<std::string_view, 6> kWalks = {"list", "hlist", "rbtree", "chain", "xarray", "maple"};
  static constexpr size_t kMostProblems = 100;

  Kernel& kernel_;
  Types& types_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  int depth_ = 0;
  bool address_wanted_ = false;  // a per-CPU variable is named, and not read
  std::vector<std::string> problems_;
};

}  // namespace

Result<Evaluated> evaluate(Kernel& kernel, std::string_view text) {
  auto tokens = expression_tokens(text);
  if (!tokens) return fail(tokens.error());
  return Evaluator(kernel, std::move(*tokens)).run();
}

}  // namespace inquest::vmcore
