#include "query/predicate.h"

#include <algorithm>
#include <utility>

#include "query/regexp.h"

namespace inquest::query {
namespace {

using Kind = store::TagMatch::Kind;

constexpr std::string_view kField = "_field";
constexpr std::string_view kMeasurement = "_measurement";

bool is_row_column(std::string_view name) { return name == "_value" || name == "_time"; }
bool is_bound(std::string_view name) { return name == "_start" || name == "_stop"; }

class Reader {
 public:
  Reader(const Closure& closure, uint32_t row_slot) : closure_(closure), row_slot_(row_slot) {}

  Narrowing read(const Expression& e) const {
    switch (e.kind) {
      case Expression::Kind::And: {
        Narrowing out;
        for (const auto& operand : e.operands) out = both(std::move(out), read(*operand));
        return out;
      }
      case Expression::Kind::Or: {
        Narrowing out = read(*e.operands[0]);
        for (size_t at = 1; at < e.operands.size(); ++at) out = either(std::move(out), read(*e.operands[at]));
        return out;
      }
      case Expression::Kind::Binary: return comparison(e);
      default: return {};
    }
  }

  bool series_only(const Expression& e) const {
    if (e.kind == Expression::Kind::Function) return false;
    if (e.kind == Expression::Kind::Member && e.place.kind != Place::Kind::Package && is_row(*e.operands[0])) {
      return !is_row_column(e.name.view());
    }
    if (is_row(e)) return false;
    const auto all = [&](const auto& list, const auto& value_of) {
      return std::ranges::all_of(list, [&](const auto& item) { return series_only(*value_of(item)); });
    };
    return all(e.operands, [](const ExpressionPtr& x) { return x.get(); }) &&
           all(e.properties, [](const Property& x) { return x.value.get(); }) &&
           all(e.entries, [](const DictEntry& x) { return x.key.get(); }) &&
           all(e.entries, [](const DictEntry& x) { return x.value.get(); });
  }

 private:
  bool is_row(const Expression& e) const {
    return e.kind == Expression::Kind::Identifier && e.place.kind == Place::Kind::Local && e.place.slot == row_slot_;
  }

  std::optional<std::string> field_of_row(const Expression& e) const {
    if (e.kind != Expression::Kind::Member || e.place.kind == Place::Kind::Package || !is_row(*e.operands[0]))
      return {};
    if (is_row_column(e.name.view()) || is_bound(e.name.view())) return {};
    return std::string(e.name.view());
  }

  std::optional<Value> constant(const Expression& e) const {
    if (e.kind == Expression::Kind::Literal) return e.literal;
    if (e.place.kind == Place::Kind::Package) {
      return closure_.interpreter().library().package(e.place.package).values[e.place.slot];
    }
    if (e.kind != Expression::Kind::Identifier || e.place.kind != Place::Kind::Capture) return std::nullopt;
    return closure_.captures()[e.place.slot];
  }

  Narrowing comparison(const Expression& e) const {
    auto name = field_of_row(*e.operands[0]);
    auto value = name ? constant(*e.operands[1]) : std::nullopt;
    if (!name && (e.op == Operator::Equal || e.op == Operator::NotEqual)) {
      name = field_of_row(*e.operands[1]);
      value = name ? constant(*e.operands[0]) : std::nullopt;
    }
    Narrowing out;
    if (!name || !value) return out;
    const bool text = value->is(Type::String);
    const bool regexp = value->is(Type::Regexp);
    if (text && e.op == Operator::Equal) out.one_of[*name] = {std::string(value->as_string())};
    if (text && e.op == Operator::NotEqual)
      out.others.push_back({*name, Kind::NotEqual, std::string(value->as_string())});
    if (regexp && (e.op == Operator::Match || e.op == Operator::NotMatch)) {
      const Kind kind = e.op == Operator::Match ? Kind::Regex : Kind::NotRegex;
      out.others.push_back({*name, kind, std::string(value->as_regexp().source())});
    }
    return out;
  }

  // What both say holds for either.
  static Narrowing either(Narrowing a, const Narrowing& b) {
    a.others.clear();
    for (auto it = a.one_of.begin(); it != a.one_of.end();) {
      const auto other = b.one_of.find(it->first);
      if (other == b.one_of.end()) {
        it = a.one_of.erase(it);
      } else {
        it->second.insert(other->second.begin(), other->second.end());
        ++it;
      }
    }
    return a;
  }

  const Closure& closure_;
  uint32_t row_slot_;
};

}  // namespace

bool Narrowing::impossible() const {
  return std::ranges::any_of(one_of, [](const auto& entry) { return entry.second.empty(); });
}

Narrowing narrowing_of(const Function& filter) {
  const auto* closure = dynamic_cast<const Closure*>(&filter);
  Narrowing nothing;
  nothing.series_only = false;
  if (closure == nullptr) return nothing;
  const Expression& literal = closure->literal();
  if (!literal.body.empty() || literal.properties.size() != 1) return nothing;
  const Reader reader(*closure, 0);
  Narrowing out = reader.read(*literal.operands[0]);
  out.series_only = reader.series_only(*literal.operands[0]);
  return out;
}

Narrowing both(Narrowing a, const Narrowing& b) {
  for (const auto& [key, values] : b.one_of) {
    const auto [it, added] = a.one_of.try_emplace(key, values);
    if (!added) std::erase_if(it->second, [&](const std::string& value) { return !values.contains(value); });
  }
  a.others.insert(a.others.end(), b.others.begin(), b.others.end());
  a.series_only = a.series_only && b.series_only;
  return a;
}

void narrow(const Narrowing& by, store::Selection& selection) {
  for (const auto& [key, values] : by.one_of) {
    if (key == kField || values.empty()) continue;
    if (values.size() == 1 && key == kMeasurement) {
      selection.measurement = *values.begin();
    } else if (values.size() == 1) {
      selection.tags.push_back({key, Kind::Equal, *values.begin()});
    } else {
      std::string any;
      for (const std::string& value : values) any += (any.empty() ? "" : "|") + Regexp::quote(value);
      selection.tags.push_back({key, Kind::Regex, "^(?:" + any + ")$"});
    }
  }
  for (const auto& match : by.others) {
    if (match.key != kField) selection.tags.push_back(match);
  }
}

bool may_be_field(const Narrowing& by, std::string_view field) {
  const auto it = by.one_of.find(std::string(kField));
  if (it != by.one_of.end() && !it->second.contains(std::string(field))) return false;
  return std::ranges::all_of(by.others, [&](const store::TagMatch& match) {
    if (match.key != kField) return true;
    if (match.kind == Kind::NotEqual) return match.value != field;
    const auto regexp = Regexp::compile(match.value);
    return !regexp || (*regexp)->matches(field) == (match.kind == Kind::Regex);
  });
}

}  // namespace inquest::query
