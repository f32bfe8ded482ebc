// A rule: one sign that evidence may show, what it means, and what it says about which explanation.
//
// Rules are data, rules/signs/<area>/<id>.toml; docs/rules.md tells how to write one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/condition.h"
#include "rules/regex.h"
#include "rules/strength.h"

namespace inquest::rules {

enum class Severity : uint8_t { Fatal, Error, Warning, Info };
std::string_view to_string(Severity severity);
std::optional<Severity> parse_severity(std::string_view word);

// What a rule or a hypothesis says about one hypothesis.
struct Effect {
  std::string hypothesis;  // id
  Strength strength{};
  std::string because;
  std::string source;  // where the strength comes from: a document, or "judgement"
};

struct Action {
  std::string text;
  std::string command;  // exact; empty: there is none
  std::string on;       // "debian", "proxmox", ...; empty: everywhere
};

// Whose lines a rule's patterns are tried on.
struct Source {
  bool everyone = false;
  bool kernel = false;                // the kernel's, and a console's that nobody signed
  std::vector<std::string> programs;  // as logs name them, without process id

  // `ident` is the program that a log names for the line; empty where it names none.
  bool admits(std::string_view ident) const;
  // "any", "kernel", "program pve-ha-lrm pve-ha-crm", "kernel program bmc".
  std::string text() const;
  static std::optional<Source> parse(std::string_view text);
};

// Of whose death a line tells, as seen from the boot in whose log it stands.
enum class Telling : uint8_t {
  ThisBoot,    // the boot that says it
  BootBefore,  // what a boot finds at its start was left by the boot before it
  Banks,   // what outlives a reset in hardware: found at a boot's start, it is of the boot before; later, of this one
  Guests,  // a hypervisor's line about a guest of its, which the guest itself can't say
};
std::optional<Telling> parse_telling(std::string_view word);

// An example of evidence that the rule must, or must not, fire on: text for its patterns, what is known for its
// condition, both where it has both.
struct Case {
  bool fires = false;
  std::string text;         // one or more log lines (case_line.h)
  std::vector<Term> known;  // what is known, as StatedWorld takes it
};

struct Rule {
  std::string id;     // "panic.fatal-exception": its file's name
  std::string title;  // one line for a person
  std::string class_name;
  Severity severity = Severity::Error;
  std::vector<std::string> needs;  // which evidence would show it
  std::vector<std::string> hides;  // rules that say less about the same line, or, without patterns, the same incident
  // Observations of one group are not independent: of a group only the strongest effect on a hypothesis counts.
  std::string group;

  Source source;
  Telling telling = Telling::ThisBoot;
  std::vector<Regex> match;  // it fires on a line that one of them matches; empty: by its condition alone
  Condition condition;       // fires only where this holds as well; empty: on each matching line

  std::string explain;
  std::vector<std::string> causes;  // the likeliest first
  std::vector<std::string> confirm;
  std::vector<std::string> refute;
  std::vector<std::string> references;
  std::vector<std::string> verified;  // where the wording was found: "linux:kernel/panic.c:401"

  std::vector<Effect> supports;
  std::vector<Effect> opposes;
  std::vector<Action> actions;
  std::vector<Case> cases;

  std::string file;  // that it was read from; empty: built in

  // Whether a line of that program's is one of its signs. Its condition is not asked.
  bool matches(std::string_view ident, std::string_view message) const;
  // Whether it fires on what the case shows.
  bool fires_on(const Case& one) const;
};

// What the keys `class`, `needs`, `on` and `watched`, and the terms `feature` and `watched`, may name.
std::span<const std::string_view> known_classes();
std::span<const std::string_view> known_needs();
std::span<const std::string_view> known_platforms();
std::span<const std::string_view> known_features();
std::span<const std::string_view> known_watches();

}  // namespace inquest::rules
