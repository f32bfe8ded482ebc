#include "rules/read_rule.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "base/text.h"
#include "rules/fact_name.h"
#include "rules/toml_table.h"

namespace inquest::rules {
namespace {

constexpr size_t kShortestPattern = 4;  // a shorter one is found everywhere

std::string stem(std::string_view path) {
  if (const size_t slash = path.rfind('/'); slash != std::string_view::npos) path.remove_prefix(slash + 1);
  if (path.ends_with(".toml")) path.remove_suffix(5);
  return std::string(path);
}

bool is_id(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

std::optional<toml::table> parsed(std::string_view text, Faults& faults) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {  // the library has no other way to say no
    faults.add(error.source().begin.line, std::string(error.description()));
    return std::nullopt;
  }
}

// What rules and hypotheses have in common.
class Reader {
 public:
  Reader(Faults& faults, std::vector<Mention>& mentions) : faults_(faults), mentions_(mentions) {}

  void check_id(const TomlTable& table, const std::string& id) {
    if (!is_id(id)) faults_.add(table.place("id"), "an id has small letters, digits, - and . only");
    if (const std::string name = stem(faults_.file()); id != name)
      faults_.add(table.place("id"), fmt::format("the id is {}, but the file is {}.toml", id, name));
  }

  void mention(Mention::Kind kind, const std::string& id, const toml::node& at) {
    mentions_.push_back({kind, id, faults_.file(), at.source().begin.line});
  }

  void known(std::span<const std::string_view> words, const std::string& word, std::string_view key,
             const toml::node& at) {
    if (word.empty() || std::ranges::find(words, word) != words.end()) return;
    faults_.add(at, fmt::format("{}: no such thing as \"{}\"; there are {}", key, word, fmt::join(words, ", ")));
  }

  std::optional<Term> term(const std::string& text, const toml::node& at) {
    auto term = Term::parse(text);
    if (!term) {
      faults_.add(at, term.error().message);
      return std::nullopt;
    }
    if (term->subject == Subject::Rule) mention(Mention::Kind::Rule, term->name, at);
    if (term->subject == Subject::Class) known(known_classes(), term->name, "class", at);
    if (term->subject == Subject::Feature) known(known_features(), term->name, "feature", at);
    if (term->subject == Subject::Fact && !may_be_fact(term->name))
      faults_.add(at,
                  fmt::format("fact: no decoder knows a fact \"{}\"; docs/formats say which there are", term->name));
    if (term->subject == Subject::Watched) known(known_watches(), term->name, "watched", at);
    return std::move(*term);
  }

  std::vector<Term> terms(const TomlTable& table, std::string_view key) {
    std::vector<Term> out;
    table.each_text(key, [&](const std::string& text, const toml::node& at) {
      if (auto one = term(text, at)) out.push_back(std::move(*one));
    });
    return out;
  }

  Condition condition(const TomlTable& table) {
    return {terms(table, "all"), terms(table, "any"), terms(table, "none")};
  }

  std::vector<Effect> effects(const TomlTable& rule, std::string_view key) {
    std::vector<Effect> out;
    rule.each_table(key, [&](const toml::table& raw) {
      const TomlTable table(raw, {"hypothesis", "strength", "because", "source"}, faults_);
      Effect effect;
      effect.hypothesis = table.required("hypothesis");
      effect.strength = table.word<Strength>("strength", parse_strength).value_or(Strength::Weak);
      effect.because = table.required("because");
      effect.source = table.required("source");
      if (!effect.hypothesis.empty()) mention(Mention::Kind::Hypothesis, effect.hypothesis, table.place("hypothesis"));
      out.push_back(std::move(effect));
    });
    return out;
  }

  std::vector<Action> actions(const TomlTable& file) {
    std::vector<Action> out;
    file.each_table("action", [&](const toml::table& raw) {
      const TomlTable table(raw, {"text", "command", "on"}, faults_);
      Action action{table.required("text"), table.text("command"), table.text("on")};
      known(known_platforms(), action.on, "on", table.place("on"));
      out.push_back(std::move(action));
    });
    return out;
  }

