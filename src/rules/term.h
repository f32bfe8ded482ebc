// Terms: what a rule asks about an incident beyond single lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "rules/regex.h"

namespace inquest::rules {

// What a term is about, by its first word.
enum class Subject : uint8_t {
  Rule,      // rule ID: that rule fired in the incident
  Class,     // class NAME: the incident's class
  Fact,      // fact KEY [OP VALUE]: a fact of the host
  Feature,   // feature NAME [OP VALUE]: what reasoning computed of the incident
  Observed,  // observed KIND [OP VALUE]: a person saw it; the value is what was said
  Finding,   // finding ID [OP TEXT]: a fact-finder's finding
  Watched,   // watched WHAT: a source that would have shown it was watching when the host died
};
std::string_view to_string(Subject subject);

enum class Op : uint8_t { Exists, Equal, NotEqual, Matches, Less, LessEqual, Greater, GreaterEqual };
std::string_view to_string(Op op);

// One term, as written in a rule: `SUBJECT NAME`, or `SUBJECT NAME OP VALUE` with OP one of = != ~ < <= > >=.
//
//     class silent-hang
//     fact kernel.cmdline ~ \bpcie_aspm=off\b
//     feature uptime-at-death < 3600
//     fact guest.*.hostpci0
//
// A name may have `*` for any run of characters. Behind `~` stands an expression of RE2, which may match anywhere in
// the value; behind the comparisons a number, with K, M, G or T (of 1024) or B where it counts bytes.
struct Term {
  Subject subject{};
  std::string name;
  Op op = Op::Exists;
  std::string value;
  double number = 0;           // of `value`, where op compares numbers
  std::optional<Regex> regex;  // of `value`, where op is Matches

  // Malformed with a reason where the text is no term.
  static Result<Term> parse(std::string_view text);
  // As parse() takes it.
  std::string text() const;

  // Whether one value satisfies it. A value that is no number satisfies no comparison of numbers.
  bool accepts(std::string_view value_of_it) const;
};

// Whether a key is one that a term's name means: "guest.104.hostpci0" and "guest.*.hostpci0".
bool name_means(std::string_view name, std::string_view key);

// "1536", "1.5K", "32G", "4096B": with a binary prefix; nothing where it is no number.
std::optional<double> parse_amount(std::string_view text);

}  // namespace inquest::rules
