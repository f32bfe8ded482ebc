#include "rules/term.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::rules {
namespace {

constexpr std::array<std::string_view, 7> kSubjects = {"rule",     "class",   "fact",   "feature",
                                                       "observed", "finding", "watched"};
constexpr std::array<std::string_view, 8> kOps = {"", "=", "!=", "~", "<", "<=", ">", ">="};

std::string_view next_word(std::string_view& text) {
  text = trim(text);
  const size_t end = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view word = text.substr(0, end);
  text = trim(text.substr(end));
  return word;
}

bool compares_numbers(Op op) { return op >= Op::Less; }

}  // namespace

std::string_view to_string(Subject subject) { return kSubjects[static_cast<size_t>(subject)]; }
std::string_view to_string(Op op) { return kOps[static_cast<size_t>(op)]; }

Result<Term> Term::parse(std::string_view text) {
  const std::string_view whole = text;
  const auto no_term = [&](std::string_view why) {
    return fail(ErrorCode::Malformed, fmt::format("\"{}\": {}", whole, why));
  };
  Term term;
  const std::string_view subject = next_word(text);
  size_t which = 0;
  while (which < kSubjects.size() && kSubjects[which] != subject) ++which;
  if (which == kSubjects.size()) return no_term(fmt::format("a term begins with {}", fmt::join(kSubjects, ", ")));
  term.subject = static_cast<Subject>(which);
  term.name = next_word(text);
  if (term.name.empty()) return no_term(fmt::format("which {}?", subject));
  if (text.empty()) return term;

  const std::string_view op = next_word(text);
  which = 1;
  while (which < kOps.size() && kOps[which] != op) ++which;
  if (which == kOps.size()) return no_term(fmt::format("{} is none of = != ~ < <= > >=", op));
  if (term.subject != Subject::Fact && term.subject != Subject::Feature && term.subject != Subject::Observed &&
      term.subject != Subject::Finding)
    return no_term("only facts, features, findings and what was observed have values");
  term.op = static_cast<Op>(which);
  if (text.empty()) return no_term(fmt::format("no value behind {}", op));
  term.value = text;
  if (compares_numbers(term.op)) {
    const auto number = parse_amount(text);
    if (!number) return no_term(fmt::format("{} is no number", text));
    term.number = *number;
  } else if (term.op == Op::Matches) {
    auto regex = Regex::parse(term.value);
    if (!regex) return no_term(regex.error().message);
    term.regex = std::move(*regex);
  }
  return term;
}

std::string Term::text() const {
  if (op == Op::Exists) return fmt::format("{} {}", to_string(subject), name);
  return fmt::format("{} {} {} {}", to_string(subject), name, to_string(op), value);
}

bool Term::accepts(std::string_view value_of_it) const {
  switch (op) {
    case Op::Exists: return true;
    case Op::Equal: return value_of_it == value;
    case Op::NotEqual: return value_of_it != value;
    case Op::Matches: return regex && regex->found_in(value_of_it);
    case Op::Less:
    case Op::LessEqual:
    case Op::Greater:
    case Op::GreaterEqual: break;
  }
  const auto amount = parse_amount(value_of_it);
  if (!amount) return false;
  if (op == Op::Less) return *amount < number;
  if (op == Op::LessEqual) return *amount <= number;
  if (op == Op::Greater) return *amount > number;
  return *amount >= number;
}

bool name_means(std::string_view name, std::string_view key) {
  // Greedy with one step back: linear for one star, and no worse than names' lengths multiplied for many.
  size_t at = 0;
  size_t in_key = 0;
  size_t star = std::string_view::npos;
  size_t resume = 0;
  while (in_key < key.size()) {
    if (at < name.size() && name[at] == '*') {
      star = at++;
      resume = in_key;
    } else if (at < name.size() && name[at] == key[in_key]) {
      ++at;
      ++in_key;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in_key = ++resume;
    } else {
      return false;
    }
  }
  while (at < name.size() && name[at] == '*') ++at;
  return at == name.size();
}

std::optional<double> parse_amount(std::string_view text) {
  text = trim(text);
  if (text.ends_with("iB"))
    text.remove_suffix(2);
  else if (text.ends_with('B'))
    text.remove_suffix(1);
  double unit = 1;
  if (!text.empty()) {
    if (const size_t power = std::string_view("KMGT").find(text.back()); power != std::string_view::npos) {
      for (size_t i = 0; i <= power; ++i) unit *= 1024;
      text.remove_suffix(1);
    }
  }
  const auto number = parse_double(trim(text));
  if (!number) return std::nullopt;
  return *number * unit;
}

}  // namespace inquest::rules