 private:
  Faults& faults_;
  std::vector<Mention>& mentions_;
};

void read_when(const toml::table& raw, Rule& rule, Reader& reader, Faults& faults) {
  const TomlTable table(raw, {"source", "of", "match", "all", "any", "none"}, faults);
  table.each_text("match", [&](const std::string& text, const toml::node& at) {
    if (text.size() < kShortestPattern) faults.add(at, "a pattern of less than four characters is found everywhere");
    if (text.ends_with(".*") || text.ends_with(".+") || text.ends_with("(.*)") || text.ends_with("(.+)"))
      faults.add(at, fmt::format("{}: an end that matches anything says nothing; leave it out", text));
    auto regex = Regex::parse(text);
    if (!regex)
      faults.add(at, regex.error().message);
    else if (regex->found_in(""))
      faults.add(at, fmt::format("{} matches every line", text));
    else
      rule.match.push_back(std::move(*regex));
  });
  rule.condition = reader.condition(table);
  if (table.node("match") == nullptr && rule.condition.empty())
    faults.add(raw, "a rule needs patterns (match) or terms (all, any, none)");
  if (table.node("match") != nullptr) {
    rule.source = table.word<Source>("source", Source::parse).value_or(Source{});
    if (table.node("of") != nullptr)
      rule.telling = table.word<Telling>("of", parse_telling).value_or(Telling::ThisBoot);
  } else if (table.node("source") != nullptr) {
    faults.add(table.place("source"), "source says whose lines the patterns are tried on, and there is no pattern");
  }
}

Case read_case(const toml::table& raw, Reader& reader, Faults& faults) {
  const TomlTable table(raw, {"fires", "silent", "known"}, faults);
  Case one;
  const toml::node* const fires = table.node("fires");
  const toml::node* const silent = table.node("silent");
  one.fires = fires != nullptr;
  const std::string_view key = one.fires ? "fires" : "silent";
  if ((fires == nullptr) == (silent == nullptr)) {
    faults.add(raw, "a case has one of fires and silent");
  } else if (table.node(key)->is_array()) {
    one.known = reader.terms(table, key);
  } else {
    one.text = table.required(key);
  }
  if (table.node("known") != nullptr) {
    if (!one.known.empty()) faults.add(table.place("known"), fmt::format("{} says what is known already", key));
    one.known = reader.terms(table, "known");
  }
  for (const Term& term : one.known) {
    if (term.op != Op::Exists && term.op != Op::Equal)
      faults.add(raw, fmt::format("\"{}\": what is known is a term alone, or one with =", term.text()));
  }
  return one;
}

// What can be wrong with a rule that is well-formed.
void try_cases(const Rule& rule, const toml::table& file, Faults& faults) {
  const auto has = [&](bool fires) {
    return std::ranges::any_of(rule.cases, [&](const Case& one) { return one.fires == fires; });
  };
  if (!has(true)) faults.add(file, "no case that it must fire on: [[case]] with fires");
  if (!has(false)) faults.add(file, "no case that it must stay silent on: [[case]] with silent");
  const toml::array* const places = file["case"].as_array();
  for (size_t i = 0; i < rule.cases.size(); ++i) {
    const Case& one = rule.cases[i];
    const toml::node& at = *places->get(i);
    if (rule.match.empty() && !one.text.empty())
      faults.add(at, "the rule has no patterns: say what is known, as a list of terms");
    else if (!rule.match.empty() && one.text.empty())
      faults.add(at, "the rule has patterns: give a line, and what is known under `known`");
    else if (rule.fires_on(one) != one.fires)
      faults.add(
          at, one.fires ? "the rule does not fire on this case" : "the rule fires on this case, which must be silent");
  }
  const toml::array* const patterns = file["when"]["match"].as_array();
  for (size_t i = 0; i < rule.match.size(); ++i) {
    Rule alone;
    alone.source = rule.source;
    alone.match = {rule.match[i]};
    if (std::ranges::none_of(rule.cases, [&](const Case& one) { return one.fires && alone.fires_on(one); }))
      faults.add(*patterns->get(i), fmt::format("no case that fires matches {}", rule.match[i].source()));
  }
}

}  // namespace

std::optional<Rule> read_rule(std::string_view toml, const std::string& file, std::vector<Mention>& mentions,
                              std::vector<Error>& errors) {
  Faults faults(file, errors);
  const auto parsed_file = parsed(toml, faults);
  if (!parsed_file) return std::nullopt;
  const TomlTable table(*parsed_file,
                        {"id", "title", "class", "severity", "needs", "hides", "group", "explain", "causes", "confirm",
                         "refute", "references", "verified", "when", "supports", "opposes", "action", "case"},
                        faults);
  Reader reader(faults, mentions);
  Rule rule;
  rule.file = file;
  rule.id = table.required("id");
  reader.check_id(table, rule.id);
  rule.title = table.required("title");
  rule.class_name = table.required("class");
  reader.known(known_classes(), rule.class_name, "class", table.place("class"));
  rule.severity = table.word<Severity>("severity", parse_severity).value_or(Severity::Error);
  table.each_text("needs", [&](const std::string& need, const toml::node& at) {
    reader.known(known_needs(), need, "needs", at);
    rule.needs.push_back(need);
  });
  if (rule.needs.empty()) faults.add(table.place("needs"), "needs is missing: which evidence would show it?");
  table.each_text("hides", [&](const std::string& id, const toml::node& at) {
    if (id == rule.id) faults.add(at, "a rule cannot hide itself");
    reader.mention(Mention::Kind::Rule, id, at);
    rule.hides.push_back(id);
  });
  rule.group = table.text("group");
  if (rule.group.empty()) rule.group = rule.id;
  rule.explain = table.required("explain");
  rule.causes = table.texts("causes");
  rule.confirm = table.texts("confirm");
  rule.refute = table.texts("refute");
  rule.references = table.texts("references");
  rule.verified = table.texts("verified");
  if (const toml::table* const when = (*parsed_file)["when"].as_table())
    read_when(*when, rule, reader, faults);
  else
    faults.add(*parsed_file, "[when] is missing");
  rule.supports = reader.effects(table, "supports");
  rule.opposes = reader.effects(table, "opposes");
  rule.actions = reader.actions(table);
  table.each_table("case", [&](const toml::table& raw) { rule.cases.push_back(read_case(raw, reader, faults)); });
  // Whether a case fires means nothing while a part of the rule is missing.
  if (!faults.any()) try_cases(rule, *parsed_file, faults);
  if (faults.any()) return std::nullopt;
  return rule;
}

std::optional<Hypothesis> read_hypothesis(std::string_view toml, const std::string& file,
                                          std::vector<Mention>& mentions, std::vector<Error>& errors) {
  Faults faults(file, errors);
  const auto parsed_file = parsed(toml, faults);
  if (!parsed_file) return std::nullopt;
  const TomlTable table(*parsed_file,
                        {"id", "title", "kind", "is_a", "explain", "modules", "components", "settings", "considered",
                         "references", "base", "expects", "contradicted", "action"},
                        faults);
  Reader reader(faults, mentions);
  Hypothesis out;
  out.file = file;
  out.id = table.required("id");
  reader.check_id(table, out.id);
  out.title = table.required("title");
  out.kind = table.word<HypothesisKind>("kind", parse_hypothesis_kind).value_or(HypothesisKind::RootCause);
  out.is_a = table.text("is_a");
  if (!out.is_a.empty()) reader.mention(Mention::Kind::Hypothesis, out.is_a, table.place("is_a"));
  out.explain = table.required("explain");
  out.modules = table.texts("modules");
  out.components = table.texts("components");
  table.each_text("settings", [&](const std::string& text, const toml::node& at) {
    if (auto regex = Regex::parse(text))
      out.settings.push_back(std::move(*regex));
    else
      faults.add(at, regex.error().message);
  });
  out.considered = reader.terms(table, "considered");
  out.references = table.texts("references");
  table.each_table("base", [&](const toml::table& raw) {
    const TomlTable one(raw, {"classes", "rate", "because", "source"}, faults);
    BaseRate base{{}, one.number("rate").value_or(0), one.required("because"), one.required("source")};
    if (base.rate <= 0 || base.rate > 1) faults.add(one.place("rate"), "rate is above 0 and at most 1");
    if (one.node("classes") == nullptr) faults.add(raw, "classes is missing");
    one.each_text("classes", [&](const std::string& name, const toml::node& at) {
      reader.known(known_classes(), name, "classes", at);
      if (out.rate(name)) faults.add(at, fmt::format("a second base rate for {}", name));
      base.class_name = name;
      out.base.push_back(base);
    });
  });
  table.each_table("expects", [&](const toml::table& raw) {
    const TomlTable one(raw, {"all", "any", "none", "watched", "strength", "because", "get", "text"}, faults);
    Expectation expectation;
    expectation.trace = reader.condition(one);
    if (expectation.trace.empty()) faults.add(raw, "which trace? give all, any or none");
    expectation.watched = one.required("watched");
    reader.known(known_watches(), expectation.watched, "watched", one.place("watched"));
    expectation.strength = one.word<Strength>("strength", parse_strength).value_or(Strength::Weak);
    expectation.because = one.required("because");
    expectation.text = one.required("text");
    expectation.get = one.text("get");
    out.expects.push_back(std::move(expectation));
  });
  table.each_table("contradicted", [&](const toml::table& raw) {
    const TomlTable one(raw, {"all", "any", "none", "because", "text"}, faults);
    Contradiction contradiction{reader.condition(one), one.required("because"), one.text("text")};
    if (contradiction.when.empty()) faults.add(raw, "by what? give all, any or none");
    out.contradicted.push_back(std::move(contradiction));
  });
  out.actions = reader.actions(table);
  if (faults.any()) return std::nullopt;
  return out;
}

}  // namespace inquest::rules
