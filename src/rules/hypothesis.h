// A hypothesis: one explanation of a death, with its base rate and what it would leave behind.
//
// Hypotheses are data, rules/hypotheses/<id>.toml.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/condition.h"
#include "rules/regex.h"
#include "rules/rule.h"
#include "rules/strength.h"

namespace inquest::rules {

enum class HypothesisKind : uint8_t {
  RootCause,  // what has to be put right
  Trigger,    // what set it off this time
  Symptom,    // what a cause looks like; never the last answer
  Mechanism,  // how the cause killed the host: a watchdog, fencing
};
std::string_view to_string(HypothesisKind kind);
std::optional<HypothesisKind> parse_hypothesis_kind(std::string_view word);

// The weight that it has among the hypotheses of an incident of that class before anything is known. Weights of a class
// are normalised by who uses them: they need not sum up to 1.
struct BaseRate {
  std::string class_name;
  double rate = 0;  // above 0, at most 1
  std::string because;
  std::string source;
};

// A trace that it should leave. Absence speaks against it, as strongly as said, where it was watched.
struct Expectation {
  Condition trace;
  std::string watched;  // of known_watches()
  Strength strength{};
  std::string because;
  std::string text;  // the trace, for a person: "PCIe errors in the kernel log"
  std::string get;   // the command that gets it; empty: none
};

// What rules it out, where a source that can be relied on says so.
struct Contradiction {
  Condition when;
  std::string because;
  std::string text;  // what would show it, for a person, where that is not known: "memory figures"; may be empty
};

struct Hypothesis {
  std::string id;
  std::string title;
  HypothesisKind kind{};
  // The wider hypothesis that it is a case of: what a rule says of that holds of it as well, unless the rule says
  // something of its own about it. Empty: none.
  std::string is_a;
  std::string explain;
  std::vector<std::string> modules;     // kernel modules and parts of the machine that it concerns, for relating
  std::vector<std::string> components;  // changes to it
  // Settings whose part in reproduction runs speaks for it: found in a factor's name or in the value that fails.
  std::vector<Regex> settings;
  // It is not thought of unless one of these holds; empty: always.
  std::vector<Term> considered;
  std::vector<BaseRate> base;
  std::vector<Expectation> expects;
  std::vector<Contradiction> contradicted;
  std::vector<Action> actions;
  std::vector<std::string> references;
  std::string file;  // that it was read from; empty: built in

  // The base rate for a class; nothing where it is no explanation of one.
  std::optional<double> rate(std::string_view class_name) const;
};

}  // namespace inquest::rules
