#include "review/claim_rule.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "base/text.h"

namespace inquest::review {
namespace {

constexpr size_t kMostLines = 20;  // of statements that say the same
constexpr size_t kFewestCases = 3;

std::unexpected<Error> wrong(std::string_view file, const toml::node& at, std::string message) {
  return fail(Error{ErrorCode::Malformed, std::move(message), std::string(file), 0, at.source().begin.line});
}

// "{not}" stands for the file's macro of that name.
std::string expand(std::string_view text, const std::map<std::string, std::string, std::less<>>& macros) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') {
      const size_t end = text.find('}', i);
      const auto macro = end == std::string_view::npos ? macros.end() : macros.find(text.substr(i + 1, end - i - 1));
      if (macro != macros.end()) {
        out += "(?:" + macro->second + ")";
        i = end;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

// The document as one text, a statement a line, so that no expression with "." goes over a statement's end.
std::string whole(const PostMortem& text) {
  std::string all;
  for (const Statement& statement : text.statements) all += statement.text + "\n";
  return all;
}

bool all_match(std::span<const Regex* const> regexes, std::string_view text) {
  return std::ranges::all_of(regexes, [&](const Regex* regex) { return regex->found_in(text); });
}
bool any_matches(std::span<const Regex* const> regexes, std::string_view text) {
  return std::ranges::any_of(regexes, [&](const Regex* regex) { return regex->found_in(text); });
}

bool in_place(ClaimRule::Place place, const Statement& statement) {
  if (place == ClaimRule::Place::Any) return true;
  return (place == ClaimRule::Place::Code) == PostMortem::is_code(statement);
}

bool flags(const ClaimRule& rule, const PostMortem& text, const Statement& statement) {
  if (!in_place(rule.place, statement) || statement.withdrawn) return false;
  if (statement.hedged && !rule.hedged) return false;
  if (!all_match(rule.when, statement.text) || any_matches(rule.unless, statement.text)) return false;
  if (rule.context.empty() && rule.context_unless.empty()) return true;
  const std::string near = statement.lead + "\n" + text.block_text(statement);
  return all_match(rule.context, text.path(statement) + "\n" + near) && !any_matches(rule.context_unless, near);
}

}  // namespace

Result<void> ClaimRules::add(std::string_view text, std::string_view file) {
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& error) {  // the library has no other way to say no
    return fail(
        Error{ErrorCode::Malformed, std::string(error.description()), std::string(file), 0, error.source().begin.line});
  }
  std::map<std::string, std::string, std::less<>> macros;
  if (const toml::table* table = root["macros"].as_table()) {
    for (const auto& [name, value] : *table)
      macros.emplace(std::string(name.str()), expand(value.value_or(std::string()), macros));
  }
  const toml::array* list = root["rule"].as_array();
  if (list == nullptr) return wrong(file, root, "there is no [[rule]]");
  for (const toml::node& node : *list) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return wrong(file, node, "a rule is a table");
    ClaimRule rule;
    rule.file = file;
    for (const auto& [key, value] : *table) {
      const std::string_view name = key.str();
      const auto strings = [&](std::vector<std::string>& into) {
        const toml::array* array = value.as_array();
        if (array == nullptr) return false;
        for (const toml::node& element : *array) {
          const auto one = element.value<std::string>();
          if (!one) return false;
          into.push_back(*one);
        }
        return true;
      };
      const auto regexes = [&](std::vector<const Regex*>& into) -> Result<void> {
        std::vector<std::string> sources;
        if (!strings(sources)) return wrong(file, value, fmt::format("{} is a list of texts", name));
        for (const std::string& source : sources) {
          auto regex = std::make_unique<Regex>("(?m)" + expand(source, macros));
          into.push_back(regex.get());
          regexes_.push_back(std::move(regex));
        }
        return {};
      };
      const std::pair<std::string_view, std::vector<const Regex*>*> expressions[] = {
          {"when", &rule.when},         {"unless", &rule.unless},
          {"context", &rule.context},   {"context_unless", &rule.context_unless},
          {"document", &rule.document}, {"document_unless", &rule.document_unless}};
      const auto* const expression = std::ranges::find(expressions, name, [](const auto& e) { return e.first; });
      if (expression != std::end(expressions)) {
        if (auto read = regexes(*expression->second); !read) return read;
      } else if (name == "id") {
        rule.id = value.value_or(std::string());
      } else if (name == "because") {
        rule.because = value.value_or(std::string());
      } else if (name == "hedged") {
        rule.hedged = value.value_or(false);
      } else if (name == "in") {
        const std::string place = value.value_or(std::string());
        if (place == "code") {
          rule.place = ClaimRule::Place::Code;
        } else if (place == "any") {
          rule.place = ClaimRule::Place::Any;
        } else if (place != "prose") {
          return wrong(file, value, "in is \"prose\", \"code\" or \"any\"");
        }
      } else if (name == "see" || name == "flags" || name == "silent") {
        if (!strings(name == "see" ? rule.see : name == "flags" ? rule.flags : rule.silent))
          return wrong(file, value, fmt::format("{} is a list of texts", name));
      } else {
        return wrong(file, value, fmt::format("a rule has no \"{}\"", name));
      }
    }
    if (rule.id.empty()) return wrong(file, node, "a rule needs an id");
    if (std::ranges::any_of(rules_, [&](const ClaimRule& other) { return other.id == rule.id; }))
      return wrong(file, node, fmt::format("there is a rule \"{}\" already", rule.id));
    if (rule.when.empty()) return wrong(file, node, fmt::format("{}: a rule needs `when`", rule.id));
    if (rule.because.empty() || rule.see.empty())
      return wrong(file, node, fmt::format("{}: a rule needs `because` and `see`", rule.id));
    if (rule.flags.size() < kFewestCases || rule.silent.size() < kFewestCases)
      return wrong(file, node,
                   fmt::format("{}: a rule needs {} cases each of `flags` and `silent`", rule.id, kFewestCases));
    rules_.push_back(std::move(rule));
  }
  return {};
}

void ClaimRules::run(const PostMortem& text, std::vector<Contradiction>& out) const {
  const std::string all = whole(text);
  for (const ClaimRule& rule : rules_) {
    // Most rules have nothing to do with most texts.
    if (!all_match(rule.when, all) || !all_match(rule.document, all) || any_matches(rule.document_unless, all))
      continue;
    Contradiction found;
    for (const Statement& statement : text.statements) {
      if (!flags(rule, text, statement)) continue;
      if (found.id.empty()) {
        found = {rule.id, statement.line, statement.text, rule.because, {}, rule.see};
      } else if (found.lines.size() < kMostLines && found.line != statement.line) {
        found.lines.push_back(statement.line);
      }
    }
    if (!found.id.empty()) out.push_back(std::move(found));
  }
}

const ClaimRules& ClaimRules::built_in() {
  static const ClaimRules rules = [] {
    ClaimRules all;
    // The build's own files, which the tests have read: a fault can't get here.
    for (const RuleFile& file : rule_files()) (void)all.add(file.text, file.name);
    return all;
  }();
  return rules;
}

}  // namespace inquest::review
